import { Option, type Command as Stub } from 'commander';
import { type App, openApp } from '../core/app.ts';
import {
  type Chosen,
  knownVariables,
  type Layers,
  readLayers,
  surveyLayers,
  unknownVariables,
  withoutFiles,
  wrongValue,
} from '../core/config/index.ts';
import { type Host, openContext } from '../core/context/index.ts';
import { variableOf } from '../core/domain/index.ts';
import { type ExitName, exits, nearest, SophiaError, UsageError } from '../core/errors/index.ts';
import { openAsk } from './ask.ts';
import type { Log } from './debug.ts';
import {
  type BareContext,
  type Command,
  type CommandContext,
  commonOf,
  environmentTwin,
  isTyped,
  type OptionSpec,
  optionsOf,
  type Streaming,
} from './definition.ts';
import { harmless, harmlessJson } from './harmless.ts';
import {
  asSettings,
  commonIn,
  type Declared,
  gather,
  type Parsed,
  refuseFiles,
  refuseSet,
  typedOptions,
} from './options.ts';
import { openProgress, type Progress } from './progress.ts';
import { ofRehearsal } from './stay.ts';
import { openStyle, type Style } from './style.ts';
import { surroundingsOf } from './surroundings.ts';
import { terminalOf } from './terminal.ts';

/** What `main` must know of a command when it has ended, however it did. */
export interface Ending {
  code: number;
  json: boolean;
  debug: boolean;
  log?: Log | undefined;
}

const BANNER = 'Demo portfolio: invented data. `sophia init` starts your own.';

/** Gives a stub its arguments, options and help, now that its definition is loaded. */
export function declare(stub: Stub, command: Command, host: Host, ending: Ending): void {
  const [own, common] = [optionsOf(command).map(declaredFrom), commonOf(command).map(declaredFrom)];
  for (const { name, help, required = true } of command.args ?? [])
    stub.argument(required ? `<${name}>` : `[${name}]`, help);
  for (const { option } of [...own, ...common]) stub.addOption(option);
  stub.description(`${command.summary} (${command.status})`);
  stub.addHelpText('before', `Examples:\n${command.examples.map((line) => `  $ ${line}\n`).join('')}`);
  stub.allowExcessArguments().action(async () => {
    await refuseExcess(stub, command, host);
    const given = (command.args ?? []).map(({ name }, index) => [name, stub.processedArgs[index]] as const);
    const words = given.filter(([, word]) => word !== undefined);
    const asked = { called: nameOf(stub), words: Object.fromEntries(words), typed: typedOptions(stub), own, common };
    ending.code = await perform(command, asked, host, ending);
  });
}

function declaredFrom(spec: OptionSpec): Declared {
  const option = new Option(spec.flags, spec.help);
  if (!isTyped(spec)) option.description += ` (env: ${environmentTwin(option)})`;
  return { option, spec };
}

/** Commander would count the words, and not say which. */
async function refuseExcess(stub: Stub, { args = [] }: Command, { argv }: Host): Promise<void> {
  if (stub.args.length <= args.length) return;
  const { tooManyWords } = await import('./meant.ts');
  // Without its options it would be another command, such as one that is no longer a rehearsal; files are several.
  const canBeWhole = !argv.some((word) => word.startsWith('-')) && args.at(-1)?.completes !== 'file';
  const verbs = stub.commands.map((verb) => verb.name());
  throw await tooManyWords({ called: nameOf(stub), takes: args.length, words: stub.args, canBeWhole, verbs });
}

function nameOf(stub: Stub): string {
  return stub.parent ? `${nameOf(stub.parent)} ${stub.name()}` : stub.name();
}

interface Asked {
  /** As it is called: `sophia churn analyze`. */
  readonly called: string;
  readonly words: Parsed;
  readonly typed: Parsed;
  readonly own: readonly Declared[];
  readonly common: readonly Declared[];
}

