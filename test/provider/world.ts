import { openVendor, type Vendor } from '../cloud/emulator.ts';
import { openPlugin, type Plugin, Refused, urnOf } from './plugin.ts';

export const H100 = 'gpu_8x_h100_sxm5';
/** Of a machine. */
export const inputs = (more: object = {}) => ({
  ...{ name: 'production-gpu-0', stack: 'production', home: 'h1', sshKey: 'sophia', userData: '#cloud-config\n' },
  ...{ generation: 0, bootPatienceS: 2700 },
  candidates: [
    { type: H100, region: 'us-west-3', centsPerHour: 3192 },
    { type: H100, region: 'us-east-1', centsPerHour: 3192 },
  ],
  ...more,
});
export const key = { name: 'sophia', publicKey: 'ssh-ed25519 AAAAC3Nza sophia' };
export const LAUNCH = { method: 'POST', path: 'launch$' } as const;
export const keyUrn = urnOf('key', 'SshKey');

interface Opened extends AsyncDisposable {
  readonly vendor: Vendor;
  readonly plugin: Plugin;
  /** Another process of it, as a new engine would start. */
  again(): Promise<Plugin>;
}

/** The vendor and a plugin beside it, each a process of its own; the key that machines are launched with is there. */
export async function opened(settings: Parameters<typeof openVendor>[0] = {}, own = key): Promise<Opened> {
  const vendor = await openVendor(settings);
  const plugins: Plugin[] = [];
  const again = async () => {
    const plugin = await openPlugin(vendor);
    plugins.push(plugin);
    return plugin;
  };
  const plugin = await again();
  await plugin.create(own, keyUrn);
  return {
    ...{ vendor, plugin, again },
    async [Symbol.asyncDispose]() {
      for (const each of plugins) await each[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

/** What the engine is told where it is not granted. */
export const refusedBy = async (asked: Promise<unknown>): Promise<Refused> => {
  const thrown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Refused) return thrown;
  throw new Error('it was granted', { cause: thrown });
};
export const idsOf = async (vendor: Vendor) => (await vendor.alive()).map(({ id }) => id);
export const ONE = { alive: 1, centsPerHour: 3192 };
export const NONE = { alive: 0, centsPerHour: 0 };
