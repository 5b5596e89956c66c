import type { Generated } from 'kysely';
import type {
  ActorId,
  ImportId,
  Instant,
  IsoDay,
  LeaseId,
  OwnerId,
  PropertyId,
  RunId,
  TenantId,
} from '../domain/index.ts';

export type RowKind =
  | ('property' | 'unit' | 'tenant' | 'lease' | 'offer' | 'asking')
  | ('source' | 'line' | 'ticket' | 'call' | 'engagement');

/** The logical schema, the same on every engine. Every row carries its owner. */
export interface Tables {
  event: {
    seq: Generated<number>;
    at: Instant;
    owner: OwnerId;
    actor: ActorId;
    room: string;
    kind: string;
    run_id: RunId | null;
    /** Counts the lines of one run, from 1. */
    run_seq: number | null;
    body: string;
    /** Only lines of the audit stream have one. */
    hash: string | null;
  };
  /** How long the audit stream of an owner is, and its last hash: a line missing at its end is seen by it. */
  audit_head: { owner: OwnerId; lines: number; hash: string };
  /** Whose a property, tenant or run is. Ids only, so that a command can find the owner without opening a room. */
  directory: { id: string; kind: 'property' | 'tenant' | 'run'; owner: OwnerId };
  lease: {
    name: string;
    owner: OwnerId;
    actor: ActorId;
    world: string;
    process: string;
    token: number;
    expires_at: Instant;
  };
  portfolio_import: {
    id: ImportId;
    owner: OwnerId;
    actor: ActorId;
    /** Readers see the rows of `live` imports only. */
    state: 'staging' | 'live' | 'withdrawn';
    /** The day on which the files said what they say; what a row states without a date is known from then on. */
    observed_on: IsoDay;
    synthetic: 0 | 1;
    rows: number;
    rejected: number;
    started_at: Instant;
    finished_at: Instant | null;
    withdrawn_at: Instant | null;
    withdrawn_by: ActorId | null;
    /** What it is of, while it is staged; null where it cannot be gone on with. */
    fingerprint: string | null;
  };
  /** What became of the rows of each batch of an import that is being staged: a mark for each, and no word of them. */
  import_batch: {
    owner: OwnerId;
    import_id: ImportId;
    seq: number;
    rows: number;
    marks: string;
  };
  /** When a file last had leases of a property, or ledger lines of its tenants, unchanged ones too. */
  portfolio_sighting: {
    owner: OwnerId;
    property: PropertyId;
    kind: 'lease' | 'line';
    /** It is withdrawn with this one: what was seen; or the newest that counted, where an import brought nothing new. */
    import_id: ImportId;
    /** The day on which the files said what they say. */
    seen_on: IsoDay;
  };
  /** Versions of rows, only ever added to. `key` is the customer's own, `id` ours. */
  portfolio_row: {
    seq: Generated<number>;
    owner: OwnerId;
    kind: RowKind;
    key: string;
    id: string;
    /** The tenant whom the row is about; the property, for what is not about a tenant. */
    subject: string;
    /** Only leases and offers have both a tenant and a property. */
    property: PropertyId | null;
    known_on: IsoDay;
    import_id: ImportId;
    imported_at: Instant;
    /** 1 where the row is no longer about this subject and property: a later version is about another. */
    gone: 0 | 1;
    body: string;
  };
  run: {
    id: RunId;
    owner: OwnerId;
    actor: ActorId;
    workflow: string;
    version: number;
    fingerprint: string;
    /** Two runs with one key would do the same work twice, so an owner has at most one that is unfinished. */
    key: string;
    input: string;
    status: 'queued' | 'running' | 'waiting' | 'failed' | 'cancelled' | 'succeeded';
    /** What went wrong, as an exit name and a code; never a message. */
    failure: string | null;
    created_at: Instant;
    updated_at: Instant;
    /** What the fingerprint is of, as JSON, so that a change can be told; runs of before 0.3.0 have none. */
    shape: string | null;
    /** How often each task has failed, and when it is tried again, as JSON. */
    retries: string | null;
    /** When the first of them is. */
    retry_at: Instant | null;
    /** Somebody wants it to end while another process has it. */
    cancel_requested_at: Instant | null;
  };
  /** A question that a run waits with. Answered once; consumed when the node that asked is finished. */
  approval: {
    run_id: RunId;
    interrupt_id: string;
    owner: OwnerId;
    node: string;
    status: 'open' | 'answered' | 'withdrawn';
    asked_at: Instant;
    decision: 'approved' | 'rejected' | null;
    /** In the words of who answered. */
    reason: string | null;
    answered_by: ActorId | null;
    assurance: 'os-user' | 'token' | null;
    answered_at: Instant | null;
    consumed_at: Instant | null;
    /** The task that asks; a question of before 0.3.0 has none, and is the only one of its node. */
    task_id: string | null;
    /** What is asked, who may answer, what an answer must be and which one holds after `expires_at`, as JSON. */
    question: string | null;
    /** As JSON. Personal, where it has words in it. */
    answer: string | null;
    expires_at: Instant | null;
  };
  /** What a run waits for. Fires once, and never before it is due. */
  timer: {
    run_id: RunId;
    task_id: string;
    key: string;
    owner: OwnerId;
    due_at: Instant;
    set_at: Instant;
    fired_at: Instant | null;
  };
  /** What a node did to the world outside. Between `started` and `done` it is in doubt. */
  effect: {
    run_id: RunId;
    task_id: string;
    key: string;
    owner: OwnerId;
    /** `skipped`: was in doubt, and is taken as it stands. */
    state: 'started' | 'done' | 'skipped';
    attempts: number;
    value: string | null;
    started_at: Instant;
    finished_at: Instant | null;
    /** What is done about it when it is in doubt. */
    policy: 'retry' | 'ask' | 'skip' | null;
  };
  /** At most one for a tenant's lease term and head. Without a run: withheld, or over capacity. */
  proposal: {
    owner: OwnerId;
    tenant: TenantId;
    lease: LeaseId;
    head: 'leave';
    property: PropertyId;
    state: 'open' | 'withheld' | 'over_capacity';
    run_id: RunId | null;
    /** The model whose index stood above the trigger. */
    trigger_version: string;
    index_milli: number;
    stage: string;
    /** Ids of the rows that the newest analysis rested on, as JSON. */
    evidence: string;
    analysis_run: RunId;
    /** Monday of the week in which it was opened; it then counts against the capacity of that week. */
    opened_week: IsoDay | null;
    created_at: Instant;
    updated_at: Instant;
    /**
     * By the draw when the tenant first stood above the trigger, and never changed; `exempt` was in need, and is in
     * neither group. Null where nobody drew: no share was withheld then, or an older sophia proposed.
     */
    arm: 'treated' | 'withheld' | 'exempt' | null;
  };
  /** What ranks the tenants of one owner, beside the scorecard that everybody has. Never changed but for its state. */
  model: {
    owner: OwnerId;
    /** From 1, for each owner. */
    version: number;
    name: string;
    kind: 'logit' | 'onnx';
    /** At most one of an owner is `active`. */
    state: 'candidate' | 'active' | 'retired';
    /** Of `body`, and of `artifact` where there is one. */
    sha256: string;
    /** The model file, as JSON. */
    body: string;
    /** A foreign model as it was brought. */
    artifact: Uint8Array | null;
    made_at: Instant;
    made_by: ActorId;
    promoted_at: Instant | null;
    promoted_by: ActorId | null;
  };
  /** What is proposed to be said and done, in words: what is approved is what is carried out. Personal. */
  draft: { run_id: RunId; owner: OwnerId; tenant: TenantId; task: string; message: string; created_at: Instant };
  checkpoint: {
    owner: OwnerId;
    thread_id: string;
    ns: string;
    id: string;
    parent: string | null;
    checkpoint: Uint8Array;
    metadata: Uint8Array;
  };
  checkpoint_value: {
    owner: OwnerId;
    thread_id: string;
    ns: string;
    channel: string;
    version: string;
    /** An older sophia writes `null` for a channel that was emptied. */
    value: Uint8Array | null;
  };
  checkpoint_write: {
    owner: OwnerId;
    thread_id: string;
    ns: string;
    checkpoint_id: string;
    task_id: string;
    idx: number;
    task_path: string;
    channel: string;
    value: Uint8Array;
  };
}
