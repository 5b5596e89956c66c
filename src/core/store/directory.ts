import type { OwnerId } from '../domain/index.ts';
import type { Reader, Tx } from './database.ts';
import type { Tables } from './tables.ts';

type Entry = Tables['directory'];

/** Remembers whose a thing is. Saying it again changes nothing. */
export async function enter(tx: Tx, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx
    .insertInto('directory')
    .values(entries)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Whose `id` is; `undefined` when nothing has it. */
export async function ownerOf(read: Reader, kind: Entry['kind'], id: string): Promise<OwnerId | undefined> {
  const found = await read
    .selectFrom('directory')
    .select('owner')
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return found?.owner;
}

/** The ids of that kind that these owners have. */
export async function idsOf(read: Reader, kind: Entry['kind'], owners: readonly OwnerId[]): Promise<string[]> {
  const rows = await read
    .selectFrom('directory')
    .select('id')
    .where('kind', '=', kind)
    .where('owner', 'in', owners)
    .execute();
  return rows.map(({ id }) => id);
}
