/** One database and, in it, one journal. The other files of this folder are private. */

export { openAlone, type StoreAlone } from './alone.ts';
export { type AuditWalk, walkAudit } from './audit.ts';
export type { Also, Fence, Rows } from './batch.ts';
export { type Beyond, beyond } from './beyond.ts';
export { type Contents, contentsOf, kindsIn, orphansIn } from './contents.ts';
export {
  type Durability,
  migrateServer,
  openServerStore,
  openStore,
  type Reader,
  type Store,
  type Tx,
} from './database.ts';
export { enter, idsOf, ownerOf } from './directory.ts';
export { type Journal, type JournalEvent, openJournal } from './journal.ts';
export {
  acquireLease,
  type Fenced,
  type FencedTx,
  isHeld,
  type Lease,
  type LeaseDeps,
  LeaseHeldError,
  UNTIL_LET_GO,
} from './lease.ts';
export { type RowOf, rowsToInsert } from './long-lists.ts';
export { type FoundServer, type FoundStore, lookAtServer, lookAtStore, peekIntoStore } from './look.ts';
export { ForeignError } from './migrations.ts';
export { isKeptThere } from './postgres/kept.ts';
export { purge, type Stale, staleIn } from './purge.ts';
export { unreadableIn } from './readable.ts';
export type { RowKind, Tables } from './tables.ts';
export { DamagedError } from './trouble.ts';
export { type Event, kindNames } from './vocabulary.ts';
