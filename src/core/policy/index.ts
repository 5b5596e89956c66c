import type { Selectable } from 'kysely';
import type { Clock } from '../context/index.ts';
import {
  addDays,
  type IsoDay,
  type LeaseId,
  type OwnerId,
  type PropertyId,
  type RunId,
  type Stage,
  type TenantId,
} from '../domain/index.ts';
import type { FencedTx, Journal, Reader, Tables } from '../store/index.ts';
import { isWithheld } from './holdout.ts';

export { stepFor } from './menu.ts';

/** A tenant above the trigger of the leave head, as an analysis found them. */
export interface Candidate {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly property: PropertyId;
  readonly stage: Stage;
  /** In thousandths. */
  readonly indexMilli: number;
  /** Name and version of the model. */
  readonly triggerVersion: string;
  /** Ids of the rows that it rests on. */
  readonly evidence: readonly string[];
  readonly analysisRun: RunId;
  /** Cases of hardship and habitability are never withheld: nobody is left in need for a measurement. */
  readonly exempt: boolean;
}

export type ProposalState = Tables['proposal']['state'];

export interface Proposal {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly property: PropertyId;
  readonly state: ProposalState;
  /** The run that waits for a human; none when it is withheld or over capacity. */
  readonly runId: RunId | null;
  readonly triggerVersion: string;
  readonly indexMilli: number;
  readonly stage: string;
  readonly evidence: readonly string[];
  readonly analysisRun: RunId;
}

/** What is proposed to be done, and to be said. */
export interface Draft {
  readonly task: string;
  readonly message: string;
}

/** What follows from a score: who is proposed to a human, how many, and who is left alone for the sake of measuring. */
export interface Policy {
  /**
   * In the transaction that records the analysis. A tenant's lease term has one proposal for ever: a later analysis
   * renews its evidence. `begin` begins the run that waits for a human.
   */
  consider(tx: FencedTx, candidate: Candidate, begin: (tx: FencedTx) => Promise<RunId>): Promise<void>;
  proposals(of?: { readonly property: PropertyId }): Promise<Proposal[]>;
  keepDraft(tx: FencedTx, runId: RunId, tenant: TenantId, draft: Draft): Promise<void>;
  draft(runId: RunId): Promise<Draft | undefined>;
}

interface PolicyDeps {
  readonly read: Reader;
  readonly journal: Pick<Journal, 'appendIn'>;
  readonly clock: Clock;
  readonly owner: OwnerId;
  readonly today: IsoDay;
  /** Share withheld, and what the draw is salted with. */
  readonly holdout: number;
  readonly salt: string;
  /** Proposals that a property's team can see to in a week. */
  readonly capacity: number;
}

export function openPolicy(deps: PolicyDeps): Policy {
  const { read, journal, clock, owner, holdout, salt, capacity } = deps;
  const week = mondayOf(deps.today);

  const isFull = async (tx: FencedTx, property: PropertyId) => {
    const { n } = await tx
      .selectFrom('proposal')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('owner', '=', owner)
      .where('property', '=', property)
      .where('opened_week', '=', week)
      .executeTakeFirstOrThrow();
    return n >= capacity;
  };

  /** Who was withheld stays so: the draw was made when the tenant first stood above the trigger. */
  const stateOf = async (
    tx: FencedTx,
    candidate: Candidate,
    before: ProposalState | undefined,
  ): Promise<ProposalState> => {
    if (before === 'open' || before === 'withheld') return before;
    const key = { owner, tenant: candidate.tenant, lease: candidate.lease, head: 'leave' };
    if (before === undefined && !candidate.exempt && isWithheld(key, holdout, salt)) return 'withheld';
    return (await isFull(tx, candidate.property)) ? 'over_capacity' : 'open';
  };

  const record = async (tx: FencedTx, { tenant, property }: Candidate, state: ProposalState, runId: RunId | null) => {
    const body = { property, tenant };
    if (runId) await journal.appendIn(tx, { kind: 'proposal.opened', body: { ...body, proposal: runId } });
    else
      await journal.appendIn(tx, { kind: state === 'withheld' ? 'proposal.withheld' : 'proposal.over_capacity', body });
  };

  return {
    async consider(tx, candidate, begin) {
      const { tenant, lease, property, stage, indexMilli, triggerVersion, evidence, analysisRun } = candidate;
      const before = await tx
        .selectFrom('proposal')
        .selectAll()
        .where('owner', '=', owner)
        .where('tenant', '=', tenant)
        .where('lease', '=', lease)
        .where('head', '=', 'leave')
        .executeTakeFirst();
      const state = await stateOf(tx, candidate, before?.state);
      const opens = state === 'open' && !before?.run_id;
      const runId = opens ? await begin(tx) : (before?.run_id ?? null);
      const at = clock.now();
      const seen = {
        ...{ state, run_id: runId, index_milli: indexMilli, stage, evidence: JSON.stringify(evidence) },
        ...{ analysis_run: analysisRun, opened_week: opens ? week : (before?.opened_week ?? null), updated_at: at },
      };
      await tx
        .insertInto('proposal')
        .values({
          ...{ owner, tenant, lease, head: 'leave', property, trigger_version: triggerVersion, created_at: at },
          ...seen,
        })
        .onConflict((same) => same.columns(['owner', 'tenant', 'lease', 'head']).doUpdateSet(seen))
        .execute();
      if (state !== before?.state) await record(tx, candidate, state, runId);
    },
    async proposals(of) {
      const rows = await read
        .selectFrom('proposal')
        .selectAll()
        .where('owner', '=', owner)
        .$if(of !== undefined, (query) => query.where('property', '=', of?.property as PropertyId))
        .orderBy('property')
        .orderBy('index_milli', 'desc')
        .orderBy('tenant')
        .execute();
      return rows.map(fromRow);
    },
    async keepDraft(tx, runId, tenant, { task, message }) {
      await tx
        .insertInto('draft')
        .values({ run_id: runId, owner, tenant, task, message, created_at: clock.now() })
        .onConflict((same) => same.doNothing())
        .execute();
    },
    draft: (runId) =>
      read
        .selectFrom('draft')
        .select(['task', 'message'])
        .where('owner', '=', owner)
        .where('run_id', '=', runId)
        .executeTakeFirst(),
  };
}

/** The first day of the ISO week. */
function mondayOf(day: IsoDay): IsoDay {
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -sinceMonday);
}

function fromRow(row: Selectable<Tables['proposal']>): Proposal {
  const { tenant, lease, property, state, run_id, trigger_version, index_milli, stage, evidence, analysis_run } = row;
  return {
    ...{ tenant, lease, property, state, runId: run_id, triggerVersion: trigger_version, indexMilli: index_milli },
    ...{ stage, evidence: JSON.parse(evidence), analysisRun: analysis_run },
  };
}
