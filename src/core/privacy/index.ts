export { protectedName, unreadColumn } from './protected.ts';

import { terms } from './terms.ts';

/** What fair housing keeps out of every score; whoever is told of it is a person, not a model. */
export type SensitiveClass = keyof typeof terms;

/**
 * The classes that a text of any length tells of the speaker, the household or another person. English only: a text in
 * another language must be kept out for that alone. In doubt a class is set, as a missed one is the worst error and a
 * false one costs one turn.
 */
export function sensitiveClasses(text: string): readonly SensitiveClass[] {
  const plain = text.replaceAll('’', "'").replace(/\s+/g, ' ');
  return (Object.keys(terms) as SensitiveClass[]).filter((each) => {
    const { tells, means } = terms[each];
    // What sounds alike is taken out first, so that the rest of the sentence is still heard.
    const rest = means.reduce((left, other) => left.replace(other, ' ~ '), plain);
    return tells.some((sign) => sign.test(rest));
  });
}
