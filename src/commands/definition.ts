import type { ZodType, z as zod } from 'zod';
import type { App } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import type { ExitName } from '../core/errors/index.ts';
import type { Ask } from './ask.ts';
import type { Style } from './style.ts';

/** `flags` as commander writes them; each long flag has an environment twin, `--as-of` is `SOPHIA_AS_OF`. */
export interface OptionSpec {
  readonly flags: string;
  readonly help: string;
  /** It must be typed: a variable that was set for something else does not count. Default: it has its twin. */
  readonly typed?: true;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  /** Default: it is. */
  readonly required?: boolean;
}

/**
 * Where a command may run: in a workspace or else in the demo (`any`), only in a workspace (`own`), or without looking
 * at either, writing nothing but what the user names (`none`).
 */
export type Place = 'any' | 'own' | 'none';

interface Described {
  readonly summary: string;
  readonly status: 'experimental' | 'beta' | 'stable';
  readonly args?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Complete command lines. They head the help, and a test runs each of them. */
  readonly examples: readonly [string, ...string[]];
}

/** What a command that looks at no workspace is given. */
export type BareContext = Context & {
  readonly ask: Ask;
  /** Shows something to whoever is about to be asked, on stderr: the result alone goes to stdout. */
  show(draw: (style: Style) => string): void;
  /** Whom `--owner` names, by id or name. */
  readonly owner: string | undefined;
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

/** Runs, then prints one result. */
export interface OutcomeCommand<Input, Data extends object, P extends Place = Place> extends Described {
  readonly place: P;
  input(z: typeof zod): ZodType<Input>;
  run(ctx: ContextIn<P>, input: Input): Promise<Outcome<Data>>;
  render(data: Data, style: Style): string;
}

/** Prints one line for each thing that happens, for as long as it runs. */
export interface StreamCommand<Input, Item extends object> extends Described {
  readonly place: 'any' | 'own';
  input(z: typeof zod): ZodType<Input>;
  stream(ctx: CommandContext, input: Input): AsyncIterable<Item>;
  renderItem(item: Item, style: Style): string;
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

/** Every command takes these; the wrapper handles them. A command may explain one of them in its own words. */
export const commonOptions: readonly OptionSpec[] = [
  { flags: '--json', help: 'print the result as JSON' },
  { flags: '--color <when>', help: 'auto, always or never' },
  { flags: '--owner <id>', help: 'act for this owner only' },
  { flags: '--cwd <dir>', help: 'work in this folder' },
  { flags: '--yes', help: 'take the default answer to every question' },
  { flags: '--no-input', help: 'never ask' },
];

/** How a flag is switched on and off from the environment; `undefined` for what is neither. */
export function switchIn(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  return /^(0|false|no|off|)$/i.test(text) ? false : undefined;
}

export function isOn(text: string | undefined): boolean {
  return switchIn(text ?? '') === true;
}

/** `--as-of` is `SOPHIA_AS_OF`, `--no-input` is `SOPHIA_NO_INPUT`. */
export function environmentTwin(option: { readonly long?: string | undefined }): string {
  return `SOPHIA_${(option.long ?? '').slice(2).replaceAll('-', '_').toUpperCase()}`;
}
