import type { ZodType, z as zod } from 'zod';
import type { App } from '../core/app.ts';
import type { Chosen, Layers } from '../core/config/index.ts';
import type { Context } from '../core/context/index.ts';
import { switchIn, type TimeZone, variableOf } from '../core/domain/index.ts';
import type { ExitName } from '../core/errors/index.ts';
import type { Surroundings } from '../core/ops/doctor/around.ts';
import type { NameKind } from '../core/ops/names.ts';
import type { Ask } from './ask.ts';
import type { Style } from './style.ts';
import type { Takeable } from './terminal.ts';

/** What the shell offers where a value is typed: these words, what lies on the disk, or what the store knows. */
export type Completes = readonly string[] | 'file' | 'folder' | NameKind;

/** `flags` as commander writes them; each long flag has an environment twin, `--as-of` is `SOPHIA_AS_OF`. */
export interface OptionSpec {
  readonly flags: string;
  readonly help: string;
  readonly completes?: Completes;
  /** What counts where nothing is said; of `--no-x` that is what `x` is then. */
  readonly fallback?: string | boolean;
  /** It must be typed: what was set for something else, in a variable or a file, does not count. Default: it has its twin. */
  readonly typed?: true;
  /** It may be wished for in the user's own file. */
  readonly personal?: true;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  /** Default: it is. */
  readonly required?: boolean;
  readonly completes?: Completes;
}

/**
 * Where a command may run: in a workspace or else in the demo (`any`), only in a workspace (`own`), or without looking
 * at either, writing nothing but what the user names (`none`).
 */
export type Place = 'any' | 'own' | 'none';

/**
 * What is another afterwards: nothing; only the `record` that sophia keeps of its own work, which is runs and what they
 * propose; or the `world`, which is the user's data, files, or an answer that stands. Who changes it has a
 * `--dry-run`; screens have `--read-only`.
 */
export type Changes = 'nothing' | 'record' | 'world';

interface Described {
  readonly summary: string;
  readonly status: 'experimental' | 'beta' | 'stable';
  readonly changes: Changes;
  /**
   * Whether an index, or who stands above the trigger, is `shown`, as by what a run was begun with, or by a copy of all: then the wrapper
   * refuses who must not see it. What services run by themselves is `served`: it refuses whose token says that they must
   * not. Commands about risk and runs say so, one way or the other; a test finds what is shown unsaid.
   */
  readonly scores?: 'shown' | 'hidden' | 'served';
  readonly args?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /**
   * What it does cannot be undone. Before it does it, it awaits `ctx.confirm`: a name must be typed, or handed over
   * with `--confirm`, which every such command takes. `--yes` is not enough. `names`: of what it is the name.
   */
  readonly severe?: { readonly names: string };
  /** It shows screens, until whoever looks at them leaves: it has an end, and no result before. */
  readonly takesTerminal?: true;
  /** It goes on without what a file of settings says amiss, and tells of it. Default: that ends a command. */
  readonly settings?: 'as far as readable';
  /** Complete command lines. They head the help, and a test runs each of them. */
  readonly examples: readonly [string, ...string[]];
}

/** What a command that looks at no workspace is given. */
export type BareContext = Context & {
  /** For who shows screens; `undefined` where none can be shown. */
  readonly terminal: Takeable | undefined;
  readonly ask: Ask;
  /** Shows something to whoever is about to be asked, on stderr: the result alone goes to stdout. */
  show(draw: (style: Style) => string): void;
  /**
   * Of a severe command: returns when a human has named the thing that `what` will be done to. Who has not named it yet
   * is shown what that comes to. Throws otherwise.
   */
  confirm(asked: { readonly what: string; readonly name: string }, draw: (style: Style) => string): Promise<void>;
  /** Whether a name was handed over with `--confirm`. It is looked at by `confirm` alone. */
  readonly isNamed: boolean;
  /** Whom `--owner` names, by id or name. */
  readonly owner: string | undefined;
  /** The options that every command takes, with who says what they are. */
  readonly options: readonly Chosen[];
  /** What was said to the command. Faults are there only where it goes on without what is at fault. */
  readonly layers: Layers;
  readonly around: Surroundings;
};
export type CommandContext = BareContext & { readonly app: App };
type ContextIn<P extends Place> = P extends 'none' ? BareContext : CommandContext;

/** What came of a command that ends. `exit` only where the end is neither success nor an error. */
export interface Outcome<Data extends object> {
  readonly data: Data;
  readonly exit?: ExitName;
  /** Whether what is told is invented. Absent: it is when anything that the command could see is. */
  readonly synthetic?: boolean;
}

