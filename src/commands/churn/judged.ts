import { plural } from '../../core/domain/index.ts';
import {
  type Backtest,
  type FigureName,
  type Figures,
  figures,
  figureText,
  judgedBy,
  type Unable,
} from '../../core/risk/index.ts';
import { flowing, type Style } from '../style.ts';

/** In how many rows a foreign model was asked about worse complaints; in none where it weighs none, or all are at their worst. */
export function askedLine(probed: number): string {
  return probed === 0
    ? 'It could not be asked about a complaint in any row.'
    : `No complaint lowers what it gives, in any of ${plural(probed, 'row')} that were asked about.`;
}

/** How a head was judged on months that it had not seen, beside the scorecard on the same footing. */
export function judgedLines(
  head: string,
  judged: Backtest | Unable | undefined,
  style: Style,
  { foreign }: { readonly foreign: boolean } = { foreign: false },
): string[] {
  if (judged === undefined) return [];
  if (!('learned' in judged))
    return [
      style.bold(head),
      `  not judged: ${judged.train} cases to ${foreign ? 'bring it to scale' : 'learn from'} and ${judged.test} to judge by are too few`,
    ];
  const { train, test, learned, scorecard, calendar, recallByChance, skill, intervals } = judged;
  const row = (what: string, of: (figures: Figures) => string, interval?: { low: number; high: number }) => [
    `  ${what}`,
    of(learned),
    interval ? style.dim(`${figureText(interval.low, 3)} to ${figureText(interval.high, 3)}`) : '',
    of(scorecard),
  ];
  return [
    style.bold(head),
    `  for this test ${foreign ? 'brought to scale' : 'learned'} ${train.from} to ${train.to}, ${train.cases} cases`,
    `  and judged ${test.from} to ${test.to}, ${test.cases} cases`,
    ...style.rows([
      ['  figure', foreign ? 'this model' : 'learned', '95 %', 'scorecard'].map(style.dim),
      row('AUC among peers', ({ aucWithin }) => figureText(aucWithin, 3), intervals.aucWithin),
      row('AUC with calendar', ({ auc }) => figureText(auc, 3), intervals.auc),
      row('Brier score', ({ brier }) => figureText(brier, 4), intervals.brier),
      row('PR-AUC', ({ prAuc }) => figureText(prAuc, 3)),
      row('lift of first tenth', ({ lift10 }) => figureText(lift10, 1)),
      row('recall at capacity', ({ recallAtCapacity }) => figureText(recallAtCapacity, 2)),
      row('calibration slope', ({ slope }) => figureText(slope, 2), intervals.slope),
      row('calibration error', ({ ece }) => figureText(ece, 4)),
    ]),
    style.dim(
      `  by the calendar alone: AUC ${figureText(calendar.auc, 3)}, Brier ${figureText(calendar.brier, 4)}; skill over it ${figureText(skill, 3)}`,
    ),
    style.dim(`  recall at capacity of any order whatever ${figureText(recallByChance, 2)}`),
    ...gainLines(judged, style),
    verdict(judged, style),
  ];
}

/** Each gain with its own interval: the two figures beside each other are of the same tenants, and vary together. */
function gainLines({ learned, scorecard, intervals: { aucGain, brierGain } }: Backtest, style: Style): string[] {
  const gain = (what: string, value: number, { low, high }: { low: number; high: number }, digits: number) =>
    style.dim(
      `  over the scorecard: ${what} ${signed(value, digits)}, 95 % ${signed(low, digits)} to ${signed(high, digits)}`,
    );
  return [
    gain('AUC among peers', difference(learned.aucWithin, scorecard.aucWithin), aucGain, 3),
    gain('Brier saved', scorecard.brier - learned.brier, brierGain, 4),
  ];
}

/** A kept figure that the rows could not give is null, and no nought. */
function difference(one: number | null, other: number | null): number {
  return one === null || other === null ? Number.NaN : one - other;
}

function signed(value: number, digits: number): string {
  return `${value > 0 ? '+' : ''}${figureText(value, digits)}`;
}

/** What the figures are, and which way is better: once, below all of them. */
export function legendLines(names: readonly FigureName[], style: Style): string[] {
  return names.map((name) => style.dim(flowing(`  ${figures[name]}`, style)));
}

/** The same for what was judged; nothing where nothing was. */
export function judgedLegend(all: readonly (Backtest | Unable | undefined)[], style: Style): string[] {
  return all.some((judged) => judged && 'learned' in judged) ? legendLines(judgedBy, style) : [];
}

function verdict({ beats, leaks, intervals: { aucGain, brierGain } }: Backtest, style: Style): string {
  if (leaks) return style.bad('  too good to be true: a feature is likely to know what came of it');
  if (!beats) return style.warn('  does not beat the scorecard in both Brier score and AUC among peers');
  return aucGain.low <= 0 || brierGain.low <= 0
    ? style.good('  ahead of the scorecard in Brier score and AUC among peers, by\n  no more than chance may give')
    : style.good('  beats the scorecard in both Brier score and AUC among peers');
}
