import type { IsoDay, PropertyId } from '../../domain/index.ts';
import type { HeadName, Scorecard, Weight } from '../scorecard.ts';
import {
  auc,
  aucWithin,
  brier,
  ece,
  type Interval,
  inTheLarge,
  isTooGood,
  lift,
  prAuc,
  slopeAndIntercept,
} from './metrics.ts';
import { casesOf, type TenantMonth } from './months.ts';
import { recallOf } from './recall.ts';
import { rescaled, rescalingOf } from './rescale.ts';
import { peersOf, rowsOf, type Table, tableOf } from './table.ts';
import { learn, logitsOf, probabilitiesOf } from './train.ts';
import { uncertain } from './uncertain.ts';

/** Firsts of months left out between the last one that is learned from and the first one that is judged by. */
const EMBARGO_MONTHS = 3;
const TEST_SHARE = 0.3;
const LEAST_TEST_MONTHS = 3;
/** Fewer exits than these say nothing of a model. */
const LEAST_TEST_CASES = 10;

/** How good one way to rank is, on months that it had not seen. */
export interface Figures {
  readonly brier: number;
  readonly auc: number;
  /** Over pairs of peers, of one property at one stage: what is told beyond house and calendar. `NaN` where nobody has a peer. */
  readonly aucWithin: number;
  readonly prAuc: number;
  /** Exits among the tenth that scores highest, against the share among all. */
  readonly lift10: number;
  /** Share of exits who were, in some month before, among those whom the team has hands for, by falling score. */
  readonly recallAtCapacity: number;
  readonly slope: number;
  /** Log-odds by which all probabilities together are too low: calibration in the large. */
  readonly intercept: number;
  readonly ece: number;
}

interface Part {
  readonly rows: number;
  readonly cases: number;
  readonly from: IsoDay;
  readonly to: IsoDay;
}

export interface Backtest {
  readonly train: Part;
  readonly test: Part;
  readonly learned: Figures;
  readonly scorecard: Figures;
  /** By the stage of the lease alone. */
  readonly calendar: Pick<Figures, 'brier' | 'auc'>;
  /** Recall at capacity of any order whatever. */
  readonly recallByChance: number;
  /** Part of the calendar's Brier score that is saved. */
  readonly skill: number;
  /** 95 %, by tenants drawn anew, what was learned being given. The last two are gains over the scorecard. */
  readonly intervals: Readonly<
    Record<'brier' | 'skill' | 'auc' | 'aucWithin' | 'slope' | 'brierGain' | 'aucGain', Interval>
  >;
  readonly properties: readonly {
    readonly property: PropertyId;
    readonly rows: number;
    readonly hits: number;
    readonly aucWithin: number | null;
  }[];
  /** So good that it is taken for a leak: a feature that knows what came of it. */
  readonly leaks: boolean;
  readonly beats: boolean;
}

/** Why there is no backtest: too little past on one side of the split. */
export interface Unable {
  readonly train: number;
  readonly test: number;
}

export interface BacktestOptions {
  readonly leastCases: number;
  /** Proposals that the team of one property can see to in a week. */
  readonly capacity: number;
}

/** Months on one side of the split, the same as columns, and the cases in them. */
export interface Side {
  readonly months: readonly TenantMonth[];
  readonly table: Table;
  readonly cases: number;
}

/** What is judged makes of the later months, given the earlier ones: probabilities, and what ranks within a stage. */
export type Contender = (train: Side, test: Side) => { readonly p: Float64Array; readonly own: Float64Array };

/** Judges what would be learned from the earlier months: see `judge`. */
export function backtest(
  months: readonly TenantMonth[],
  head: HeadName,
  card: Scorecard,
  options: BacktestOptions,
): Backtest | Unable {
  return judge(months, head, card, options, (train, test) => {
    const learned = learn(train.table, head, card, train.cases);
    const { logits, own } = logitsOf(learned, test.table);
    return { p: probabilitiesOf(learned, logits), own };
  });
}

/**
 * A contender is given the earlier months, and judged by the later ones: the last three tenths, with three months left out
 * between, and nothing that was not yet known when they began. The scorecard is judged on the same footing: its sum of points,
 * with stages, slope and intercept from the same months.
 */
