import { type Layers, type Said, wrongValue } from '../core/config/index.ts';
import { nearest } from '../core/errors/index.ts';
import { type Binding, bindings, type KeyTable, namedKeys, sentKey } from './keys.ts';
import { graphemesOf } from './text.ts';

const PLACE = 'tui.keys.';
const INTERRUPT = 'ctrl-c';
/** Where one types, or what is asked before that: a letter there could not be typed any more. */
const BESIDE_TEXT = ['always', 'entry'];
/** They come as another key: nothing on the wire tells them apart. */
const alsoSent: Readonly<Record<string, string>> = {
  ...{ 'ctrl-h': 'backspace', 'ctrl-i': 'tab', 'ctrl-j': 'enter', 'ctrl-m': 'enter' },
};

/** Layers that hear a key one behind the other: what has it in the first keeps it from the others. */
const around = ['always', 'filter', 'list', 'app'] as const;
const together: readonly (readonly string[])[] = [
  ...(
    ['overview', 'risk', 'property', 'approvals', 'proposal', 'lapsed', 'form', 'deploy', 'run', 'runs'] as const
  ).map((screen) => [screen, ...around]),
  ['always', 'entry', 'list'],
  ['always', 'help'],
  // A key that is held down would open the question, and answer it.
  ...(['risk', 'property', 'proposal', 'lapsed', 'form', 'run', 'entry', 'always'] as const).map(
    (asks) => [asks, 'confirm'] as const,
  ),
];

const nameOf = ({ scope, act }: Binding) => `${scope}.${act}`;
const quoted = (key: string) => JSON.stringify(key);

/**
 * The keys, with those that the user's own settings have in their place. Throws UserError `config` for the first wish
 * that cannot be met: a key that is not heard, or means two things, would be noticed when it is needed.
 */
export async function keysFor(user: Layers['user']): Promise<KeyTable> {
  const wishes = new Map(
    [...user].filter(([key]) => key.startsWith(PLACE)).map(([key, said]) => [key.slice(PLACE.length), said]),
  );
  const refuse = (name: string, said: Said, why: string) => wrongValue(said, `${PLACE}${name}`, why);
  for (const [name, said] of wishes) {
    const why = await faultIn(name, said.value as readonly string[]);
    if (why) throw refuse(name, said, why);
  }
  const table = bindings.map((bound: Binding) => {
    const keys = wishes.get(nameOf(bound))?.value as readonly string[] | undefined;
    return keys ? { ...bound, keys: keys.map(sentKey) } : bound;
  });
  for (const bound of table) {
    const said = wishes.get(nameOf(bound));
    const others = table.filter((other) => other !== bound && isTogether(bound.scope, other.scope));
    for (const key of said ? bound.keys : []) {
      const other = others.find((each) => each.keys.includes(key) && !isMeantSo(nameOf(bound), nameOf(each), key));
      if (said && other)
        throw refuse(
          nameOf(bound),
          said,
          `${quoted(key)} is ${nameOf(other)} as well: give one of the two another key`,
        );
    }
  }
  return table;
}

function isTogether(one: string, other: string): boolean {
  return one === other || together.some((scopes) => scopes.includes(one) && scopes.includes(other));
}

/** The usual keys mean two things in one place where only one of them can be meant, such as esc in a list that is filtered. */
function isMeantSo(one: string, other: string, key: string): boolean {
  return [one, other].every((name) =>
    bindings.some((each: Binding) => nameOf(each) === name && each.keys.includes(key)),
  );
}

async function faultIn(name: string, keys: readonly string[]): Promise<string | undefined> {
  const bound = bindings.find((each) => nameOf(each) === name);
  if (!bound) {
    const [meant] = await nearest(name, bindings.map(nameOf), 1);
    return `nothing is called so${meant ? `: is ${meant} meant?` : '; docs/keys.md names all that can be done'}`;
  }
  if (keys.length === 0) return 'needs one key or more: leave the line out to have the usual ones';
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) return `${quoted(twice)} is there twice`;
  if (name === 'always.interrupt' && !keys.includes(INTERRUPT))
    return `must keep ${INTERRUPT}: it works wherever one is`;
  for (const key of keys.map(sentKey)) {
    const sent = alsoSent[key];
    if (sent) return `a terminal sends ${quoted(key)} as ${sent}: say ${sent}, or another key`;
    if (!isSent(key))
      return `no terminal sends ${quoted(key)}: one letter or sign, ${namedKeys.join(', ')}, ctrl-x and alt-x are keys`;
    if (BESIDE_TEXT.includes(bound.scope) && graphemesOf(key).length === 1)
      return `${quoted(key)} could not be typed any more: give it a key that is no letter`;
  }
  return undefined;
}

function isSent(key: string): boolean {
  if (namedKeys.includes(key) || /^ctrl-[a-z]$|^alt-[a-zA-Z]$/.test(key)) return true;
  return graphemesOf(key).length === 1 && !/\p{C}/u.test(key);
}
