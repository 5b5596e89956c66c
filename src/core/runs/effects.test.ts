import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { id } from '../domain/index.ts';
import { workflow } from './index.ts';
import type { InDoubt } from './workflow.ts';

describe('a run of which there is more to tell than a page', () => {
  const LINES = 1100;
  const talking = workflow<object, Input>('talking', 1)
    .node('talk', async (_state, { emit }) => {
      for (let at = 0; at < LINES; at++) emit({ kind: 'kpi.probe', body: { service: id('service', 'talk'), ok: 1 } });
      return {};
    })
    .node('send', async (_state, { once }) => {
      for (const key of ['second', 'first']) await once(id('effect', key), async () => key, { inDoubt: 'retry' });
      return {};
    });

  test('tells all of it, and its effects in the order in which they were done', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, talking);
    const { runId } = await runs.start(talking, input);
    const told = await Array.fromAsync(runs.events(runId), ({ kind }) => kind);
    expect(told.filter((kind) => kind === 'kpi.probe')).toHaveLength(LINES);
    expect(told.at(-1)).toBe('run.succeeded');
    expect(await Array.fromAsync(runs.events(runId, { kind: 'run.node_finished' }))).toHaveLength(2);
    expect(await runs.outcomes(runId)).toEqual(['second', 'first']);
  });
});

describe('an effect that is in doubt', () => {
  /** Does it, and is gone before that is recorded, as if killed. */
  async function inDoubt(policy: InDoubt) {
    const bench = await openBench();
    const [sent, gone]: [string[], { times: number }] = [[], { times: 1 }];
    const sending = workflow<object, Input>('sending', 1).node('send', async (_state, { once }) => {
      const work = async (key: string) => {
        sent.push(key);
        if (gone.times-- > 0) throw new Error('killed');
        return 'sent';
      };
      return { sent: (await once(id('effect', 'letter'), work, { inDoubt: policy })) ?? 'unknown' };
    });
    const runs = runsOn(bench, sending);
    await expect(runs.start(sending, input)).rejects.toThrow('killed');
    const { runId, state, run } = await runs.start(sending, input);
    return { bench, runs, sending, sent, runId, state, run, gone };
  }

  test('is done again with the same key, where that was declared', async () => {
    const { sent, state } = await inDoubt('retry');
    expect(sent).toEqual([sent[0], sent[0]]);
    expect(state).toMatchObject({ sent: 'sent' });
  });

  test('is left as it is, where that was declared, and the journal says so', async () => {
    const { sent, state, bench, runId } = await inDoubt('skip');
    expect(sent).toHaveLength(1);
    expect(state).toMatchObject({ sent: 'unknown' });
    expect(await linesOf(bench, runId)).toContain('effect.skipped');
  });

  test.each([
    ['done', 1],
    ['not_done', 2],
  ])('is asked of a human: %s', async (decision, times) => {
    const { runs, sent, runId, run } = await inDoubt('ask');
    expect(sent).toHaveLength(1);
    expect(run).toMatchObject({ status: 'waiting', waitingOn: 'approval' });
    expect((await runs.show(runId)).approvals).toMatchObject([{ question: { title: 'Was letter done?' } }]);
    const wrong = runs.answer(runId, { answer: { decision: 'approved' }, reason: null });
    await expect(wrong).rejects.toMatchObject({ exit: 'usage' });
    expect(await runs.answer(runId, { answer: { decision }, reason: null })).toMatchObject({ status: 'succeeded' });
    expect(sent).toHaveLength(times);
  });

  test('is asked about once: the answer is used up, also where whoever had the run was gone right after it', async () => {
    const bench = await openBench();
    const gone = { before: true, after: true };
    const sending = workflow<object, Input>('sending', 1).node('send', async (_state, { once }) => {
      const work = async () => {
        if (gone.before) throw new Error('killed');
      };
      await once(id('effect', 'letter'), work, { inDoubt: 'ask' });
      if (gone.after) throw new Error('killed again');
      return {};
    });
    const runs = runsOn(bench, sending);
    await expect(runs.start(sending, input)).rejects.toThrow('killed');
    const { runId } = await runs.start(sending, input);
    const answered = runs.answer(runId, { answer: { decision: 'done' }, reason: null });
    await expect(answered).rejects.toThrow('killed again');
    gone.after = false;
    expect(await runs.resume(runId)).toMatchObject({ status: 'succeeded' });
    const asked = await bench.store.read.selectFrom('approval').select('consumed_at').execute();
    expect(asked).toEqual([{ consumed_at: expect.any(String) }]);
  });

  test('again is asked again', async () => {
    const { runs, sent, runId, gone } = await inDoubt('ask');
    gone.times = 1;
    const given = { answer: { decision: 'not_done' }, reason: null };
    await expect(runs.answer(runId, given)).rejects.toThrow('killed');
    expect(await runs.resume(runId)).toMatchObject({ status: 'waiting', waitingOn: 'approval' });
    await runs.answer(runId, { answer: { decision: 'done' }, reason: null });
    expect(sent).toHaveLength(2);
  });
});