/** The one way a command runs: check, open, run, print, close. Errors go up to `main`. */
async function perform(command: Command, asked: Asked, host: Host, ending: Ending): Promise<number> {
  const progress = openProgress(host);
  let isRehearsal = false;
  try {
    const cwd = (asked.typed.cwd as string | undefined) ?? host.env.SOPHIA_CWD;
    const opened = openContext(host, cwd, progress);
    if ((await opened.files.kindOf(opened.files.places.here)) !== 'folder')
      throw new UsageError(`there is no folder "${cwd}"`, ['--cwd <dir>   names a folder that is there']);
    const read = command.settings === 'as far as readable' ? surveyLayers : readLayers;
    const { layers, chosen, parsed, common } = await settle(command, asked, await read(opened));
    const context = { ...opened, patienceS: common.timeout };
    const { json, color, quiet, debug, owner, yes, input: mayAsk, confirm: given } = common;
    Object.assign(ending, { json, debug });
    progress.colour(color);
    const asksQuiet = chosen.get('quiet')?.from;
    if (quiet) progress.mute(asksQuiet === 'flag' || asksQuiet === 'env' ? 'caller' : 'file');
    await tellOfUnknown(layers, progress);
    const options = asSettings(asked.common, chosen);
    if (debug) {
      const all = [...asSettings(asked.own, chosen), ...options];
      const running = { command: asked.called, words: Object.keys(asked.words).length, options: all };
      const { openLog } = await import('./debug.ts');
      ending.log = await openLog(context, host, running);
    }
    const input = command.input ? await check(command, command.input, chosen, parsed) : parsed;
    isRehearsal = (input as { readonly rehearse?: unknown }).rehearse === true;
    const style = await openStyle(host, color, json);
    const ask = openAsk(host, yes || !mayAsk);
    const bare: BareContext = {
      ...context,
      ...{ ask, owner, options, layers, around: surroundingsOf(host, color), isNamed: given !== undefined },
      // Who asks for JSON reads it by a program.
      terminal: json ? undefined : terminalOf(host, color, progress),
      show: (draw) => {
        // A program that reads JSON reads nothing but the error on stderr.
        if (json && !ask.isHeard) return;
        progress.pause();
        host.stderr.write(`${draw(style)}\n`);
      },
      async confirm(asked, draw) {
        if (!command.severe) throw new Error('only a severe command asks for a name');
        if (given === undefined) bare.show(draw);
        await ask.name({ ...asked, given });
      },
    };
    const out: Output = { host, style, json, clear: () => progress.clear() };
    tellOfStop(host, progress);

    // A command that looks at no workspace is typed so: it does not miss what it is not given.
    if ((command.place as string) === 'none')
      return exits[await print(command, bare as CommandContext, input, out)].code;
    const { dryRun, readOnly } = input as { readonly dryRun?: unknown; readonly readOnly?: unknown };
    // Who looks only brings no store up to date, and makes none.
    const rehearses = dryRun === true || readOnly === true;
    await using app = await openApp(context, { owner, place: command.place, rehearses });
    if (command.scores === 'shown' || command.scores === 'served') {
      const { mustMaySeeScores, mustMayServe } = await import('../core/ops/hidden.ts');
      (command.scores === 'shown' ? mustMaySeeScores : mustMayServe)(app.actor, app.workspace);
    }
    await ending.log?.step('opened');
    if (app.workspace.synthetic) context.logger.warn(BANNER);
    return exits[await print(command, { ...bare, app }, input, out)].code;
  } catch (thrown) {
    throw isRehearsal && thrown instanceof SophiaError ? ofRehearsal(thrown) : thrown;
  } finally {
    progress.clear();
  }
}

interface Settled {
  readonly layers: Layers;
  /** Each option, and who says what it is. */
  readonly chosen: ReadonlyMap<string, Chosen>;
  /** Options and words. */
  readonly parsed: Parsed;
  readonly common: ReturnType<typeof commonIn>;
}

