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
import { CustomResource, type CustomResourceOptions } from '@pulumi/pulumi/resource.js';
import { forgetPorts } from '../../src/core/stack/channels.ts';
import type { Agreed } from '../../src/policy/rule.ts';
import type { Vendor } from '../cloud/emulator.ts';
import { packageRoot } from '../sophia.ts';

export const H100 = 'gpu_8x_h100_sxm5';
export const SECRET = 'join-token-that-nobody-may-read';

export class Machine extends CustomResource {
  constructor(name: string, inputs: object, options: CustomResourceOptions = {}) {
    super('sophialambda:index:Instance', name, { ...inputs, ip: undefined, status: undefined }, options);
  }
}

export class Key extends CustomResource {
  constructor(name: string, inputs: object) {
    super('sophialambda:index:SshKey', name, { ...inputs });
  }
}

export const KEY = { name: 'sophia', publicKey: 'ssh-ed25519 AAAAC3Nza sophia' };

/** Three machines, and the key that they are launched with. */
function threeMachines({ userData, centsPerHour, machines, options, publicKey, health }: Environment): void {
  const known = new Key('key', { ...KEY, publicKey });
  for (const at of machines) {
    const inputs = {
      ...{ name: `production-gpu-${at}`, stack: 'production', home: 'h1', userData: secret(userData) },
      sshKey: known.id.apply(() => KEY.name),
      ...(health && { gate: secret(health) }),
      candidates: [{ type: H100, region: 'us-west-3', centsPerHour }],
    };
    new Machine(`gpu-${at}`, inputs, options);
  }
}

interface State {
  readonly resources?: readonly { readonly urn: string; readonly id?: string; readonly type: string }[];
  readonly pending_operations?: readonly unknown[];
}

/** Pulumi's own engine, a stack of what is wished for, and our plugin, beside the emulator, in a folder of its own. */
export class Environment implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'sophia-stack-'));
  readonly #engine: string;
  readonly #vendor: Vendor;
  readonly #wished: (environment: Environment) => void;
  userData = `token: ${SECRET}`;
  centsPerHour = 3192;
  /** The machines, in the order in which the program asks for them. */
  machines = [0, 1, 2];
  /** How the engine is to treat machines. */
  options: CustomResourceOptions = {};
  publicKey = KEY.publicKey;
  health: object | undefined;

  constructor(engine: string, vendor: Vendor, wished = threeMachines) {
    this.#engine = engine;
    this.#vendor = vendor;
    this.#wished = wished;
    for (const name of ['state', 'home', 'work', 'plugin']) mkdirSync(join(this.dir, name));
    const plugin = join(this.dir, 'plugin/pulumi-resource-sophialambda');
    const entry = join(packageRoot, 'test/provider/entry.ts');
    // Who started it is told, so that a test can kill either of the two.
    const pids = join(this.dir, 'pids');
    writeFileSync(plugin, `#!/bin/sh\necho "$PPID $$" > "${pids}"\nexec "${process.execPath}" "${entry}" "$@"\n`);
    chmodSync(plugin, 0o755);
  }

  async stack(passphrase = 'a passphrase'): Promise<Stack> {
    forgetPorts();
    const provider = { name: 'sophialambda', path: join(this.dir, 'plugin') };
    // Its types know no plugins; the engine does.
    const projectSettings = { name: 'sophia', runtime: 'nodejs' as const, plugins: { providers: [provider] } };
    return LocalWorkspace.createOrSelectStack(
      {
        ...{ stackName: 'production', projectName: 'sophia' },
        program: async () => this.#wished(this),
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
          ...{
            PULUMI_BACKEND_URL: `file://${join(this.dir, 'state')}?metadata=skip`,
            PULUMI_HOME: join(this.dir, 'home'),
          },
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

  /** The second gate of cost, as deploying hands it to the engine; from the source, or as it is built. */
  gate(agreed?: Agreed, file = join(packageRoot, 'src/policy/main.ts')): string {
    const gate = join(this.dir, 'gate');
    const said = agreed ? `SOPHIA_AGREED='${JSON.stringify(agreed)}' ` : '';
    writeFileSync(gate, `#!/bin/sh\n${said}exec "${process.execPath}" "${file}" "$@"\n`);
    chmodSync(gate, 0o755);
    return gate;
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

  #machines() {
    const { resources = [] } = this.#state();
    return resources.flatMap(({ type, urn, id }) =>
      type === 'sophialambda:index:Instance' && id ? [{ urn, id }] : [],
    );
  }

  /** Ids of the machines that the engine has written down. */
  recorded(): string[] {
    return this.#machines()
      .map(({ id }) => id)
      .sort();
  }

  /** What bills already, as deploying tells it to the gate. */
  there(): Agreed['there'] {
    return this.#machines().map(({ urn }) => ({ urn, cents: this.centsPerHour }));
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
