import type { Stage } from '../../domain/index.ts';
import { fitLogit, sigmoid } from './fit.ts';
import { designOf, stageColumns, stages, type Table } from './table.ts';

/** What makes a probability of points or log-odds: plain data, so that it can be kept with a model. */
export interface Rescaling {
  /** 0 where there were no points: by the stage alone. */
  readonly slope: number;
  readonly stages: Readonly<Record<Stage, number>>;
}

/** A logistic line on points, with a term for each stage: Platt's calibration, where the points do not know the calendar. */
export function rescalingOf(train: Table, points?: Float64Array): Rescaling {
  const bare: Table = { ...train, features: points ? ['points' as never] : [], x: points ?? new Float64Array() };
  const design = designOf(bare, new Float64Array(1));
  const strength = Float64Array.from(design.names, () => 0.01);
  const { weights, intercept } = fitLogit(design, { toward: new Float64Array(design.names.length), strength });
  const added = weights.slice(bare.features.length);
  const terms = stages.map((stage) => [stage, intercept + (added[stageColumns.indexOf(stage)] ?? 0)] as const);
  return { slope: points ? (weights[0] ?? 0) : 0, stages: Object.fromEntries(terms) as Record<Stage, number> };
}

export function rescaled({ slope, stages }: Rescaling, { rows, stage }: Table, points?: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    return sigmoid(slope * (points?.[row] ?? 0) + stages[stage[row] ?? '7+ months']);
  });
}
