import { UserError } from '../errors/index.ts';
import { centsOf, type Order } from './order.ts';

/**
 * The first of three gates against a bill that nobody foresaw: what was ordered, with every price pinned, is totalled before
 * anything is started. UserError `refused` above what was agreed to. The second is a policy of the engine, before each
 * launch; the third is the plugin's, which reads the price again just before it asks.
 */
export function mustTotal(order: Pick<Order, 'machines'>, agreedCents: number): void {
  const cents = centsOf(order);
  if (cents <= agreedCents) return;
  throw new UserError(
    'refused',
    `${dollars(cents)} an hour is what it comes to; ${dollars(agreedCents)} was agreed to`,
    ['plan anew, and agree to the price: sophia deploy plan'],
  );
}

function dollars(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
