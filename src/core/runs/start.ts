import { mintId, type RunId } from '../domain/index.ts';
import type { Tx } from '../store/index.ts';
import { carry, drive, end, holding } from './carry.ts';
import type { CarryDeps } from './deps.ts';
import type { Registry } from './registry.ts';
import { insertRun, type Row, unfinished } from './rows.ts';
import type { RunInput, Shape } from './workflow.ts';

interface BeginDeps<Services> {
  readonly registry: Registry<Services>;
  find(runId: RunId): Promise<Row>;
}

interface Work {
  readonly workflow: Shape;
  readonly input: RunInput;
  /** Leaves it to somebody else to run it. */
  readonly detach: boolean | undefined;
}

interface Begun {
  readonly runId: RunId;
  readonly resumed: boolean;
  readonly state: object;
}

/** Begins a run of that work and goes as far as it goes, or goes on with the unfinished one. */
export async function begin<Services>(
  deps: CarryDeps<Services>,
  { registry, find }: BeginDeps<Services>,
  { workflow, input, detach }: Work,
): Promise<Begun> {
  const { store, random, actor } = deps;
  const found = async (db: Tx | typeof store.read) => unfinished(db, deps, workflow.name, input);
  const goOn = async (run: Row) => ({ runId: run.id, ...(await drive(deps, { registry, find }, run)) });

  const before = await found(store.read);
  const isOurs = before !== undefined && registry.isCompatible(before);
  if (before && !isOurs) await giveUp(deps, before);
  if (detach) {
    const run = await store.write(async (tx) => (await found(tx)) ?? insertRun(tx, deps, workflow, input, 'queued'));
    return { runId: run.id, resumed: false, state: input };
  }
  if (isOurs) return goOn(before);
  // Its lease comes before its row: a run without one would be anybody's.
  const id = mintId('run', random);
  await using lease = await holding(deps, { id });
  const run = await lease.write(
    async (tx) => (await found(tx)) ?? insertRun(tx, deps, workflow, input, 'running', { id, actor: actor.id }),
  );
  if (run.id !== id) return goOn(run);
  return { runId: id, resumed: false, state: await carry(deps, registry.definitionOf(run), lease, run) };
}

/** What this program cannot finish must not keep the work from being done: unless somebody is at it just now. */
async function giveUp<Services>(deps: CarryDeps<Services>, run: Row): Promise<void> {
  await using lease = await holding(deps, run);
  await lease.write((tx) => end(tx, deps, run, 'cancelled', { exit: 'incompatible' }));
}
