import type { Selectable } from 'kysely';
import type { Clock } from '../context/index.ts';
import {
  addDays,
  type Instant,
  type IsoDay,
  type LeaseId,
  type OwnerId,
  type PropertyId,
  type RunId,
  type Stage,
  type TenantId,
} from '../domain/index.ts';
import type { FencedTx, Journal, Reader, Tables } from '../store/index.ts';
import { type Arm, armOf } from './holdout.ts';

export { type Drawn, type Effect, effectOf, type Relative } from './effect.ts';
export { type Acted, auditOf, type Case, type Disparity, type FairnessAudit } from './fairness.ts';
export { type Arm, firstDrawn } from './holdout.ts';
export { stepFor } from './menu.ts';
export type { Pace } from './power.ts';

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
  /** The analysis that proposed it; later ones renew index, stage and evidence. */
  readonly analysisRun: RunId;
  /** As drawn, whatever came of it later. */
  readonly arm: Arm;
  /** When the tenant first stood above the trigger under this lease. */
  readonly firstAt: Instant;
}

/** How a human is asked. */
export interface Asking {
  /** Begins the run that waits for an answer. */
  begin(tx: FencedTx): Promise<RunId>;
  /** `dropped`: it ended, and nobody has answered. */
  fateOf(tx: FencedTx, runId: RunId): Promise<'unanswered' | 'answered' | 'dropped'>;
}

/** What is proposed to be done, and to be said. */
export interface Draft {
  readonly task: string;
  readonly message: string;
}

/** What follows from a score: who is proposed to a human, how many, and who is left alone for the sake of measuring. */
export interface Policy {
  /**
   * In the transaction that records the analysis. A tenant's lease term has one proposal: a later analysis renews its
   * evidence, and asks anew only when the run that asked ended without an answer. While a question about another lease
   * of the tenant is open, nothing is proposed.
   */
  consider(tx: FencedTx, candidate: Candidate, asking: Asking): Promise<void>;
  proposals(of?: { readonly property: PropertyId }): Promise<Proposal[]>;
  keepDraft(tx: FencedTx, runId: RunId, tenant: TenantId, draft: Draft): Promise<void>;
  draft(runId: RunId): Promise<Draft | undefined>;
}

interface PolicyDeps {
  readonly read: Reader;
  readonly journal: Pick<Journal, 'appendIn'>;
  readonly clock: Clock;
  readonly owner: OwnerId;
  today(): IsoDay;
  /** Share withheld, and what the draw is salted with. */
  readonly holdout: number;
  readonly salt: string;
  /** Proposals that a property's team can see to in a week. */
  readonly capacity: number;
}

type Row = Selectable<Tables['proposal']>;

export function openPolicy(deps: PolicyDeps): Policy {
  const { read, journal, clock, owner, holdout, salt, capacity } = deps;
  const week = () => mondayOf(deps.today());

  const isFull = async (tx: FencedTx, property: PropertyId) => {
    const { n } = await tx
      .selectFrom('proposal')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('owner', '=', owner)
      .where('property', '=', property)
      .where('opened_week', '=', week())
      .executeTakeFirstOrThrow();
    return n >= capacity;
  };

  const draw = ({ tenant, lease, exempt }: Candidate) =>
    armOf({ owner, tenant, lease, head: 'leave' }, { share: holdout, salt, exempt });

  /**
   * Who was withheld stays so, as the draw was made when the tenant first stood above the trigger; unless they are in
   * need by now. What was opened this week has its place in this week's capacity already.
   */
  const stateOf = async (tx: FencedTx, candidate: Candidate, before: Row | undefined): Promise<ProposalState> => {
    const isDrawn = before === undefined ? draw(candidate) === 'withheld' : before.state === 'withheld';
    if (isDrawn && !candidate.exempt) return 'withheld';
    if (before?.opened_week === week()) return 'open';
    return (await isFull(tx, candidate.property)) ? 'over_capacity' : 'open';
  };

  /** Whether someone is still to answer about another lease term of the tenant. */
  const isAskedOtherwise = async (tx: FencedTx, { tenant, lease }: Candidate, { fateOf }: Asking) => {
    const others = await tx
      .selectFrom('proposal')
      .select('run_id')
      .where('owner', '=', owner)
      .where('tenant', '=', tenant)
      .where('lease', '!=', lease)
      .where('run_id', 'is not', null)
      .execute();
    for (const { run_id } of others) if (run_id && (await fateOf(tx, run_id)) === 'unanswered') return true;
    return false;
  };

  const record = async (tx: FencedTx, candidate: Candidate, state: ProposalState, opened: RunId | null) => {
    const body = bodyOf(candidate);
    if (opened) await journal.appendIn(tx, { kind: 'proposal.opened', body: { ...body, proposal: opened } });
    else
      await journal.appendIn(tx, { kind: state === 'withheld' ? 'proposal.withheld' : 'proposal.over_capacity', body });
  };

  return {
    async consider(tx, candidate, asking) {
      const { tenant, lease, property, stage, indexMilli, triggerVersion, evidence, analysisRun } = candidate;
      const before = await tx
        .selectFrom('proposal')
        .selectAll()
        .where('owner', '=', owner)
        .where('tenant', '=', tenant)
        .where('lease', '=', lease)
        .where('head', '=', 'leave')
        .executeTakeFirst();
      const asked = before?.run_id && (await asking.fateOf(tx, before.run_id)) !== 'dropped' ? before.run_id : null;
      if (!asked && (await isAskedOtherwise(tx, candidate, asking))) return;
      const state = asked ? 'open' : await stateOf(tx, candidate, before);
      const opened = state === 'open' && !asked ? await asking.begin(tx) : null;
      const at = clock.now();
      const seen = {
        ...{ state, run_id: asked ?? opened, index_milli: indexMilli, stage, evidence: JSON.stringify(evidence) },
        ...{ opened_week: opened ? week() : (before?.opened_week ?? null), updated_at: at },
      };
      await tx
        .insertInto('proposal')
        .values({
          ...{ owner, tenant, lease, head: 'leave', property, trigger_version: triggerVersion, created_at: at },
          ...{ analysis_run: analysisRun, arm: draw(candidate), ...seen },
        })
        .onConflict((same) => same.columns(['owner', 'tenant', 'lease', 'head']).doUpdateSet(seen))
        .execute();
      if (before?.state === 'withheld' && state !== 'withheld')
        await journal.appendIn(tx, { kind: 'proposal.exempted', body: bodyOf(candidate) });
      if (opened || state !== before?.state) await record(tx, candidate, state, opened);
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

function bodyOf({ tenant, lease, property, analysisRun: analysis, indexMilli: index }: Candidate) {
  return { property, tenant, lease, analysis, index };
}

/** The first day of the ISO week. */
function mondayOf(day: IsoDay): IsoDay {
  const sinceMonday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(day, -sinceMonday);
}

function fromRow(row: Row): Proposal {
  const { tenant, lease, property, state, run_id, trigger_version, index_milli, stage, evidence, analysis_run } = row;
  const { arm, created_at } = row;
  return {
    ...{ tenant, lease, property, state, runId: run_id, triggerVersion: trigger_version, indexMilli: index_milli },
    ...{ stage, evidence: JSON.parse(evidence), analysisRun: analysis_run, arm, firstAt: created_at },
  };
}
