import type { OwnerId, Stage } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { OnnxManifest, Rate } from '../onnx.ts';
import { fedBy, type Ranker } from '../score.ts';
import type { Scorecard } from '../scorecard.ts';
import { type Backtest, type BacktestOptions, isBacktest, judge, type Side, type Unable } from './backtest.ts';
import { measured, type TenantMonth } from './months.ts';
import { parsed } from './parsed.ts';
import { type Rescaling, rescaled, rescalingOf } from './rescale.ts';
import { stages, tableOf } from './table.ts';

/** A model of another program as it is kept, with how it was judged: plain data of one owner, told by its hash. */
export interface ForeignFile {
  readonly schema: 1;
  readonly kind: 'onnx';
  readonly owner: OwnerId;
  readonly scorecard: string;
  readonly manifest: OnnxManifest;
  /** By months that came after those it was learned from. */
  readonly judged: Backtest | Unable;
  /** What its log-odds are brought to scale by; null where there was too little past to judge it by. */
  readonly scale: Scale | null;
  /** In so many rows no complaint lowered what it gives. */
  readonly probed: number;
}

interface Scale extends Rescaling {
  /** Share of cases at each stage: what its tenants are told against. */
  readonly usual: Readonly<Record<Stage, number>>;
}

/** What is as good as certain is so to a model, and to no index. */
const EDGE = 1e-6;
/** Rows of the usual tenant that a stage counts for, where few were seen at it. */
const PRIOR = 20;

/** What a model is fed of months, in their order. */
export function rowsFor(manifest: Pick<OnnxManifest, 'features'>, months: readonly TenantMonth[]): number[][] {
  const places = new Map(measured.map((feature, at) => [feature, at]));
  return months.map(({ values }) =>
    fedBy(manifest, (feature) => {
      const value = values[places.get(feature) ?? -1] ?? Number.NaN;
      return Number.isNaN(value) ? undefined : value;
    }),
  );
}

/**
 * Judges a model of another program as what is learned here is judged: see `judge`. Months up to `trainedUntil` say
 * nothing of it and are left out. It knows no stage of a lease, so that its log-odds are given what the scorecard's points are
 * given: a slope, an intercept and a term for each stage, from the earlier of the months that are left. Within a stage
 * it is judged by its own log-odds. `scale` is that line through all of those months. Probabilities beyond 1e-6 and
 * 1 - 1e-6 count as these.
 */
export async function judgeForeign(
  months: readonly TenantMonth[],
  manifest: OnnxManifest,
  rate: Rate,
  card: Scorecard,
  options: BacktestOptions,
): Promise<Pick<ForeignFile, 'judged' | 'scale'>> {
  const { head, trainedUntil } = manifest;
  const later = months.filter(({ day, ends }) => day > trainedUntil && ends[head]);
  const logits = (await rate(rowsFor(manifest, later))).map(logOddsOf);
  const byMonth = new Map(later.map((month, at) => [month, logits[at] ?? Number.NaN]));
  const of = (side: Side) => Float64Array.from(side.months, (month) => byMonth.get(month) ?? Number.NaN);
  const judged = judge(later, head, card, options, (train, test) => {
    const own = of(test);
    return { p: rescaled(rescalingOf(train.table, of(train)), test.table, own), own };
  });
  if (!isBacktest(judged)) return { judged, scale: null };
  const table = tableOf(later, head);
  const rescaling = rescalingOf(table, Float64Array.from(logits));
  const share = (at: readonly number[]) => at.reduce((sum, row) => sum + (table.y[row] ?? 0), 0);
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  const overall = share(rows) / table.rows;
  const usual = stages.map((stage) => {
    const seen = rows.filter((row) => table.stage[row] === stage);
    return [stage, (share(seen) + PRIOR * overall) / (seen.length + PRIOR)] as const;
  });
  return {
    // Who tells leavers the wrong way round is not put right by a line that turns it.
    judged: { ...judged, beats: judged.beats && rescaling.slope > 0 },
    scale: { ...rescaling, usual: Object.fromEntries(usual) as Scale['usual'] },
  };
}

function logOddsOf(p: number): number {
  const held = Math.min(1 - EDGE, Math.max(EDGE, p));
  return Math.log(held / (1 - held));
}

/** What was kept, once it is proved to be of this owner, and as it was kept. UserError `incompatible` otherwise. */
export function openForeign(body: string, kept: { readonly hash: string; readonly owner: OwnerId }): ForeignFile {
  const refuse = (why: string) =>
    new UserError('incompatible', `this model cannot be used: ${why}`, [
      'sophia churn models rollback   lets what ranked before rank again',
      'sophia churn import-model   takes it in anew',
    ]);
  const file = parsed<ForeignFile>(body);
  if (file === undefined) throw refuse('it is not JSON');
  if (file.schema !== 1 || file.kind !== 'onnx')
    throw refuse(`it is of schema ${String(file.schema)}, kind ${String(file.kind)}, and 1, onnx is known`);
  if (fingerprintOf(file) !== kept.hash) throw refuse('it is not what was stored: its hash is another one');
  if (file.owner !== kept.owner) throw refuse('it was judged by tenants of another owner');
  return file as ForeignFile;
}

/** What tenants are ranked by, by that model: its own head, and the scorecard's other one. It proposes nothing. */
export function foreignRankerOf(file: ForeignFile, card: Scorecard, rate: Rate): Ranker {
  const { manifest, scale } = file;
  if (scale === null) throw new Error('a model that was not judged ranks nobody');
  const { head, features, name } = manifest;
  const { slope, stages, usual } = scale;
  const probability = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
  return {
    ...{ name, hash: fingerprintOf(file), stopped: false },
    heads: {
      ...card.heads,
      [head]: { baseline: card.heads[head].baseline, weights: [], learned: { stages: usual, probability } },
    },
    foreign: {
      ...{ head, features },
      async logOdds(rows, at) {
        const p = await rate(rows);
        return p.map((each, row) => slope * logOddsOf(each) + (stages[at[row] ?? '7+ months'] ?? 0));
      },
    },
  };
}