async function settle(command: Command, asked: Asked, layers: Layers): Promise<Settled> {
  try {
    if (command.severe) refuseFiles(asked.own, layers);
    refuseSet(asked.own, layers);
    const chosen = gather([...asked.own, ...asked.common], asked.typed, layers);
    const parsed = { ...Object.fromEntries([...chosen].map(([name, { value }]) => [name, value])), ...asked.words };
    const common = commonIn(chosen);
    if (command.settings === 'as far as readable' && command.input) await check(command, command.input, chosen, parsed);
    return { layers, chosen, parsed, common };
  } catch (thrown) {
    // Only what stands in a file ends so; without the files it cannot come again.
    const isOfFile = thrown instanceof SophiaError && thrown.exit === 'config';
    if (command.settings !== 'as far as readable' || !isOfFile) throw thrown;
    return settle(command, asked, withoutFiles(layers, thrown));
  }
}

/** A name that is misspelt would otherwise be obeyed as if nothing had been said. */
async function tellOfUnknown(layers: Layers, progress: Progress): Promise<void> {
  for (const { name, from, at } of unknownVariables(layers)) {
    const own = (variable: string) => variable.replace(/^SOPHIA_/, '');
    const [meant] = await nearest(own(name), knownVariables.map(own), 1);
    const where = from === 'env' ? name : `${at}: ${name}`;
    progress.warn(harmless(`${where} says nothing to sophia${meant ? `: is SOPHIA_${meant} meant?` : ''}`));
  }
}

/** Who interrupts hears at once that it was heard; a second interruption finds no handler, and kills. */
function tellOfStop({ signal, stderr }: Host, progress: Progress): void {
  signal.addEventListener('abort', () => {
    progress.clear();
    stderr.write('stopping after what is being written; again to stop at once\n');
  });
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
  const lines = async ({ stream, renderItem, none }: Streaming<unknown, object>): Promise<ExitName> => {
    let marks: object | undefined;
    let told = 0;
    // Whoever only tells has nothing to do once nobody reads it. What is being done is done to its end.
    const signal = AbortSignal.any([ctx.signal, host.unread]);
    for await (const item of stream({ ...ctx, signal }, input)) {
      if (host.unread.aborted) break;
      marks ??= await mark();
      told += 1;
      say(json ? harmlessJson({ ...item, ...marks }) : renderItem(item, style, ctx.app.workspace.timeZone));
    }
    if (told === 0 && !json && !signal.aborted) say(none);
    return 'ok';
  };
  if ('stream' in command) return lines(command);
  if (command.stays?.when(input)) return lines(command.stays);
  const { data, exit = 'ok', synthetic } = await command.run(ctx, input);
  const text = json ? harmlessJson({ ...data, ...(await mark(synthetic)) }) : command.render(data, style);
  // A blank line is no result. That each command has words is a rule, and tested.
  if (text !== '') say(text);
  return exit;
}

async function check(
  { args = [] }: Command,
  input: NonNullable<Command['input']>,
  chosen: ReadonlyMap<string, Chosen>,
  parsed: Parsed,
): Promise<unknown> {
  const { z } = await import('zod');
  const { data, error } = input(z).safeParse(parsed);
  if (!error) return data;
  const wrong = error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    const { from = 'flag', at = '' } = args.some((arg) => arg.name === name) ? {} : (chosen.get(name) ?? {});
    const typed = args.some((arg) => arg.name === name) ? `<${name}>` : `--${kebab(name)}`;
    return wrongValue({ from, at }, from === 'flag' ? typed : variableOf(kebab(name)), message);
  });
  // What stands in a file is told by itself: it ends in another way.
  const [first] = wrong.filter(({ exit }) => exit === 'config');
  if (first) throw first;
  throw new UsageError(wrong.map(({ message }) => message).join('; '), [...new Set(wrong.flatMap(({ next }) => next))]);
}

function kebab(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
