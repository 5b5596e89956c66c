import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessName } from '../../src/core/context/index.ts';
import { type Instant, id, type RunId } from '../../src/core/domain/index.ts';
import { openRuns, type Runs } from '../../src/core/runs/index.ts';
import { type LeaseDeps, openJournal, openStore, type Store } from '../../src/core/store/index.ts';
import { chaos, input, type World } from './workflow.ts';

/** What is done about each write, before it counts and when it does. */
export interface Point {
  /** Returns which write it is: another one may begin before this one counts. */
  before(): number;
  after(write: number): void;
}

const linesIn = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);

export const logsOf = (dir: string) => {
  const [effects, bodies] = ['effects', 'bodies'].map((name) => linesIn(join(dir, `${name}.log`)));
  return { effects: effects ?? [], bodies: bodies ?? [] };
};

export const storeOf = (dir: string) => join(dir, 'sophia.db');

function append(file: string, line: string): void {
  const fd = openSync(file, 'a');
  appendFileSync(fd, `${line}\n`);
  fsyncSync(fd);
  closeSync(fd);
}

/** A transaction that is killed at its very end has not been, and one that is committed has. */
function watched(store: Store, { before, after }: Point): Store {
  return {
    read: store.read,
    async write(work) {
      let at = 0;
      const result = await store.write(async (tx) => {
        const result = await work(tx);
        at = before();
        return result;
      });
      after(at);
      return result;
    },
    async record(fence, rows) {
      const at = before();
      const held = await store.record(fence, rows);
      after(at);
      return held;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function worldIn(dir: string, { before, after }: Point): World {
  return {
    did(effect, key) {
      const at = before();
      append(join(dir, 'effects.log'), `${effect} ${key}`);
      after(at);
    },
    ran: (node) => append(join(dir, 'bodies.log'), node),
    answers() {
      const asked = join(dir, 'asked.log');
      if (existsSync(asked)) return true;
      append(asked, 'asked');
      return false;
    },
  };
}

/**
 * One life of a process in which a run is begun or gone on with, by a worker, by a human who answers and by a clock that
 * comes to what is waited for. Each life has a clock that begins at the same moment: for the next one it has jumped back.
 */
export async function live(dir: string, name: string, point: Point): Promise<void> {
  let now = '2026-11-22T09:00:00.000Z' as Instant;
  const opened = await openStore({ file: storeOf(dir), backup: async () => undefined });
  await using store = watched(opened, point);
  const self: ProcessName = { world: 'chaos', process: name };
  const deps: LeaseDeps = {
    ...{ store, owner: id('owner', 'hill-street'), actor: { id: id('actor', 'os:ada'), assurance: 'os-user' } },
    clock: { now: () => now, sleep: async () => undefined, every: () => ({ [Symbol.dispose]: () => undefined }) },
    processes: { self, isDead: (other) => other.process !== name },
  };
  const services = worldIn(dir, point);
  const chance = { random: Math.random, signal: new AbortController().signal };
  const runs = openRuns({
    ...deps,
    ...chance,
    journal: openJournal(deps),
    services,
    workflows: [chaos],
    roles: 'believed',
    logger: { warn() {} },
  });

  for (;;) {
    const [run] = await runs.list({});
    if (!run) await runs.start(chaos, input);
    else if (run.status === 'succeeded') return;
    else if (await goneOnWith(runs)) continue;
    else if (run.waitingOn === 'approval') await answer(dir, runs, run.id);
    else if (run.dueAt) now = run.dueAt;
    else throw new Error(`a run is ${run.status}, and nobody can go on with it`);
  }
}

async function goneOnWith(runs: Runs): Promise<boolean> {
  const done = await runs.next();
  if (done?.thrown) throw done.thrown;
  return done !== undefined;
}

/** Says how much; and of what is in doubt whether it was done, having looked. */
async function answer(dir: string, runs: Runs, runId: RunId): Promise<void> {
  const { approvals } = await runs.show(runId);
  const open = approvals.find(({ answer }) => answer === undefined);
  const isDoubt = open?.question?.title === 'Was pay done?';
  const wasDone = logsOf(dir).effects.some((line) => line.startsWith('pay '));
  const given = isDoubt ? { decision: wasDone ? 'done' : 'not_done' } : { amount: 25 };
  await runs.answer(runId, { answer: given, reason: null });
}
