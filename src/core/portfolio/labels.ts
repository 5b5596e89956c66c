import type { IsoDay, TenantId } from '../domain/index.ts';
import type { Version } from './rows.ts';

/** Personal: for the person at the terminal, never for a checkpoint, a journal or a log. */
export interface TenantLabel {
  readonly id: TenantId;
  readonly key: string;
  readonly name: string;
}

/** How a row is called where it came from, so that a human can look it up there. Personal, as `TenantLabel`. */
export interface RowLabel {
  /** The customer's own id. */
  readonly key: string;
  /** The row's own day: opened, due, called, offered, or the first day of a lease. */
  readonly on: IsoDay;
}

/** What the customer's own system says of a tenant and of the rows that a score rests on. */
export interface TenantFile extends TenantLabel {
  /** Where the tenant lives on the day asked for. */
  readonly unit?: string;
  /** By our id of the row. */
  readonly rows: ReadonlyMap<string, RowLabel>;
}

export function labelOf({ id, key, body }: Version<'tenant'>): TenantLabel {
  return { id: id as TenantId, key, name: body.name };
}

/** Those who are meant by `text`: by an id, theirs or ours, or else by their whole name, whatever the case. */
export function called(all: readonly TenantLabel[], text: string): TenantLabel[] {
  const exact = all.filter(({ id, key }) => id === text || key === text);
  return exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
}

/** `undefined` for a row that has no day of its own. */
export function rowLabelOf({ key, body }: Version): RowLabel | undefined {
  const on = 'openedOn' in body ? body.openedOn : 'on' in body ? body.on : 'from' in body ? body.from : undefined;
  return on && { key, on };
}
