import { type Ear, withheld } from './category.ts';
import type { Reading } from './layout.ts';

/** How the columns of a file are called; whether each stands for what no score may rest on; and how it is read. */
export interface Place {
  readonly own: readonly string[];
  readonly unread: readonly boolean[];
  readonly reading: Reading;
}

/** A row as it stood: where its cells begin and end is what is to be mended. */
function cellsOf({ own, unread }: Pick<Place, 'own' | 'unread'>, row: readonly string[]): Record<string, string> {
  const cells: Record<string, string> = {};
  for (let at = 0; at < Math.max(own.length, row.length); at++)
    if (!unread[at]) cells[own[at] || `column ${at + 1}`] = row[at] ?? '';
  return cells;
}

/** A row whose cells have slipped: from the first that might not be told on, nobody knows which of them is which. */
export function spiltOf(place: Place, row: readonly string[]): Record<string, string> {
  const { own, unread, reading } = place;
  const untold = own.findIndex((_, at) => unread[at] || !reading.reads(at) || reading.aboutAt.includes(at));
  return cellsOf(place, untold < 0 ? row : row.slice(0, untold));
}

/** Of a row what is read, and of what a ticket is about a mark, where that would not be kept and is not amiss. */
export function keptOf(
  place: Place,
  row: readonly string[],
  ear: Ear,
  amiss: readonly string[] = [],
): Record<string, string> {
  const { own, reading } = place;
  const about = amiss.includes('category') ? undefined : reading.aboutOf(row);
  const mark = about && withheld(ear, about);
  const kept = own.map((_, at) => {
    if (mark !== undefined && reading.aboutAt.includes(at)) return mark;
    return reading.reads(at) ? (row[at] ?? '') : '';
  });
  return cellsOf(place, kept);
}
