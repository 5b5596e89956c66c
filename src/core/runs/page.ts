import { type RawBuilder, sql } from 'kysely';
import type { Instant } from '../domain/index.ts';
import type { RunsDeps } from './deps.ts';
import { unfinishedRuns } from './due.ts';
import type { Registry } from './registry.ts';
import { UNFINISHED } from './rows.ts';
import { type RunStatus, type RunSummary, runStatuses, standingOf } from './standing.ts';

/** `urgent`: what waits for a human, then what went wrong, then what is at work. */
export const runOrders = ['urgent', 'newest', 'updated'] as const;

export interface RunQuery {
  /** How many come before the first that is wanted. */
  readonly from: number;
  readonly count: number;
  readonly order: (typeof runOrders)[number];
  /**
   * Only runs with this in their id, workflow, input, or status as it is stored; or in whose input one of `about` stands,
   * of which there may be some hundreds.
   */
  readonly text?: string;
  readonly about?: readonly string[];
}

/** Part of a long list. */
export interface RunPage {
  readonly from: number;
  /** How many there are in all. */
  readonly total: number;
  readonly runs: readonly RunSummary[];
}

type PageDeps<Services> = Pick<RunsDeps<Services>, 'store' | 'owner' | 'clock' | 'processes'>;
type Given<Services> = { readonly registry: Registry<Services> };

/** As many statements however many runs there are: the database finds, sorts and counts. */
export async function pageOf<Services>(
  deps: PageDeps<Services>,
  { registry }: Given<Services>,
  { from, count, order, text = '', about = [] }: RunQuery,
): Promise<RunPage> {
  const { store, owner } = deps;
  const wanted = store.read
    .selectFrom('run')
    .where('owner', '=', owner)
    .$if(text !== '', (query) =>
      query.where((its) =>
        its.or([
          ...(['id', 'workflow', 'status', 'input'] as const).map((column) => contains(sql.ref(column), text)),
          ...about.map((id) => contains(sql.ref('input'), `"${id}"`)),
        ]),
      ),
    );
  const [{ total }, rows] = await Promise.all([
    wanted.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    wanted
      .selectAll()
      .$if(order === 'urgent', (query) => query.orderBy(urgencyAt(deps.clock.now())))
      .orderBy(order === 'newest' ? 'created_at' : 'updated_at', 'desc')
      .orderBy('id')
      .offset(from)
      .limit(count)
      .execute(),
  ]);
  return { from, total: Number(total), runs: await standingOf({ ...deps, read: store.read, registry }, rows) };
}

/** Without regard to case, in the words of both engines. */
function contains(column: RawBuilder<unknown>, text: string) {
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`lower(${column}) like ${pattern} escape '\\'`;
}

/** As `runs list` has it, as far as the rows say so. */
function urgencyAt(now: Instant) {
  return sql`case
    when status = 'waiting' and exists (select 1 from approval where run_id = run.id and status = 'open') then 0
    when status = 'failed' then 1
    when status = 'running'
      and not exists (select 1 from lease where name = 'run:' || run.id and expires_at > ${now}) then 1
    when status in (${sql.join(UNFINISHED)}) then 2
    else 3 end`;
}

/** How many runs stand where. */
export async function tallyOf<Services>(
  deps: PageDeps<Services>,
  given: Given<Services>,
): Promise<Readonly<Record<RunStatus, number>>> {
  const { store, owner } = deps;
  const ended = await store.read
    .selectFrom('run')
    .select(({ fn }) => ['status', fn.countAll<number>().as('runs')])
    .where('owner', '=', owner)
    .where('status', 'not in', UNFINISHED)
    .groupBy('status')
    .execute();
  const tally = Object.fromEntries(runStatuses.map((status) => [status, 0])) as Record<RunStatus, number>;
  for (const { status, runs } of ended) tally[status] += Number(runs);
  for (const { status } of await unfinishedRuns(deps, given)) tally[status] += 1;
  return tally;
}
