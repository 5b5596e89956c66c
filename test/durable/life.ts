import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ProcessName } from '../../src/core/context/index.ts';
import { type DatabasePlace, type Instant, id, type RunId, type TimeZone } from '../../src/core/domain/index.ts';
import { openRuns, type Runs } from '../../src/core/runs/index.ts';
import {
  type LeaseDeps,
  openJournal,
  openServerStore,
  openStore,
  type Store,
  type Tx,
} from '../../src/core/store/index.ts';
import { placeOf } from '../server.ts';
import { chaos, input, type World } from './workflow.ts';

/** Called before each write counts, with its transaction or the lines it leaves. Returns what is done when it does. */
export type Point = (by?: { readonly tx?: Tx; readonly lines?: readonly Told[] }) => (() => void) | Promise<() => void>;

export interface Life {
  readonly name: string;
  readonly point: Point;
  /** When its clock begins: as a rule all begin at the same moment, so that for the next one the clock has jumped back. */
  readonly from?: Instant;
  /** Cannot see whether another process is gone. */
  readonly blind?: boolean;
}

const linesIn = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);

export const logsOf = (dir: string) => {
  const [effects, bodies] = ['effects', 'bodies'].map((name) => linesIn(join(dir, `${name}.log`)));
  return { effects: effects ?? [], bodies: bodies ?? [] };
};

export const storeOf = (dir: string) => join(dir, 'sophia.db');
/** Where the URL of the database is told, of a folder whose store a server keeps. */
export const urlOf = (dir: string) => join(dir, 'database.url');

export function openServer(place: DatabasePlace): Promise<Store> {
  const signal = new AbortController().signal;
  return openServerStore({ place, random: Math.random, pause: (ms) => delay(ms), signal });
}

/** The store of a folder: a file in it, or a database of a server. */
export function openIn(dir: string): Promise<Store> {
  if (!existsSync(urlOf(dir))) return openStore({ file: storeOf(dir), backup: async () => undefined });
  return openServer(placeOf(readFileSync(urlOf(dir), 'utf8')));
}

export function append(file: string, line: string): void {
  const fd = openSync(file, 'a');
  appendFileSync(fd, `${line}\n`);
  fsyncSync(fd);
  closeSync(fd);
}

/**
 * A transaction that is killed at its very end has not been, and one that is committed has. The next one begins when that
 * has been done: who is put to sleep after a write sleeps in no transaction, which would keep all others waiting.
 */
function watched(store: Store, point: Point): Store {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    read: store.read,
    write: (work, durability) =>
      inTurn(async () => {
        let after = () => {};
        const result = await store.write(async (tx) => {
          const result = await work(tx);
          after = await point({ tx });
          return result;
        }, durability);
        after();
        return result;
      }),
    record: (fence, rows, durability) =>
      inTurn(async () => {
        const after = await point({ lines: rows.lines });
        const held = await store.record(fence, rows, durability);
        after();
        return held;
      }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** What a transaction is about to write, told by the lines and the lease in it: for who reads a table of writes. */
export async function nameOf(tx: Tx, seen: { seq: number; recorded: number }): Promise<string> {
  const { rows } = await sql<{ seq: number; kind: string; body: string }>`
    select seq, kind, body from event where seq > ${seen.seq} order by seq`.execute(tx);
  seen.seq = rows.at(-1)?.seq ?? seen.seq;
  // Those of the steps before were named when they were recorded.
  const own = rows.slice(seen.recorded);
  seen.recorded = 0;
  return told(own);
}

type Told = { readonly kind: string; readonly body: string };

export function told(lines: readonly Told[]): string {
  const names = lines.map(({ kind, body }) => {
    const { node, effect, item } = JSON.parse(body);
    return [kind, node ?? effect, item].filter((part) => part !== undefined).join(' ');
  });
  return names.join(', ') || 'a checkpoint, or a row of the run';
}

function worldIn(dir: string, point: Point): World {
  return {
    async did(effect, key) {
      const after = await point();
      append(join(dir, 'effects.log'), `${effect} ${key}`);
      after();
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
 * comes to what is waited for.
 */
export async function live(dir: string, { name, point, from, blind = false }: Life): Promise<void> {
  let now = from ?? ('2026-11-22T09:00:00.000Z' as Instant);
  await using store = watched(await openIn(dir), point);
  const self: ProcessName = { world: 'chaos', process: name };
  const deps: LeaseDeps = {
    ...{ store, owner: id('owner', 'hill-street'), actor: { id: id('actor', 'os:ada'), assurance: 'os-user' } },
    clock: { now: () => now, sleep: async () => undefined, every: () => ({ [Symbol.dispose]: () => undefined }) },
    processes: { self, isDead: (other) => !blind && other.process !== name },
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
    timeZone: 'UTC' as TimeZone,
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
