import type { ActorId, Instant, IsoDay, PropertyId, RunId, TenantId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { churn, trendsOf } from '../flows/churn.ts';
import type { Ranking } from '../risk/index.ts';
import type { Runs } from '../runs/index.ts';

/** What an analysis recorded: who had it made, of which day, and how it ranked. */
export interface Recorded {
  readonly run: RunId;
  readonly asOf: IsoDay;
  readonly by: ActorId;
  readonly at: Instant;
  readonly ranking: Pick<Ranking, 'model' | 'property' | 'tenants'> & Partial<Pick<Ranking, 'modelHash'>>;
}

/** The last analysis, with which a ranking is compared. */
export interface Since extends Omit<Recorded, 'ranking'> {
  readonly model: string;
  /** Of the index of the property; null where another model made it, whose index is another. */
  readonly change: number | null;
}

interface Asked {
  readonly property: PropertyId;
  /** What came later is no past of it. */
  readonly day: IsoDay;
  /** The analysis that asks. */
  readonly beside?: RunId | undefined;
}

/**
 * The last finished analysis of a property. One that looked up the past does not count: it says how that day would be
 * seen now, and nobody was told so then. Nor does one whose record is damaged: `store check` tells of it.
 */
export async function lastAnalysis(
  runs: Pick<Runs, 'finished' | 'said'>,
  { property, day, beside }: Asked,
): Promise<Recorded | undefined> {
  for await (const { id: run, actor: by, createdAt: at, input } of runs.finished(churn.name, property)) {
    const { day: asOf, proposes } = input as { readonly day: IsoDay; readonly proposes?: unknown };
    if (run === beside || proposes !== 1 || asOf > day) continue;
    const ranking = await rankingOf(runs, run);
    return ranking && { run, asOf, by, at, ranking };
  }
  return undefined;
}

async function rankingOf(runs: Pick<Runs, 'said'>, run: RunId): Promise<Recorded['ranking'] | undefined> {
  try {
    return ((await runs.said(run, 'score')) as { readonly ranking: Recorded['ranking'] } | undefined)?.ranking;
  } catch (thrown) {
    if (thrown instanceof UserError && thrown.exit === 'config') return undefined;
    throw thrown;
  }
}

export interface SinceLast {
  /** `null` for the first analysis of a property. */
  readonly since: Since | null;
  /** Change of each index since then; nothing for who was not there, nor across models. */
  readonly changes: Readonly<Record<TenantId, number>>;
}

/** How a ranking differs from what was recorded last. */
export function sinceLast(ranking: Ranking, last: Recorded | undefined): SinceLast {
  if (!last) return { since: null, changes: {} };
  const { ranking: before, ...rest } = last;
  // Before 0.5.0 no hash was recorded. A name alone is whatever the maker of a model gives it.
  const isSame = before.model === ranking.model && (before.modelHash ?? ranking.modelHash) === ranking.modelHash;
  const change = isSame ? ranking.property.leave - before.property.leave : null;
  return { since: { ...rest, model: before.model, change }, changes: isSame ? trendsOf(ranking, before) : {} };
}