test('what is in doubt is judged by what was declared when it was begun', async () => {
  const bench = await openBench();
  const did: string[] = [];
  const sending = (inDoubt: InDoubt) =>
    workflow<object, Input>('sending', 1).node('send', async (_state, { once }) => {
      const work = async (key: string) => {
        did.push(key);
        throw new Error('killed');
      };
      await once(id('effect', 'letter'), work, { inDoubt });
      return {};
    });
  await expect(runsOn(bench, sending('ask')).start(sending('ask'), input)).rejects.toThrow('killed');
  const { run } = await runsOn(bench, sending('retry')).start(sending('retry'), input);
  expect(run).toMatchObject({ status: 'waiting', waitingOn: 'approval' });
  expect(did).toHaveLength(1);
});

test('an effect that was begun when the time of its node was over is not done, nor in doubt', async () => {
  const bench = await openBench();
  const over = Promise.withResolvers<void>();
  const clock = { ...bench.clock, sleep: () => over.promise };
  let isBeginning = false;
  const write: typeof bench.store.write = async (work, durability) => {
    const written = await bench.store.write(work, durability);
    if (isBeginning) over.resolve();
    if (isBeginning) await new Promise((resolve) => setImmediate(resolve));
    isBeginning = false;
    return written;
  };
  const did: string[] = [];
  const left = Promise.withResolvers<void>();
  const sending = workflow<object, Input>('sending', 1).node(
    'send',
    async (_state, { once, signal }) => {
      isBeginning = true;
      await once(id('effect', 'letter'), async (key) => did.push(key), { inDoubt: 'ask' }).finally(left.resolve);
      expect(signal.aborted).toBe(false);
      return {};
    },
    { limitMs: 1000 },
  );
  const late = runsOn({ ...bench, clock, store: { ...bench.store, write } }, sending);
  await expect(late.start(sending, input)).rejects.toMatchObject({ exit: 'unreachable' });
  await left.promise;
  expect(did).toEqual([]);
  expect(await runsOn(bench, sending).start(sending, input)).toMatchObject({ run: { status: 'succeeded' } });
  expect(did).toHaveLength(1);
});

