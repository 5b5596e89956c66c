import { daysBetween, type IsoDay, type LedgerLine } from '../domain/index.ts';

/** Customary days of grace: rent paid within them is not late. Judgement. */
const GRACE_DAYS = 5;
/** A month unpaid for so long is missed. */
const MISSED_DAYS = 30;
const WINDOW_DAYS = 183;
/** The window may touch a seventh calendar month. */
const MONTHS = 6;

/** One charge and how it was settled, as known on a day. */
interface Due {
  readonly line: LedgerLine;
  /** What still had to be paid when the days of grace were over; the whole amount when nothing had been. */
  openAfterGrace: number;
  /** The same 30 days after it was due. */
  openAfterMonth: number;
  open: number;
  /** Days after which it was settled in full. */
  settledAfter?: number;
}

/** The charges of one calendar month that were not paid as they should have been. */
export type LateMonth = readonly LedgerLine[];

/** How one calendar month of rent was paid, once its days of grace are over. */
export interface Month {
  readonly lines: readonly LedgerLine[];
  /** Since its first charge was due. */
  readonly daysAgo: number;
  /** Until all of it was paid, or until the day; paid ahead or within the days of grace is no day late. */
  readonly daysLate: number;
  /** Share that was paid 30 days after it was due; absent before. */
  readonly paidInMonth?: number;
}

/** Lateness of one tenant, by months: rent, parking and water of one month are late once. Oldest month first. */
export interface Lateness {
  /** Unpaid more than 5 days after they were due, on the day itself. */
  readonly lateNow: readonly LateMonth[];
  /** Of the last six: something was paid more than 5 days late, or is late now. */
  readonly lateMonths: readonly LateMonth[];
  /** Of the last six: a part was paid when the days of grace were over. */
  readonly partial: readonly LateMonth[];
  /** Of the last six: more than half was unpaid 30 days after it was due. */
  readonly missed: readonly LateMonth[];
}

/** How rent is paid, late or not. */
interface Paying {
  /** The last six; oldest first. */
  readonly months: readonly Month[];
  /** Charges past their days of grace and fees, as far as they are open on the day, in cents. */
  readonly open: number;
  readonly openLines: readonly LedgerLine[];
}

/**
 * Reads a ledger, oldest line first, up to `day`. What is paid settles the oldest open charge or fee first; what is
 * overpaid waits for the next; a reversal takes back the payments that came last. Only rent (`charge`) can be late.
 */
export function latenessOn(ledger: readonly LedgerLine[], day: IsoDay): Lateness {
  const dues = settle(ledger, day).filter(
    ({ line }) => line.type === 'charge' && daysBetween(line.on, day) > GRACE_DAYS,
  );
  const recent = dues.filter(({ line }) => daysBetween(line.on, day) <= WINDOW_DAYS);
  const still = (due: Due) => due.open;
  const afterGrace = (due: Due) => due.openAfterGrace;
  const afterMonth = (due: Due) => (daysBetween(due.line.on, day) > MISSED_DAYS ? due.openAfterMonth : 0);
  return {
    lateNow: monthsOf(dues, still, (share) => share > 0),
    lateMonths: monthsOf(recent, afterGrace, (share) => share > 0).slice(-MONTHS),
    partial: monthsOf(recent, afterGrace, (share) => share > 0 && share < 1).slice(-MONTHS),
    missed: monthsOf(recent, afterMonth, (share) => share > 0.5).slice(-MONTHS),
  };
}

/** The same ledger, month by month. */
export function payingOn(ledger: readonly LedgerLine[], day: IsoDay): Paying {
  const owed = settle(ledger, day).filter(({ line }) => daysBetween(line.on, day) > GRACE_DAYS);
  const recent = owed.filter(({ line }) => line.type === 'charge' && daysBetween(line.on, day) <= WINDOW_DAYS);
  return {
    months: [...Map.groupBy(recent, monthOf).values()].slice(-MONTHS).map((of) => paidIn(of, day)),
    open: owed.reduce((sum, { open }) => sum + open, 0),
    openLines: owed.filter(({ open }) => open > 0).map(({ line }) => line),
  };
}