/** Prints one line for each thing that happens, for as long as it runs. */
export interface Streaming<Input, Item extends object> {
  /** What is said in words where it has ended and nothing has happened. */
  readonly none: string;
  stream(ctx: CommandContext, input: Input): AsyncIterable<Item>;
  /** Moments are told by the clock on the wall of the workspace. */
  renderItem(item: Item, style: Style, timeZone: TimeZone): string;
}

/** Runs, then prints one result. */
export interface OutcomeCommand<Input, Data extends object, P extends Place = Place> extends Described {
  readonly place: P;
  /** What is wrong with words and options. Absent where nothing can be: they are taken as they were typed. */
  input?(z: typeof zod): ZodType<Input>;
  run(ctx: ContextIn<P>, input: Input): Promise<Outcome<Data>>;
  render(data: Data, style: Style): string;
  /** With some options it has no end: it stays, and prints a line for each thing that happens. */
  stays?: { when(input: Input): boolean } & Streaming<Input, object>;
}

export interface StreamCommand<Input, Item extends object> extends Described, Streaming<Input, Item> {
  readonly place: 'any' | 'own';
  input(z: typeof zod): ZodType<Input>;
}

export type Command = OutcomeCommand<unknown, object, 'any'> | StreamCommand<unknown, object>;

export function defineCommand<Input, Data extends object, P extends Place = Place>(
  command: OutcomeCommand<Input, Data, P>,
): Command {
  // The wrapper gives each place its own context; what it calls has forgotten which.
  return command as unknown as Command;
}

export function defineStream<Input, Item extends object>(command: StreamCommand<Input, Item>): Command {
  return command;
}

/** When output is coloured. */
export const whens = ['auto', 'always', 'never'] as const;

/** Every command takes these; the wrapper handles them. A command may explain one of them in its own words. */
export const commonOptions: readonly OptionSpec[] = [
  { flags: '--json', help: 'print the result as JSON', fallback: false },
  {
    ...{ flags: '--color <when>', help: 'auto, always or never', fallback: 'auto', personal: true },
    completes: whens,
  },
  { flags: '--quiet', help: 'print the result and errors only', fallback: false, personal: true },
  { flags: '--debug', help: 'show where a fault lies, and write a log', fallback: false },
  { flags: '--owner <id>', help: 'act for this owner only', completes: 'owner' },
  { flags: '--cwd <dir>', help: 'work in this folder', completes: 'folder' },
  { flags: '--timeout <seconds>', help: 'how long a server or a pipe may be silent' },
  { flags: '--yes', help: 'agree to what is asked, and take defaults for the rest', fallback: false },
  { flags: '--no-input', help: 'never ask', fallback: true },
];

/** The options that a command has, or explains, itself. */
export function optionsOf({ options = [], severe }: Pick<Described, 'options' | 'severe'>): readonly OptionSpec[] {
  if (!severe) return options;
  return [...options, { flags: '--confirm <name>', help: `${severe.names}: do it without asking` }];
}

/** Those that all commands take, but for what this one explains itself. */
export function commonOf({ options = [] }: Pick<Described, 'options'>): readonly OptionSpec[] {
  return commonOptions.filter(({ flags }) => !options.some((own) => own.flags === flags));
}

export function isOn(text: string | undefined): boolean {
  return switchIn(text ?? '') === true;
}

/**
 * Which thing is lost, and which world is meant, is said for one command by whoever calls it. As a variable they are
 * refused, not passed over: who set it believes that it counts.
 */
const NEVER_SET = ['--confirm', '--rehearse'];

export function isRefusedIfSet(option: OptionSpec): boolean {
  return NEVER_SET.includes(longOf(option));
}

/** Whether the command line alone can say it. */
export function isTyped(option: OptionSpec): boolean {
  return option.typed === true || isRefusedIfSet(option);
}

/** `--as-of` of `--as-of <day>`. */
export function longOf({ flags }: OptionSpec): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? '';
}

export function takesValue({ flags }: OptionSpec): boolean {
  return flags.includes('<');
}

/** As a setting, `--no-input` is `no_input`. */
export function settingOf(option: { readonly long?: string | undefined }): string {
  return (option.long ?? '').slice(2).replaceAll('-', '_');
}

/** `--as-of` is `SOPHIA_AS_OF`, `--no-input` is `SOPHIA_NO_INPUT`. */
export function environmentTwin(option: { readonly long?: string | undefined }): string {
  return variableOf((option.long ?? '').slice(2));
}
