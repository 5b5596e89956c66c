import { dollars, plural } from '../../core/domain/index.ts';
import type { Spent } from '../../core/ops/deploy/spent.ts';
import { marked } from '../practice.ts';
import type { Style } from '../style.ts';
import { endsIt } from './words.ts';

export { carryDeploy, spentOn } from '../../core/ops/deploy/spent.ts';

/** What bills after a run that deployed, and how it is ended. */
export function renderSpent({ environment, rehearsal, bill }: Spent, style: Style): string[] {
  const flag = rehearsal ? ' --rehearse' : '';
  const told = !bill
    ? [
        style.warn(`The vendor cannot be asked: machines of ${environment} may bill.`),
        `Next: sophia gpu ls --stack ${environment}${flag}   shows what bills`,
        `      ${endsIt(environment, rehearsal)}`,
      ]
    : bill.machines.length === 0
      ? [`Nothing of ${environment} bills.`]
      : [
          `Of ${environment} bill ${plural(bill.machines.length, 'machine')}: ${style.bold(dollars(bill.centsPerHour))} an hour; ${dollars(bill.soFarCents)} so far.`,
          `Next: ${endsIt(environment, rehearsal)}`,
        ];
  return [marked(() => told.join('\n'), rehearsal, style)];
}
