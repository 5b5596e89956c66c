import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../../src/core/domain/index.ts';
import type { Postgres } from '../server.ts';
import { asked, dispatch } from './errands.ts';
import { openRoom } from './room.ts';

/** What a process of several is told to do, and what it tells. */
export type Order = 'stop' | { readonly run: RunId; readonly amount: number };
export type Report =
  | { readonly kind: 'ready' | 'won' }
  | { readonly kind: 'lost'; readonly exit: string; readonly message: string }
  | { readonly kind: 'carried'; readonly error?: string }
  | { readonly kind: 'idle'; readonly left: number };

interface Hand {
  readonly child: ChildProcess;
  /** Rejects when the process has ended. */
  readonly gone: Promise<never>;
  /** The next report that it makes. */
  next(): Promise<Report>;
  order(order: Order): void;
}

async function hire(dir: string, role: 'answer' | 'work', heard: (report: Report) => void = () => {}): Promise<Hand> {
  const child = fork(join(import.meta.dirname, 'hand.ts'), [dir, role]);
  const gone = once(child, 'close').then(([code, signal]) =>
    Promise.reject(new Error(`a process ended: ${code ?? signal}`)),
  );
  gone.catch(() => undefined);
  const hand: Hand = {
    ...{ child, gone },
    next: async () => (await Promise.race([gone, once(child, 'message')]))[0],
    order: (order) => void child.send(order),
  };
  await hand.next();
  child.on('message', heard);
  return hand;
}

const effectsIn = (dir: string): string[] => {
  const log = join(dir, 'effects.log');
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
};

/**
 * Two processes answer the same question at the same moment, again and again. Returns how the losers were told, and every
 * promise that was broken.
 */
export async function race(dir: string, rounds: number) {
  await using room = await openRoom(dir);
  const hands = await Promise.all([hire(dir, 'answer'), hire(dir, 'answer')]);
  const told: Record<string, number> = {};
  const broken: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const { runId } = await room.runs.start(asked, { errand: round });
    // By turns, so that neither is always the first.
    const order = round % 2 === 0 ? hands : hands.toReversed();
    const reports = await Promise.all(
      order.map((hand, at) => {
        const report = hand.next();
        hand.order({ run: runId, amount: at });
        return report;
      }),
    );
    const fail = (what: string) => broken.push(`race ${round}: ${what}`);
    const losers = reports.flatMap((report) => (report.kind === 'lost' ? [report] : []));
    if (losers.length !== 1) fail(`${losers.length} have lost`);
    for (const { exit, message } of losers) {
      told[exit] = (told[exit] ?? 0) + 1;
      if (!/^run-\w+ (is held by process \d+ \(os:ada\)|was answered by os:ada at )/.test(message))
        fail(`told: ${message}`);
    }
    const paid = effectsIn(dir).filter((key) => key.startsWith(`${runId}:`)).length;
    if (paid !== 1) fail(`paid ${paid} times`);
    const { status, approvals } = await room.runs.show(runId);
    if (status !== 'succeeded') fail(`the run is ${status}`);
    const winner = reports.findIndex(({ kind }) => kind === 'won');
    const answer = approvals.map((each) => each.answer);
    if (JSON.stringify(answer) !== JSON.stringify([{ amount: winner }])) fail(`answered: ${JSON.stringify(answer)}`);
  }
  for (const hand of hands) hand.order('stop');
  return { told, broken };
}

export interface Trouble {
  /** Resolves when so many runs were carried on, in all. */
  carried(count: number): Promise<void>;
  /** Ends one of the processes in the midst of whatever it does. */
  killOne(): void;
}

interface Fleet {
  readonly runs: number;
  readonly hands: number;
  meanwhile(trouble: Trouble): Promise<void>;
}

/** Many runs that several processes carry on, whatever happens meanwhile. */
export async function fleet(dir: string, { runs, hands, meanwhile }: Fleet) {
  {
    await using room = await openRoom(dir);
    await room.runs.start(dispatch, { count: runs });
  }
  const told = new EventEmitter();
  let carried = 0;
  const heard = (report: Report) => {
    if (report.kind === 'idle' && report.left === 0) told.emit('done');
    if (report.kind === 'carried') carried += 1;
    told.emit('carried');
  };
  const done = once(told, 'done');
  const crew = await Promise.all(Array.from({ length: hands }, () => hire(dir, 'work', heard)));
  // One may be killed; without any nothing would ever be done.
  const allGone = Promise.allSettled(crew.map(({ gone }) => gone));
  const nobody = allGone.then(() => Promise.reject(new Error('all processes have ended')));
  nobody.catch(() => undefined);

  const trouble = meanwhile({
    async carried(count) {
      while (carried < count) await once(told, 'carried');
    },
    killOne: () => void crew[0]?.child.kill('SIGKILL'),
  });
  await Promise.race([nobody, trouble.then(() => done)]);
  for (const { child, order } of crew) if (child.connected) order('stop');
  await allGone;
  return judged(dir, runs);
}

/** How many effects were in doubt, and done again under their key; and every promise that was broken. */
async function judged(dir: string, runs: number): Promise<{ readonly again: number; readonly broken: string[] }> {
  await using room = await openRoom(dir);
  const errands = (await room.runs.list({})).filter(({ workflow }) => workflow !== dispatch.name);
  const paid = Map.groupBy(effectsIn(dir), (key) => key.split(':')[0]);
  const effects = await room.store.read.selectFrom('effect').select(['run_id', 'state']).execute();
  const broken: string[] = [];
  for (const { id, status } of errands) {
    const keys = paid.get(id) ?? [];
    const { state } = effects.find(({ run_id }) => run_id === id) ?? {};
    const takeovers = await Array.fromAsync(room.runs.events(id, { kind: 'run.resumed' }));
    // Only who takes a run over finds an effect in doubt: whoever has it brings to record what was done.
    const isPaid = state === 'done' && new Set(keys).size === 1 && keys.length <= 1 + takeovers.length;
    if (status !== 'succeeded' || !isPaid)
      broken.push(
        `${id} is ${status}, and paid ${keys.length} times, taken over ${takeovers.length} times; that is ${state}`,
      );
  }
  if (errands.length !== runs) broken.push(`${errands.length} runs of ${runs}`);
  return { again: [...paid.values()].filter(({ length }) => length > 1).length, broken };
}

/** What may happen while they work: the server crashes, one process is killed, the server is restarted for an upgrade. */
export function restarts(server: Pick<Postgres, 'crash' | 'shutDown' | 'restart'>, runs: number) {
  return async ({ carried, killOne }: Trouble): Promise<void> => {
    await carried(Math.floor(runs / 5));
    await server.crash();
    await server.restart();
    await carried(Math.floor((runs * 2) / 5));
    killOne();
    await carried(Math.floor((runs * 3) / 5));
    await server.shutDown();
    await server.restart();
  };
}
