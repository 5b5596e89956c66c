import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { addMs, type Instant } from '../domain/index.ts';
import { ExternalError, UserError } from '../errors/index.ts';
import { workflow } from './index.ts';
import type { NodeOptions } from './workflow.ts';

const ten = '2026-11-22T10:00:00.000Z' as Instant;

describe('a run that sleeps', () => {
  const sleeping = (ran: string[] = [], broken = { now: false }) =>
    workflow<object, Input>('sleeping', 1)
      .node('before', async () => ({ before: 1 }))
      .node('sleep', async (_state, { sleepUntil }) => {
        ran.push('asleep');
        await sleepUntil(ten);
        ran.push('awake');
        if (broken.now) throw new Error('not today');
        return { slept: 1 };
      });

  test('waits, says until when, and goes on in another process when it is due', async () => {
    const bench = await openBench();
    const nap = sleeping();
    const { runId, run } = await runsOn(bench, nap).start(nap, input);
    expect(run).toMatchObject({ status: 'waiting', waitingOn: 'timer', dueAt: ten });
    const other = runsOn(await bench.other(), nap);
    expect(await other.due()).toEqual([]);
    expect(await other.resume(runId)).toEqual(run);
    bench.at(ten);
    expect(await other.due()).toMatchObject([{ id: runId }]);
    expect(await other.resume(runId)).toMatchObject({ status: 'succeeded' });
    const lines = await linesOf(bench, runId);
    expect(lines.filter((kind) => kind.startsWith('timer.'))).toEqual(['timer.set', 'timer.fired']);
  });

  test('that is asked for again while it sleeps is the same, and gives what it has so far', async () => {
    const bench = await openBench();
    const nap = sleeping();
    const runs = runsOn(bench, nap);
    const { runId } = await runs.start(nap, input);
    expect(await runs.start(nap, input)).toMatchObject({ runId, resumed: false, state: { before: 1 } });
  });

  test('is not woken early by a clock that jumps back, and not twice', async () => {
    const bench = await openBench();
    const ran: string[] = [];
    const broken = { now: true };
    const nap = sleeping(ran, broken);
    const runs = runsOn(bench, nap);
    const { runId } = await runs.start(nap, input);
    bench.at('2026-11-22T08:00:00.000Z');
    await runs.resume(runId);
    expect(ran).toEqual(['asleep']);
    bench.at(ten);
    await expect(runs.resume(runId)).rejects.toThrow('not today');
    bench.at('2026-11-22T08:00:00.000Z');
    broken.now = false;
    expect(await runs.resume(runId)).toMatchObject({ status: 'succeeded' });
    expect(ran).toEqual(['asleep', 'asleep', 'awake', 'asleep', 'awake']);
  });

  test('keeps the moment that was named first, and sleeps several times', async () => {
    const bench = await openBench();
    const naps = workflow<object, Input>('naps', 1).node('sleep', async (_state, { sleepUntil }) => {
      await sleepUntil(addMs(bench.clock.now(), 60_000));
      await sleepUntil(addMs(bench.clock.now(), 60_000));
      return { slept: 2 };
    });
    const runs = runsOn(bench, naps);
    const { runId } = await runs.start(naps, input);
    bench.at('2026-11-22T09:01:00.000Z');
    expect(await runs.resume(runId)).toMatchObject({ waitingOn: 'timer', dueAt: '2026-11-22T09:02:00.000Z' });
    bench.at('2026-11-22T09:02:00.000Z');
    expect(await runs.resume(runId)).toMatchObject({ status: 'succeeded' });
  });
});

const retry = { attempts: 3, firstMs: 1000, maxMs: 60_000 };

