import { type Layers, type Said, wrongValue } from '../core/config/index.ts';
import { nearest } from '../core/errors/index.ts';
import { type Binding, bindings, type KeyTable, namedKeys } from './keys.ts';
import { graphemesOf } from './text.ts';

const PLACE = 'tui.keys.';
const INTERRUPT = 'ctrl-c';
/** Where one types, or what is asked before that: a letter there could not be typed any more. */
const BESIDE_TEXT = ['always', 'entry'];
/** They come as another key: nothing on the wire tells them apart. */
const alsoSent: Readonly<Record<string, string>> = {
  ...{ 'ctrl-h': 'backspace', 'ctrl-i': 'tab', 'ctrl-j': 'enter', 'ctrl-m': 'enter' },
};

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
    return keys ? { ...bound, keys } : bound;
  });
  for (const bound of table) {
    const said = wishes.get(nameOf(bound));
    const others = table.filter((other) => other !== bound && other.scope === bound.scope);
    for (const key of said ? bound.keys : []) {
      const other = others.find(({ keys }) => keys.includes(key));
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
  for (const key of keys) {
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
