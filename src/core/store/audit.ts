import { createHash } from 'node:crypto';
import type { Insertable, Selectable } from 'kysely';
import type { OwnerId } from '../domain/index.ts';
import type { Reader, Tx } from './database.ts';
import type { Tables } from './tables.ts';
import { auditKinds } from './vocabulary.ts';

type Line = Insertable<Tables['event']>;

/** Each owner's chain starts here, so that it can be handed over and checked alone. */
const GENESIS = '0'.repeat(64);

/** SHA-256 over the previous hash and every column of the line but `seq`, which the database gives later. */
export function chainedHash(previous: string, line: Line): string {
  const fields = [line.at, line.owner, line.actor, line.room, line.kind, line.run_id, line.run_seq, line.body];
  return createHash('sha256')
    .update(JSON.stringify([previous, ...fields]))
    .digest('hex');
}

/** What the next line follows from. Kept apart from the lines: one that is taken out at the end leaves a gap. */
export async function lastHash(tx: Tx, owner: OwnerId): Promise<string> {
  const head = await tx.selectFrom('audit_head').select('hash').where('owner', '=', owner).executeTakeFirst();
  return head?.hash ?? GENESIS;
}

/** What is left of an owner's audit stream. It is whole when there is none but the number of lines. */
export interface AuditWalk {
  readonly owner: OwnerId;
  /** How many lines are there. */
  readonly lines: number;
  /** `seq` of the first line that was changed, taken out of the stream, or before which one is missing. */
  readonly brokenAt?: number;
  /** How many lines were written, where that is another number. */
  readonly written?: number;
  /** How many imports and answers are there of which no line tells. */
  readonly untold?: number;
}

/** Walks the audit stream of one owner, as of one moment. */
export async function walkAudit(read: Reader, owner: OwnerId): Promise<AuditWalk> {
  // First: what is added meanwhile has its line among those that are read then.
  const deeds = await deedsOf(read, owner);
  const bare = await firstBare(read, owner);
  const lines = await read
    .selectFrom('event')
    .leftJoin('audit_head', 'audit_head.owner', 'event.owner')
    .selectAll('event')
    .select(['audit_head.lines as written', 'audit_head.hash as head'])
    .where('event.owner', '=', owner)
    .where('event.hash', 'is not', null)
    .orderBy('seq')
    .execute();
  const last = lines.at(-1);
  const written = last ? (last.written ?? 0) : await writtenFor(read, owner);
  const untold = countUntold(deeds, lines);
  const broken = [bare, firstBroken(lines, written)].filter((seq) => seq !== undefined);
  return {
    ...{ owner, lines: lines.length },
    ...(broken.length > 0 && { brokenAt: Math.min(...broken) }),
    ...(written !== lines.length && { written }),
    ...(untold > 0 && { untold }),
  };
}

type Read = Selectable<Tables['event']> & { readonly head: string | null };

function firstBroken(lines: readonly Read[], written: number): number | undefined {
  let previous = GENESIS;
  for (const line of lines) {
    if (line.hash !== chainedHash(previous, line)) return line.seq;
    previous = line.hash;
  }
  // As many lines as were written, each following from the one before, and yet another end.
  const last = lines.at(-1);
  return last && written === lines.length && last.head !== previous ? last.seq : undefined;
}

/** The first line without a hash, of a kind that has one. */
async function firstBare(read: Reader, owner: OwnerId): Promise<number | undefined> {
  const bare = await read
    .selectFrom('event')
    .select('seq')
    .where('owner', '=', owner)
    .where('hash', 'is', null)
    .where('kind', 'in', auditKinds)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return bare?.seq;
}

/** What is there, and is never without a line of the stream: imports by id, and answers by their run. */
interface Deeds {
  readonly imports: readonly string[];
  readonly answers: readonly string[];
}

async function deedsOf(read: Reader, owner: OwnerId): Promise<Deeds> {
  const imports = await read
    .selectFrom('portfolio_import')
    .select('id')
    .where('owner', '=', owner)
    .where('state', '!=', 'staging')
    .execute();
  const answers = await read
    .selectFrom('approval')
    .select('run_id')
    .where('owner', '=', owner)
    .where('status', '=', 'answered')
    .execute();
  return { imports: imports.map(({ id }) => id), answers: answers.map(({ run_id }) => run_id) };
}

function countUntold({ imports, answers }: Deeds, lines: readonly Read[]): number {
  // By its letters: what another program wrote there need not be JSON.
  const imported = new Set(
    lines.flatMap(({ kind, body }) =>
      kind === 'portfolio.imported' ? [/"import":"([^"]*)"/.exec(body)?.[1] ?? ''] : [],
    ),
  );
  const answered = Map.groupBy(
    lines.filter(({ kind }) => kind === 'approval.answered' || kind === 'approval.expired'),
    ({ run_id }) => run_id as string | null,
  );
  const given = [...Map.groupBy(answers, (runId) => runId)];
  const unanswered = given.map(([runId, all]) => Math.max(0, all.length - (answered.get(runId)?.length ?? 0)));
  return imports.filter((id) => !imported.has(id)).length + unanswered.reduce((sum, n) => sum + n, 0);
}

/** For an owner of whom no line is there, and none was written since that was seen. */
async function writtenFor(read: Reader, owner: OwnerId): Promise<number> {
  const head = await read
    .selectFrom('audit_head')
    .select('lines')
    .where('owner', '=', owner)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('event').select('seq').where('owner', '=', owner).where('hash', 'is not', null))),
    )
    .executeTakeFirst();
  return head?.lines ?? 0;
}
