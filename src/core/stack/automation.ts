import { pathToFileURL } from 'node:url';
import * as commands from '@pulumi/pulumi/automation/cmd.js';
import * as errors from '@pulumi/pulumi/automation/errors.js';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js';
import { secret } from '@pulumi/pulumi/output.js';
import { CustomResource } from '@pulumi/pulumi/resource.js';
import type { Context, ProcessName } from '../context/index.ts';
import { forgetPorts } from './channels.ts';
import { type Engine, type Place, PROJECT, pathsOf } from './engine.ts';
import type { Ordered } from './order.ts';
import { saltOf } from './recorded.ts';

/** The SDK is imported here alone, and this module only when something is done: it is loaded in half a second. */
export interface Driving {
  readonly engine: Engine;
  readonly place: Place;
  /** Undefined where nothing is to be made: what is recorded is ended, or looked at. */
  readonly ordered: Ordered | undefined;
  /** What the engine and the plugin are told: passphrase and keys. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder that holds the plugin. */
  readonly plugin: string;
  began(name: ProcessName): void;
}

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

/** The stack of an environment, by the engine, with the program that makes what was ordered. */
export async function openStack(
  { programs, files }: Pick<Context, 'programs' | 'files'>,
  driving: Driving,
): Promise<Stack> {
  const { engine, place, ordered, env, plugin } = driving;
  forgetPorts();
  await mend(files, place);
  const { state, work, home } = pathsOf(place);
  const providers = [{ name: 'sophialambda', path: plugin }];
  return LocalWorkspace.createOrSelectStack(
    { stackName: place.environment, projectName: PROJECT, program: async () => ordered && declare(ordered) },
    {
      ...{ pulumiCommand: commandOf(programs, driving), workDir: work, secretsProvider: 'passphrase' },
      // Its types know no plugins; the engine does.
      projectSettings: { name: PROJECT, runtime: 'nodejs' as const, plugins: { providers } } as {
        name: string;
        runtime: 'nodejs';
      },
      envVars: {
        ...{ PULUMI_BACKEND_URL: backendOf(state), PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: 'true' },
        ...{ PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true', PULUMI_VERSION: engine.version },
        ...env,
      },
    },
  );
}

/** As the engine writes it, to the end of its line. */
const SALT = /^encryptionsalt: v1:\S+:v1:\S+:\S+\n/;

/**
 * Makes whole what an engine that was killed left half, and what the next would stumble over. Without the salt it would take
 * any passphrase for the first one.
 */
async function mend(files: Context['files'], place: Place): Promise<void> {
  const { salt, meta, checkpoint } = pathsOf(place);
  for (const file of [meta, checkpoint]) await files.remove(`${file}.attrs`);
  if (SALT.test((await files.readText(salt)) ?? '')) return;
  await files.remove(salt);
  const known = await saltOf({ files }, place);
  if (known !== undefined) await files.place(salt, `encryptionsalt: ${known}\n`);
}

/**
 * Where the engine keeps what it records, as it wants to be told. What it would write beside each file it writes piecemeal:
 * killed while it does, it leaves an empty one, and whatever is done afterwards fails with "failed to load checkpoint: EOF".
 */
function backendOf(state: string): string {
  return `${pathToFileURL(state)}?metadata=skip`;
}

/** All that an environment consists of. */
function declare({ order, births }: Ordered): void {
  const { environment, home, sshKey, machines } = order;
  const key = new Key('key', sshKey);
  for (const { name, ...machine } of machines) {
    const birth = births[name];
    if (!birth) throw new Error(`nobody has said what ${name} is told at its birth`);
    new Machine(name, {
      ...{ ...machine, name: `${environment}-${name}`, stack: environment, home },
      // Sealed, by the engine, wherever it writes them.
      ...{ userData: secret(birth.userData), gate: secret(birth.gate) },
      // So that the key is there before the machine.
      sshKey: key.id.apply(() => sshKey.name),
    });
  }
}

/** How the SDK runs the engine, and tells what came of it. It does not say so in its types. */
interface Runner {
  readonly command: string;
  readonly version: string;
  run(
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<object>;
}
const { CommandResult } = commands as unknown as {
  CommandResult: new (stdout: string, stderr: string, code: number) => object;
};
const { createCommandError } = errors as unknown as { createCommandError(of: object): Error };

/** The SDK would hand on all that we were told, secrets included, and have Ctrl-C reach the engine twice. */
function commandOf(programs: Context['programs'], { engine, began }: Driving): commands.PulumiCommand {
  const runner: Runner = {
    ...{ command: engine.path, version: engine.version },
    async run(args, cwd, env, onOutput, onError, signal) {
      const words = args.includes('--non-interactive') ? args : [...args, '--non-interactive'];
      const asked = { program: engine.path, args: words, cwd, env: { ...env, PULUMI_AUTOMATION_API: 'true' }, signal };
      const hear = (text: string, stream: 'stdout' | 'stderr') => (stream === 'stdout' ? onOutput : onError)?.(text);
      const { code = -2, stdout, stderr } = await programs.run({ ...asked, began, hear });
      const result = new CommandResult(stdout, stderr, code);
      if (code !== 0) throw createCommandError(result);
      return result;
    },
  };
  return runner as unknown as commands.PulumiCommand;
}
