import { numbered } from './clustered.ts';
import { bootstrap, brierSkill, slopeAndIntercept, unitsOf } from './metrics.ts';
import type { Table } from './table.ts';

const DRAWS = 400;
const Z95 = 1.96;

type Probabilities = Readonly<Record<'learned' | 'scorecard' | 'calendar', Float64Array>>;

/** What two ways to rank give each row, and who is whose peer. */
interface Orders {
  readonly own: Float64Array;
  readonly points: Float64Array;
  readonly peers: Uint32Array;
}

/** How sure the figures of a backtest are, months of one tenant staying together; and what is saved of the calendar's Brier. */
export function uncertain(test: Table, p: Probabilities, { own, points, peers }: Orders) {
  const { y, tenant } = test;
  const squares = (of: Float64Array) => of.map((each, row) => (each - (y[row] ?? 0)) ** 2);
  const [ours, theirs, calendar] = [squares(p.learned), squares(p.scorecard), squares(p.calendar)];
  // In one walk: it is done for each draw.
  const means = (rows: Uint32Array) => {
    let [learned, scorecard, usual] = [0, 0, 0];
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] ?? 0;
      learned += ours[row] ?? 0;
      scorecard += theirs[row] ?? 0;
      usual += calendar[row] ?? 0;
    }
    return [learned / rows.length, scorecard / rows.length, usual / rows.length] as const;
  };
  const overall = quickAuc(y, p.learned, new Uint32Array(y.length));
  const within = quickAuc(y, own, peers);
  const withinTheirs = quickAuc(y, points, peers);
  const statistics = (rows: Uint32Array) => {
    const [[squared, byScorecard, byCalendar], aucWithin] = [means(rows), within(rows)];
    return {
      ...{ brier: squared, skill: 1 - squared / byCalendar, auc: overall(rows), aucWithin },
      ...{ brierGain: byScorecard - squared, aucGain: aucWithin - withinTheirs(rows) },
    };
  };
  const { slope, slopeError } = slopeAndIntercept(
    y,
    p.learned.map((each) => Math.log(each / (1 - each))),
    numbered(tenant),
  );
  return {
    skill: brierSkill(y, p.learned, p.calendar),
    intervals: {
      ...bootstrap(unitsOf(tenant), statistics, seeded(1), DRAWS),
      slope: { low: slope - Z95 * slopeError, high: slope + Z95 * slopeError },
    },
  };
}

/** AUC over pairs of one group, of rows drawn many times: scores are put in order once, and counted from then on. */
function quickAuc(y: Uint8Array, score: Float64Array, group: Uint32Array): (rows: Uint32Array) => number {
  const order = Uint32Array.from(score.keys()).sort(
    (a, b) => (group[a] ?? 0) - (group[b] ?? 0) || (score[a] ?? 0) - (score[b] ?? 0),
  );
  /** Rows of one group and one score share a place, with a count of those who stay and one of those who leave. */
  const cell = new Uint32Array(score.length);
  const begins: number[] = [];
  let [last, before] = [-1, -1];
  for (const row of order) {
    const isOfGroup = before >= 0 && group[row] === group[before];
    if (!isOfGroup || score[row] !== score[before]) last += 1;
    if (!isOfGroup) begins.push(last);
    cell[row] = 2 * last + (y[row] ?? 0);
    before = row;
  }
  const ends = [...begins.slice(1), last + 1];
  const counts = new Uint32Array(2 * (last + 1));
  return (rows) => {
    counts.fill(0);
    for (let at = 0; at < rows.length; at++) {
      const where = cell[rows[at] ?? 0] ?? 0;
      counts[where] = (counts[where] ?? 0) + 1;
    }
    let [won, pairs] = [0, 0];
    for (let of = 0; of < ends.length; of++) {
      let [noughts, ones] = [0, 0];
      for (let at = begins[of] ?? 0; at < (ends[of] ?? 0); at++) {
        const [nought, one] = [counts[2 * at] ?? 0, counts[2 * at + 1] ?? 0];
        won += one * (noughts + nought / 2);
        noughts += nought;
        ones += one;
      }
      pairs += noughts * ones;
    }
    return won / pairs;
  };
}

/** Mulberry32: the same months give the same intervals. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