describe('what an effect gives', () => {
  test('comes back as it was', async () => {
    const bench = await openBench();
    const seen: unknown[][] = [];
    const giving = workflow<object, Input>('giving', 1).node('give', async (_state, { once }) => {
      const given = (key: string, value: unknown) => once(id('effect', key), async () => value, { inDoubt: 'retry' });
      seen.push([await given('nothing', undefined), await given('zero', -0), await given('tag', { $sophia: [1] })]);
      if (seen.length === 1) throw new Error('killed');
      return {};
    });
    await expect(runsOn(bench, giving).start(giving, input)).rejects.toThrow('killed');
    await runsOn(bench, giving).start(giving, input);
    expect(seen).toEqual([seen[0], [undefined, -0, { $sophia: [1] }]]);
  });

  test.each([[new Date(0)], [Number.NaN], [1n]])('and cannot be kept fails its run for good: %s', async (value) => {
    const bench = await openBench();
    let times = 0;
    const giving = workflow<object, Input>('giving', 1).node('give', async (_state, { once }) => {
      const work = async () => {
        times += 1;
        return value;
      };
      await once(id('effect', 'gift'), work, { inDoubt: 'retry' });
      return {};
    });
    const runs = runsOn(bench, giving);
    await expect(runs.start(giving, input)).rejects.toMatchObject({ kind: 'bug', message: /gift was done/ });
    const [run] = await runs.list({ status: 'failed' });
    if (!run) throw new Error('it has failed');
    await expect(runs.retry(run.id)).rejects.toMatchObject({ kind: 'bug' });
    expect(times).toBe(1);
  });

  test('under one key asked for twice at the same time is given by one deed', async () => {
    const bench = await openBench();
    let times = 0;
    const giving = workflow<object, Input>('giving', 1).node('give', async (_state, { once }) => {
      const given = () => once(id('effect', 'gift'), async () => ++times, { inDoubt: 'ask' });
      return { given: await Promise.all([given(), given()]) };
    });
    const { state } = await runsOn(bench, giving).start(giving, input);
    expect(state).toMatchObject({ given: [1, 1] });
  });
});

describe('what outlives a power cut', () => {
  const TABLES = ['checkpoint', 'checkpoint_write', 'effect', 'approval', 'run'];
  const FULL = 2;

  /** Of each commit to a file: what it wrote, and whether it is safe at once. */
  function commits() {
    const seen: { tables: string[]; safe: 'now' | 'later' }[] = [];
    const { prepare } = DatabaseSync.prototype;
    const ask = (database: DatabaseSync, query: string) =>
      Number(Object.values(prepare.call(database, query).get() ?? {})[0]);
    const counts = (database: DatabaseSync) => TABLES.map((table) => ask(database, `select count(*) from ${table}`));
    const spy = vi.spyOn(DatabaseSync.prototype, 'prepare').mockImplementation(function (this: DatabaseSync, text) {
      const statement = prepare.call(this, text);
      if (text !== 'commit') return statement;
      const commit = statement.run.bind(statement);
      let before = counts(this);
      statement.run = () => {
        const [after, was] = [counts(this), before];
        before = after;
        const safe = ask(this, 'pragma synchronous') === FULL ? 'now' : 'later';
        seen.push({ tables: TABLES.filter((_, at) => after[at] !== was[at]), safe });
        return commit();
      };
      return statement;
    });
    onTestFinished(() => spy.mockRestore());
    return seen;
  }

  const paying = workflow<object, Input>('paying', 1)
    .node('pay', async (_state, { once }) => ({
      paid: await once(id('effect', 'pay'), async () => 1, { inDoubt: 'ask' }),
    }))
    .node('ask', async (_state, { approve }) => ({ decision: (await approve()).decision }));

  test('an effect, a question, an answer and a run at once; what can be computed again, later', async () => {
    const seen = commits();
    const runs = runsOn(await openBench(), paying);
    const { runId } = await runs.start(paying, input);
    await runs.answer(runId, { answer: { decision: 'approved' }, reason: null });
    const safe = (table: string) =>
      new Set(seen.filter(({ tables }) => tables.includes(table)).map(({ safe }) => safe));
    for (const table of ['effect', 'approval', 'run']) expect(safe(table), table).toEqual(new Set(['now']));
    for (const table of ['checkpoint', 'checkpoint_write']) expect(safe(table), table).toEqual(new Set(['later']));
    // What the last one set does not stay set.
    expect(seen.at(-1)?.safe).toBe('now');
  });
});
