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
  isOn,
} from './definition.ts';
import { openProgress } from './progress.ts';
import { openStyle, type Style } from './style.ts';

/** What commander has read, before any check. */
type Parsed = Readonly<Record<string, unknown>>;

const BANNER = 'Demo portfolio, invented data: there is no sophia.yaml here. `sophia init` starts your own.';

/** Gives a stub its arguments, options and help, now that its definition is loaded. */
export function declare(stub: Stub, command: Command, host: Host, settle: (code: number) => void): void {
  const options = [...(command.options ?? []), ...commonOptions].map(({ flags, help }) => {
    const option = new Option(flags, help);
    option.description += ` (env: ${environmentTwin(option)})`;
    return option;
  });
  for (const { name, help, required = true } of command.args ?? [])
    stub.argument(required ? `<${name}>` : `[${name}]`, help);
  for (const option of options) stub.addOption(option);
  stub.description(`${command.summary} (${command.status})`);
  stub.addHelpText('before', `Examples:\n${command.examples.map((line) => `  $ ${line}\n`).join('')}`);
  stub.action(async () => {
    const args = Object.fromEntries((command.args ?? []).map(({ name }, index) => [name, stub.processedArgs[index]]));
    settle(await perform(command, { ...fromEnvironment(options, host), ...given(stub), ...args }, host));
  });
}

/** Options that the command line has; commander's own defaults for `--no-x` are left out. */
function given(stub: Stub): Parsed {
  return Object.fromEntries(Object.entries(stub.opts()).filter(([name]) => stub.getOptionValueSource(name) === 'cli'));
}

/** Twins of the options; a flag on the command line wins. Commander's own reading would bypass the host. */
function fromEnvironment(options: readonly Option[], { env }: Host): Parsed {
  const found = options.flatMap((option) => {
    const text = env[environmentTwin(option)];
    if (text === undefined) return [];
    const value = option.isBoolean() ? isOn(text) !== option.negate : text;
    return [[option.attributeName(), value] as const];
  });
  return Object.fromEntries(found);
}

/** The one way a command runs: check, open, run, print, close. Errors go up to `main`. */
async function perform(command: Command, parsed: Parsed, host: Host): Promise<number> {
  const { z } = await import('zod');
  const common = z.object({
    json: z.boolean().default(false),
    color: z.enum(['auto', 'always', 'never']).default('auto'),
    owner: z.string().optional(),
    cwd: z.string().optional(),
    yes: z.boolean().default(false),
    input: z.boolean().default(true),
  });
  const { json, color, owner, cwd, yes, input: mayAsk } = check(command, common.safeParse(parsed));
  const input = check(command, command.input(z).safeParse(parsed));
  const style = await openStyle(host, color, json);
  const progress = openProgress(host);
  const context = openContext(host, cwd, progress);
  const bare: BareContext = { ...context, ask: openAsk(host, yes || !mayAsk) };
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
  if ('stream' in command) {
    for await (const item of command.stream(ctx, input))
      say(json ? JSON.stringify(await marked(item, ctx.app)) : command.renderItem(item, style));
    return 'ok';
  }
  const { data, exit = 'ok' } = await command.run(ctx, input);
  say(json ? JSON.stringify(await marked(data, ctx.app)) : command.render(data, style));
  return exit;
}

/** Whoever reads the JSON must be able to tell invented data from real. */
async function marked(data: object, app: App | undefined): Promise<object> {
  return (await app?.isSynthetic()) ? { ...data, synthetic: true } : data;
}

interface Checked<T> {
  readonly data?: T;
  readonly error?: { readonly issues: readonly { readonly path: PropertyKey[]; readonly message: string }[] };
}

function check<T>({ args = [] }: Command, { data, error }: Checked<T>): T {
  if (!error) return data as T;
  const problems = error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const typed = args.some((arg) => arg.name === name) ? `<${name}>` : `--${kebab(name)}`;
    return `${typed}: ${message}`;
  });
  throw new UsageError(problems.join('; '));
}

function kebab(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
