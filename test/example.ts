import { z } from 'zod';
import { addMs, id } from '../src/core/domain/index.ts';
import { workflow } from '../src/core/runs/index.ts';

/** What the nodes use of the world outside: in `core/flows` it is a part of `Services`, which the composition root gives. */
export interface Post {
  send(letter: number, idempotencyKey: string): Promise<void>;
}

const WEEK_MS = 7 * 86_400_000;

/** A workflow to begin yours from: it waits for a moment, asks for a field, and does something to the world outside. */
export const reminder = workflow<Post, { readonly letter: number }>('reminder', 1)
  .node('wait', async (_given, { now, sleepUntil }) => {
    // The node is run again from its top when it wakes; the moment that was named first is kept.
    await sleepUntil(addMs(now(), WEEK_MS));
    return {};
  })
  .node('ask', (_given, { now, approve }) =>
    approve({
      title: 'How many reminders?',
      summary: 'Nobody has answered the letter.',
      answer: z.strictObject({ reminders: z.int().min(0).max(2) }),
      expires: { at: addMs(now(), WEEK_MS), answer: { reminders: 0 } },
    }),
  )
  .node('send', async ({ letter, reminders }, { once, services }) => {
    // A key names one effect of the node, and is the same whenever the node is run again.
    for (let each = 1; each <= reminders; each++)
      await once(id('effect', `reminder-${each}`), (key) => services.send(letter, key), { inDoubt: 'ask' });
    return { sent: reminders };
  });
