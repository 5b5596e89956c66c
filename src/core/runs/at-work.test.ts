import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, runsOn } from '../../../test/runs.ts';
import { type Instant, id } from '../domain/index.ts';
import { ExternalError } from '../errors/index.ts';
import { workflow } from './index.ts';

const away = new ExternalError('unreachable', 'nobody answers', true);
const approved = { answer: { decision: 'approved' }, reason: null };
const retry = { attempts: 5, firstMs: 1000, maxMs: 1000 };

/** Pays, which takes until the gate is opened, beside whatever else. */
function paying(beside: 'a question' | 'a failure') {
  const [paid, door] = [[] as string[], gate()];
  let tries = 0;
  const both = workflow<object, Input>('both', 1).node(
    'both',
    async (_state, { once, approve }) => {
      tries += 1;
      const pay = once(
        id('effect', 'pay'),
        async (key) => {
          paid.push(key);
          await door.pass();
          return 1;
        },
        { inDoubt: 'retry' },
      );
      await door.reached;
      const fails = async () => {
        if (tries === 1) throw away;
      };
      await Promise.all([pay, beside === 'a question' ? approve() : fails()]);
      return {};
    },
    { retry },
  );
  return { both, paid, door };
}

/** What nobody has heard of: the program would end by it. */
function unheardRejections(): unknown[] {
  const unheard: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', (why) => unheard.push(why));
  onTestFinished(() => {
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
  });
  return unheard;
}

/** What else can happen, happens. */
async function othersHaveTheirTurn({ store }: Bench): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await store.write(async () => undefined);
}

