import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { ProcessName } from '../src/core/context/index.ts';
import { type DatabasePlace, type Instant, id, type OwnerId } from '../src/core/domain/index.ts';
import {
  type Journal,
  type LeaseDeps,
  openJournal,
  openServerStore,
  openStore,
  type Store,
} from '../src/core/store/index.ts';

/** One process as the rooms see it: a store, a journal, and a clock that the test holds. */
export interface Bench extends LeaseDeps {
  readonly file: string;
  readonly journal: Journal;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Moves the clock of every bench of this test. */
  at(instant: string): void;
  /** Another process on the same database. */
  other(options?: { owner?: OwnerId; name?: string }): Promise<Bench>;
  /** From now on that process counts as dead. */
  kill(bench: Bench): void;
  /** Does once what this process does now and then in the background. */
  tick(): Promise<void>;
}

/**
 * A database in a fresh folder, or the one in `place`, and one process that has it open; all are closed when the test,
 * or the file, ends.
 */
export async function openBench(
  owner: OwnerId = id('owner', 'hill-street'),
  atTheEnd: (clean: () => Promise<void>) => void = onTestFinished,
  place?: DatabasePlace,
): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const file = join(dir, 'sophia.db');
  closeSync(openSync(file, 'a', 0o600));
  const world = { now: '2026-11-22T09:00:00.000Z' as Instant, dead: new Set<string>(), random: seeded(1) };
  const opened: Store[] = [];
  atTheEnd(async () => {
    for (const store of opened) await store[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });

  const bench = async (owner: OwnerId, name: string): Promise<Bench> => {
    const store = place
      ? await openServerStore({ place, random: world.random, pause: delay, signal: new AbortController().signal })
      : await openStore({ file, backup: (write) => write(join(dir, 'backup.db')) });
    opened.push(store);
    const self: ProcessName = { world: 'test', process: name };
    const background = new Set<() => void>();
    const deps: LeaseDeps = {
      ...{ store, owner, actor: { id: id('actor', 'os:ada'), assurance: 'os-user' as const } },
      clock: {
        now: () => world.now,
        sleep: (_ms, signal) => new Promise((done) => signal.addEventListener('abort', () => done())),
        every: (_ms, work) => {
          background.add(work);
          return { [Symbol.dispose]: () => background.delete(work) };
        },
      },
      processes: { self, isDead: (other) => world.dead.has(other.process) },
    };
    return {
      ...deps,
      ...{ file, random: world.random, signal: new AbortController().signal },
      journal: openJournal(deps),
      at: (instant) => {
        world.now = instant as Instant;
      },
      other: (options = {}) => bench(options.owner ?? owner, options.name ?? 'p2'),
      kill: ({ processes }) => world.dead.add(processes.self.process),
      async tick() {
        for (const work of background) work();
        await store.write(async () => undefined); // what they wrote comes first
      },
    };
  };
  return bench(owner, 'p1');
}

/** Mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
