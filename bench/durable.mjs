import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotation, END, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { openSaver } from '../src/core/checkpoint/index.ts';
import { acquireLease, openJournal, openStore } from '../src/core/store/index.ts';

const STEPS = 100;
const ROUNDS = 7;
const PAD = 'x'.repeat(1000);

/** One step of 1 kB state, on disk and under a lease, beside LangGraph's own saver in memory; medians of rounds in turn. */
export default async function durable() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  try {
    const file = join(dir, 'sophia.db');
    closeSync(openSync(file, 'a', 0o600));
    await using store = await openStore({ file, backup: async () => undefined });
    const deps = depsOf(store);
    const journal = openJournal(deps);
    await using lease = await acquireLease(deps, 'run:bench', 'the bench');
    const common = { read: store.read, lease, owner: deps.owner, random: Math.random };
    const told = () => journal.linesOf([{ kind: 'run.node_finished', runId: 'run-bench', body: { node: 'step' } }]);
    const savers = {
      memory: () => new MemorySaver(),
      fenced: () => openSaver(common),
      'fenced, with its line of the journal': () => openSaver({ ...common, alsoWrite: told }),
    };
    const times = new Map(Object.keys(savers).map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++)
      for (const [name, open] of Object.entries(savers)) {
        const ms = await timed(open(), `${name}-${round}`);
        // The first round warms up.
        if (round > 0) times.get(name).push(ms);
      }
    const [memory, fenced, line] = [...times.values()].map(median);
    const against = (ms, most) => ({
      figure: `${(ms / STEPS).toFixed(2)} ms a step, ${(ms / memory).toFixed(2)} x`,
      target: `at most ${most} x memory`,
      met: ms / memory <= most,
    });
    return [
      { what: 'MemorySaver of LangGraph, sync', figure: `${(memory / STEPS).toFixed(2)} ms a step` },
      { what: 'ours: WAL, NORMAL for state, fenced', ...against(fenced, 1.9) },
      { what: 'the same with its line of the journal', ...against(line, 2.2) },
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function depsOf(store) {
  const self = { world: 'bench', process: 'bench' };
  return {
    ...{ store, owner: 'bench', actor: { id: 'os:bench', assurance: 'os-user' } },
    clock: {
      now: () => new Date().toISOString(),
      sleep: async () => undefined,
      every: () => ({ [Symbol.dispose]: () => undefined }),
    },
    processes: { self, isDead: () => false },
  };
}

async function timed(checkpointer, thread_id) {
  const graph = new StateGraph(Annotation.Root({ n: Annotation(), pad: Annotation() }))
    .addNode('step', ({ n }) => ({ n: n + 1, pad: `${n}${PAD}` }))
    .addEdge(START, 'step')
    .addConditionalEdges('step', ({ n }) => (n < STEPS ? 'step' : END), ['step', END])
    .compile({ checkpointer });
  const options = { configurable: { thread_id }, durability: 'sync', recursionLimit: STEPS + 10 };
  const begun = performance.now();
  const { n } = await graph.invoke({ n: 0, pad: PAD }, options);
  if (n !== STEPS) throw new Error(`${n} steps`);
  return performance.now() - begun;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
