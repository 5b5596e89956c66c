export { isProtectedLabel, protectedName, unreadColumn } from './protected.ts';

import { terms } from './terms.ts';

/** What fair housing keeps out of every score; whoever is told of it is a person, not a model. */
export type SensitiveClass = keyof typeof terms;

/**
 * The classes that a text of any length tells of the speaker, the household or another person. English only: a text in
 * another language must be kept out for that alone. In doubt a class is set, as a missed one is the worst error and a
 * false one costs one turn.
 */
export function sensitiveClasses(text: string): readonly SensitiveClass[] {
  return sensitiveWords(text).map(({ is }) => is);
}

/** The same, each with the words that tell it. */
export function sensitiveWords(text: string): readonly { readonly is: SensitiveClass; readonly words: string }[] {
  const plain = text.replaceAll('’', "'").replace(/\s+/g, ' ');
  return (Object.keys(terms) as SensitiveClass[]).flatMap((is) => {
    const { tells, means } = terms[is];
    // What sounds alike is taken out first, so that the rest of the sentence is still heard.
    const rest = means.reduce((left, other) => left.replace(other, ' ~ '), plain);
    for (const sign of tells) {
      const found = sign.exec(rest);
      if (found) return [{ is, words: found[0].trim() }];
    }
    return [];
  });
}
