import type { OwnerId } from '../../core/domain/index.ts';
import type { Drift } from '../../core/risk/index.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { legendLines } from './judged.ts';

interface Looked {
  readonly owner: OwnerId;
  /** Null where the scorecard ranks: nothing was learned that tenants could have moved away from. */
  readonly model: string | null;
  /** Null for a model of another program, too: it is not watched, as it proposes nothing anyway. */
  readonly drift: Drift | null;
}

export default defineCommand<unknown, { owners: readonly Looked[] }, 'any'>({
  summary: 'Look whether tenants are still as those that a model learned from',
  status: 'experimental',
  place: 'any',
  scores: 'hidden',
  changes: 'record',
  examples: ['sophia churn drift'],
  async run({ app }) {
    const owners: Looked[] = [];
    for (const rooms of app.owned) {
      const learning = await rooms.learning();
      const drift = (await learning.drift()) ?? null;
      const model = (await learning.active())?.model.name ?? null;
      owners.push({ owner: rooms.owner.id, model, drift });
    }
    return { data: { owners } };
  },
  render: ({ owners }, style) =>
    [
      ...owners.map((looked) => renderDrift(looked, style)),
      ...(owners.some(({ drift }) => drift) ? [legendLines(['psi', 'slope'], style).join('\n')] : []),
    ].join('\n\n'),
});

function renderDrift({ owner, model, drift }: Looked, style: Style): string {
  if (model === null)
    return `${style.bold(style.fit(owner, 24))}: the scorecard ranks. It was not learned, so nothing can drift away from it.`;
  if (!drift)
    return `${style.bold(style.fit(owner, 24))}: ${style.text(model)} ranks, of another program. It is not watched, and proposes nothing anyway.`;
  const { day, tenants, features, score, calibration, stops } = drift;
  const known = features.filter(({ psi }) => psi !== null);
  const look = { steady: style.good, warns: style.warn, stops: style.bad, unknown: style.dim };
  const row = (what: string, psi: number | null, shift: Drift['score']['shift']) => [
    `  ${what}`,
    psi === null ? '' : psi.toFixed(3),
    look[shift](shift),
  ];
  const { cases, slope, interval, expected, observed, shift } = calibration;
  return [
    `${style.bold(model)}  ${style.fit(owner, 24)}  on ${day}`,
    `  ${tenants} tenants on the first of the month, beside those it learned from${tenants < 200 ? '; it takes 200' : ''}`,
    ...style.rows([
      ['  stability index', 'PSI', ''].map(style.dim),
      row('all points together', score.psi, score.shift),
      ...known.toSorted((a, b) => (b.psi ?? 0) - (a.psi ?? 0)).map((each) => row(each.feature, each.psi, each.shift)),
    ]),
    slope === null
      ? `  calibration: ${cases} left in months after those it learned from; it takes 30`
      : `  calibration slope ${slope.toFixed(2)}${interval ? `, 95 % ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)},` : ''} ${look[shift](shift)};\n  expected ${expected.toFixed(0)} months of leaving, seen ${observed}`,
    style.dim('  above 0.20 warns, above 0.30 stops; a slope stops outside 0.80 to 1.25'),
    stops
      ? style.bad(`Beyond the limits: ${model} proposes nothing. Next: sophia churn train`)
      : known.length === 0 && score.psi === null && slope === null
        ? 'Not known: too few to compare, and so nothing is stopped.'
        : 'Within the limits: what stands above 0.70 is proposed.',
  ].join('\n');
}
