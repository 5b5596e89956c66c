import type {
  AskingId,
  CallId,
  EngagementId,
  LeaseId,
  LedgerLineId,
  OfferId,
  PropertyId,
  TenantId,
  TicketId,
} from './ids.ts';
import type { Intent, KeptOut } from './language.ts';
import type { Cents, IsoDay } from './values.ts';

/** Where signals come from. `memory` joins when its room stands; until then nobody can state it connected. */
export const sources = ['ledger', 'tickets', 'calls', 'engagement', 'memory'] as const;
export type Source = (typeof sources)[number];

/** Why a lease was left. For the labels of a training alone: what is known at the end would tell a score its answer. */
export const leaveReasons = ['transfer', 'death', 'owner', 'military', 'other'] as const;
export type LeaveReason = (typeof leaveReasons)[number];

/** `charge` and `fee` are owed; `payment` and `credit` settle; `reversal` takes a payment back. */
export const ledgerTypes = ['charge', 'fee', 'payment', 'credit', 'reversal'] as const;
export type LedgerType = (typeof ledgerTypes)[number];

/** `amount` is never negative: the type says the direction. A charge is rent due on `on`. */
export interface LedgerLine {
  readonly id: LedgerLineId;
  readonly on: IsoDay;
  readonly type: LedgerType;
  readonly amount: Cents;
}

export interface Ticket {
  readonly id: TicketId;
  readonly openedOn: IsoDay;
  /** The first answer of the team. */
  readonly repliedOn?: IsoDay;
  readonly closedOn?: IsoDay;
  /** Times that it was opened again after it had been closed. */
  readonly reopened: number;
}

export interface Turn {
  readonly by: 'agent' | 'resident';
  readonly text: string;
}

/** What is kept of a call. Its turns are deleted once features are drawn, unless the workspace keeps them. */
export interface Call {
  readonly id: CallId;
  readonly on: IsoDay;
  /** Resident turns that were scored. */
  readonly residentTurns: number;
  /** VADER's compound score in [-1, 1] over resident turns. Absent: there was no resident turn to score. */
  readonly sentiment?: number;
  readonly intents: readonly Intent[];
  /** Resident turns that were not scored, by reason. Empty also for a call taken in before reasons were kept. */
  readonly keptOut: Readonly<Partial<Record<KeptOut, number>>>;
}

export interface RenewalOffer {
  readonly id: OfferId;
  readonly on: IsoDay;
  readonly rent: Cents;
}

/** What the owner asks of whoever might rent a unit. Never what others ask. */
export interface AskingRent {
  readonly id: AskingId;
  readonly on: IsoDay;
  readonly rent: Cents;
}

/** How a tenant deals with the portal, as it stood on a day; what the file does not say is absent. */
export interface Engagement {
  readonly id: EngagementId;
  readonly on: IsoDay;
  /** In the 30 days up to then. */
  readonly portalLogins?: number;
  /** An answer to a survey, 0 to 10. */
  readonly survey?: number;
  readonly autopay?: boolean;
}

/** One tenant, living in one unit, as known on a day. */
export interface Tenancy {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly unit: string;
  /** Start of the first of the unbroken line of leases that this tenant has had in the property. */
  readonly movedIn: IsoDay;
  /** The lease that began on that day. */
  readonly firstLease: LeaseId;
  /** Leases before the one that now runs, in that line. */
  readonly renewals: number;
  readonly leaseStarts: IsoDay;
  readonly leaseEnds: IsoDay;
  readonly rent: Cents;
  /**
   * The day on which notice was given, or on which it was seen that a day of moving out is set; who leaves is not
   * compared with those who may stay.
   */
  readonly noticeOn?: IsoDay;
  /** The newest offer made during the lease that now runs. */
  readonly offer?: RenewalOffer;
  /** The newest for this unit. */
  readonly asking?: AskingRent;
  /** All that is known, oldest first. */
  readonly ledger: readonly LedgerLine[];
  readonly tickets: readonly Ticket[];
  /** Tickets about what fair housing protects: they go to a human, and count for nothing. */
  readonly ticketsKeptOut: number;
  /** Those of them that are open. */
  readonly openKeptOut: number;
  /**
   * The last day on which a call or a ticket told of hardship or of a home not fit to live in, those that are kept out
   * too; a ticket tells so until it is closed. Absent: none did. For who is helped, never for a score.
   */
  readonly inNeedOn?: IsoDay;
  readonly calls: readonly Call[];
  /** Absent: no row is known. */
  readonly engagement?: readonly Engagement[];
}

/** A property as it was known on `day`: nothing that became known later is in it. */
export interface Snapshot {
  readonly property: PropertyId;
  readonly day: IsoDay;
  readonly tenancies: readonly Tenancy[];
  /** Days in a row, up to `day`, that each source has been stated connected; 0 when it is not connected on `day`. */
  readonly connectedDays: Readonly<Record<Source, number>>;
  /** Leases of this property that came to their end in the two years before `day`, and what tenants chose. */
  readonly decisions: { readonly renewed: number; readonly left: number };
  /** Day of the newest row that counts here; absent when there is none but leases. */
  readonly newestRow?: IsoDay;
  /** The ledger is stated connected, and nothing came of late. It still counts: coverage is what is stated. */
  readonly ledgerSilent?: Silence;
}

/** Of a source from which nothing comes: the day of its newest row, null where there is none. */
export interface Silence {
  readonly newest: IsoDay | null;
}

/** Whoever leaves within so many days of a day is said to have left since: for what is measured, and for what is learned. */
export const LEAVE_DAYS = 90;
/** A lease that begins so many days after another ended goes on with it. */
export const GAP_DAYS = 31;
