import type { IsoDay, LedgerLine, Tenancy } from '../../domain/index.ts';
import { type Lateness, latenessOn } from '../lateness.ts';
import { changeAMonth, flag, type Measured, type Signal, upTo } from './signal.ts';

type Payment =
  | ('lateNow' | 'behindTwoMonths' | 'lateMonths6m' | 'earlierLateMonths6m' | 'partialPayments6m' | 'missedMonths6m')
  | ('daysLateSlope6m' | 'payRatioMin6m' | 'balanceOverRent');

/** How the rent of six months was paid, and what of it is open. */
export function payment({ ledger, rent }: Tenancy, day: IsoDay): Measured<Payment> {
  const lateness = latenessOn(ledger, day);
  const { lateNow, lateMonths, partial, missed, months } = lateness;
  const open = new Set(lateNow.flat());
  const slope = changeAMonth(
    'days',
    months.map(({ daysAgo, daysLate, lines }) => ({ daysAgo, value: daysLate, evidence: traced(lines) })),
  );
  const ratio = leastPaid(lateness);
  return {
    lateNow: flag(traced(lateNow.flat())),
    behindTwoMonths: flag(lateNow.length > 1 ? traced(lateNow.flat()) : []),
    lateMonths6m: counted(lateMonths),
    earlierLateMonths6m: counted(lateMonths.filter((month) => !month.some((line) => open.has(line)))),
    partialPayments6m: counted(partial),
    missedMonths6m: counted(missed),
    ...(slope && { daysLateSlope6m: slope }),
    ...(ratio && { payRatioMin6m: ratio }),
    ...(rent > 0 && { balanceOverRent: upTo('balanceOverRent', lateness.open / rent, traced(lateness.openLines)) }),
  };
}

function traced(lines: readonly LedgerLine[]): string[] {
  return lines.map(({ id }) => `ledger:${id}`);
}

function counted(months: readonly (readonly LedgerLine[])[]): Signal {
  return { value: months.length, evidence: traced(months.flat()) };
}

/** The smallest share of a month's rent that was paid 30 days after it was due; nothing to say before that. */
function leastPaid({ months }: Lateness): Signal | undefined {
  const settled = months.filter(({ paidInMonth }) => paidInMonth !== undefined);
  const worst = settled.reduce<(typeof settled)[number] | undefined>(
    (least, month) => ((month.paidInMonth ?? 1) < (least?.paidInMonth ?? 2) ? month : least),
    undefined,
  );
  const { paidInMonth, lines } = worst ?? {};
  if (paidInMonth === undefined || !lines) return undefined;
  return { value: paidInMonth, evidence: paidInMonth < 1 ? traced(lines) : [] };
}
