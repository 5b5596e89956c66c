import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotation, DeltaValue, END, START, StateGraph, StateSchema } from '@langchain/langgraph';
import { z } from 'zod';
import { openSaver } from '../src/core/checkpoint/index.ts';
import { acquireLease, openStore } from '../src/core/store/index.ts';
import { programs, startPostgres } from '../test/server.ts';
import { depsOf, served } from './steps.mjs';

const STEPS = 1000;
const MESSAGE = 'x'.repeat(200);
const MOST = 3_000_000;

/** What a store grows by: 1,000 messages of 200 bytes added to a list one by one, and 100 kB that stay beside a counter. */
export default async function growth() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const postgres = programs.postgres && (await startPostgres(programs.postgres));
  try {
    const cases = { [`${STEPS} messages of 200 bytes`]: messages, [`100 kB beside ${STEPS} steps`]: standing };
    const engines = { 'in a file': () => inFile(dir), 'on a server': postgres && (() => onServer(postgres)) };
    const rows = [];
    for (const [where, engine] of Object.entries(engines))
      for (const [what, graphOn] of Object.entries(cases)) {
        if (!engine) rows.push({ what: 'PostgreSQL', figure: 'is not installed: left out' });
        else rows.push({ what: `${what}, ${where}`, ...(await grown(await engine(), graphOn)) });
      }
    return rows;
  } finally {
    await postgres?.stop();
    rmSync(dir, { recursive: true });
  }
}

let files = 0;

/** Closed, so that nothing of it is in a log. */
function inFile(dir) {
  const file = join(dir, `${++files}.db`);
  closeSync(openSync(file, 'a', 0o600));
  return { open: () => openStore({ file, backup: async () => undefined }), size: () => statSync(file).size };
}

async function onServer(postgres) {
  const place = await postgres.database();
  return {
    open: () => served(place),
    async size() {
      const [found] = await postgres.ask(place.database, 'select pg_database_size(current_database()) as bytes');
      return Number(found.bytes);
    },
  };
}

async function grown({ open, size }, graphOn) {
  await (await open())[Symbol.asyncDispose]();
  const empty = await size();
  const store = await open();
  const deps = depsOf(store);
  const lease = await acquireLease(deps, 'run:bench', 'the bench');
  const run = graphOn(openSaver({ read: store.read, lease, owner: deps.owner, random: Math.random }));
  await run({ configurable: { thread_id: 'run-7k2m9q0xw3bd' }, durability: 'sync', recursionLimit: STEPS + 10 });
  await lease[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  const bytes = (await size()) - empty;
  return { figure: `${(bytes / 1e6).toFixed(2)} MB`, target: `below ${MOST / 1e6} MB`, met: bytes < MOST };
}

function messages(checkpointer) {
  const list = z.array(z.string()).default(() => []);
  const State = new StateSchema({
    log: new DeltaValue(list, { inputSchema: z.array(z.string()), reducer: (log, more) => log.concat(...more) }),
  });
  const graph = new StateGraph(State)
    .addNode('step', () => ({ log: [MESSAGE] }))
    .addEdge(START, 'step')
    .addConditionalEdges('step', ({ log }) => (log.length < STEPS ? 'step' : END), ['step', END])
    .compile({ checkpointer });
  return (options) => graph.invoke({ log: [] }, options);
}

function standing(checkpointer) {
  const graph = new StateGraph(Annotation.Root({ n: Annotation(), large: Annotation() }))
    .addNode('step', ({ n }) => ({ n: n + 1 }))
    .addEdge(START, 'step')
    .addConditionalEdges('step', ({ n }) => (n < STEPS ? 'step' : END), ['step', END])
    .compile({ checkpointer });
  return (options) => graph.invoke({ n: 0, large: 'x'.repeat(100_000) }, options);
}
