import { describe, expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { id } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { acquireLease } from '../store/index.ts';
import { workflow } from './index.ts';

const given = { answer: { decision: 'approved' }, reason: null };

function only<Of extends { readonly id: unknown }>(run: Of | undefined): Of['id'] {
  if (!run) throw new Error('there is one');
  return run.id;
}

test('an answer to a run that was cancelled is told that nothing is asked any more', async () => {
  const bench = await openBench();
  const asking = workflow<object, Input>('asking', 1).node('ask', (_state, { approve }) => approve());
  const runs = runsOn(bench, asking);
  const { runId } = await runs.start(asking, input);
  await runs.cancel(runId);
  await expect(runs.answer(runId, given)).rejects.toMatchObject({
    exit: 'refused',
    message: `${runId} asks nothing any more`,
  });
});

describe('a run whose command is stopped', () => {
  test('keeps what the node that was at work comes to, and begins no other', async () => {
    const bench = await openBench();
    const stop = new AbortController();
    const ran: string[] = [];
    const slow = workflow<object, Input>('slow', 1)
      .node('one', async (_state, { signal }) => {
        ran.push('one');
        stop.abort('sigterm');
        return { heard: signal.aborted ? 1 : 0 };
      })
      .node('two', async () => {
        ran.push('two');
        return {};
      });
    await expect(runsOn({ ...bench, signal: stop.signal }, slow).start(slow, input)).rejects.toThrow();
    expect(ran).toEqual(['one']);
    const { resumed, state } = await runsOn(bench, slow).start(slow, input);
    expect({ resumed, state }).toMatchObject({ resumed: true, state: { heard: 1 } });
    expect(ran).toEqual(['one', 'two']);
  });

  test('begins no further item', async () => {
    const bench = await openBench();
    const stop = new AbortController();
    const ran: number[] = [];
    const many = workflow<object, Input>('many', 1).each(
      'item',
      () => Array.from({ length: 100 }, (_, at) => ({ at })),
      async ({ at }) => {
        ran.push(at);
        if (ran.length === 30) stop.abort('sigterm');
        return at;
      },
    );
    await expect(runsOn({ ...bench, signal: stop.signal }, many).start(many, input)).rejects.toBe('sigterm');
    expect(ran).toHaveLength(30);
    const { state } = await runsOn(bench, many).start(many, input);
    expect(state.item).toHaveLength(100);
    expect(ran).toHaveLength(100);
  });
});

describe('a run that is cancelled', () => {
  test('while it waits ends at once, and its question with it', async () => {
    const bench = await openBench();
    const asking = workflow<object, Input>('asking', 1).node('ask', async (_state, { approve }) => approve());
    const runs = runsOn(bench, asking);
    const { runId } = await runs.start(asking, input);
    expect(await runs.cancel(runId)).toMatchObject({ status: 'cancelled' });
    await expect(runs.answer(runId, given)).rejects.toMatchObject({ exit: 'refused' });
    expect(await runs.due()).toEqual([]);
  });

  test('after its end stays what it is', async () => {
    const bench = await openBench();
    const done = workflow<object, Input>('done', 1).node('do', async () => ({}));
    const runs = runsOn(bench, done);
    const { runId } = await runs.start(done, input);
    const before = await linesOf(bench, runId);
    expect(await runs.cancel(runId)).toMatchObject({ status: 'succeeded' });
    expect(await linesOf(bench, runId)).toEqual(before);
  });

  async function running() {
    const bench = await openBench();
    const { opens, reached, pass } = gate();
    const ran: string[] = [];
    const slow = workflow<object, Input>('slow', 1)
      .node('one', async (_state, { signal }) => {
        signal.addEventListener('abort', () => {
          ran.push('heard');
          opens();
        });
        await pass();
        return {};
      })
      .node('two', async () => {
        ran.push('two');
        return {};
      });
    const started = runsOn(bench, slow).start(slow, input);
    const told = expect(started).rejects.toMatchObject({
      exit: 'refused',
      message: expect.stringContaining('cancelled'),
    });
    await reached;
    const other = runsOn(await bench.other(), slow);
    const [run] = await other.list({ status: 'running' });
    if (!run) throw new Error('it is running');
    expect(await other.cancel(run.id)).toMatchObject({ status: 'running' });
    return { bench, told, opens, ran, other, runId: run.id };
  }

  test('in the midst of many items has on disk those that were run, and no other', async () => {
    const bench = await openBench();
    const ran: number[] = [];
    const many = workflow<object, Input>('many', 1).each(
      'item',
      () => Array.from({ length: 100 }, (_, at) => ({ at })),
      async ({ at }, { runId }) => {
        ran.push(at);
        if (ran.length === 30) await runsOn(await bench.other(), many).cancel(runId);
        return at;
      },
    );
    await expect(runsOn(bench, many).start(many, input)).rejects.toMatchObject({ exit: 'refused' });
    expect(await runsOn(bench, many).list({})).toMatchObject([{ status: 'cancelled' }]);
    const written = await bench.store.read.selectFrom('checkpoint_write').select('channel').execute();
    const results = written.filter(({ channel }) => channel === 'item.results');
    expect(results.length).toBeLessThanOrEqual(ran.length);
    expect(written.filter(({ channel }) => channel === '__no_writes__')).toEqual([]);
  });

  test('while another process has it ends there: its node hears of it', async () => {
    const { bench, told, ran, other, runId } = await running();
    await bench.tick();
    await told;
    expect(ran).toEqual(['heard']);
    expect(await other.show(runId)).toMatchObject({ status: 'cancelled' });
    expect(await linesOf(bench, runId)).toEqual(expect.arrayContaining(['run.cancel_requested', 'run.cancelled']));
  });

  test('hears of it with the record of an effect, before the node is at its end', async () => {
    const bench = await openBench();
    const heard: boolean[] = [];
    const sending = workflow<object, Input>('sending', 1).node('send', async (_state, { once, runId, signal }) => {
      const work = async () => void (await runsOn(await bench.other(), sending).cancel(runId));
      await once(id('effect', 'letter'), work, { inDoubt: 'skip' });
      heard.push(signal.aborted);
      return {};
    });
    await expect(runsOn(bench, sending).start(sending, input)).rejects.toMatchObject({ exit: 'refused' });
    expect(heard).toEqual([true]);
  });

  test('hears of it with its next write too, keeps what that wrote, and does no more', async () => {
    const { bench, told, opens, ran, other, runId } = await running();
    opens();
    await told;
    expect(ran).not.toContain('two');
    expect(await other.show(runId)).toMatchObject({ status: 'cancelled' });
    expect(await linesOf(bench, runId)).toContain('run.node_finished');
  });

  test('begins no effect, though its node did not hear of it before', async () => {
    const bench = await openBench();
    const { opens, reached, pass } = gate();
    const did: string[] = [];
    const paying = workflow<object, Input>('paying', 1).node('pay', async (_state, { once }) => {
      await pass();
      await once(id('effect', 'pay'), async (key) => did.push(key), { inDoubt: 'ask' });
      return {};
    });
    const told = expect(runsOn(bench, paying).start(paying, input)).rejects.toMatchObject({ exit: 'refused' });
    await reached;
    const other = runsOn(await bench.other(), paying);
    const [run] = await other.list({});
    await other.cancel(only(run));
    opens();
    await told;
    expect(did).toEqual([]);
    expect(await linesOf(bench, only(run))).toEqual(['run.started', 'run.cancel_requested', 'run.cancelled']);
  });

  test('and whose process is gone is ended by who takes it up, and not gone on with', async () => {
    const bench = await openBench();
    const { reached, pass } = gate();
    let ran = 0;
    const slow = workflow<object, Input>('slow', 1).node('one', async () => {
      ran += 1;
      if (ran === 1) await pass();
      return {};
    });
    void runsOn(bench, slow).start(slow, input);
    await reached;
    const other = runsOn(await bench.other(), slow);
    const [run] = await other.list({});
    await other.cancel(only(run));
    bench.kill(bench);
    expect(await other.due()).toMatchObject([{ status: 'stalled' }]);
    expect(await other.next()).toMatchObject({ run: { status: 'cancelled' } });
    expect(ran).toBe(1);
  });

  const asking = workflow<object, Input>('asking', 1).node('ask', async (_state, { approve }) => approve());

  test('when who had it has written its last is ended all the same', async () => {
    const bench = await openBench();
    const { runId } = await runsOn(bench, asking).start(asking, input);
    const lease = await acquireLease(bench, `run:${runId}`, runId);
    const other = await bench.other();
    let writes = 0;
    const write: typeof other.store.write = async (work, durability) => {
      const isRequest = ++writes === 2;
      const written = await other.store.write(work, durability);
      if (isRequest) await lease[Symbol.asyncDispose]();
      return written;
    };
    const runs = runsOn({ ...other, store: { ...other.store, write } }, asking);
    expect(await runs.cancel(runId)).toMatchObject({ status: 'cancelled' });
  });

  test('as it comes to wait is due, and ended', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, asking);
    const { runId } = await runs.start(asking, input);
    const lease = await acquireLease(bench, `run:${runId}`, runId);
    expect(await runsOn(await bench.other(), asking).cancel(runId)).toMatchObject({ status: 'waiting' });
    await lease[Symbol.asyncDispose]();
    expect(await runs.due()).toMatchObject([{ id: runId, status: 'waiting' }]);
    expect(await runs.next()).toMatchObject({ run: { status: 'cancelled' } });
    expect(await linesOf(bench, runId)).not.toContain('run.resumed');
  });

  test('before it failed, and is tried again, is not cancelled by that', async () => {
    const bench = await openBench();
    const { opens, reached, pass } = gate();
    let isBroken = true;
    const mended = workflow<object, Input>('mended', 1).node('one', async () => {
      await pass();
      if (isBroken) throw new UserError('config', 'broken');
      return {};
    });
    const runs = runsOn(bench, mended);
    const told = expect(runs.start(mended, input)).rejects.toThrow('broken');
    await reached;
    const [run] = await runs.list({});
    await runsOn(await bench.other(), mended).cancel(only(run));
    opens();
    await told;
    isBroken = false;
    expect(await runs.retry(only(run))).toMatchObject({ status: 'succeeded' });
  });
});
