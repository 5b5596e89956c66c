import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { type Input, input, runsOn } from '../../../test/runs.ts';
import { addMs, type Instant, id } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { type Runs, work, workflow } from './index.ts';
import { unattended } from './policy.ts';

const propertyB = id('property', 'pro-2');
const ten = '2026-11-22T10:00:00.000Z' as Instant;

describe('who works on what is due', () => {
  const working = async ({ clock, signal: until }: Bench, runs: Runs): Promise<[string, unknown][]> => {
    const told: [string, unknown][] = [];
    for await (const { run, thrown } of work([runs], { clock, until, idle: 'stop' })) told.push([run.status, thrown]);
    return told;
  };

  test('takes what is queued and what lost its process, and ends when nothing is due', async () => {
    const bench = await openBench();
    const other = await bench.other();
    const child = workflow<object, Input>('child', 1).node('do', async () => ({ done: 1 }));
    let broken = true;
    const parent = workflow<object, Input>('parent', 1).node('beget', async (_state, { alongside, begin }) => {
      alongside(async (tx) => void (await begin(tx, child, input)));
      if (broken) throw new Error('not today');
      return {};
    });
    await expect(runsOn(bench, parent, child).start(parent, input)).rejects.toThrow('not today');
    broken = false;
    const worker = runsOn(other, parent, child);
    expect((await worker.due()).map(({ status }) => status)).toEqual(['stalled']);
    expect(await worker.load()).toEqual({ due: 1, stalled: 1, approvals: 0 });
    expect(await working(other, worker)).toEqual([
      ['succeeded', undefined],
      ['succeeded', undefined],
    ]);
    expect(await worker.due()).toEqual([]);
  });

  test('what spends money is not tried again as it was ordered once', async () => {
    const bench = await openBench();
    let spent = 0;
    const spending = workflow<object, Input>('spending', 1, { isLeftAlone: true }).node('spend', async () => {
      spent += 1;
      throw new UserError('refused', 'there is none');
    });
    const runs = runsOn(bench, spending);
    await runs.start(spending, input).catch(() => undefined);
    const [failed] = await runs.list({ status: 'failed' });
    for (const detach of [false, true])
      await expect(runs.retry(failed?.id ?? ('' as never), { detach })).rejects.toMatchObject({
        ...{ exit: 'refused', next: [expect.stringMatching(/^sophia spending /)] },
      });
    expect(spent).toBe(1);
    expect(await runs.list({ status: 'failed' })).toHaveLength(1);
  });

  test('leaves alone what lost its process where somebody has to say so, and takes it when it was begun for it', async () => {
    const bench = await openBench();
    let broken = true;
    const spending = workflow<object, Input>('spending', 1, { isLeftAlone: true }).node('spend', async () => {
      if (broken) throw new Error('stopped');
      return {};
    });
    const lost = await runsOn(bench, spending)
      .start(spending, input)
      .catch(() => undefined);
    expect(lost).toBeUndefined();
    broken = false;
    const other = await bench.other();
    const worker = runsOn(other, spending);
    expect(await worker.list({ status: 'stalled' })).toHaveLength(1);
    expect(await working(other, worker)).toEqual([]);
    expect(await worker.load()).toEqual({ due: 0, stalled: 1, approvals: 0 });
    const [left] = await worker.list({ status: 'stalled' });
    expect(await worker.resume(left?.id ?? ('' as never))).toMatchObject({ status: 'succeeded' });
    const parent = workflow<object, Input>('parent', 1).node('beget', async (_state, { alongside, begin }) => {
      alongside(async (tx) => void (await begin(tx, spending, { ...input, property: propertyB })));
      return {};
    });
    const both = runsOn(other, parent, spending);
    await both.start(parent, input);
    expect(await working(other, both)).toEqual([['succeeded', undefined]]);
  });

  test('leaves what somebody else has', async () => {
    const bench = await openBench();
    const nap = workflow<object, Input>('nap', 1).node('sleep', async (_state, { sleepUntil }) => {
      await sleepUntil(ten);
      return {};
    });
    const { runId } = await runsOn(bench, nap).start(nap, input);
    bench.at(ten);
    const lease = { world: 'test', process: 'p1', expires_at: addMs(ten, 30_000) };
    await bench.store.write((tx) => tx.updateTable('lease').set(lease).where('name', '=', `run:${runId}`).execute());
    expect(await working(bench, runsOn(await bench.other(), nap))).toEqual([]);
  });

  test('says what is wrong where a run could not even be given back, and takes it again when its lease is over', async () => {
    const bench = await openBench();
    const full = new UserError('config', 'the disk is full');
    let isFull = false;
    const step = workflow<object, Input>('step', 1).node('do', async () => {
      isFull = true;
      return {};
    });
    const write: Bench['store']['write'] = (work, durability) =>
      bench.store.write(async (tx) => {
        const result = await work(tx);
        if (isFull) throw full;
        return result;
      }, durability);
    const record: Bench['store']['record'] = (...rows) => {
      return isFull ? Promise.reject(full) : bench.store.record(...rows);
    };
    const runs = runsOn({ ...bench, store: { ...bench.store, write, record } }, step);
    await expect(runs.start(step, input)).rejects.toBe(full);
    expect(await working(bench, runs)).toEqual([]);
    isFull = false;
    bench.at('2026-11-22T09:01:00.000Z');
    expect(await working(bench, runs)).toEqual([['running', full]]);
  });

  test('tries what goes wrong again later, and in the end no more', async () => {
    const bench = await openBench();
    const bad = workflow<object, Input>('bad', 1).node('break', async () => {
      throw new Error('a fault of ours');
    });
    const runs = runsOn(bench, bad);
    await expect(runs.start(bad, input)).rejects.toThrow('a fault of ours');
    for (let attempt = 1; attempt <= unattended.attempts; attempt++) {
      const [[status, thrown] = [], ...more] = await working(bench, runs);
      expect(more).toEqual([]);
      expect(thrown).toMatchObject({ message: 'a fault of ours' });
      expect(status).toBe(attempt < unattended.attempts ? 'waiting' : 'failed');
      bench.at(addMs(bench.clock.now(), unattended.maxMs));
    }
    expect(await working(bench, runs)).toEqual([]);
  });
});
