import { join } from 'node:path';
import type { Stack as Driven } from '@pulumi/pulumi/automation/index.js';
import type { Context, ProcessName } from '../context/index.ts';
import { type Engine, type Place, pathsOf } from './engine.ts';
import { type Told, toldBy } from './events.ts';
import { failureOf } from './failure.ts';
import { mustTotal, policyOf } from './gates.ts';
import { launching, PASSPHRASE } from './launcher.ts';
import { settleLocks, writeAtWork } from './locks.ts';
import type { Order, Ordered } from './order.ts';
import { recordedOf } from './recorded.ts';

/** Environments as Pulumi's engine keeps them: made, changed and ended by it and our plugin. */
export { type Engine, engineFile, findEngine, mustBeReachable, type Place } from './engine.ts';
export type { Told } from './events.ts';
export { bareOf, StackFailed } from './failure.ts';
export { mustTotal } from './gates.ts';

export { type EngineOffer, installEngine, offerOf } from './install.ts';
export { isOfDead, type Lock, locksOf, mustNotLive, settleLocks } from './locks.ts';
export { type Births, centsOf, dearest, type Offer, type Order, type OrderedMachine } from './order.ts';
export { type Recorded, recordedNames, recordedOf } from './recorded.ts';
export { isTouched, touch, touchedNames, untouch } from './touched.ts';

type StackDeps = Pick<Context, 'files' | 'programs' | 'processes' | 'machine' | 'clock' | 'signal'>;

export interface StackGiven {
  readonly engine: Engine;
  readonly place: Place;
  readonly passphrase: string;
  /** Which of our plugins, and what it alone is told: a key, or where the emulator is. */
  readonly plugin: { readonly program: 'provider' | 'rehearsal'; readonly env: Readonly<Record<string, string>> };
  /** Hears what happens, as it happens. */
  hear(told: Told): void;
}

export interface Stack {
  /**
   * Makes it as ordered: what is there is kept, what lives of an earlier try is taken up, what is missing is launched. Locks
   * of the dead are taken away first; what was in doubt is cleared last, when all that lives has been taken up. With `looks`
   * it is first looked whether what is recorded is there still, and what has changed. UserError `refused` above
   * `agreedCents`, `held` while another works on it; StackFailed otherwise, and then something may bill.
   */
  raise(order: Order, doing: Raising): Promise<Changes>;
  /** Ends all that is recorded. What is in doubt stays so: whoever calls this has to look for it, and then to `clear`. */
  end(signal: AbortSignal): Promise<Changes>;
  /** Strikes out what the engine was about to do when it was killed. Only when it is certain that nothing came of it. */
  clear(signal: AbortSignal): Promise<void>;
}

export interface Raising {
  readonly agreedCents: number;
  readonly looks: boolean;
  readonly births: Ordered['births'];
  readonly signal: AbortSignal;
}

/** How many machines were made, changed, ended or left alone, by what the engine calls it. */
export type Changes = Readonly<Record<string, number>>;

/** The stack of one environment. Nothing is started, and the engine's own SDK not loaded, before something is asked of it. */
export function openStack(deps: StackDeps, given: StackGiven): Stack {
  const { place } = given;
  const doing = async (
    ordered: Ordered | undefined,
    signal: AbortSignal,
    work: (stack: Driven, onEvent: (event: Parameters<typeof toldBy>[0]) => void) => Promise<unknown>,
  ): Promise<Changes> => {
    await settleLocks(deps, place);
    const told: Told[] = [];
    const hear = (event: Parameters<typeof toldBy>[0]) => {
      const one = toldBy(event);
      if (!one) return;
      told.push(one);
      given.hear(one);
    };
    try {
      await work(await driven(deps, given, ordered), hear);
      return changesIn(told);
    } catch (thrown) {
      throw failureOf(thrown, told, place, signal);
    }
  };
  return {
    async raise(order, { agreedCents, looks, births, signal }) {
      mustTotal(order, agreedCents);
      // The engine reads it as a line of CSV: a comma in the name of a folder would make two of it.
      const policyPacks = [`"${(await policyOf(deps, place, order, agreedCents)).replaceAll('"', '""')}"`];
      const changes = await doing({ order, births }, signal, (stack, onEvent) =>
        stack.up({ onEvent, signal, continueOnError: true, refresh: looks, policyPacks }),
      );
      if ((await recordedOf(deps, place)).pending > 0) await this.clear(signal);
      return changes;
    },
    end: (signal) =>
      doing(undefined, signal, (stack, onEvent) => stack.destroy({ onEvent, signal, continueOnError: true })),
    async clear(signal) {
      await doing(undefined, signal, (stack, onEvent) => stack.refresh({ onEvent, signal, clearPendingCreates: true }));
    },
  };
}

function changesIn(told: readonly Told[]): Changes {
  const done = told.filter(({ kind, what }) => kind === 'done' && what === 'Instance');
  const byOp = Map.groupBy(done, ({ op = '' }) => op);
  return Object.fromEntries([...byOp].map(([op, all]) => [op, all.length]));
}

async function driven(deps: StackDeps, given: StackGiven, ordered: Ordered | undefined): Promise<Driven> {
  const { files, programs, machine } = deps;
  const { engine, place, passphrase } = given;
  const { program, env } = given.plugin;
  const paths = pathsOf(place);
  for (const folder of [paths.state, paths.home, paths.work]) await files.makeFolder(folder);
  const launcher = launching(machine.node.file, programs.own(program), { forgets: [PASSPHRASE] });
  await files.placeProgram(join(paths.plugin, 'pulumi-resource-sophialambda'), launcher);
  const { openStack: open } = await import('./automation.ts');
  return open(deps, {
    ...{ engine, place, ordered, plugin: paths.plugin },
    env: { ...env, [PASSPHRASE]: passphrase },
    began: (name: ProcessName) => void writeAtWork(deps, place, name).catch(() => undefined),
  });
}
