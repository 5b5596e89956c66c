import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openBench } from '../../../test/rooms.ts';
import { type Input, input, runsOn } from '../../../test/runs.ts';
import type { Instant } from '../domain/index.ts';
import { ExternalError } from '../errors/index.ts';
import { workflow } from './index.ts';

const ten = '2026-11-22T10:00:00.000Z' as Instant;
const reason = null;

describe('a question that would take what its node cannot go on with', () => {
  const span = z.strictObject({ from: z.int(), to: z.int() });
  const late = { from: 1 } as never;
  test.each([
    ['by a rule of its fields', { answer: span.refine(({ from, to }) => from < to) }, 'JSON Schema cannot say'],
    [
      'by a rule of one field',
      { answer: span.extend({ to: z.int().refine((to) => to > 1) }) },
      'JSON Schema cannot say',
    ],
    ['when nobody answers', { answer: span, expires: { at: ten, answer: late } }, 'to: is missing'],
  ])('%s is not asked', async (_how, question, why) => {
    const bench = await openBench();
    const asking = workflow<object, Input>('asking', 1).node('ask', (_state, { approve }) =>
      approve({ title: 'How long?', summary: '', ...question }),
    );
    const runs = runsOn(bench, asking);
    await expect(runs.start(asking, input)).rejects.toMatchObject({
      exit: 'bug',
      message: expect.stringContaining(why),
    });
    const [run] = await runs.list({});
    expect(await runs.show(run?.id as never)).toMatchObject({ approvals: [] });
  });

  test('because it asks for something else by now says so, and is finished by who asked', async () => {
    const bench = await openBench();
    const asking = (to: z.ZodType<number>) =>
      workflow<object, Input>('asking', 1).node('ask', (_state, { approve }) =>
        approve({ title: 'How long?', summary: '', answer: z.strictObject({ to }) }),
      );
    const [before, now] = [asking(z.int()), asking(z.int().max(9))];
    const runs = runsOn(bench, before);
    const { runId } = await runs.start(before, input);
    await runs.answer(runId, { answer: { to: 10 }, reason, detach: true });
    await expect(runsOn(bench, now).resume(runId)).rejects.toMatchObject({
      exit: 'incompatible',
      message: expect.stringContaining(`the answer to ${runId} is not what is asked for: to: `),
    });
    expect(await runs.resume(runId)).toMatchObject({ status: 'succeeded' });
  });
});

test('whoever answers also tries what is due by now beside the question', async () => {
  const bench = await openBench();
  const down = { now: true };
  const both = workflow<object, Input>('both', 1).together(
    {
      ask: (_state: Input, { approve }) => approve(),
      call: async () => {
        if (down.now) throw new ExternalError('unreachable', 'nobody answers', true);
        return {};
      },
    },
    { retry: { attempts: 5, firstMs: 1000, maxMs: 1000 } },
  );
  const runs = runsOn(bench, both);
  const { runId } = await runs.start(both, input);
  bench.at(ten);
  down.now = false;
  const answered = await runs.answer(runId, { answer: { decision: 'approved' }, reason });
  expect(answered).toMatchObject({ status: 'succeeded' });
});
