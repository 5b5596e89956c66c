import { describe, expect, test } from 'vitest';
import { openBench } from '../../../test/rooms.ts';
import { gate, type Input, input, linesOf, runsOn } from '../../../test/runs.ts';
import { workflow } from './index.ts';

const given = { answer: { decision: 'approved' }, reason: null };

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

  test('while another process has it ends there: its node hears of it', async () => {
    const { bench, told, ran, other, runId } = await running();
    await bench.tick();
    await told;
    expect(ran).toEqual(['heard']);
    expect(await other.show(runId)).toMatchObject({ status: 'cancelled' });
    expect(await linesOf(bench, runId)).toEqual(expect.arrayContaining(['run.cancel_requested', 'run.cancelled']));
  });

  test('hears of it with its next write too, keeps what that wrote, and does no more', async () => {
    const { bench, told, opens, ran, other, runId } = await running();
    opens();
    await told;
    expect(ran).not.toContain('two');
    expect(await other.show(runId)).toMatchObject({ status: 'cancelled' });
    expect(await linesOf(bench, runId)).toContain('run.node_finished');
  });
});
