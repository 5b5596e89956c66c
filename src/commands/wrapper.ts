import { Option, type Command as Stub } from 'commander';
import { type App, openApp } from '../core/app.ts';
import { type Host, openContext } from '../core/context/index.ts';
import { type ExitName, exits, UsageError } from '../core/errors/index.ts';
import { openAsk } from './ask.ts';
import {
  type BareContext,
  type Command,
  type CommandContext,
  commonOptions,
  environmentTwin,
  switchIn,
} from './definition.ts';
import { openProgress } from './progress.ts';
import { openStyle, type Style } from './style.ts';

/** What commander has read, before any check. */
type Parsed = Readonly<Record<string, unknown>>;

interface Spoken {
  readonly values: Parsed;
  /** Names of the variables that options were read from. */
  readonly spoken: ReadonlyMap<string, string>;
}

const BANNER = 'Demo portfolio: invented data. `sophia init` starts your own.';

/** Gives a stub its arguments, options and help, now that its definition is loaded. */
export function declare(stub: Stub, command: Command, host: Host, settle: (code: number) => void): void {
  const own = command.options ?? [];
  const common = commonOptions.filter(({ flags }) => !own.some((each) => each.flags === flags));
  const specs = [...own, ...common].map(({ flags, help, typed = false }) => ({
    typed,
    option: new Option(flags, help),
  }));
  const options = specs.map(({ option }) => option);
  const withTwin = specs.filter(({ typed }) => !typed).map(({ option }) => option);
  for (const option of withTwin) option.description += ` (env: ${environmentTwin(option)})`;
  for (const { name, help, required = true } of command.args ?? [])
    stub.argument(required ? `<${name}>` : `[${name}]`, help);
  for (const option of options) stub.addOption(option);
  stub.description(`${command.summary} (${command.status})`);
  stub.addHelpText('before', `Examples:\n${command.examples.map((line) => `  $ ${line}\n`).join('')}`);
  stub.action(async () => {
    const args = Object.fromEntries((command.args ?? []).map(({ name }, index) => [name, stub.processedArgs[index]]));
    const [typed, env] = [given(stub), fromEnvironment(withTwin, host)];
    // A message names what was set: the flag, or the variable.
    const spoken = new Map(Object.keys(env).flatMap((name) => (name in typed ? [] : [[name, twinOf(options, name)]])));
    settle(await perform(command, { values: { ...env, ...typed, ...args }, spoken }, host));
  });
}

/** Options that the command line has; commander's own defaults for `--no-x` are left out. */
function given(stub: Stub): Parsed {
  return Object.fromEntries(Object.entries(stub.opts()).filter(([name]) => stub.getOptionValueSource(name) === 'cli'));
}

/** Twins of the options; a flag on the command line wins. Commander's own reading would bypass the host. */
function fromEnvironment(options: readonly Option[], { env }: Host): Parsed {
  const found = options.flatMap((option): (readonly [string, string | boolean])[] => {
    const name = environmentTwin(option);
    const text = env[name];
    if (text === undefined) return [];
    if (!option.isBoolean() && !option.negate) return [[option.attributeName(), text]];
    const on = switchIn(text);
    if (on === undefined) throw new UsageError(`${name} is "${text}", which is neither on nor off`, [`${name}=1`]);
    return [[option.attributeName(), on !== option.negate]];
  });
  return Object.fromEntries(found);
}

function twinOf(options: readonly Option[], name: string): string {
  const option = options.find((each) => each.attributeName() === name);
  return option ? environmentTwin(option) : name;
}

/** The one way a command runs: check, open, run, print, close. Errors go up to `main`. */
async function perform(command: Command, { values: parsed, spoken }: Spoken, host: Host): Promise<number> {
  const { z } = await import('zod');
  const common = z.object({
    json: z.boolean().default(false),
    color: z.enum(['auto', 'always', 'never']).default('auto'),
    owner: z.string().optional(),
    cwd: z.string().optional(),
    yes: z.boolean().default(false),
    input: z.boolean().default(true),
  });
  const { json, color, owner, cwd, yes, input: mayAsk } = check(command, spoken, common.safeParse(parsed));
  const input = check(command, spoken, command.input(z).safeParse(parsed));
  const style = await openStyle(host, color, json);
  const progress = openProgress(host);
  const context = openContext(host, cwd, progress);
  if ((await context.files.kindOf(context.files.places.here)) !== 'folder')
    throw new UsageError(`there is no folder "${cwd}"`, ['--cwd <dir>   names a folder that is there']);
  const bare: BareContext = {
    ...context,
    ask: openAsk(host, yes || !mayAsk),
    owner,
    show: (draw) => {
      progress.clear();
      host.stderr.write(`${draw(style)}\n`);
    },
  };
  const out: Output = { host, style, json, clear: () => progress.clear() };

  try {
    // A command that looks at no workspace is typed so: it does not miss what it is not given.
    if ((command.place as string) === 'none')
      return exits[await print(command, bare as CommandContext, input, out)].code;
    await using app = await openApp(context, { owner, place: command.place });
    if (app.workspace.synthetic) context.logger.warn(BANNER);
    return exits[await print(command, { ...bare, app }, input, out)].code;
  } finally {
    progress.clear();
  }
}

interface Output {
  readonly host: Host;
  readonly style: Style;
  readonly json: boolean;
  clear(): void;
}

async function print(command: Command, ctx: CommandContext, input: unknown, out: Output): Promise<ExitName> {
  const { host, style, json, clear } = out;
  const say = (text: string) => {
    clear();
    host.stdout.write(`${text}\n`);
  };
  // Whoever reads the JSON must be able to tell invented data from real.
  const mark = async (synthetic?: boolean) => {
    const app = ctx.app as App | undefined;
    return json && (synthetic ?? (await app?.isSynthetic())) ? { synthetic: true } : {};
  };
  if ('stream' in command) {
    let marks: object | undefined;
    for await (const item of command.stream(ctx, input)) {
      marks ??= await mark();
      say(json ? JSON.stringify({ ...item, ...marks }) : command.renderItem(item, style));
    }
    return 'ok';
  }
  const { data, exit = 'ok', synthetic } = await command.run(ctx, input);
  say(json ? JSON.stringify({ ...data, ...(await mark(synthetic)) }) : command.render(data, style));
  return exit;
}

interface Checked<T> {
  readonly data?: T;
  readonly error?: { readonly issues: readonly { readonly path: PropertyKey[]; readonly message: string }[] };
}

function check<T>({ args = [] }: Command, spoken: Spoken['spoken'], { data, error }: Checked<T>): T {
  if (!error) return data as T;
  const problems = error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const typed = args.some((arg) => arg.name === name) ? `<${name}>` : `--${kebab(name)}`;
    return `${spoken.get(name) ?? typed}: ${message}`;
  });
  throw new UsageError(problems.join('; '));
}

function kebab(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