export function judge(
  months: readonly TenantMonth[],
  head: HeadName,
  card: Scorecard,
  { leastCases, capacity }: BacktestOptions,
  contender: Contender,
): Backtest | Unable {
  const split = splitOf(months, head);
  if (!split) return { train: 0, test: 0 };
  const [trainCases, testCases] = [casesOf(split.train, head), casesOf(split.test, head)];
  if (trainCases < leastCases || testCases < LEAST_TEST_CASES) return { train: trainCases, test: testCases };
  const [train, test] = [tableOf(split.train, head), tableOf(split.test, head)];
  const { p: learned, own } = contender(
    { months: split.train, table: train, cases: trainCases },
    { months: split.test, table: test, cases: testCases },
  );
  const points = pointsOf(test, head, card);
  const p = {
    learned,
    scorecard: rescaled(rescalingOf(train, pointsOf(train, head, card)), test, points),
    calendar: rescaled(rescalingOf(train), test),
  };
  const peers = peersOf(test);
  const recall = recallOf(test, own, capacity);
  const figures = {
    learned: figuresOf(test, p.learned, own, peers, recall.found),
    scorecard: figuresOf(test, p.scorecard, points, peers, recallOf(test, points, capacity).found),
  };
  const { intervals, skill } = uncertain(test, p, { own, points, peers });
  const calendar = { brier: brier(test.y, p.calendar), auc: auc(test.y, p.calendar) };
  return {
    ...{ train: partOf(train, trainCases), test: partOf(test, testCases), ...figures, skill, intervals },
    ...{ calendar, recallByChance: recall.byChance, properties: spreadOf(test, own, peers) },
    // Where everybody's lease ends in one month the calendar alone is that good.
    leaks: isTooGood(figures.learned.aucWithin) || (isTooGood(figures.learned.auc) && !isTooGood(calendar.auc)),
    beats: figures.learned.brier < figures.scorecard.brier && figures.learned.aucWithin > figures.scorecard.aucWithin,
  };
}

export function isBacktest(result: Backtest | Unable): result is Backtest {
  return 'learned' in result;
}

/** No row is on the near side whose end came to be known after the test had begun. */
export function splitOf(months: readonly TenantMonth[], head: HeadName) {
  const known = months.filter(({ ends }) => ends[head]);
  const days = [...new Set(known.map(({ day }) => day))].sort();
  const tested = Math.max(LEAST_TEST_MONTHS, Math.round(days.length * TEST_SHARE));
  const begins = days.at(-tested);
  const lastTaught = days.at(-tested - EMBARGO_MONTHS - 1);
  if (begins === undefined || lastTaught === undefined) return undefined;
  return {
    train: known.filter(({ day, ends }) => day <= lastTaught && (ends[head]?.knownOn ?? begins) <= begins),
    test: known.filter(({ day }) => day >= begins),
  };
}

function partOf({ rows, day }: Table, cases: number): Part {
  const [from = '' as IsoDay, to = from] = [day[0], day.at(-1)];
  return { rows, cases, ...day.reduce((span, each) => widened(span, each), { from, to }) };
}

function widened({ from, to }: { from: IsoDay; to: IsoDay }, day: IsoDay) {
  return { from: day < from ? day : from, to: day > to ? day : to };
}

/** Sum of the scorecard's points of each row. */
function pointsOf({ features, rows, x }: Table, head: HeadName, card: Scorecard): Float64Array {
  const weights: readonly Weight[] = card.heads[head].weights;
  const columns = weights.map(({ feature, ...weight }) => ({ ...weight, at: features.indexOf(feature) }));
  const points = new Float64Array(rows);
  for (let row = 0; row < rows; row++)
    for (const { at, logOdds, typical } of columns) {
      const value = x[row * features.length + at] ?? Number.NaN;
      if (!Number.isNaN(value)) points[row] = (points[row] ?? 0) + logOdds * (value - typical);
    }
  return points;
}

function figuresOf(test: Table, p: Float64Array, own: Float64Array, peers: Uint32Array, recall: number): Figures {
  const { y } = test;
  const logits = p.map((each) => Math.log(each / (1 - each)));
  return {
    ...{ brier: brier(y, p), auc: auc(y, p), aucWithin: aucWithin(y, own, peers), prAuc: prAuc(y, p) },
    ...{ lift10: lift(y, p, 0.1), recallAtCapacity: recall, ece: ece(y, p) },
    ...{ slope: slopeAndIntercept(y, logits).slope, intercept: inTheLarge(y, logits) },
  };
}

function spreadOf(test: Table, own: Float64Array, peers: Uint32Array): Backtest['properties'] {
  const rows = Array.from({ length: test.rows }, (_, row) => row);
  return [...Map.groupBy(rows, (row) => test.property[row] as PropertyId)].map(([property, of]) => {
    const { y } = rowsOf(test, of);
    const within = aucWithin(
      y,
      of.map((row) => own[row] ?? 0),
      of.map((row) => peers[row] ?? 0),
    );
    const hits = y.reduce((sum, each) => sum + each, 0);
    return { property, rows: of.length, hits, aucWithin: Number.isNaN(within) ? null : within };
  });
}
