import { type Backtest, type FigureName, type Figures, figures, judgedBy, type Unable } from '../../core/risk/index.ts';
import { flowing, type Style } from '../style.ts';

/** How a head was judged on months that it had not seen, beside the scorecard on the same footing. */
export function judgedLines(head: string, judged: Backtest | Unable | undefined, style: Style): string[] {
  if (judged === undefined) return [];
  if (!('learned' in judged))
    return [
      style.bold(head),
      `  not judged: ${judged.train} cases to learn from and ${judged.test} to judge by are too few`,
    ];
  const { train, test, learned, scorecard, calendar, skill, intervals } = judged;
  const row = (what: string, of: (figures: Figures) => string, interval?: { low: number; high: number }) => [
    `  ${what}`,
    of(learned),
    interval ? style.dim(`${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`) : '',
    of(scorecard),
  ];
  return [
    style.bold(head),
    `  for this test learned ${train.from} to ${train.to}, ${train.cases} cases`,
    `  and judged ${test.from} to ${test.to}, ${test.cases} cases`,
    ...style.rows([
      ['  figure', 'learned', '95 %', 'scorecard'].map(style.dim),
      row('AUC within stage', ({ aucWithin }) => aucWithin.toFixed(3), intervals.aucWithin),
      row('AUC with calendar', ({ auc }) => auc.toFixed(3), intervals.auc),
      row('Brier score', ({ brier }) => brier.toFixed(4), intervals.brier),
      row('PR-AUC', ({ prAuc }) => prAuc.toFixed(3)),
      row('lift of first tenth', ({ lift10 }) => lift10.toFixed(1)),
      row('recall at capacity', ({ recallAtCapacity }) => recallAtCapacity.toFixed(2)),
      row('calibration slope', ({ slope }) => slope.toFixed(2)),
      row('calibration error', ({ ece }) => ece.toFixed(4)),
    ]),
    style.dim(
      `  by the calendar alone: AUC ${calendar.auc.toFixed(3)}, Brier ${calendar.brier.toFixed(4)}; skill over it ${skill.toFixed(3)}`,
    ),
    verdict(judged, style),
  ];
}

/** What the figures are, and which way is better: once, below all of them. */
export function legendLines(names: readonly FigureName[], style: Style): string[] {
  return names.map((name) => style.dim(flowing(`  ${figures[name]}`, style)));
}

/** The same for what was judged; nothing where nothing was. */
export function judgedLegend(all: readonly (Backtest | Unable | undefined)[], style: Style): string[] {
  return all.some((judged) => judged && 'learned' in judged) ? legendLines(judgedBy, style) : [];
}

function verdict({ beats, leaks, learned, scorecard, intervals }: Backtest, style: Style): string {
  if (leaks) return style.bad('  too good to be true: a feature is likely to know what came of it');
  if (beats && learned.aucWithin > scorecard.aucWithin && intervals.aucWithin.low <= scorecard.aucWithin)
    return style.good(
      '  ahead of the scorecard in Brier score and AUC within the stage, by\n  less than chance may give',
    );
  return beats
    ? style.good('  beats the scorecard in both Brier score and AUC within the stage')
    : style.warn('  does not beat the scorecard in both Brier score and AUC within the stage');
}
