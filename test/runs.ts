import { type IsoDay, id, type PropertyId, type TimeZone } from '../src/core/domain/index.ts';
import { openRuns, type Runs } from '../src/core/runs/index.ts';
import type { Definition } from '../src/core/runs/workflow.ts';
import type { Bench } from './rooms.ts';

export type Input = { readonly property: PropertyId; readonly day: IsoDay };
export const input: Input = { property: id('property', 'pro-1'), day: '2026-11-22' as IsoDay };

/** Where whoever answers is believed to have the role that a question is for. */
export function believing(bench: Bench, ...workflows: Definition<object>[]) {
  return {
    ...bench,
    services: {},
    workflows,
    roles: 'believed' as const,
    timeZone: 'UTC' as TimeZone,
    logger: { warn() {} },
  };
}

export function runsOn(bench: Bench, ...workflows: Definition<object>[]): Runs {
  return openRuns(believing(bench, ...workflows));
}

/** A place where a node waits until the test lets it go on. */
export function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const pass = () => {
    reached.resolve();
    return promise;
  };
  return { opens: resolve, reached: reached.promise, pass };
}

/** What the nodes returned, as it is stored. */
export async function stateOf({ store }: Bench): Promise<string[]> {
  const results = await store.read
    .selectFrom('checkpoint_value')
    .select('value')
    .where('channel', 'like', '%.result')
    .orderBy('channel')
    .execute();
  return results.map(({ value }) => Buffer.from(value ?? []).toString());
}

/** Kinds of the lines of a run, in order. */
export async function linesOf({ journal }: Bench, runId: Parameters<Runs['show']>[0]): Promise<string[]> {
  return (await journal.since(0, { runId })).map(({ kind }) => kind);
}
