import { join } from 'node:path';
import type { Context } from '../context/index.ts';
import { dollars } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { type Place, pathsOf } from './engine.ts';
import { launching, PASSPHRASE, SECRETS } from './launcher.ts';
import { centsOf, type Order } from './order.ts';
import { recordedOf } from './recorded.ts';

/**
 * The first of three gates against a bill that nobody foresaw: what was ordered, with every price pinned, is totalled before
 * anything is started. UserError `refused` above what was agreed to. The second is a policy of the engine, before each
 * launch; the third is the plugin's, which reads the price again just before it asks.
 */
export function mustTotal(order: Pick<Order, 'machines'>, agreedCents: number): void {
  const cents = centsOf(order);
  if (cents <= agreedCents) return;
  const told = `${dollars(cents)} an hour is what it comes to; ${dollars(agreedCents)} was agreed to`;
  throw new UserError('refused', told, ['plan anew, and agree to the price: sophia deploy plan']);
}

/**
 * The second: a program that the engine asks before each launch. It is told what was agreed to, and what bills already; what
 * is to be ended bills until it has. Returns its file.
 */
export async function policyOf(
  deps: Pick<Context, 'files' | 'programs' | 'machine'>,
  place: Place,
  order: Pick<Order, 'machines'>,
  agreedCents: number,
): Promise<string> {
  const { files, programs, machine } = deps;
  const { machines } = await recordedOf(deps, place);
  const there = machines.map(({ urn, centsPerHour: cents }) => ({ urn, cents }));
  const leaving = machines.filter(({ name }) => !order.machines.some((each) => each.name === name));
  const capCents = agreedCents + leaving.reduce((sum, { centsPerHour }) => sum + centsPerHour, 0);
  const agreed = { SOPHIA_AGREED: JSON.stringify({ capCents, there }) };
  const file = join(pathsOf(place).work, 'policy', 'sophia-cost');
  await files.placeProgram(
    file,
    launching(machine.node.file, programs.own('policy'), { env: agreed, forgets: [...SECRETS, PASSPHRASE] }),
  );
  return file;
}
