import type { IsoDay, LedgerLine, Tenancy } from '../../domain/index.ts';
import { latenessOn, type Month, payingOn } from '../lateness.ts';
import { changeAMonth, flag, type Measured, type Signal, upTo } from './signal.ts';

type Late =
  | ('lateNow' | 'behindTwoMonths' | 'lateMonths6m')
  | ('earlierLateMonths6m' | 'partialPayments6m' | 'missedMonths6m');

/** What of the rent of six months was late, and what of it still is. */
function late({ ledger }: Tenancy, day: IsoDay): Measured<Late> {
  const { lateNow, lateMonths, partial, missed } = latenessOn(ledger, day);
  const open = new Set(lateNow.flat());
  return {
    lateNow: flag(traced(lateNow.flat())),
    behindTwoMonths: flag(lateNow.length > 1 ? traced(lateNow.flat()) : []),
    lateMonths6m: counted(lateMonths),
    earlierLateMonths6m: counted(lateMonths.filter((month) => !month.some((line) => open.has(line)))),
    partialPayments6m: counted(partial),
    missedMonths6m: counted(missed),
  };
}

/** Whether rent comes later from month to month, how much of it, and what is owed. */
function paying(
  { ledger, rent }: Tenancy,
  day: IsoDay,
): Measured<'daysLateSlope6m' | 'payRatioMin6m' | 'balanceOverRent'> {
  const { months, open, openLines } = payingOn(ledger, day);
  const slope = changeAMonth(
    months.map(({ daysAgo, daysLate, lines }) => ({ daysAgo, value: daysLate, evidence: traced(lines) })),
  );
  const ratio = leastPaid(months);
  return {
    ...(slope && { daysLateSlope6m: slope }),
    ...(ratio && { payRatioMin6m: ratio }),
    ...(rent > 0 && { balanceOverRent: upTo('balanceOverRent', open / rent, traced(openLines)) }),
  };
}

export const payment = {
  ...{ lateNow: late, behindTwoMonths: late, lateMonths6m: late, earlierLateMonths6m: late },
  ...{ partialPayments6m: late, missedMonths6m: late },
  ...{ daysLateSlope6m: paying, payRatioMin6m: paying, balanceOverRent: paying },
};

function traced(lines: readonly LedgerLine[]): string[] {
  return lines.map(({ id }) => `ledger:${id}`);
}

function counted(months: readonly (readonly LedgerLine[])[]): Signal {
  return { value: months.length, evidence: traced(months.flat()) };
}

/** The smallest share of a month's rent that was paid 30 days after it was due; nothing to say before that. */
function leastPaid(months: readonly Month[]): Signal | undefined {
  const settled = months.filter(({ paidInMonth }) => paidInMonth !== undefined);
  const worst = settled.reduce<(typeof settled)[number] | undefined>(
    (least, month) => ((month.paidInMonth ?? 1) < (least?.paidInMonth ?? 2) ? month : least),
    undefined,
  );
  const { paidInMonth, lines } = worst ?? {};
  if (paidInMonth === undefined || !lines) return undefined;
  return { value: paidInMonth, evidence: paidInMonth < 1 ? traced(lines) : [] };
}
