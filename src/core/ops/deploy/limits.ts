import { dollars, LIMIT_FLAG } from '../../deploy/index.ts';
import { UserError } from '../../errors/index.ts';
import { dearest } from '../../stack/index.ts';
import type { Prepared } from './deploys.ts';

/**
 * UserError `refused` where what was prepared may cost more than the wish or the command line allows: by the dearest of all
 * candidates, and with what bills on until it is ended.
 */
export function mustStayBelow(prepared: Pick<Prepared, 'plan' | 'foreseen' | 'agreedCents'>): void {
  mustMeetTarget(prepared);
  const { plan, foreseen, agreedCents } = prepared;
  const most = plan.maxHourlyCents ?? Number.POSITIVE_INFINITY;
  const told = `${dollars(most)} is the most that may`;
  if (agreedCents > most)
    throw new UserError(
      'refused',
      `${dollars(agreedCents)} an hour would bill by the dearest of what may come, and ${told}`,
      [raiseTo(agreedCents, plan), 'or --candidates that cost less'],
    );
  // What comes in the place of another is started before that ends: for a while both bill.
  const peak = foreseen?.peakCents ?? 0;
  if (peak > most)
    throw new UserError('refused', `while it changes ${dollars(peak)} an hour would bill, and ${told}`, [
      `${raiseTo(peak, plan)}: for a while both bill`,
      'or destroy it first',
    ]);
}

/** Of the two that may say it the lower one holds. */
function raiseTo(cents: number, { maxHourlyAt }: Prepared['plan']): string {
  const amount = (cents / 100).toFixed(2);
  return maxHourlyAt === LIMIT_FLAG ? `${LIMIT_FLAG} ${amount}` : `max_hourly: ${amount} in ${maxHourlyAt}`;
}

/** Of a larger machine only the GPUs that were wished for count; of one that lives nothing does: its price is what it was. */
function mustMeetTarget({ plan, foreseen }: Pick<Prepared, 'plan' | 'foreseen'>): void {
  const planned = (plan.fleet ?? []).flatMap(({ type, nodes }) => Array.from({ length: nodes }, () => type));
  const gpus = planned.reduce((sum, type) => sum + type.gpus, 0);
  const most = plan.targetCents === null ? Number.POSITIVE_INFINITY : plan.targetCents * gpus;
  const cents = planned.reduce((sum, type, at) => {
    const machine = foreseen?.launched.find(({ name }) => name === `node-${at}`);
    return sum + Math.max(type.centsPerHour, machine ? dearest(machine) : 0);
  }, 0);
  if (gpus === 0 || cents <= most) return;
  const perGpu = Math.ceil(cents / gpus);
  throw new UserError(
    'refused',
    `a GPU hour of those wished for would cost ${dollars(perGpu)} by the dearest of what may come, above the ${dollars(plan.targetCents ?? 0)} wished for`,
    [`target_price_per_gpu_hour: ${(perGpu / 100).toFixed(2)}`, 'or --candidates that cost less'],
  );
}
