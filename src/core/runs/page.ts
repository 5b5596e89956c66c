import { type RawBuilder, sql } from 'kysely';
import type { Instant, RunId } from '../domain/index.ts';
import type { RunsDeps } from './deps.ts';
import { type Load, loadIn, unfinishedRuns } from './due.ts';
import type { Registry } from './registry.ts';
import { type Row, UNFINISHED } from './rows.ts';
import { type RunStatus, type RunSummary, runStatuses, standingOf } from './standing.ts';
import type { Answer } from './workflow.ts';

/** `urgent`: what waits for a human, then what went wrong, then what is at work. */
export const runOrders = ['urgent', 'newest', 'updated'] as const;

/** A word, and the ids of what is called so, of which there may be some hundreds. */
export interface Term {
  readonly text: string;
  readonly about?: readonly string[];
}

export interface RunQuery {
  /** How many come before the first that is wanted. */
  readonly from: number;
  readonly count: number;
  readonly order: (typeof runOrders)[number];
  /** Only runs that stand so. */
  readonly status?: RunStatus | undefined;
  /**
   * Only runs with every term of one of these in their id, workflow, input, or the word for where they stand; or in whose
   * input one of the ids stands.
   */
  readonly anyOf?: readonly (readonly Term[])[];
}

/** A run in a list, with what a human answered in it; `null` while nobody has. */
export interface PagedRun extends RunSummary {
  readonly decision: Answer['decision'] | null;
}

/** Part of a long list. */
export interface RunPage {
  readonly from: number;
  /** How many there are in all. */
  readonly total: number;
  readonly runs: readonly PagedRun[];
}

type PageDeps<Services> = Pick<RunsDeps<Services>, 'store' | 'owner' | 'clock' | 'processes'>;
type Given<Services> = { readonly registry: Registry<Services> };

/** As many statements however many runs there are: the database finds, sorts and counts. */
export async function pageOf<Services>(
  deps: PageDeps<Services>,
  { registry }: Given<Services>,
  { from, count, order, status, anyOf = [] }: RunQuery,
): Promise<RunPage> {
  const { store, owner } = deps;
  const now = deps.clock.now();
  // Where an unfinished run stands is known by more than its row, and of these there are few.
  const isOver = status === 'succeeded' || status === 'failed' || status === 'cancelled';
  const open = status === undefined || isOver ? [] : await unfinishedRuns(deps, { registry });
  const standingSo = open.filter((run) => run.status === status).map(({ id }) => id);
  const wanted = store.read
    .selectFrom('run')
    .where('owner', '=', owner)
    .$if(isOver, (query) => query.where('status', '=', status as Row['status']))
    .$if(status !== undefined && !isOver, (query) => query.where('id', 'in', standingSo.length > 0 ? standingSo : NONE))
    .$if(anyOf.length > 0, (query) =>
      query.where((its) => its.or(anyOf.map((terms) => its.and(terms.map((term) => its.or(holds(term, now))))))),
    );
  const placed = wanted.select(['id', 'updated_at', urgencyAt(now).as('urgency')]);
  /** Those that have ended so, as many as may be wanted: an index has them in their order. */
  const ended = (as: Row['status']) => {
    const first = placed
      .where('status', '=', as)
      .orderBy('updated_at', 'desc')
      .orderBy('id')
      .limit(from + count);
    return store.read.selectFrom(first.as('first')).selectAll();
  };
  const urgent = placed
    .where('status', 'in', UNFINISHED)
    .unionAll(ended('failed'))
    .unionAll(ended('succeeded'))
    .unionAll(ended('cancelled'));
  const inOrder =
    order === 'urgent'
      ? store.read.selectFrom(urgent.as('run')).select('id').orderBy('urgency').orderBy('updated_at', 'desc')
      : wanted.select('id').orderBy(order === 'newest' ? 'created_at' : 'updated_at', 'desc');
  const [{ total }, places] = await Promise.all([
    wanted.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    // Ten thousand rows are put in order: whole ones would be carried along.
    inOrder.orderBy('id').offset(from).limit(count).execute(),
  ]);
  const found = await store.read
    .selectFrom('run')
    .selectAll()
    .select(decision.as('decision'))
    .where('id', 'in', places.length > 0 ? places.map(({ id }) => id) : NONE)
    .execute();
  const byId = new Map(found.map((row) => [row.id, row]));
  const rows = places.flatMap(({ id }) => byId.get(id) ?? []);
  const standing = await standingOf({ ...deps, read: store.read, registry }, rows);
  const runs = standing.map((run, at) => ({ ...run, decision: rows[at]?.decision ?? null }));
  return { from, total: Number(total), runs };
}

/** No engine takes a list of nothing. */
const NONE = ['' as RunId];

/** What a human answered; of several, the first. */
const decision = sql<Answer['decision'] | null>`(select decision from approval
  where run_id = run.id and decision is not null order by answered_at, interrupt_id limit 1)`;

/** That no process has a run which is at work by its row. */
const isLeftAt = (now: Instant) => sql<boolean>`status = 'running'
  and not exists (select 1 from lease where name = 'run:' || run.id and expires_at > ${now})`;

/** Ways in which a run may be meant by a term. */
function holds({ text, about = [] }: Term, now: Instant): RawBuilder<boolean>[] {
  const stands = sql<string>`case
    when ${isLeftAt(now)} then 'stalled'
    when status = 'succeeded' then coalesce(${decision}, status)
    else status end`;
  const places = [...(['id', 'workflow', 'input'] as const).map((column) => sql.ref(column)), stands];
  return [...places.map((place) => contains(place, text)), ...about.map((id) => contains(sql.ref('input'), `"${id}"`))];
}

/** Without regard to case, in the words of both engines. */
function contains(place: RawBuilder<unknown>, text: string) {
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(${place}) like ${pattern} escape '\\'`;
}

/** As `runs list` has it, as far as the rows say so. */
function urgencyAt(now: Instant) {
  return sql<number>`case
    when status = 'waiting' and exists (select 1 from approval where run_id = run.id and status = 'open') then 0
    when status = 'failed' or (${isLeftAt(now)}) then 1
    when status in (${sql.join(UNFINISHED)}) then 2
    else 3 end`;
}

/** How many runs stand where, and how many of them wait. */
export interface Tally extends Load {
  readonly standing: Readonly<Record<RunStatus, number>>;
}

/** The ended ones are counted where they are kept; where the others stand is known by more than their rows. */
export async function tallyOf<Services>(deps: PageDeps<Services>, given: Given<Services>): Promise<Tally> {
  const { store, owner } = deps;
  const ended = await store.read
    .selectFrom('run')
    .select(({ fn }) => ['status', fn.countAll<number>().as('runs')])
    .where('owner', '=', owner)
    .where('status', 'not in', UNFINISHED)
    .groupBy('status')
    .execute();
  const standing = Object.fromEntries(runStatuses.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const { status, runs } of ended) standing[status] += Number(runs);
  const open = await unfinishedRuns(deps, given);
  for (const { status } of open) standing[status] += 1;
  return { standing, ...loadIn(open, deps.clock.now()) };
}