function monthOf({ line }: Due): string {
  return line.on.slice(0, 7);
}

function paidIn(dues: readonly Due[], day: IsoDay): Month {
  const ages = dues.map(({ line }) => daysBetween(line.on, day));
  const took = dues.map(({ settledAfter }, at) => settledAfter ?? ages[at] ?? 0);
  const total = dues.reduce((sum, { line }) => sum + line.amount, 0);
  const open = dues.reduce((sum, { openAfterMonth }) => sum + openAfterMonth, 0);
  const slowest = Math.max(...took);
  return {
    ...{ lines: dues.map(({ line }) => line), daysAgo: Math.max(...ages) },
    daysLate: slowest > GRACE_DAYS ? slowest : 0,
    ...(Math.min(...ages) > MISSED_DAYS && { paidInMonth: 1 - open / total }),
  };
}

/** Months whose open share of all that was due in them is as `matters` says; of each the charges that are open. */
function monthsOf(dues: readonly Due[], open: (due: Due) => number, matters: (share: number) => boolean): LateMonth[] {
  const months = [...Map.groupBy(dues, monthOf).values()];
  return months.flatMap((of) => {
    const total = of.reduce((sum, { line }) => sum + line.amount, 0);
    const unpaid = of.reduce((sum, due) => sum + open(due), 0);
    return matters(unpaid / total) ? [of.filter((due) => open(due) > 0).map(({ line }) => line)] : [];
  });
}

/** Money that has come in and been given out again cannot settle anything: it is taken from the newest payments. */
function withoutReversed(ledger: readonly LedgerLine[]): { on: IsoDay; amount: number }[] {
  const payments: { on: IsoDay; amount: number }[] = [];
  for (const { type, on, amount } of ledger) {
    if (type === 'payment' || type === 'credit') payments.push({ on, amount });
    if (type !== 'reversal') continue;
    let back: number = amount;
    for (let at = payments.length - 1; at >= 0 && back > 0; at--) {
      const payment = payments[at];
      if (!payment) break;
      const taken = Math.min(payment.amount, back);
      payment.amount -= taken;
      back -= taken;
    }
  }
  return payments;
}

function settle(ledger: readonly LedgerLine[], day: IsoDay): Due[] {
  const known = ledger.filter(({ on }) => on <= day);
  const dues = known
    .filter(({ type }) => type === 'charge' || type === 'fee')
    .filter(({ amount }) => amount > 0)
    .map((line): Due => ({ line, openAfterGrace: line.amount, openAfterMonth: line.amount, open: line.amount }));
  let next = 0;
  for (const { on, amount } of withoutReversed(known)) {
    let left = amount;
    while (left > 0 && next < dues.length) {
      const due = dues[next];
      if (!due) break;
      const paid = Math.min(due.open, left);
      due.open -= paid;
      left -= paid;
      // Money paid ahead counts from the day on which the rent was due.
      if (daysBetween(due.line.on, on) <= GRACE_DAYS) due.openAfterGrace = due.open;
      if (daysBetween(due.line.on, on) <= MISSED_DAYS) due.openAfterMonth = due.open;
      if (due.open > 0) break;
      due.settledAfter = Math.max(0, daysBetween(due.line.on, on));
      next += 1;
    }
  }
  return dues;
}

/** Cents of rent that are unpaid on `day` and had been due for at least `days` days. */
export function unpaidOn(ledger: readonly LedgerLine[], day: IsoDay, days: number): number {
  const old = settle(ledger, day).filter(({ line }) => line.type === 'charge' && daysBetween(line.on, day) >= days);
  return old.reduce((sum, { open }) => sum + open, 0);
}
