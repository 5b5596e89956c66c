import { isProtectedLabel, sensitiveClasses } from '../privacy/index.ts';
import type { Taken } from './layout.ts';

/** What is heard in the few words that a ticket is about. */
export interface Ear {
  /** Hardship or an unfit home. */
  tellsNeed(text: string): boolean;
  /** Another building or landlord, with a price. */
  mentionsCompetitor(text: string): boolean;
  /** In doubt, as of a single word, it is English. */
  isEnglish(text: string): boolean;
}

/** What stands in a reject file for what is not kept: read again, it gives the ticket that the words would have given. */
const WITHHELD = '[kept out]';
const WITHHELD_NEED = '[kept out, in need]';

/** `judge`, which files ask of the same few categories over and over; of those that are many, each time. */
export function judgedOnce(judge: (category: string) => boolean): (category: string) => boolean {
  const known = new Map<string, boolean>();
  return (category) => {
    const is = known.get(category) ?? judge(category);
    if (known.size < 1000) known.set(category, is);
    return is;
  };
}

/** What is to be written of what a ticket is about; `undefined`: the words. */
export function withheld(ear: Ear, category: string): string | undefined {
  if (isNone(category)) return '';
  if (!isKeptOut(ear, category)) return undefined;
  return isInNeed(ear, category) ? WITHHELD_NEED : WITHHELD;
}

/** Whether the ticket is for a human to see to: what it says is not kept then. */
export function isKeptOut({ mentionsCompetitor, isEnglish }: Ear, category: string): boolean {
  const isWithheld = category.includes(WITHHELD) || category.includes(WITHHELD_NEED);
  return isWithheld || isSensitive(category) || mentionsCompetitor(category) || !isEnglish(category);
}

export function isInNeed({ tellsNeed }: Ear, category: string): boolean {
  return category.includes(WITHHELD_NEED) || tellsNeed(category);
}

/** Whether it is a day or a number, which say of no ticket what it is about, and of somebody the birth or the place. */
function isNone(category: string): boolean {
  const words = category.replace(/\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/gi, '');
  return /\d/.test(category) && !/\p{L}{2}/u.test(words);
}

/** A row without a category that is none; `tell` hears what such a column stands for. */
export function withoutNone(taken: Taken, tell: (standsFor: string) => void): Taken {
  if (!('said' in taken) || !taken.said.category || !isNone(taken.said.category)) return taken;
  tell('a day or a number, as of a birth or a place');
  const { category: _, ...said } = taken.said;
  return { said };
}

/** A category that tells of a disability, an illness, a family, an income and the like, by its name or in words. */
function isSensitive(category: string): boolean {
  if (/accommodation|assistance animal/i.test(category) || isProtectedLabel(category)) return true;
  return sensitiveClasses(category).length > 0;
}
