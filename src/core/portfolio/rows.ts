import type {
  Cents,
  Intent,
  IsoDay,
  KeptOut,
  LeaveReason,
  LedgerType,
  PropertyId,
  Source,
  TenantId,
  Turn,
} from '../domain/index.ts';
import type { RowKind } from '../store/index.ts';

/** What the store keeps of each kind of row, beside its key, id and days. The only place with personal text. */
export interface Bodies {
  property: { readonly name: string };
  unit: { readonly label: string };
  tenant: { readonly name: string };
  lease: {
    readonly unit: string;
    readonly from: IsoDay;
    readonly to: IsoDay;
    readonly rent: Cents;
    readonly noticeOn?: IsoDay;
    readonly movedOutOn?: IsoDay;
    /** For labels; no snapshot holds it. */
    readonly leftBecause?: LeaveReason;
  };
  offer: { readonly on: IsoDay; readonly rent: Cents };
  asking: { readonly unit: string; readonly on: IsoDay; readonly rent: Cents };
  source: { readonly source: Source; readonly from: IsoDay; readonly to?: IsoDay };
  line: { readonly on: IsoDay; readonly type: LedgerType; readonly amount: Cents };
  ticket: {
    readonly openedOn: IsoDay;
    readonly repliedOn?: IsoDay;
    readonly closedOn?: IsoDay;
    readonly reopened: number;
    /** Left out, as the ticket is, where it tells what fair housing protects. */
    readonly category?: string;
    readonly keptOut?: true;
    /** It tells of hardship or an unfit home; left out when not, and in rows taken in before that was drawn. */
    readonly inNeed?: true;
  };
  call: CallBody;
  engagement: {
    readonly on: IsoDay;
    readonly portalLogins?: number;
    readonly survey?: number;
    readonly autopay?: boolean;
  };
}

export interface CallBody {
  readonly on: IsoDay;
  readonly residentTurns: number;
  readonly sentiment?: number;
  /** Left out when empty, so that a call without them is the row that it was before they were drawn. */
  readonly intents?: readonly Intent[];
  /** Left out when empty, as `intents`. */
  readonly keptOut?: Readonly<Partial<Record<KeptOut, number>>>;
  /** As that of a ticket: the fact, whatever else kept the turn out. */
  readonly inNeed?: true;
  /** Only where the workspace keeps transcripts. */
  readonly turns?: readonly Turn[];
}

/** A row as a file gives it: the customer's own keys, checked and typed, not yet known to the store. */
export type Incoming = {
  [K in RowKind]: {
    readonly kind: K;
    /** The customer's own name of this row. */
    readonly key: string;
    readonly tenantKey?: string;
    readonly propertyKey?: string;
    /** The row's own day; absent for what has none and so is taken as always known. */
    readonly dated?: IsoDay;
    /** A `known_on` column, which outranks every rule. */
    readonly knownOn?: IsoDay;
    readonly body: K extends 'call' ? IncomingCall : Bodies[K];
  };
}[RowKind];

/** Turns are replaced by features before anything is written. */
export interface IncomingCall {
  readonly on: IsoDay;
  readonly turns: readonly Turn[];
}

/** A row ready to be written. */
export type Ready =
  | Exclude<Incoming, { kind: 'call' }>
  | (Omit<Extract<Incoming, { kind: 'call' }>, 'body'> & { readonly body: CallBody });

/** One version of a row, as read back. */
export interface Version<K extends RowKind = RowKind> {
  readonly seq: number;
  readonly kind: K;
  readonly key: string;
  readonly id: string;
  readonly subject: TenantId | PropertyId;
  readonly property: PropertyId | null;
  readonly knownOn: IsoDay;
  readonly observedOn: IsoDay;
  /** Invented. */
  readonly synthetic: boolean;
  /** From then on the row is about somebody else. */
  readonly gone: boolean;
  readonly body: Bodies[K];
}
