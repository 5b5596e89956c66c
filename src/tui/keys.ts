import type { Key } from 'ink';
import { graphemesOf } from './text.ts';

export interface Binding {
  readonly scope: string;
  readonly keys: readonly string[];
  readonly act: string;
  readonly does: string;
}
/** The keys as they count for whoever sits here: all acts of `bindings`, in their order. */
export type KeyTable = readonly Binding[];

/**
 * Every key there is, where nobody wishes for others. What they do, the footer, `?` and the manual read this table, as
 * `remap.ts` gives it out; a layer that forgets an act does not compile.
 */
export const bindings = [
  { scope: 'always', keys: ['ctrl-c'], act: 'interrupt', does: 'stop at once' },
  { scope: 'app', keys: ['q'], act: 'quit', does: 'quit' },
  { scope: 'app', keys: [':'], act: 'palette', does: 'go to' },
  { scope: 'app', keys: ['?'], act: 'help', does: 'keys' },
  { scope: 'app', keys: ['esc'], act: 'back', does: 'back' },
  { scope: 'overview', keys: ['enter'], act: 'open', does: 'open' },
  { scope: 'risk', keys: ['enter'], act: 'open', does: 'open' },
  { scope: 'risk', keys: ['a'], act: 'analyse', does: 'analyse' },
  { scope: 'property', keys: ['p', 'enter'], act: 'proposal', does: 'proposal' },
  { scope: 'property', keys: ['a'], act: 'analyse', does: 'analyse' },
  { scope: 'approvals', keys: ['enter'], act: 'open', does: 'open' },
  { scope: 'proposal', keys: ['a'], act: 'approve', does: 'approve' },
  { scope: 'proposal', keys: ['r'], act: 'reject', does: 'reject' },
  { scope: 'lapsed', keys: ['w'], act: 'withdraw', does: 'withdraw' },
  { scope: 'deploy', keys: ['enter'], act: 'open', does: 'run' },
  { scope: 'deploy', keys: ['r'], act: 'ask', does: 'ask what bills' },
  { scope: 'deploy', keys: ['c'], act: 'cancel', does: 'cancel' },
  { scope: 'deploy', keys: ['d'], act: 'destroy', does: 'destroy' },
  { scope: 'form', keys: ['enter'], act: 'change', does: 'fill in' },
  { scope: 'form', keys: ['a'], act: 'answer', does: 'answer' },
  { scope: 'confirm', keys: ['y'], act: 'yes', does: 'yes' },
  { scope: 'confirm', keys: ['n', 'esc'], act: 'no', does: 'no' },
  { scope: 'run', keys: ['enter'], act: 'state', does: 'state' },
  { scope: 'run', keys: ['a'], act: 'answer', does: 'question' },
  { scope: 'run', keys: ['r'], act: 'goOn', does: 'go on' },
  { scope: 'run', keys: ['c'], act: 'cancel', does: 'cancel' },
  { scope: 'runs', keys: ['enter'], act: 'open', does: 'open' },
  { scope: 'runs', keys: ['s'], act: 'sort', does: 'sort' },
  { scope: 'filter', keys: ['/'], act: 'open', does: 'filter' },
  { scope: 'filter', keys: ['esc'], act: 'clear', does: 'all' },
  { scope: 'list', keys: ['j', 'down'], act: 'down', does: 'down' },
  { scope: 'list', keys: ['k', 'up'], act: 'up', does: 'up' },
  { scope: 'list', keys: ['pagedown'], act: 'pageDown', does: 'page down' },
  { scope: 'list', keys: ['pageup'], act: 'pageUp', does: 'page up' },
  { scope: 'list', keys: ['g', 'home'], act: 'first', does: 'first' },
  { scope: 'list', keys: ['G', 'end'], act: 'last', does: 'last' },
  { scope: 'entry', keys: ['enter'], act: 'done', does: 'done' },
  { scope: 'entry', keys: ['esc'], act: 'drop', does: 'drop' },
  { scope: 'entry', keys: ['backspace'], act: 'erase', does: 'erase' },
  { scope: 'help', keys: ['esc', '?', 'q'], act: 'close', does: 'close' },
] as const satisfies readonly Binding[];

type Bound = (typeof bindings)[number];
export type Scope = Bound['scope'];
/** `undefined`: not just now. */
type Acts<S extends Scope> = Readonly<Record<Extract<Bound, { scope: S }>['act'], (() => void) | undefined>>;

/** Who listens. Layers are asked from the top; one that takes text keeps all letters, a modal one keeps everything. */
export interface Layer {
  readonly scope: Scope;
  readonly acts: Readonly<Record<string, (() => void) | undefined>>;
  readonly text?: (grapheme: string) => void;
  readonly modal?: boolean;
}

export function layer<S extends Scope>(scope: S, acts: Acts<S>, more: Pick<Layer, 'text' | 'modal'> = {}): Layer {
  return { scope, acts, ...more };
}

/** Does what the key means to the first layer that knows it. */
export function dispatch(name: string, layers: readonly Layer[], table: KeyTable): void {
  for (const { scope, acts, text, modal } of layers) {
    const bound = table.find((binding) => binding.scope === scope && binding.keys.includes(name));
    const act = bound && acts[bound.act];
    const isText = text !== undefined && graphemesOf(name).length === 1;
    if (act) act();
    else if (isText) text(name);
    if (act || isText || modal) return;
  }
}

/** The keys that work in these layers. */
export function boundIn(layers: readonly Layer[], table: KeyTable): Binding[] {
  return layers.flatMap(({ scope, acts }) => table.filter((bound) => bound.scope === scope && acts[bound.act]));
}

/** What is pressed for it, as texts name it. */
export function keysOf<S extends Scope>(table: KeyTable, scope: S, act: keyof Acts<S>): readonly string[] {
  return table.find((bound) => bound.scope === scope && bound.act === act)?.keys.map(shownKey) ?? [];
}

const SPACE = 'space';

/** As it is written where one reads it. */
export function shownKey(name: string): string {
  return name === ' ' ? SPACE : name;
}

/** As it comes, of what somebody wrote. */
export function sentKey(written: string): string {
  return written === SPACE ? ' ' : written;
}

const special = [
  ['return', 'enter'],
  ['escape', 'esc'],
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[];
/** Keys that have a name, and no letter. */
export const namedKeys: readonly string[] = [...new Set(special.map(([, name]) => name))];
const inText: Readonly<Record<string, string>> = { '\r': 'enter', '\n': 'enter', '\t': 'tab', '\x7f': 'backspace' };

/** The names of what one read has brought: fast typing comes as one text, in which Enter is an ordinary character. */
export function namesOf(input: string, key: Key): string[] {
  const found = special.find(([flag]) => key[flag]);
  if (found) return [found[1]];
  if (key.ctrl) return [`ctrl-${input}`];
  // Also Escape with a letter right behind it: nobody can tell, so it is neither.
  if (key.meta) return [`alt-${input}`];
  return graphemesOf(input).map((grapheme) => inText[grapheme] ?? grapheme);
}
