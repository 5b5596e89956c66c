import { costBetween, type Instance } from '../../cloud/index.ts';
import type { Instant } from '../../domain/index.ts';
import { accountIn, type Machine } from './account.ts';

/** What bills of an environment, and what it has come to since it was launched. */
export interface Bill {
  readonly machines: readonly Machine[];
  readonly centsPerHour: number;
  /** By the minute that has begun, from what is written on the machines; what the vendor charges says its invoice. */
  readonly soFarCents: number;
  /** Machines of the account that cannot be read: each may be of it, and bill. */
  readonly unread: number;
}

export function billOf(alive: readonly Instance[], now: Instant, unread = 0): Bill {
  const { machines, centsPerHour } = accountIn(alive);
  return { machines, centsPerHour, soFarCents: soFarOf(machines, now), unread };
}

/** What machines have come to, as far as it is told. */
export function soFarOf(machines: readonly Machine[], now: Instant): number {
  return machines.reduce((sum, each) => sum + soFar(each, now), 0);
}

function soFar({ launchedAt, centsPerHour }: Machine, now: Instant): number {
  if (launchedAt === null || centsPerHour === null) return 0;
  return costBetween(Date.parse(launchedAt), Date.parse(now), centsPerHour);
}
