import { daysBetween, type IsoDay, type LedgerLine } from '../domain/index.ts';

/** Customary days of grace: rent paid within them is not late. Judgement. */
const GRACE_DAYS = 5;
/** A month unpaid for so long is missed. */
const MISSED_DAYS = 30;
const WINDOW_DAYS = 183;

/** One charge and how it was settled, as known on a day. */
interface Due {
  readonly line: LedgerLine;
  /** What still had to be paid when the days of grace were over; the whole amount when nothing had been. */
  openAfterGrace: number;
  open: number;
  /** Absent while something is open. */
  paidOn?: IsoDay;
}

/** Lateness of one tenant. Each list holds the charges concerned, oldest first. */
export interface Lateness {
  /** Unpaid more than 5 days after they were due, on the day itself. */
  readonly lateNow: readonly LedgerLine[];
  /** Due in the last six months and paid more than 5 days late, or late now. */
  readonly lateMonths: readonly LedgerLine[];
  /** Due in the last six months, partly paid when the days of grace were over. */
  readonly partial: readonly LedgerLine[];
  /** Due in the last six months and unpaid 30 days later. */
  readonly missed: readonly LedgerLine[];
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
  const lines = (chosen: readonly Due[]) => chosen.map(({ line }) => line);
  return {
    lateNow: lines(dues.filter(({ open }) => open > 0)),
    lateMonths: lines(recent.filter(({ openAfterGrace }) => openAfterGrace > 0)),
    partial: lines(recent.filter(({ line, openAfterGrace }) => openAfterGrace > 0 && openAfterGrace < line.amount)),
    missed: lines(
      recent.filter(({ line, paidOn }) => {
        const unpaidFor = daysBetween(line.on, paidOn ?? day);
        return unpaidFor > MISSED_DAYS;
      }),
    ),
  };
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
    .map((line): Due => ({ line, openAfterGrace: line.amount, open: line.amount }));
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
      if (due.open > 0) break;
      due.paidOn = on > due.line.on ? on : due.line.on;
      next += 1;
    }
  }
  return dues;
}
