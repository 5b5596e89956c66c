import type {
  Fingerprint,
  Id,
  ImportId,
  LeaseId,
  NodeName,
  PropertyId,
  RunId,
  TenantId,
  WorkflowName,
} from '../domain/index.ts';

type Room = 'portfolio' | 'risk' | 'runs' | 'policy' | 'kpi' | 'store' | 'deploy';
/** Ids and numbers. A plain string is not assignable, so personal text cannot reach the journal. */
type Body = Readonly<Record<string, Id | number | undefined>>;

interface Kind<B extends Body> {
  readonly room: Room;
  /** Audit lines are hash-chained; who changes one breaks every later hash. */
  readonly audit: boolean;
  readonly body?: B;
}

function kind<B extends Body>(room: Room, options: { audit?: boolean } = {}): Kind<B> {
  return { room, audit: options.audit ?? false };
}

/** A tenant above the trigger, and the analysis that found them. `index` in thousandths. */
type Found = { property: PropertyId; tenant: TenantId; lease: LeaseId; analysis: RunId; index: number };

/** Every kind of line that the journal knows. KPIs are SQL over the `kpi.*` kinds. */
const kinds = {
  'portfolio.imported': kind<{ import: ImportId; rows: number; rejected: number; synthetic: number }>('portfolio', {
    audit: true,
  }),
  /** `returning`: rows of which an earlier version is believed again. */
  'portfolio.withdrawn': kind<{ import: ImportId; rows: number; returning: number }>('portfolio', { audit: true }),
  /** A model that another program learned; it ranks nobody as long as it is a candidate. */
  'model.imported': kind<{ version: number; hash: Fingerprint; bytes: number }>('risk', { audit: true }),
  /** A model was learned from an owner's own past; it ranks nobody before a human has promoted it. */
  'model.trained': kind<{ version: number; hash: Fingerprint; rows: number; exits: number }>('risk', { audit: true }),
  /** `before`: the model that ranked until then; absent, it was the scorecard. */
  'model.promoted': kind<{ version: number; hash: Fingerprint; before?: number }>('risk', { audit: true }),
  /** `to`: the model that ranks again; absent, it is the scorecard. */
  'model.rolled_back': kind<{ version: number; to?: number }>('risk', { audit: true }),
  /** Whether tenants are as those that it was learned from; `stops`: they are not, and it proposes nothing. */
  'model.measured': kind<{ version: number; tenants: number; stops: number }>('risk', { audit: true }),
  'store.purged': kind<{ runs: number; drafts: number; answers: number; rows: number }>('store', { audit: true }),
  /** A copy was put in the place of the store; what that took away, where the store could be read. */
  'store.restored': kind<{ imports?: number; runs?: number; answers?: number }>('store', { audit: true }),
  'run.started': kind<{ workflow: WorkflowName; version: number }>('runs'),
  'run.resumed': kind<{ token: number }>('runs'),
  /** `item`: which one, of a node that is run for each of many. */
  'run.node_finished': kind<{ node: NodeName; item?: number }>('runs'),
  'run.retry_set': kind<{ node: NodeName; attempt: number; exit: Id<'exit'> }>('runs'),
  /** Gone on with by a definition of another shape than it was begun by, because a human said so. */
  'run.forced': kind<{ workflow: WorkflowName; version: number }>('runs', { audit: true }),
  'run.succeeded': kind<{ nodes: number }>('runs'),
  'run.failed': kind<{ exit: Id<'exit'> }>('runs'),
  'run.cancel_requested': kind<Record<never, never>>('runs', { audit: true }),
  /** Given up before its end; `exit` says why. */
  'run.cancelled': kind<{ exit: Id<'exit'> }>('runs'),
  /** What an analysis showed to a human: the start of the clock of "decision speed". */
  'kpi.insight': kind<{ property: PropertyId; tenants: number; above: number }>('kpi'),
  /** A tenant stands above the trigger of the leave head. `index` in thousandths. */
  'kpi.risk_trigger': kind<{ property: PropertyId; tenant: TenantId; lease: LeaseId; index: number }>('kpi'),
  /** An analysis, with what ranked (`model`) and what was ranked (`inputs`): how it came to its numbers can be proved. */
  'risk.analysed': kind<{
    property: PropertyId;
    tenants: number;
    above: number;
    model: Fingerprint;
    inputs: Fingerprint;
  }>('risk', { audit: true }),
  'approval.asked': kind<{ node: NodeName }>('runs'),
  /** `approved`: of a question that asks for a decision. */
  'approval.answered': kind<{ node: NodeName; approved?: number }>('runs', { audit: true }),
  /** Nobody answered in time: the answer that was declared for that holds. */
  'approval.expired': kind<{ node: NodeName }>('runs', { audit: true }),
  'timer.set': kind<{ node: NodeName }>('runs'),
  'timer.fired': kind<{ node: NodeName }>('runs'),
  'effect.started': kind<{ effect: Id<'effect'>; attempt: number }>('runs'),
  'effect.done': kind<{ effect: Id<'effect'> }>('runs'),
  /** Whether it was done is not known, and it is not done again. */
  'effect.skipped': kind<{ effect: Id<'effect'> }>('runs', { audit: true }),
  /** With the analysis that found it: the clock of "decision speed" runs from there to the answer. */
  'proposal.opened': kind<Found & { proposal: RunId }>('policy'),
  /** Left alone at random, so that the effect of proposals can be measured. */
  'proposal.withheld': kind<Found>('policy', { audit: true }),
  /** Had been withheld, and was heard to be in need: is helped, and compared as drawn all the same. */
  'proposal.exempted': kind<Found>('policy', { audit: true }),
  'proposal.over_capacity': kind<Found>('policy'),
  /** Was approved, and did not hold any more when it came to be done. */
  'proposal.lapsed': kind<{ proposal: RunId; tenant: TenantId }>('policy'),
  /** Something was done about an insight, in the world outside. */
  'action.executed': kind<{ action: Id<'effect'>; tenant: TenantId }>('kpi', { audit: true }),
  /** What was agreed to: so many machines, for so many cents an hour at most. `rehearsed` 1: beside the emulator. */
  'deploy.ordered': kind<{ environment: Id<'environment'>; machines: number; cents: number; rehearsed: number }>(
    'deploy',
    {
      audit: true,
    },
  ),
  /** One thing of an environment while the engine is at it; `stands` is what the engine or the vendor says of it. */
  'deploy.step': kind<{
    environment: Id<'environment'>;
    resource: Id<'resource'>;
    stands: Id<'stands'>;
    seconds?: number;
    /** What a machine that was ended for another one had come to. */
    cents?: number;
    rehearsed: number;
  }>('deploy'),
  /** It is as it was ordered. */
  'deploy.raised': kind<{ environment: Id<'environment'>; machines: number; rehearsed: number }>('deploy', {
    audit: true,
  }),
  /** `left`: machines that should have ended, and may bill on. */
  'deploy.ended': kind<{ environment: Id<'environment'>; ended: number; left: number; rehearsed: number }>('deploy', {
    audit: true,
  }),
  /** A lock of an engine was taken away because a human said that it is no more. */
  'deploy.unlocked': kind<{ environment: Id<'environment'>; locks: number; rehearsed: number }>('deploy', {
    audit: true,
  }),
  /** One call of a model or service; `ms` at the client, with retries. */
  'kpi.request': kind<{ route: Id<'route'>; ms: number; ok: number }>('kpi'),
  /** One look at whether a service is up. */
  'kpi.probe': kind<{ service: Id<'service'>; ok: number }>('kpi'),
} as const;

export type KindName = keyof typeof kinds;
export type BodyOf<K extends KindName> = NonNullable<(typeof kinds)[K]['body']>;

/** One line to write, as a union over kinds, so that kind and body always match. */
export type Event = { [K in KindName]: { kind: K; body: BodyOf<K>; runId?: RunId } }[KindName];

export const kindNames = Object.keys(kinds) as [KindName, ...KindName[]];

/** Those of which every line is in the audit stream. */
export const auditKinds = kindNames.filter((name) => kinds[name].audit);

export function kindOf(name: KindName): Kind<Body> {
  return kinds[name];
}
