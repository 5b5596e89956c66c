import { classOf, shapeOf } from './classes.ts';
import type { Said } from './turn.ts';

/** A sign in a turn, and the words that it was seen in. */
export type Signs = ReadonlyMap<string, string>;

/** How far apart two words may stand and still be one sign, where one of them is of a class. */
const REACH = 3;

interface Token {
  /** As it was said. */
  readonly word: string;
  /** The word without its ending; numbers, days and months as what they are. */
  readonly shape: string;
  /** Its class in capitals, or its shape where it has none. */
  readonly kind: string;
}

const isClass = ({ kind }: Token) => /^[A-Z]/.test(kind);

/**
 * What a model may look at: words and pairs of neighbours, and the same with words replaced by their class, so that what
 * was learned of a sink holds for a faucet. Two classes in one turn are a sign too, however far apart.
 */
export function signsIn({ sentences }: Said): Signs {
  const signs = new Map<string, string>();
  const note = (sign: string, words: readonly Token[]) => {
    if (!signs.has(sign)) signs.set(sign, words.flatMap(({ word }) => word || []).join(' '));
  };
  const firstOf = new Map<string, Token>();
  for (const { words, asked } of sentences) {
    const inner = [...words.split(' '), ...(asked ? ['?'] : [])].map(tokenOf);
    const tokens: Token[] = [edge('^'), ...inner, edge('$')];
    tokens.forEach((token, at) => {
      const [next, afterNext] = [tokens[at + 1], tokens[at + 2]];
      if (token.word !== '') note(token.shape, [token]);
      if (isClass(token)) {
        note(token.kind, [token]);
        if (!firstOf.has(token.kind)) firstOf.set(token.kind, token);
      }
      if (next) note(`${token.shape} ${next.shape}`, [token, next]);
      for (let apart = 1; apart <= REACH; apart++) {
        const other = tokens[at + apart];
        if (!other || !(isClass(token) || isClass(other))) continue;
        note(`c:${token.kind}${apart > 1 ? ' _ ' : ' '}${other.kind}`, tokens.slice(at, at + apart + 1));
      }
      if (next && afterNext && [token, next, afterNext].some(isClass))
        note(`c:${token.kind} ${next.kind} ${afterNext.kind}`, [token, next, afterNext]);
    });
  }
  const kinds = [...firstOf].sort(([one], [other]) => (one < other ? -1 : 1));
  kinds.forEach(([kind, token], at) => {
    for (const [other, otherToken] of kinds.slice(at + 1)) note(`&${kind}&${other}`, [token, otherToken]);
  });
  return signs;
}

/** Where a sentence begins or ends. */
function edge(kind: '^' | '$'): Token {
  return { word: '', shape: kind, kind };
}

function tokenOf(word: string): Token {
  const shape = shapeOf(word);
  return { word, shape, kind: classOf(word, shape) ?? shape };
}
