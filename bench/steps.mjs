import { setTimeout as delay } from 'node:timers/promises';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { openServerStore } from '../src/core/store/index.ts';

const STEPS = 100;
const PAD = 'x'.repeat(1000);

/** A store that a server keeps, as the program opens it. */
export function served(place) {
  return openServerStore({ place, random: Math.random, pause: delay, signal: new AbortController().signal });
}

/** What a lease and a journal need of the world. */
export function depsOf(store) {
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

/** What a node that has finished adds to the journal. */
export function lineOf(journal) {
  return () => journal.linesOf([{ kind: 'run.node_finished', runId: 'run-bench', body: { node: 'step' } }]);
}

/** Milliseconds of a run of so many steps with 1 kB that changes at each, `durability: "sync"`. */
export async function stepped(checkpointer, thread_id, steps = STEPS) {
  const graph = new StateGraph(Annotation.Root({ n: Annotation(), pad: Annotation() }))
    .addNode('step', ({ n }) => ({ n: n + 1, pad: `${n}${PAD}` }))
    .addEdge(START, 'step')
    .addConditionalEdges('step', ({ n }) => (n < steps ? 'step' : END), ['step', END])
    .compile({ checkpointer });
  const options = { configurable: { thread_id }, durability: 'sync', recursionLimit: steps + 10 };
  const begun = performance.now();
  const { n } = await graph.invoke({ n: 0, pad: PAD }, options);
  if (n !== steps) throw new Error(`${n} steps`);
  return performance.now() - begun;
}

/** Milliseconds of each saver in each of so many rounds. The savers come in turn, so that they share what else goes on. */
export async function inTurn(savers, rounds, steps = STEPS) {
  const times = Object.fromEntries(Object.keys(savers).map((name) => [name, []]));
  // The first round warms up.
  for (let round = 0; round <= rounds; round++)
    for (const [name, open] of Object.entries(savers)) {
      const ms = await stepped(open(), `${name}-${round}`, steps);
      if (round > 0) times[name].push(ms / steps);
    }
  return times;
}

export function msAStep(times) {
  return `${median(times).toFixed(2)} ms a step`;
}

/** The median of what the one took times the other, round by round. */
export function against(times, others, most, name) {
  const ratio = median(times.map((ms, round) => ms / others[round]));
  return {
    figure: `${msAStep(times)}, ${ratio.toFixed(2)} x`,
    target: `at most ${most} x ${name}`,
    met: ratio <= most,
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
