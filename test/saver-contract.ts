import { Annotation, DeltaValue, END, Send, START, StateGraph, StateSchema } from '@langchain/langgraph';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openSaver } from '../src/core/checkpoint/index.ts';
import { id } from '../src/core/domain/index.ts';
import { acquireLease } from '../src/core/store/index.ts';
import type { Bench } from './rooms.ts';

async function saverOn(bench: Bench, thread = 'run') {
  const { store, owner, random } = bench;
  return openSaver({ read: store.read, lease: await acquireLease(bench, thread, thread), owner, random });
}

const options = (thread: string) => ({ configurable: { thread_id: thread }, durability: 'sync' as const });

/** A list that keeps what is added to it, and not the list again. */
function growing() {
  return new DeltaValue(
    z.array(z.string()).default(() => []),
    { inputSchema: z.array(z.string()), reducer: (a: string[], more: string[][]) => a.concat(...more) },
  );
}

/** What the saver keeps to on every engine. `open` gives a process on a fresh database. */
export function saverContract(open: () => Promise<Bench>): void {
  describe('what the official suite does not ask', () => {
    test('a replayed branch reads back its own value', async () => {
      const bench = await open();
      let answers = 0;
      const State = Annotation.Root({ answer: Annotation<string>() });
      const graph = new StateGraph(State)
        .addNode('ask', () => ({ answer: `answer ${++answers}` }))
        .addEdge(START, 'ask')
        .addEdge('ask', END)
        .compile({ checkpointer: await saverOn(bench) });
      await graph.invoke({ answer: '' }, options('fork'));
      let before: object | undefined;
      for await (const state of graph.getStateHistory(options('fork')))
        if (state.next[0] === 'ask') before = state.config;
      expect(await graph.invoke(null, { ...options('fork'), ...before })).toEqual({ answer: 'answer 2' });
      expect((await graph.getState(options('fork'))).values).toEqual({ answer: 'answer 2' });
    });

    test('parallel writes come back in the order of their tasks', async () => {
      const bench = await open();
      const State = new StateSchema({
        log: growing(),
      });
      const workers = Array.from({ length: 12 }, (_, at) => new Send('work', { at }));
      const graph = new StateGraph(State)
        .addNode('plan', () => ({ log: ['plan'] }))
        .addNode('work', (state) => ({ log: [`w${(state as unknown as { at: number }).at}`] }))
        .addEdge(START, 'plan')
        .addConditionalEdges('plan', () => workers, ['work'])
        .addEdge('work', END)
        .compile({ checkpointer: await saverOn(bench) });
      const live = (await graph.invoke({ log: ['in'] }, options('delta'))) as { log: string[] };
      expect(live.log).toHaveLength(14);
      expect(((await graph.getState(options('delta'))).values as { log: string[] }).log).toEqual(live.log);
    });

    test('a list grows by what is added to it, and what does not change is kept once', async () => {
      const STEPS = 120;
      const bench = await open();
      const State = new StateSchema({
        log: growing(),
        large: z.string(),
      });
      const graph = new StateGraph(State)
        .addNode('say', () => ({ log: ['x'.repeat(200)] }))
        .addEdge(START, 'say')
        .addConditionalEdges('say', ({ log }) => (log.length < STEPS ? 'say' : END), ['say', END])
        .compile({ checkpointer: await saverOn(bench) });
      const config = { ...options('grows'), recursionLimit: STEPS + 10 };
      await graph.invoke({ log: [], large: 'x'.repeat(50_000) }, config);
      const { values } = await graph.getState(config);
      expect([values.log.length, values.large.length]).toEqual([STEPS, 50_000]);

      const bytes = async (query: string) => {
        const { rows } = await sql.raw<{ n: number | string }>(query).execute(bench.store.read as never);
        return Number(rows[0]?.n);
      };
      expect(await bytes("select sum(length(value)) as n from checkpoint_value where channel = 'large'")).toBe(50_002);
      // A whole list now and then, so that what is added need not be read from the beginning.
      expect(await bytes("select count(*) as n from checkpoint_value where channel = 'log'")).toBeLessThan(3);
      const all = `select sum(n) as n from (select sum(length(checkpoint) + length(metadata)) as n from checkpoint
        union all select sum(length(value)) from checkpoint_value where channel <> 'large'
        union all select sum(length(value)) from checkpoint_write where channel <> 'large') as sums`;
      expect(await bytes(all)).toBeLessThan(STEPS * 1500);
    });

    test('pending bytes come back byte by byte', async () => {
      const saver = await saverOn(await open());
      const config = { configurable: { thread_id: 't', checkpoint_ns: '' } };
      const checkpoint = { v: 4, id: 'c1', ts: '', channel_values: {}, channel_versions: {}, versions_seen: {} };
      const stored = await saver.put(config, checkpoint, { source: 'loop', step: 0, parents: {} }, {});
      const bytes = new Uint8Array([0, 255, 128, 10, 34]);
      await saver.putWrites(stored, [['photo', bytes]], 'task');
      expect((await saver.getTuple(config))?.pendingWrites).toEqual([['task', 'photo', bytes]]);
    });

    test('a writer that has lost its lease leaves nothing', async () => {
      const bench = await open();
      const fenced = await saverOn(bench);
      bench.kill(bench);
      await saverOn(await bench.other());
      const graph = new StateGraph(Annotation.Root({ n: Annotation<number>() }))
        .addNode('step', () => ({ n: 1 }))
        .addEdge(START, 'step')
        .compile({ checkpointer: fenced });
      await expect(graph.invoke({ n: 0 }, options('fenced'))).rejects.toMatchObject({ exit: 'held' });
      expect(await bench.store.read.selectFrom('checkpoint').selectAll().execute()).toEqual([]);
    });

    test('the thread of another owner is neither seen nor written to', async () => {
      const bench = await open();
      const other = await bench.other({ owner: id('owner', 'oak-lane') });
      const [ours, theirs] = [await saverOn(bench, 'ours'), await saverOn(other, 'theirs')];
      const graph = (checkpointer: typeof ours) =>
        new StateGraph(Annotation.Root({ n: Annotation<number>() }))
          .addNode('step', () => ({ n: 1 }))
          .addEdge(START, 'step')
          .compile({ checkpointer });
      await graph(ours).invoke({ n: 0 }, options('same'));
      expect(await theirs.getTuple(options('same'))).toBeUndefined();
      await expect(graph(theirs).invoke({ n: 0 }, options('same'))).rejects.toThrow('another owner');
    });
  });
}
