import { z } from 'zod';
import { id } from '../../src/core/domain/index.ts';
import { workflow } from '../../src/core/runs/index.ts';

/** What an errand does to the world outside. */
export interface Payer {
  pay(key: string): Promise<void>;
}

/** Which one it is, among many. */
type Errand = { readonly errand: number };

/** Does something outside when a human has said how much. */
export const asked = workflow<Payer, Errand>('asked', 1)
  .node('ask', async (_state, { approve }) =>
    approve({ title: 'How much?', summary: '', answer: z.strictObject({ amount: z.int() }) }),
  )
  .node('pay', async (_state, { once, services }) => {
    await once(id('effect', 'pay'), (key) => services.pay(key), { inDoubt: 'retry' });
    return { paid: 1 };
  });

/** Needs nobody. */
export const errand = workflow<Payer, Errand>('errand', 1)
  .node('look', async () => ({ looked: 1 }))
  .node('pay', async (_state, { once, services }) => {
    await once(id('effect', 'pay'), (key) => services.pay(key), { inDoubt: 'retry' });
    return { paid: 1 };
  })
  .node('close', async () => ({ closed: 1 }));

/** Sends many on their way, in one transaction. */
export const dispatch = workflow<Payer, { readonly count: number }>('dispatch', 1).node(
  'send',
  async ({ count }, { alongside, begin }) => {
    alongside(async (tx) => {
      for (let number = 1; number <= count; number++) await begin(tx, errand, { errand: number });
    });
    return { sent: count };
  },
);
