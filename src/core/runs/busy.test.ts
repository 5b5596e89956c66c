import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { id } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { workflow } from './index.ts';

const busy = new UserError('held', 'another process has been writing for longer than 5 seconds');

/** A process whose store takes no write as often as it is told to, and which waits for nothing. */
function busyAt(bench: Bench) {
  const left = { writes: 0, records: 0 };
  const write: typeof bench.store.write = (work, durability) =>
    left.writes-- > 0 ? Promise.reject(busy) : bench.store.write(work, durability);
  const record: typeof bench.store.record = (...rows) =>
    left.records-- > 0 ? Promise.reject(busy) : bench.store.record(...rows);
  let waits = 0;
  const sleep = async () => {
    if (++waits > 200) throw new Error('it is tried for ever');
  };
  return { left, process: { ...bench, store: { ...bench.store, write, record }, clock: { ...bench.clock, sleep } } };
}

async function lookingUp(times: number) {
  for (let time = 0; time < times; time++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a deed that is done while the store is busy', () => {
  test('is recorded once the store takes it, and not done again', async () => {
    const bench = await openBench();
    const { left, process } = busyAt(bench);
    const did: string[] = [];
    const sending = workflow<object, Input>('sending', 1).node('send', async (_state, { once }) => {
      const work = async (key: string) => {
        left.writes = 30;
        return did.push(key);
      };
      return { sent: await once(id('effect', 'letter'), work, { inDoubt: 'retry' }) };
    });
    const { state, run } = await runsOn(process, sending).start(sending, input);
    expect({ state, run, did }).toMatchObject({ state: { sent: 1 }, run: { status: 'succeeded' }, did: [did[0]] });
    expect(await linesOf(bench, run.id)).toEqual([
      ...['run.started', 'effect.started', 'effect.done', 'run.node_finished', 'run.succeeded'],
    ]);
  });

  test('is told on record once, also when the connection breaks off while that is written', async () => {
    const bench = await openBench();
    let breaks = false;
    const write: typeof bench.store.write = async (work, durability) => {
      const result = await bench.store.write(work, durability);
      if (!breaks) return result;
      breaks = false;
      throw busy;
    };
    const { process } = busyAt(bench);
    const sending = workflow<object, Input>('sending', 1).node('send', async (_state, { once }) => {
      const work = async () => {
        breaks = true;
        return 1;
      };
      return { sent: await once(id('effect', 'letter'), work, { inDoubt: 'retry' }) };
    });
    const { runId } = await runsOn({ ...process, store: { ...bench.store, write } }, sending).start(sending, input);
    expect((await linesOf(bench, runId)).filter((kind) => kind === 'effect.done')).toHaveLength(1);
  });

  test('is in doubt when the run may be another one’s before that', async () => {
    const bench = await openBench();
    const { left, process } = busyAt(bench);
    const sleep = async () => {
      await process.clock.sleep();
      bench.at('2026-11-22T09:01:00.000Z');
      await bench.tick();
    };
    const outcomes: Promise<unknown>[] = [];
    const sending = workflow<object, Input>('sending', 1).node('send', async (_state, { once }) => {
      const work = async () => {
        left.writes = Number.POSITIVE_INFINITY;
      };
      const sent = once(id('effect', 'letter'), work, { inDoubt: 'retry' });
      outcomes.push(sent.catch((thrown: unknown) => thrown));
      return { sent: await sent };
    });
    const runs = runsOn({ ...process, clock: { ...process.clock, sleep } }, sending);
    await expect(runs.start(sending, input)).rejects.toMatchObject({ exit: 'held' });
    expect(await bench.store.read.selectFrom('effect').select('state').execute()).toEqual([{ state: 'started' }]);
    expect(await outcomes[0]).toBe(busy);
  });

  test('beside another item that could not be written is at its end before the run is given back', async () => {
    const bench = await openBench();
    const { left, process } = busyAt(bench);
    const { opens, reached, pass } = gate();
    let [times, isRefused] = [0, false];
    const many = workflow<object, Input>('many', 1).each(
      'item',
      () => [{ at: 0 }, { at: 1 }],
      async ({ at }, { once }) => {
        if (at === 0) {
          await once(id('effect', 'letter'), () => Promise.resolve(void times++).then(pass), { inDoubt: 'retry' });
        } else if (!isRefused) {
          await reached;
          isRefused = true;
          left.records = 1;
          void lookingUp(50).then(opens);
        }
        return at;
      },
    );
    await expect(runsOn(process, many).start(many, input)).rejects.toBe(busy);
    expect(await runsOn(process, many).start(many, input)).toMatchObject({ run: { status: 'succeeded' } });
    expect(times).toBe(1);
  });
});

test('a run that a worker could not go on with, as the store was busy, is put off, and not passed over', async () => {
  const bench = await openBench();
  const { left, process } = busyAt(bench);
  const working = workflow<object, Input>('working', 1).node('work', async () => {
    left.records = 1;
    return {};
  });
  const parent = workflow<object, Input>('parent', 1).node('beget', async (_state, { alongside, begin }) => {
    alongside(async (tx) => void (await begin(tx, working, input)));
    return {};
  });
  await runsOn(bench, parent, working).start(parent, input);
  expect(await runsOn(process, parent, working).next()).toMatchObject({
    run: { status: 'waiting', waitingOn: 'retry' },
    thrown: busy,
  });
});
