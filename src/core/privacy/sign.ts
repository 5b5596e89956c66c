/** Finds its words in a text of any length, in time that grows with it and no faster. */
type Sign = Pick<RegExp, 'exec'>;

/** Words of one class. */
export interface Terms {
  /** Any of them sets the class. */
  readonly tells: readonly Sign[];
  /** What sounds alike and means something else; removed from the text before. */
  readonly means: readonly RegExp[];
}

/** Any of these words or stems, whole words unless they end in `*`. */
export function words(list: string): RegExp {
  const each = list
    .trim()
    .split(/\s*\|\s*/)
    .map((word) => word.replaceAll(' ', '[ -]').replace(/\*$/, "[a-z']*"));
  return new RegExp(`\\b(?:${each.join('|')})\\b`, 'i');
}

/** In a text that is not all in capitals. That is looked up once: a pattern that looks around from each match is slow. */
export const amongSmallLetters = (sign: RegExp): Sign => ({
  exec: (text) => (/[a-z]/.test(text) ? sign.exec(text) : null),
});
