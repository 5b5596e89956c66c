/** What the figures are by which a model is judged, and which way is better: for who does not know their names. */
export const figures = {
  auc: 'AUC: how often who left stood above who stayed; 0.5 is chance, 1 is best',
  aucWithin: 'among peers: the same within one house and stage; higher is better',
  brier: 'Brier score: mean squared error of the probabilities; lower is better',
  prAuc: 'PR-AUC: share that left among those ranked high; higher is better',
  lift: 'lift: rate of the first tenth over that of all; 1 is chance, higher is better',
  recall: 'recall: share of who left whom the team had hands for; above any order is better',
  slope: 'slope: 1 is best; below it probabilities are too extreme, above too timid',
  ece: 'calibration error: gap of probability and share that left; lower is better',
  psi: 'PSI: how far tenants are from those learned from; 0 is best',
} as const;

export type FigureName = keyof typeof figures;

/** Those that a test on later months gives. */
export const judgedBy: readonly FigureName[] = [
  ...(['auc', 'aucWithin', 'brier', 'prAuc', 'lift', 'recall', 'slope', 'ece'] as const),
];

/** A figure as it is told; `-` where the rows gave none, which a file keeps as null. */
export function figureText(value: number | null, digits: number): string {
  return value !== null && Number.isFinite(value) ? value.toFixed(digits) : '-';
}
