import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { openRuns, workflow } from '../src/core/runs/index.ts';
import { openJournal, openStore } from '../src/core/store/index.ts';
import { programs, startPostgres } from '../test/server.ts';
import { launcher } from './child.mjs';
import { served } from './steps.mjs';

const EVENTS = 60;
const MOST_MS = 100;
const OWNER = 'bench';

/**
 * From the moment at which a transaction is committed here to that at which another process has printed its line.
 */
export default async function visible() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const postgres = programs.postgres && (await startPostgres(programs.postgres));
  try {
    writeFileSync(join(dir, 'sophia.yaml'), `version: 1\ntime_zone: UTC\nowners:\n  - id: ${OWNER}\n    name: Bench\n`);
    const figures = await onStore(dir, 'SQLite', await embedded(dir), {});
    if (!postgres) return [...figures, { what: 'PostgreSQL', figure: 'is not installed: left out' }];
    const place = await postgres.database();
    return [...figures, ...(await onStore(dir, 'PostgreSQL', await served(place), { SOPHIA_DATABASE_URL: place.url }))];
  } finally {
    await postgres?.stop();
    rmSync(dir, { recursive: true });
  }
}

function embedded(dir) {
  const file = join(dir, '.sophia/sophia.db');
  mkdirSync(join(dir, '.sophia'), { mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  return openStore({ file, backup: async () => undefined });
}

async function onStore(dir, engine, opened, env) {
  await using store = opened;
  const deps = depsOf(store);
  const journal = openJournal(deps);
  const waiting = workflow('bench', 1).node('wait', async (_state, { approve }) => ({ ...(await approve()) }));
  const given = { services: {}, workflows: [waiting], roles: 'believed', timeZone: 'UTC', random: Math.random };
  const runs = openRuns({ ...deps, ...given, journal, logger: { warn() {} }, signal: new AbortController().signal });
  const figures = [];
  for (const command of [() => ['events', '--follow'], (runId) => ['runs', 'watch', runId]]) {
    const { runId } = await runs.start(waiting, { of: `${Date.now()}` });
    const line = { kind: 'approval.asked', runId, body: { node: 'wait' } };
    const write = () => store.write((tx) => journal.appendIn(tx, line));
    const words = command(runId);
    const ms = await latencies(dir, [...words, '--json'], env, {
      write,
      isTold: (event) => event.kind === line.kind && event.runId === runId,
    });
    const [half, most] = [ms[Math.floor(ms.length / 2)], ms[Math.floor(ms.length * 0.99)]];
    figures.push({
      what: `${words.slice(0, 2).join(' ')} on ${engine}`,
      figure: `${half.toFixed(0)} ms at the median, ${most.toFixed(0)} at the 99th`,
      ...{ target: `at most ${MOST_MS} ms at the median`, met: half <= MOST_MS },
    });
  }
  return figures;
}

/** How long each of many lines takes from its commit to the end of the line that tells it; the shortest first. */
async function latencies(dir, args, env, { write, isTold }) {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: dir, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((done) => child.once('close', done));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const told = async () => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${args.join(' ')} has ended`);
      if (isTold(JSON.parse(value))) return;
    }
  };
  await told(); // the question itself: from now on it follows
  const taken = [];
  for (let at = 0; at < EVENTS; at++) {
    await delay(Math.random() * 100);
    await write();
    const written = performance.now();
    await told();
    taken.push(performance.now() - written);
  }
  child.kill('SIGTERM');
  await ended;
  return taken.sort((a, b) => a - b);
}

function depsOf(store) {
  return {
    ...{ store, owner: OWNER, actor: { id: 'os:bench', assurance: 'os-user' } },
    clock: {
      now: () => new Date().toISOString(),
      sleep: async () => undefined,
      every: () => ({ [Symbol.dispose]: () => undefined }),
    },
    processes: { self: { world: 'bench', process: 'bench' }, isDead: () => false },
  };
}
