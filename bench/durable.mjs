import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemorySaver } from '@langchain/langgraph';
import { sql } from 'kysely';
import { openSaver } from '../src/core/checkpoint/index.ts';
import { acquireLease, openJournal, openStore } from '../src/core/store/index.ts';
import { against, depsOf, inTurn, lineOf, msAStep } from './steps.mjs';

const ROUNDS = 15;

/** One step of 1 kB state, on disk and under a lease, beside LangGraph's own saver in memory. */
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
    const savers = {
      memory: () => new MemorySaver(),
      fenced: () => openSaver(common),
      both: () => openSaver({ ...common, alsoWrite: lineOf(journal) }),
    };
    const { memory, fenced, both } = await inTurn(savers, ROUNDS);
    return [
      { what: 'the file, at a step', figure: await settingsOf(store) },
      { what: 'MemorySaver of LangGraph, sync', figure: msAStep(memory) },
      { what: 'ours, fenced', ...against(fenced, memory, 1.9, 'memory') },
      { what: 'ours, fenced, with its line of the journal', ...against(both, memory, 2.2, 'memory') },
      { what: 'that line alone', ...against(both, fenced, 1.25, 'ours without') },
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Of the writing connection, as steps find it. */
async function settingsOf(store) {
  const said = [];
  await store.write(
    async (tx) => {
      for (const name of ['journal_mode', 'synchronous', 'wal_autocheckpoint', 'page_size']) {
        const { rows } = await sql`pragma ${sql.raw(name)}`.execute(tx);
        said.push(`${name}=${Object.values(rows[0])[0]}`);
      }
    },
    { safe: 'later' },
  );
  return said.join(' ');
}