describe('an effect that is still at work', () => {
  test.each(['a question', 'a failure'] as const)('beside %s is waited for, and not done twice', async (beside) => {
    const bench = await openBench();
    const { both, paid, door } = paying(beside);
    const runs = runsOn(bench, both);
    let isOver = false;
    const started = runs.start(both, input).finally(() => {
      isOver = true;
    });
    await door.reached;
    await othersHaveTheirTurn(bench);
    expect(isOver).toBe(false);
    door.opens();
    const { runId, run } = await started;
    expect(run).toMatchObject({ status: 'waiting', waitingOn: beside === 'a question' ? 'approval' : 'retry' });
    bench.at('2026-11-22T09:00:02.000Z');
    const after = beside === 'a question' ? await runs.answer(runId, approved) : (await runs.next())?.run;
    expect(after?.status).toBe('succeeded');
    expect(paid).toHaveLength(1);
  });

  test('and fails with nobody looking does not end the program', async () => {
    const [bench, unheard] = [await openBench(), unheardRejections()];
    const careless = workflow<object, Input>('careless', 1).node(
      'do',
      async (_state, { once, approve, sleepUntil }) => {
        void once(id('effect', 'pay'), () => Promise.reject(away), { inDoubt: 'retry' });
        void approve();
        void sleepUntil('2026-11-22T10:00:00.000Z' as Instant);
        await othersHaveTheirTurn(bench);
        return {};
      },
    );
    await runsOn(bench, careless).start(careless, input);
    expect(unheard).toEqual([]);
  });

  test.each(['fails', 'is cancelled'])(
    'and %s when its node waits for a human takes what would follow with it in silence',
    async (how) => {
      const [bench, unheard, done, door] = [await openBench(), unheardRejections(), [] as string[], gate()];
      const chained = workflow<object, Input>('chained', 1).node('do', async (_state, { once, approve }) => {
        const chain = async () => {
          await once(
            id('effect', 'debit'),
            async () => {
              await door.pass();
              if (how === 'fails') throw away;
            },
            { inDoubt: 'skip' },
          );
          await once(id('effect', 'credit'), async () => done.push('credit'), { inDoubt: 'retry' });
        };
        const both = chain();
        await approve();
        await both;
        return {};
      });
      const runs = runsOn(bench, chained);
      const started = runs.start(chained, input).catch((thrown: unknown) => thrown);
      await door.reached;
      await othersHaveTheirTurn(bench);
      if (how === 'is cancelled') {
        const other = runsOn(await bench.other(), chained);
        const [{ id: runId } = { id: '' as never }] = await other.list({});
        await other.cancel(runId);
      }
      door.opens();
      await started;
      await othersHaveTheirTurn(bench);
      const [run] = await runs.list({});
      expect(run?.status).toBe(how === 'fails' ? 'waiting' : 'cancelled');
      expect({ unheard, done }).toEqual({ unheard: [], done: [] });
    },
  );

  test('beside a question leads to what follows it, and to what is within it', async () => {
    const [bench, done] = [await openBench(), [] as string[]];
    const chained = workflow<object, Input>('chained', 1).node('do', async (_state, { once, approve }) => {
      const does = (key: string, within = async () => {}) =>
        once(
          id('effect', key),
          async () => {
            await within();
            done.push(key);
            return key;
          },
          { inDoubt: 'retry' },
        );
      const chain = async () => {
        await does('debit', async () => {
          await does('fee');
        });
        for (let turn = 0; turn < 20; turn++) await undefined;
        await does('credit');
      };
      void does('note');
      const both = chain();
      await approve();
      await both;
      return {};
    });
    const runs = runsOn(bench, chained);
    const { runId } = await runs.start(chained, input);
    expect(done.toSorted()).toEqual(['credit', 'debit', 'fee', 'note']);
    expect(await runs.answer(runId, approved)).toMatchObject({ status: 'succeeded' });
    expect(done).toHaveLength(4);
  });

  test('is not begun when its node is over, by whatever of it still goes on', async () => {
    const bench = await openBench();
    const [begun, later] = [[] as number[], gate()];
    let tries = 0;
    const straying = workflow<object, Input>('straying', 1).node(
      'do',
      async (_state, { once }) => {
        tries += 1;
        const mine = tries;
        const chain = async () => {
          if (mine === 1) await later.pass();
          return once(id('effect', 'pay'), async () => begun.push(mine), { inDoubt: 'retry' });
        };
        if (mine === 1) void chain();
        const fails = async () => {
          if (mine === 1) throw away;
        };
        await Promise.all([chain(), fails()]);
        return {};
      },
      { retry },
    );
    const runs = runsOn(bench, straying);
    const unheard = unheardRejections();
    await runs.start(straying, input);
    later.opens();
    await othersHaveTheirTurn(bench);
    expect(unheard).toEqual([]);
    bench.at('2026-11-22T09:00:02.000Z');
    expect((await runs.next())?.run.status).toBe('succeeded');
    expect(begun).toEqual([2]);
  });

  test('is recorded where its node took too long, as long as nobody else has the run, and nobody is kept out by that', async () => {
    const bench = await openBench();
    const door = gate();
    const clock = { ...bench.clock, sleep: () => door.reached };
    const slow = workflow<object, Input>('slow', 1).node(
      'pay',
      async (_state, { once }) => ({
        paid: await once(id('effect', 'pay'), async () => door.pass().then(() => 1), { inDoubt: 'ask' }),
      }),
      { limitMs: 5, retry },
    );
    const { runId, run } = await runsOn({ ...bench, clock }, slow).start(slow, input);
    expect(run).toMatchObject({ status: 'waiting', waitingOn: 'retry' });
    door.opens();
    const state = () => bench.store.read.selectFrom('effect').select('state').executeTakeFirst();
    while ((await state())?.state !== 'done') await bench.store.write(async () => undefined);
    bench.at('2026-11-22T09:00:02.000Z');
    const other = runsOn(await bench.other(), slow);
    expect(await other.resume(runId)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a timer that has come', () => {
  const ten = '2026-11-22T10:00:00.000Z' as Instant;

  test.each([
    ['by its node', { retry: { attempts: 3, firstMs: 60_000, maxMs: 60_000 } }],
    ['as a whole', {}],
  ])('does not void the back-off of a run that is put off %s', async (_how, options) => {
    const bench = await openBench();
    const bodies: Instant[] = [];
    const sleeping = workflow<object, Input>('sleeping', 1).node(
      'sleep',
      async (_state, { sleepUntil, now }) => {
        bodies.push(now());
        if (bodies.length > 1) throw away;
        await sleepUntil(ten);
        return {};
      },
      options,
    );
    const runs = runsOn(bench, sleeping);
    await runs.start(sleeping, input);
    bench.at(ten);
    expect((await runs.next())?.run).toMatchObject({ status: 'waiting', waitingOn: 'retry' });
    expect(await runs.next()).toBeUndefined();
    expect(bodies).toHaveLength(2);
  });
});

test('the time to answer is over also while what stands beside the question is put off', async () => {
  const bench = await openBench();
  const expires = { at: '2026-11-22T09:10:00.000Z' as Instant, answer: { decision: 'rejected' as const } };
  const answer = z.strictObject({ decision: z.enum(['approved', 'rejected']) });
  const both = workflow<object, Input>('both', 1).node(
    'both',
    async (_state, { approve, once }) => {
      const asked = approve({ title: 'Pay?', summary: '', answer, expires });
      await once(id('effect', 'pay'), () => Promise.reject(away), { inDoubt: 'skip' });
      return asked;
    },
    { retry: { attempts: 9, firstMs: 3_600_000, maxMs: 3_600_000 } },
  );
  const runs = runsOn(bench, both);
  const { runId } = await runs.start(both, input);
  bench.at('2026-11-22T09:11:00.000Z');
  expect((await runs.next())?.run).toMatchObject({ status: 'waiting', waitingOn: 'retry' });
  expect((await runs.show(runId)).approvals).toMatchObject([{ decision: 'rejected' }]);
  expect(await runs.next()).toBeUndefined();
});
