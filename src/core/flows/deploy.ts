import { z } from 'zod';
import { dollars, id, plural } from '../domain/index.ts';
import { workflow } from '../runs/index.ts';
import type { Order } from '../stack/index.ts';

/**
 * What is deployed, and what was agreed to. `cents`: for an hour of it, at most. `fleet`: of which machines, in words. `speed`: of a rehearsal, how many times as
 * fast as the clock on the wall; 0: it is none. `expires` and `waits` are seconds; 0: not said.
 */
export type DeployInput = {
  readonly environment: string;
  readonly cents: number;
  readonly fleet: string;
  readonly speed: number;
  readonly expires: number;
  readonly waits: number;
  readonly candidates: string;
  readonly replace: string;
};

export interface DeployServices {
  deploys(): Promise<{
    order(input: DeployInput): Promise<Order>;
    raise(order: Order, input: DeployInput, signal: AbortSignal): Promise<object>;
  }>;
  /** Whether somebody has to approve a deployment, and who. */
  readonly deployment: {
    readonly needsApproval: boolean;
    readonly roles: readonly string[];
    readonly twoPersons: boolean;
  };
}

/** Where it goes wrong a human looks first: nobody who comes by is to spend more. */
const ONCE = { retry: { attempts: 1, firstMs: 1000, maxMs: 1000 } };

/**
 * An environment as it is wished to be, made so. The order is pinned before anything is started, prices and moments with it:
 * killed and gone on with, the very same machines are meant, and those that live are taken up.
 */
export const deploy = workflow<DeployServices, DeployInput>('deploy', 1, { isLeftAlone: true })
  .node(
    'order',
    async (input, { services, emit }) => {
      const order = await (await services.deploys()).order(input);
      const body = { machines: order.machines.length, cents: input.cents, ...about(input) };
      emit({ kind: 'deploy.ordered', body });
      return { order };
    },
    ONCE,
  )
  .node('approve', async ({ order, cents, speed, expires }, { approve, services }) => {
    const { needsApproval, roles, twoPersons } = services.deployment;
    if (!needsApproval) return { approved: 1 };
    const { decision } = await approve({
      title: `${speed > 0 ? 'Rehearse: deploy' : 'Deploy'} ${order.environment}?`,
      summary: askedOf(order, cents, expires),
      answer: z.strictObject({ decision: z.enum(['approved', 'rejected']) }),
      ...(roles.length > 0 && { roles }),
      ...(twoPersons && { by: 'another' }),
    });
    return { approved: decision === 'approved' ? 1 : 0 };
  })
  .node(
    'raise',
    async ({ order, approved, ...input }, { once, services, signal, emit }) => {
      if (approved === 0) return { raised: null };
      const deploys = await services.deploys();
      // What was launched is found again by what is written on it: done again, it is as if it had been done once.
      const raised = await once(id('effect', 'raise'), () => deploys.raise(order, input, signal), { inDoubt: 'retry' });
      emit({ kind: 'deploy.raised', body: { machines: order.machines.length, ...about(input) } });
      return { raised };
    },
    ONCE,
  );

/** Of an order, what somebody has to know who approves it. */
export function askedOf({ machines, change }: Order, cents: number, expires: number): string {
  const places = machines.map(({ candidates: [first, ...others] }) => {
    const more = [
      ...new Set(others.map(({ type, region }) => (type === first?.type ? region : `${type} in ${region}`))),
    ];
    return `${first?.type} in ${first?.region}${more.length > 0 ? ` (or ${more.join(', ')})` : ''}`;
  });
  const kinds = [...new Set(places)].map((place) => `${places.filter((each) => each === place).length} ${place}`);
  const peak = change ? `, ${dollars(change.peakCents)} while it changes` : '';
  const ends = change && change.ends > 0 ? [`${plural(change.ends, 'machine')} of before to be ended`] : [];
  const time = expires % 3600 === 0 ? plural(expires / 3600, 'hour') : plural(Math.ceil(expires / 60), 'minute');
  const until =
    expires > 0 ? `gpu reap ends new ones after ${time}, where that runs` : 'they bill until somebody ends them';
  const all = `${plural(machines.length, 'machine')}: ${kinds.join(' + ')}`;
  return [all, `${dollars(cents)} an hour at most${peak}`, ...ends, until].join('; ');
}

function about({ environment, speed }: Pick<DeployInput, 'environment' | 'speed'>) {
  return { environment: id('environment', environment), rehearsed: speed > 0 ? 1 : 0 };
}
