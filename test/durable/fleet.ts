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
  /** The next report that it makes. */
  next(): Promise<Report>;
  order(order: Order): void;
}

async function hire(dir: string, role: 'answer' | 'work', heard: (report: Report) => void = () => {}): Promise<Hand> {
  const child = fork(join(import.meta.dirname, 'hand.ts'), [dir, role]);
  const hand: Hand = {
    child,
    next: async () => (await once(child, 'message'))[0],
    order: (order) => void child.send(order),
  };
  const ended = once(child, 'close').then(([code, signal]) =>
    Promise.reject(new Error(`a process ended: ${code ?? signal}`)),
  );
  await Promise.race([hand.next(), ended]);
  ended.catch(() => undefined);
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

/** Many runs that several processes carry on, whatever happens meanwhile. Returns every promise that was broken. */
export async function fleet(
  dir: string,
  { runs, hands, meanwhile }: { runs: number; hands: number; meanwhile(trouble: Trouble): Promise<void> },
): Promise<{
  readonly carried: number;
  readonly again: number;
  readonly errors: readonly string[];
  readonly broken: string[];
}> {
  {
    await using room = await openRoom(dir);
    await room.runs.start(dispatch, { count: runs });
  }
  const told = new EventEmitter();
  let carried = 0;
  const errors = new Set<string>();
  const done = new Promise<void>((all) => told.on('idle', (left: number) => left === 0 && all()));
  const crew = await Promise.all(
    Array.from({ length: hands }, () =>
      hire(dir, 'work', (report) => {
        if (report.kind === 'idle') told.emit('idle', report.left);
        if (report.kind !== 'carried') return;
        carried += 1;
        if (report.error) errors.add(report.error);
        told.emit('carried');
      }),
    ),
  );
  const left = new Set(crew);
  const allEnded = Promise.all(
    crew.map(async (hand) => {
      await once(hand.child, 'close');
      left.delete(hand);
    }),
  );
  const nobody = allEnded.then(() => Promise.reject(new Error('all processes have ended')));
  nobody.catch(() => undefined);

  await Promise.race([
    nobody,
    meanwhile({
      async carried(count) {
        while (carried < count) await once(told, 'carried');
      },
      killOne: () => void crew[0]?.child.kill('SIGKILL'),
    }),
  ]);
  await Promise.race([done, nobody]);
  for (const hand of left) hand.order('stop');
  await allEnded;

  await using room = await openRoom(dir);
  const all = await room.runs.list({});
  const paid = Map.groupBy(effectsIn(dir), (key) => key.split(':')[0]);
  const effects = await room.store.read.selectFrom('effect').select(['run_id', 'state', 'attempts']).execute();
  const broken = all.flatMap(({ id, workflow, status }) => {
    if (workflow === dispatch.name) return [];
    const keys = paid.get(id) ?? [];
    const effect = effects.find(({ run_id }) => run_id === id);
    const words = `${id} is ${status}, paid ${keys.length} times, ${effect?.attempts} begun, ${effect?.state}`;
    const isKept =
      status === 'succeeded' && effect?.state === 'done' && keys.length >= 1 && keys.length <= effect.attempts;
    return isKept && new Set(keys).size === 1 ? [] : [words];
  });
  if (all.length !== runs + 1) broken.push(`${all.length - 1} runs of ${runs}`);
  const again = [...paid.values()].filter(({ length }) => length > 1).length;
  return { carried, again, errors: [...errors], broken };
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
