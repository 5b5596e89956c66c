import { Annotation, DeltaValue, END, Send, START, StateGraph, StateSchema } from '@langchain/langgraph';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { id } from '../domain/index.ts';
import type { FencedTx } from '../store/index.ts';
import { openSaver } from './index.ts';
import { decode, encode } from './serde.ts';

// These tests ask about the saver; what a lost lease stops is asked of real leases in test/kill.
function saverOn({ store, owner, random }: Bench) {
  return openSaver({ read: store.read, write: (work) => store.write((tx) => work(tx as FencedTx)), owner, random });
}

const options = (thread: string) => ({ configurable: { thread_id: thread }, durability: 'sync' as const });

describe('what the official suite does not ask', () => {
  test('a replayed branch reads back its own value', async () => {
    const bench = await openBench();
    let answers = 0;
    const State = Annotation.Root({ answer: Annotation<string>() });
    const graph = new StateGraph(State)
      .addNode('ask', () => ({ answer: `answer ${++answers}` }))
      .addEdge(START, 'ask')
      .addEdge('ask', END)
      .compile({ checkpointer: saverOn(bench) });
    await graph.invoke({ answer: '' }, options('fork'));
    let before: object | undefined;
    for await (const state of graph.getStateHistory(options('fork')))
      if (state.next[0] === 'ask') before = state.config;
    expect(await graph.invoke(null, { ...options('fork'), ...before })).toEqual({ answer: 'answer 2' });
    expect((await graph.getState(options('fork'))).values).toEqual({ answer: 'answer 2' });
  });

  test('parallel writes come back in the order of their tasks', async () => {
    const bench = await openBench();
    const list = z.array(z.string()).default(() => []);
    const State = new StateSchema({
      log: new DeltaValue(list, {
        inputSchema: z.array(z.string()),
        reducer: (a: string[], more: string[][]) => a.concat(...more),
      }),
    });
    const workers = Array.from({ length: 12 }, (_, at) => new Send('work', { at }));
    const graph = new StateGraph(State)
      .addNode('plan', () => ({ log: ['plan'] }))
      .addNode('work', (state) => ({ log: [`w${(state as unknown as { at: number }).at}`] }))
      .addEdge(START, 'plan')
      .addConditionalEdges('plan', () => workers, ['work'])
      .addEdge('work', END)
      .compile({ checkpointer: saverOn(bench) });
    const live = (await graph.invoke({ log: ['in'] }, options('delta'))) as { log: string[] };
    expect(live.log).toHaveLength(14);
    expect(((await graph.getState(options('delta'))).values as { log: string[] }).log).toEqual(live.log);
  });

  test('pending bytes come back byte by byte', async () => {
    const saver = saverOn(await openBench());
    const config = { configurable: { thread_id: 't', checkpoint_ns: '' } };
    const checkpoint = { v: 4, id: 'c1', ts: '', channel_values: {}, channel_versions: {}, versions_seen: {} };
    const stored = await saver.put(config, checkpoint, { source: 'loop', step: 0, parents: {} }, {});
    const bytes = new Uint8Array([0, 255, 128, 10, 34]);
    await saver.putWrites(stored, [['photo', bytes]], 'task');
    expect((await saver.getTuple(config))?.pendingWrites).toEqual([['task', 'photo', bytes]]);
  });

  test('a writer that has lost its lease leaves nothing', async () => {
    const bench = await openBench();
    const fenced = openSaver({
      ...{ read: bench.store.read, owner: bench.owner, random: bench.random },
      write: () => Promise.reject(new Error('lease lost')),
    });
    const graph = new StateGraph(Annotation.Root({ n: Annotation<number>() }))
      .addNode('step', () => ({ n: 1 }))
      .addEdge(START, 'step')
      .compile({ checkpointer: fenced });
    await expect(graph.invoke({ n: 0 }, options('fenced'))).rejects.toThrow('lease lost');
    expect(await bench.store.read.selectFrom('checkpoint').selectAll().execute()).toEqual([]);
  });

  test('the thread of another owner is neither seen nor written to', async () => {
    const bench = await openBench();
    const other = await bench.other({ owner: id('owner', 'oak-lane') });
    const graph = (owned: Bench) =>
      new StateGraph(Annotation.Root({ n: Annotation<number>() }))
        .addNode('step', () => ({ n: 1 }))
        .addEdge(START, 'step')
        .compile({ checkpointer: saverOn(owned) });
    await graph(bench).invoke({ n: 0 }, options('same'));
    expect(await saverOn(other).getTuple(options('same'))).toBeUndefined();
    await expect(graph(other).invoke({ n: 0 }, options('same'))).rejects.toThrow('another owner');
  });
});

describe('what a checkpoint keeps', () => {
  test.each([
    ['plain data', { a: [1, 'two', null, true], b: { c: -0 } }],
    ['what is not there', { a: undefined, b: [undefined] }],
    ['bytes', { photo: new Uint8Array([1, 2, 255]) }],
    ['data that looks like a LangChain object', { lc: 1, type: 'constructor', id: ['x'], kwargs: {} }],
    ['data that looks like our own marks', { $sophia: ['undefined'], more: { $sophia: ['bytes', 'AAAA'] } }],
    ['awkward text', { text: '\u0000 \ud800 "' }],
  ])('%s', (_what, value) => {
    expect(decode(encode(value))).toStrictEqual(value);
  });

  test('an error, by name and message', () => {
    const back = decode(encode(new TypeError('no such thing'))) as Error;
    expect(back).toBeInstanceOf(Error);
    expect({ name: back.name, message: back.message }).toEqual({ name: 'TypeError', message: 'no such thing' });
  });

  test('what it does not know how to read is not read as something else', () => {
    expect(() => decode('{"a":{"$sophia":["of the future",1]}}')).toThrow('unknown kind "of the future"');
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  test.each([
    ['BigInt', { n: 1n }, '$.n'],
    ['not a number', [Number.NaN], '$[0]'],
    ['infinity', Number.POSITIVE_INFINITY, '$'],
    ['a function', { f: () => 1 }, '$.f'],
    ['a date', { at: new Date(0) }, '$.at'],
    ['a map', new Map(), '$'],
    ['a cycle', cycle, '$.self'],
    ['an instance', { of: new (class Person {})() }, '$.of'],
  ])('but %s is refused, with its path', (_what, value, path) => {
    expect(() => encode(value)).toThrow(`${path} is `);
  });
});
