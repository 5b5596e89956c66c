import { z } from 'zod';
import { type Instant, type IsoDay, id, type PropertyId } from '../../src/core/domain/index.ts';
import { ExternalError } from '../../src/core/errors/index.ts';
import { type NodeContext, workflow } from '../../src/core/runs/index.ts';
import type { InDoubt } from '../../src/core/runs/workflow.ts';

/** What the nodes do to the world outside: lines in files, each on the disk before the next thing is done. */
export interface World {
  /** An effect, with the key that it was given. */
  did(effect: string, key: string): Promise<void>;
  /** A body that came to its end. */
  ran(node: string): void;
  /** `false` the first time that anybody asks, whoever that is. */
  answers(): boolean;
}

type Input = { readonly property: PropertyId; readonly day: IsoDay };
export const input: Input = { property: id('property', 'pro-1'), day: '2026-11-22' as IsoDay };

export const WAKES = '2026-11-22T10:00:00.000Z' as Instant;
/** More for who asks what a kill in the midst of many costs. */
export const ITEMS = Number(process.env.CHAOS_ITEMS ?? 4);

type Context = NodeContext<World>;

function send({ once, services }: Context, effect: string, inDoubt: InDoubt) {
  return once(id('effect', effect), async (key) => services.did(effect, key), { inDoubt });
}

/** All that a workflow can have. */
export const chaos = workflow<World, Input>('chaos', 1)
  .node('plan', async (_state, { services }) => {
    services.ran('plan');
    return { items: ITEMS };
  })
  .together({
    left: async (_state: object, context: Context) => {
      await send(context, 'left', 'retry');
      context.services.ran('left');
      return { left: 1 };
    },
    right: async (_state: object, { services }: Context) => {
      services.ran('right');
      return { right: 2 };
    },
  })
  .each(
    'item',
    ({ items }) => Array.from({ length: items }, (_, at) => ({ at })),
    async ({ at }, context) => {
      await send(context, `item-${at}`, 'retry');
      context.services.ran(`item-${at}`);
      return at;
    },
  )
  .node(
    'call',
    async (_state, { services }) => {
      if (!services.answers()) throw new ExternalError('unreachable', 'nobody answers', true);
      services.ran('call');
      return { called: 1 };
    },
    { retry: { attempts: 9, firstMs: 1000, maxMs: 60_000 } },
  )
  .node('sleep', async (_state, { sleepUntil, services }) => {
    await sleepUntil(WAKES);
    services.ran('sleep');
    return { slept: 1 };
  })
  .node('ask', async (_state, { approve, services }) => {
    const { amount } = await approve({ title: 'How much?', summary: '', answer: z.strictObject({ amount: z.int() }) });
    services.ran('ask');
    return { amount };
  })
  .node('pay', async (_state, context) => {
    await send(context, 'pay', 'ask');
    await send(context, 'tell', 'skip');
    context.services.ran('pay');
    return { paid: 1 };
  })
  .node('sum', async ({ left, right, item, amount }, { services }) => {
    services.ran('sum');
    return { sum: left + right + item.length + amount };
  });
