import { isDeepStrictEqual } from 'node:util';
import type { Change, Said } from './history.ts';

/** More is no gist. */
const MOST_NAMED = 8;

/** In a few words, however much it is. */
export function gistOf(change: Change): string {
  if (!('after' in change)) {
    const { of, added, total } = change;
    return added === total ? `${of}: ${total} items` : `${of}: ${added} items more, ${total} by now`;
  }
  const { added } = differenceOf(change);
  const names = typeof added === 'object' && added !== null ? Object.keys(added) : [];
  const more = names.length - MOST_NAMED;
  const named = `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return named ? `${change.of}: ${named}` : change.of;
}

/** What went, and what came instead: of two objects only the fields in which they differ. */
export function differenceOf(change: Said): { readonly removed?: unknown; readonly added?: unknown } {
  const { before, after } = change;
  if (!('before' in change)) return { added: after };
  if (!isObject(before) || !isObject(after)) return { removed: before, added: after };
  const unlike = (one: Fields, other: Fields) =>
    Object.fromEntries(Object.entries(one).filter(([name, value]) => !isDeepStrictEqual(value, other[name])));
  const [removed, added] = [unlike(before, after), unlike(after, before)];
  return { ...(isSome(removed) && { removed }), ...(isSome(added) && { added }) };
}

type Fields = Readonly<Record<string, unknown>>;

function isSome(fields: Fields): boolean {
  return Object.keys(fields).length > 0;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