describe('a node that fails outside', () => {
  const calling = (options: NodeOptions, ...fails: Error[]) => {
    const ran: string[] = [];
    const call = workflow<object, Input>('calling', 1).together(
      {
        call: async () => {
          ran.push('call');
          const failure = fails.shift();
          if (failure) throw failure;
          return { called: 1 };
        },
        beside: async () => {
          ran.push('beside');
          return { beside: 1 };
        },
      },
      options,
    );
    return { call, ran };
  };
  const down = () => new ExternalError('unreachable', 'nobody answers at Ada Example', true);

  test('is tried again later by another process; what is finished beside it is not', async () => {
    const bench = await openBench();
    const { call, ran } = calling({ retry }, down(), down());
    const { runId, run } = await runsOn(bench, call).start(call, input);
    expect(run).toMatchObject({ status: 'waiting', waitingOn: 'retry' });
    expect(msBetween(bench, run.dueAt)).toBeGreaterThanOrEqual(500);
    expect(msBetween(bench, run.dueAt)).toBeLessThanOrEqual(1000);
    const other = runsOn(await bench.other(), call);
    expect(await other.resume(runId)).toEqual(run);
    bench.at(run.dueAt ?? '');
    const again = await other.resume(runId);
    expect(msBetween(bench, again.dueAt)).toBeGreaterThanOrEqual(1000);
    bench.at(again.dueAt ?? '');
    expect(await other.resume(runId)).toMatchObject({ status: 'succeeded' });
    expect(ran.toSorted()).toEqual(['beside', 'call', 'call', 'call']);
    expect(await bench.store.read.selectFrom('run').select(['retries', 'retry_at']).execute()).toEqual([
      { retries: null, retry_at: null },
    ]);
  });

  test('fails the run with its exit after the last attempt, and can be tried again by hand', async () => {
    const bench = await openBench();
    const { call } = calling({ retry: { ...retry, attempts: 2 } }, down(), down());
    const { runId, run } = await runsOn(bench, call).start(call, input);
    bench.at(run.dueAt ?? '');
    // Its counter is in the store: another process does not begin at one.
    const other = runsOn(await bench.other(), call);
    await expect(other.resume(runId)).rejects.toMatchObject({ exit: 'unreachable' });
    expect(await other.show(runId)).toMatchObject({ status: 'failed' });
    expect(await other.retry(runId)).toMatchObject({ status: 'succeeded' });
    await expect(other.retry(runId)).rejects.toMatchObject({ exit: 'refused' });
  });

  test('is not tried before its time because something else is due', async () => {
    const bench = await openBench();
    let calls = 0;
    const soon = '2026-11-22T09:00:01.000Z' as Instant;
    const both = workflow<object, Input>('both', 1).together(
      {
        call: async () => {
          calls += 1;
          if (calls === 1) throw down();
          return {};
        },
        sleep: async (_state: Input, { sleepUntil }) => {
          await sleepUntil(soon);
          return {};
        },
      },
      { retry: { attempts: 3, firstMs: 60_000, maxMs: 60_000 } },
    );
    const runs = runsOn(bench, both);
    const { runId, run } = await runs.start(both, input);
    expect(run).toMatchObject({ waitingOn: 'timer', dueAt: soon });
    bench.at(soon);
    const later = await runs.resume(runId);
    expect({ ...later, calls }).toMatchObject({ waitingOn: 'retry', calls: 1 });
    bench.at(later.dueAt ?? '');
    expect(await runs.resume(runId)).toMatchObject({ status: 'succeeded' });
  });

  test('is not tried by hand when it was cancelled, nor when its definition is another one by now', async () => {
    const bench = await openBench();
    const { call } = calling({ retry }, down());
    const runs = runsOn(bench, call);
    const { runId } = await runs.start(call, input);
    await runs.cancel(runId);
    await expect(runs.retry(runId)).rejects.toMatchObject({
      exit: 'refused',
      message: `${runId} is cancelled: there is nothing to try again`,
    });
    const failing = (node: string) =>
      workflow<object, Input>('failing', 1).node(node, async () => {
        throw new UserError('config', 'not today');
      });
    await expect(runsOn(bench, failing('one')).start(failing('one'), input)).rejects.toThrow('not today');
    const renamed = runsOn(bench, failing('two'));
    const [failed] = await renamed.list({ status: 'failed' });
    await expect(renamed.retry(failed?.id ?? runId)).rejects.toMatchObject({ exit: 'incompatible' });
    expect(await renamed.list({ status: 'failed' })).toEqual([failed]);
  });

  test('is not tried by hand, but ended, when it was cancelled meanwhile by somebody else', async () => {
    const bench = await openBench();
    const [other, door, ran] = [await bench.other(), gate(), [] as string[]];
    const held = workflow<object, Input>('held', 1).node('do', async () => {
      ran.push('do');
      await door.pass();
      return {};
    });
    const started = runsOn(bench, held).start(held, input);
    await door.reached;
    const runs = runsOn(other, held);
    const [{ id: runId } = { id: '' as never }] = await runs.list({});
    await runs.cancel(runId);
    bench.kill(bench);
    expect(await runs.retry(runId).catch((thrown: unknown) => thrown)).toMatchObject({ exit: 'refused' });
    expect(await runs.summary(runId)).toMatchObject({ status: 'cancelled' });
    expect(ran).toEqual(['do']);
    door.opens();
    await expect(started).rejects.toMatchObject({ exit: 'held' });
  });

  test('is tried by hand when it was left, and says what is in the way', async () => {
    const bench = await openBench();
    const [broken, away] = [{ now: true }, new ExternalError('unreachable', 'nobody answers', true)];
    const call = workflow<object, Input>('call', 1).node('call', async () => {
      if (broken.now) throw away;
      return {};
    });
    const runs = runsOn(bench, call);
    await expect(runs.start(call, input)).rejects.toBe(away);
    const [left] = await runs.list({ status: 'stalled' });
    await expect(runs.retry(left?.id ?? ('' as never))).rejects.toBe(away);
    broken.now = false;
    expect(await runs.retry(left?.id ?? ('' as never))).toMatchObject({ status: 'succeeded' });
  });

  test('is tried again at once by hand', async () => {
    const bench = await openBench();
    const { call } = calling({ retry }, down());
    const runs = runsOn(bench, call);
    const { runId } = await runs.start(call, input);
    expect(await runs.retry(runId)).toMatchObject({ status: 'succeeded' });
  });

  test.each([
    ['for good', new ExternalError('unreachable', 'gone for good', false)],
    ['by a rule', new UserError('refused', 'never')],
  ])('is not tried again when that is %s', async (_why, failure) => {
    const bench = await openBench();
    const { call } = calling({ retry }, failure);
    await expect(runsOn(bench, call).start(call, input)).rejects.toBe(failure);
  });

  test('that takes too long is one of them, and hears of it', async () => {
    const bench = await openBench();
    let heard: unknown;
    let slow = true;
    const hanging = workflow<object, Input>('hanging', 1).node(
      'hang',
      async (_state, { signal }) => {
        if (slow) await new Promise((done) => signal.addEventListener('abort', done));
        heard = signal.reason;
        return {};
      },
      { retry, limitMs: 5000 },
    );
    const sleeps: number[] = [];
    const sleep: Bench['clock']['sleep'] = async (ms, signal) => {
      sleeps.push(ms);
      if (!slow) await bench.clock.sleep(ms, signal);
    };
    const runs = runsOn({ ...bench, clock: { ...bench.clock, sleep } }, hanging);
    const { runId, run } = await runs.start(hanging, input);
    expect(run).toMatchObject({ status: 'waiting', waitingOn: 'retry' });
    expect(sleeps).toEqual([5000]);
    expect(heard).toMatchObject({ exit: 'unreachable', message: expect.stringContaining('hang took longer than') });
    slow = false;
    expect(await runs.retry(runId)).toMatchObject({ status: 'succeeded' });
  });
});

function msBetween({ clock }: Bench, to: Instant | undefined): number {
  return Date.parse(to ?? '') - Date.parse(clock.now());
}
