import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { LocalWorkspace, PulumiCommand, type Stack } from '@pulumi/pulumi/automation/index.js';
import { secret } from '@pulumi/pulumi/output.js';
import { CustomResource } from '@pulumi/pulumi/resource.js';
import type { Vendor } from '../cloud/emulator.ts';
import { packageRoot } from '../sophia.ts';

export const H100 = 'gpu_8x_h100_sxm5';
export const SECRET = 'join-token-that-nobody-may-read';

class Machine extends CustomResource {
  constructor(name: string, inputs: object) {
    super('sophialambda:index:Instance', name, { ...inputs, ip: undefined, status: undefined });
  }
}

class Key extends CustomResource {
  constructor(name: string, inputs: object) {
    super('sophialambda:index:SshKey', name, { ...inputs });
  }
}

interface State {
  readonly resources?: readonly { readonly urn: string; readonly id?: string; readonly type: string }[];
  readonly pending_operations?: readonly unknown[];
}

/** Pulumi's own engine, a stack of three machines, and our plugin, beside the emulator, in a folder of its own. */
export class Environment implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'sophia-stack-'));
  readonly #engine: string;
  readonly #vendor: Vendor;
  userData = `token: ${SECRET}`;
  centsPerHour = 3192;
  publicKey = 'ssh-ed25519 AAAAC3Nza sophia';
  gate: object | undefined;

  constructor(engine: string, vendor: Vendor) {
    this.#engine = engine;
    this.#vendor = vendor;
    for (const name of ['state', 'home', 'work', 'plugin']) mkdirSync(join(this.dir, name));
    const plugin = join(this.dir, 'plugin/pulumi-resource-sophialambda');
    const entry = join(packageRoot, 'test/provider/entry.ts');
    // Who started it is told, so that a test can kill either of the two.
    const pids = join(this.dir, 'pids');
    writeFileSync(plugin, `#!/bin/sh\necho "$PPID $$" > "${pids}"\nexec "${process.execPath}" "${entry}" "$@"\n`);
    chmodSync(plugin, 0o755);
  }

  async stack(passphrase = 'a passphrase'): Promise<Stack> {
    const provider = { name: 'sophialambda', path: join(this.dir, 'plugin') };
    // Its types know no plugins; the engine does.
    const projectSettings = { name: 'sophia', runtime: 'nodejs' as const, plugins: { providers: [provider] } };
    return LocalWorkspace.createOrSelectStack(
      {
        ...{ stackName: 'production', projectName: 'sophia' },
        program: async () => {
          const key = { name: 'sophia', publicKey: this.publicKey };
          const known = new Key('key', key);
          for (const at of [0, 1, 2])
            new Machine(`gpu-${at}`, {
              ...{ name: `production-gpu-${at}`, stack: 'production', home: 'h1', userData: secret(this.userData) },
              sshKey: known.id.apply(() => key.name),
              ...(this.gate && { gate: secret(this.gate) }),
              candidates: [{ type: H100, region: 'us-west-3', centsPerHour: this.centsPerHour }],
            });
        },
      },
      {
        ...{
          pulumiCommand: await PulumiCommand.get({ root: dirname(dirname(this.#engine)) }),
          workDir: join(this.dir, 'work'),
        },
        ...{
          secretsProvider: 'passphrase',
          projectSettings,
        },
        envVars: {
          ...{ PULUMI_BACKEND_URL: `file://${join(this.dir, 'state')}`, PULUMI_HOME: join(this.dir, 'home') },
          ...{ PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_SKIP_UPDATE_CHECK: 'true' },
          ...{
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
            PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
          },
          ...{ EMULATOR_URL: this.#vendor.url, EMULATOR_KEY: this.#vendor.key },
        },
      },
    );
  }

  /** Kills one of the two that are at work, as the kernel does. */
  kill(which: 'engine' | 'plugin' | 'both'): void {
    const [engine = 0, plugin = 0] = readFileSync(join(this.dir, 'pids'), 'utf8').split(' ').map(Number);
    for (const pid of which === 'both' ? [engine, plugin] : [which === 'engine' ? engine : plugin])
      process.kill(pid, 'SIGKILL');
  }

  #state(): State {
    const file = join(this.dir, 'state/.pulumi/stacks/sophia/production.json');
    return JSON.parse(readFileSync(file, 'utf8')).checkpoint.latest ?? {};
  }

  /** Ids of the machines that the engine has written down. */
  recorded(): string[] {
    const { resources = [] } = this.#state();
    return resources.flatMap(({ type, id }) => (type === 'sophialambda:index:Instance' && id ? [id] : [])).sort();
  }

  pending(): number {
    return this.#state().pending_operations?.length ?? 0;
  }

  /** Everything that was left on the disk, backups and logs included. */
  written(): string {
    const files = ['state', 'home', 'work'].flatMap((name) =>
      readdirSync(join(this.dir, name), { recursive: true, withFileTypes: true }).filter((each) => each.isFile()),
    );
    return files.map((each) => readFileSync(join(each.parentPath, each.name), 'latin1')).join('\n');
  }

  isLocked(): boolean {
    const locks = join(this.dir, 'state/.pulumi/locks');
    return existsSync(locks) && readdirSync(locks, { recursive: true }).some((name) => String(name).endsWith('.json'));
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
