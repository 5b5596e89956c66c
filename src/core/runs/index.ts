import type { RunId } from '../domain/index.ts';
import { BugError, UsageError, UserError } from '../errors/index.ts';
import { LeaseHeldError } from '../store/index.ts';
import { answer, approvalsOf, fateOf, openQuestion, tookPart } from './approvals.ts';
import { cancel, carry, drive, end, holding } from './carry.ts';
import type { CarryDeps, RunsDeps } from './deps.ts';
import { dueRuns, loadOf, next } from './due.ts';
import { outcomesOf } from './effects.ts';
import { mustBeEntitled, mustBeInForce } from './entitled.ts';
import { openGraph } from './graph.ts';
import { historyOf } from './history.ts';
import { linesOf } from './lines.ts';
import { pageOf, tallyOf } from './page.ts';
import { pendingQuestions } from './pending.ts';
import { attend, isAttended } from './presence.ts';
import { checkFit, misfit, ruleIn } from './questions.ts';
import { finishedRuns, saidBy } from './recall.ts';
import { openRegistry } from './registry.ts';
import { forget, release } from './retries.ts';
import type { Detach, Runs, Started } from './room.ts';
import { move, type Row, reopen } from './rows.ts';
import { isEnded, type RunSummary, standingOf } from './standing.ts';
import { begin } from './start.ts';
import { stepsIn } from './timeline.ts';
import type { RunInput, Shape } from './workflow.ts';

export { type ApprovalSummary, answerStands } from './approvals.ts';
export { differenceOf, gistOf } from './difference.ts';
export type { Load } from './due.ts';
export { answerIn, type Field, fieldsOf } from './fields.ts';
export type { Change, History, Moment } from './history.ts';
export { type PagedRun, type RunQuery, runOrders, type Term } from './page.ts';
export { MOST_PENDING } from './pending.ts';
export { type Asked, answerOf, faultsIn } from './questions.ts';

export type { RunDetail, Runs } from './room.ts';
export { type RunStatus, type RunSummary, runStatuses, wordOf } from './standing.ts';
export { type Course, courseOf, type StepSpan, timelineOf } from './timeline.ts';
export { work } from './work.ts';
export {
  type Answer,
  type Around,
  type AroundContext,
  type Fate,
  type NodeContext,
  type Question,
  type RunInput,
  workflow,
} from './workflow.ts';

const WHAT_IT_TAKES = 'sophia workflow list --json   says what each takes';

export function openRuns<Services>(given: RunsDeps<Services>): Runs {
  const { store, journal, owner } = given;
  const deps: CarryDeps<Services> = {
    ...given,
    get room() {
      return room;
    },
  };
  const registry = openRegistry(deps.workflows);

  const find = async (runId: RunId): Promise<Row> => {
    const run = await store.read
      .selectFrom('run')
      .selectAll()
      .where('owner', '=', owner)
      .where('id', '=', runId)
      .executeTakeFirst();
    if (!run) throw new UsageError(`no run "${runId}"`, ['sophia runs list']);
    return run;
  };
  const summarise = (rows: readonly Row[]) => standingOf({ ...deps, read: store.read, registry }, rows);
  const summaryOf = async (runId: RunId): Promise<RunSummary> => {
    const [summary] = await summarise([await find(runId)]);
    if (!summary) throw new Error('one row gives one summary');
    return summary;
  };

  const start = async (workflow: Shape, input: RunInput, { detach }: Detach = {}): Promise<Started<object>> => {
    const begun = await begin(deps, { registry, find }, { workflow, input, detach });
    return { ...begun, run: await summaryOf(begun.runId) };
  };

  const room: Runs = {
    // The nodes were typed one by one when the workflow was defined; here their updates meet again.
    start: start as Runs['start'],
    async startNamed(name, given, options) {
      mustBeInForce(deps);
      const { input, ...definition } = registry.newestOf(name);
      if (!input)
        throw new UserError('refused', `${name} is begun by its own command only`, [
          'sophia workflow list   tells which are begun by their name',
        ]);
      const { error, data } = input.safeParse(given);
      if (error) throw misfit(`${name} cannot be begun with that`, error, given, [WHAT_IT_TAKES]);
      return start({ ...definition, input }, data as RunInput, options);
    },
    startable: () =>
      [...new Set(deps.workflows.map(({ name }) => name))].flatMap((each) => {
        const { name, version, input } = registry.newestOf(each);
        return input ? [{ name, version, input: input.toJSONSchema() }] : [];
      }),
    async resume(runId, { force } = {}) {
      const run = await find(runId);
      if (!isEnded(run)) await drive(deps, { registry, find, force }, run);
      return summaryOf(runId);
    },
    async answer(runId, given) {
      const run = await find(runId);
      const definition = registry.definitionOf(run);
      await using lease = await holding(deps, run).catch(async (thrown: unknown) => {
        // Who carries out an answer has the run: whoever comes second is told of that answer, and not to try again.
        if (thrown instanceof LeaseHeldError) await openQuestion(store.read, deps, runId, given.question);
        throw thrown;
      });
      const open = await openQuestion(store.read, deps, runId, given.question);
      mustBeInForce(deps);
      const before = await tookPart(store.read, run);
      const rules = [ruleIn(open), definition.around?.answerable?.(deps.services) ?? {}];
      const told = new Map(rules.map(({ roles = [], by }) => [JSON.stringify([roles, by]), { roles, by }]));
      for (const { roles, by } of told.values()) mustBeEntitled(deps, runId, { roles, ...(by && { by }) }, before);
      await checkFit(open.question, given.answer);
      const isAlive = await lease.write(async (tx) => {
        if (!(await move(tx, deps, runId, { status: given.detach ? 'queued' : 'running', failure: null })))
          return false;
        await answer(tx, deps, open, given);
        await release(tx, deps, runId);
        return true;
      });
      if (!isAlive) throw new UserError('refused', `${runId} has ended`, [`sophia runs show ${runId}`]);
      if (!given.detach) await carry(deps, definition, lease, await find(runId));
      return summaryOf(runId);
    },
    async withdraw(runId) {
      mustBeInForce(deps);
      const run = await find(runId);
      await using lease = await holding(deps, run);
      await lease.write(async (tx) => {
        if ((await fateOf(tx, runId)) === 'answered')
          throw new UserError('refused', `${runId} has been answered`, [`sophia runs show ${runId}`]);
        await end(tx, deps, run, 'cancelled', { exit: 'refused' });
      });
      return summaryOf(runId);
    },
    async cancel(runId) {
      mustBeInForce(deps);
      await cancel(deps, await find(runId));
      return summaryOf(runId);
    },
    async retry(runId, { detach } = {}) {
      mustBeInForce(deps);
      const run = await find(runId);
      registry.definitionOf(run); // refused before anything is changed
      mustBeTriedUnasked(registry.newestOf(run.workflow), run);
      {
        await using lease = await holding(deps, run);
        await lease.write(async (tx) => {
          await reopen(tx, deps, runId);
          await forget(tx, runId);
        });
      }
      if (!detach) await drive(deps, { registry, find }, await find(runId));
      return summaryOf(runId);
    },
    attend: () => attend(deps),
    isAttended: () => isAttended(deps),
    due: () => dueRuns(deps, { registry }),
    load: () => loadOf(deps, { registry }),
    next: () => next(deps, { registry, find }),
    async list({ status }) {
      const rows = await store.read
        .selectFrom('run')
        .selectAll()
        .where('owner', '=', owner)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      const all = await summarise(rows);
      return status === undefined ? all : all.filter((run) => run.status === status);
    },
    page: (query) => pageOf(deps, { registry }, query),
    finished: (workflow, about) => finishedRuns(deps, workflow, about),
    said: (runId, node) => saidBy(deps, runId, node),
    pending: () => pendingQuestions(deps, registry),
    tally: () => tallyOf(deps, { registry }),
    summary: summaryOf,
    async show(runId) {
      return { ...(await summaryOf(runId)), approvals: await approvalsOf(store.read, deps, runId) };
    },
    async *events(runId, wanted) {
      const { id } = await find(runId);
      yield* linesOf(journal, id, wanted);
    },
    steps: async (runId) => stepsIn((await find(runId)).shape),
    async state(runId) {
      const run = await find(runId);
      const { store: _noWay, ...rest } = deps;
      const write = () => Promise.reject(new BugError('a state that is looked at is written to'));
      const looking = { write, record: write, lost: deps.signal };
      const definition = registry.definitionOf(run);
      return (await openGraph({ ...rest, read: store.read }, looking, definition, run, deps.signal)).state();
    },
    async history(runId) {
      return historyOf({ read: store.read, owner }, await find(runId), await summaryOf(runId));
    },
    async outcomes(runId) {
      const { id } = await find(runId);
      return outcomesOf(deps, id);
    },
  };
  return room;
}

/** UserError for one that costs money: what it ordered once is not started again by who only wanted to see a failure gone. */
function mustBeTriedUnasked({ isLeftAlone }: { readonly isLeftAlone?: boolean }, { id, workflow }: Row): void {
  if (isLeftAlone !== true) return;
  throw new UserError('refused', `${id} spends money, and is not tried again as it was ordered then`, [
    `sophia ${workflow} ...   begins it anew: what it comes to by now is shown, and asked about`,
  ]);
}
