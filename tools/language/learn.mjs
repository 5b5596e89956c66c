// `node tools/language/learn.mjs`: learns the models of the language room anew, and writes them beside the code. A logistic
// regression for each intent, and a linear one for polarity, over the signs that src/core/language/features.ts sees and
// what the rules found; and one for whether a turn is to be kept out, over these and the signs of private.ts. Same turns,
// same models: no chance but a seeded one. The sets `held`, `hard`, `last`, `fresh`, `blind` and `plain` are never seen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { intents } from '../../src/core/domain/index.ts';
import { privateSignsOf } from '../../src/core/language/doubt.ts';
import { intentsByRule } from '../../src/core/language/intents.ts';
import { feltSign, signsOf } from '../../src/core/language/learned.ts';
import { read } from '../../src/core/language/turn.ts';
import { compound } from '../../src/core/language/vader.ts';
import { sensitiveClasses } from '../../src/core/privacy/index.ts';
import { terms } from '../../src/core/privacy/terms.ts';

const room = join(import.meta.dirname, '../../src/core/language');
const json = (name) => JSON.parse(readFileSync(join(room, name), 'utf8'));
const lexicon = json('vader-lexicon.json');

/** Turns that say two things are rare among those written one by one; joined ones teach that each part counts. */
const { values } = parseArgs({
  options: {
    joined: { type: 'string', default: '800' },
    times: { type: 'string', default: '10' },
    penalty: { type: 'string', default: '0.005' },
    without: { type: 'string', default: '' },
    to: { type: 'string', default: join(room, 'model.json') },
    doubt: { type: 'string', default: join(room, 'doubt.json') },
  },
});
const JOINED = Number(values.joined);
const PENALTY = Number(values.penalty);
const ROUNDS = 25;
const STEP = 0.3;
/** A sign of one turn alone is chance. */
const LEAST_TURNS = 2;
/** Weights below this say nothing. */
const LEAST_WEIGHT = 4;

function chanceFrom(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
}

const linesOf = (file) =>
  readFileSync(join(import.meta.dirname, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
const letters = Object.fromEntries([...'MRHBPL'].map((letter, at) => [letter, intents[at]]));
const written = ['turns.txt', 'forms.txt', 'voices.txt'].flatMap(linesOf).map((line) => {
  const [codes = '', tenths, ...text] = line.split('|');
  return { text: text.join('|'), labels: [...codes].map((code) => letters[code]), polarity: Number(tenths) / 10 };
});
const labelled = [
  ...(values.without.includes('dev') ? [] : json('resident.golden.json')),
  ...json('resident.own.json').filter(({ set }) => set === 'learned' && !values.without.includes('learned')),
].filter(({ language }) => language === 'en');
const single = [...written, ...labelled];

const meaning = single.filter(({ labels }) => labels.length > 0);
const quiet = single.filter(({ labels }) => labels.length === 0);

/** So many pairs as one turn each; `kinds` says of which turns the pair at that place is. */
function pairs(seed, count, kinds) {
  const pick = chanceFrom(seed);
  const some = (turns) => turns[pick(turns.length)];
  return Array.from({ length: count }, (_, at) => {
    const pair = kinds(at).map(some);
    if (pick(2) === 1) pair.reverse();
    const text = pair.map((turn) => turn.text.replace(/[.!]$/, '')).join(some(['. ', ', and ', ', ', '. ']));
    return { text, pair };
  });
}

const joined = (seed) =>
  pairs(seed, JOINED, (at) => [meaning, at % 3 === 2 ? quiet : meaning]).map(({ text, pair }) => ({
    text,
    labels: intents.filter((intent) => pair.some(({ labels }) => labels.includes(intent))),
  }));

const seen = (turns) =>
  turns.map((turn) => {
    const said = read(turn.text);
    return { ...turn, signs: [...signsOf(said, intentsByRule(said)).keys()], felt: compound(turn.text, lexicon) };
  });
const alone = seen(single);
const times = new Map();
for (const { signs, felt } of alone)
  for (const sign of [...signs, feltSign(felt)]) times.set(sign, (times.get(sign) ?? 0) + 1);
const numbered = (counts, least) =>
  new Map([...counts].flatMap(([sign, count]) => (count >= least ? [sign] : [])).map((sign, at) => [sign, at]));
const numbers = numbered(times, LEAST_TURNS);
const coded = (signs, by = numbers) => signs.flatMap((sign) => by.get(sign) ?? []);

/** Adaptive gradient steps, one turn at a time; `link` turns a sum into what is expected. */
function learn(rows, link, seed, { step = STEP, penalty = PENALTY, rounds = ROUNDS, by = numbers } = {}) {
  const BIAS = by.size;
  const weights = new Float64Array(BIAS + 1);
  const moved = new Float64Array(BIAS + 1).fill(1e-6);
  const next = chanceFrom(seed);
  const order = rows.map((_, at) => at);
  const move = (at, slope) => {
    moved[at] += slope * slope;
    weights[at] -= (step * slope) / Math.sqrt(moved[at]);
  };
  for (let round = 0; round < rounds; round++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = next(at + 1);
      [order[at], order[other]] = [order[other], order[at]];
    }
    for (const at of order) {
      const { signs, wanted } = rows[at];
      const off = link(signs.reduce((sum, sign) => sum + weights[sign], weights[BIAS])) - wanted;
      for (const sign of signs) move(sign, off + penalty * weights[sign]);
      move(BIAS, off);
    }
  }
  return weights;
}

const chance = (sum) => 1 / (1 + Math.exp(-sum));
const mean = (runs) => runs[0].map((_, at) => runs.reduce((sum, run) => sum + run[at], 0) / runs.length);
/** Several runs over other pairs in another order: their mean depends less on chance than any of them. */
const seeds = Array.from({ length: Number(values.times) }, (_, at) => 11 + at);
const worlds = seeds.map((seed) => ({
  seed,
  rows: [...alone, ...seen(joined(seed))].map((turn) => ({ ...turn, signs: coded(turn.signs) })),
}));
const columns = intents.map((intent) =>
  mean(
    worlds.map(({ seed, rows }) =>
      learn(
        rows.map(({ signs, labels }) => ({ signs, wanted: labels.includes(intent) ? 1 : 0 })),
        chance,
        seed,
      ),
    ),
  ),
);
const felt = alone.flatMap(({ signs, felt: sum, polarity }) =>
  typeof polarity === 'number' ? [{ signs: coded([...signs, feltSign(sum)]), wanted: polarity }] : [],
);
columns.push(mean(seeds.map((seed) => learn(felt, (sum) => sum, seed, { step: 0.02 }))));
const hundredths = (weight) => Math.round(weight * 100) || 0;
/** The models differ in what is too little to be kept; `says` tells of a row of hundredths. */
function write(to, by, columns, says) {
  const rows = [...by].map(([sign, at]) => [sign, columns.map((column) => hundredths(column[at]))]);
  const weights = rows.filter(([, row]) => says(row)).sort(([one], [other]) => (one < other ? -1 : 1));
  const bias = columns.map((column) => hundredths(column[by.size]));
  const lines = weights.map(([sign, row]) => `${JSON.stringify(sign)}:${JSON.stringify(row)}`);
  writeFileSync(to, `{"bias":${JSON.stringify(bias)},"weights":{\n${lines.join(',\n')}\n}}\n`);
  return weights.length;
}
const speaks = (row) =>
  row.slice(0, -1).some((weight) => Math.abs(weight) >= LEAST_WEIGHT) || Math.abs(row.at(-1)) >= 1;
const count = write(values.to, numbers, columns, speaks);
console.log(`${single.length} turns and ${JOINED} joined, ${count} signs`);

// What is to be kept out: whether at all, and as what. Terms tell the plain cases; this is for what they do not know.
const classes = Object.keys(terms);
const classOf = Object.fromEntries([...'AMPCID'].map((letter, at) => [letter, classes[at]]));
const doubt = { penalty: 0.01, rounds: 15 };
const DOUBT_JOINED = 4000;
const DOUBT_LEAST_TURNS = 3;
const DOUBT_LEAST_WEIGHT = 4;
const RUNS = 2;
const toKeep = [
  ...linesOf('kept.txt').map((line) => {
    const at = line.indexOf('|');
    return { text: line.slice(at + 1), redact: [...line.slice(0, at)].map((letter) => classOf[letter]) };
  }),
  // Those that a term finds were written for what they mean, not for this.
  ...written.flatMap(({ text }) => (sensitiveClasses(text).length > 0 ? [] : [{ text, redact: [] }])),
  ...labelled,
];
const withPrivate = (turns) => turns.map((turn) => ({ ...turn, signs: privateSignsOf(read(turn.text)) }));
const told = toKeep.filter(({ redact }) => redact.length > 0);
const plain = toKeep.filter(({ redact }) => redact.length === 0);
const runs = seeds.slice(0, RUNS).map((seed) => ({
  seed,
  more: withPrivate(
    pairs(seed, DOUBT_JOINED, (at) => [at % 2 === 0 ? told : plain, plain]).map(({ text, pair }) => ({
      text,
      redact: pair.flatMap(({ redact }) => redact),
    })),
  ),
}));
const kept = withPrivate(toKeep);
const often = new Map();
for (const { signs } of [...kept, ...runs[0].more])
  for (const sign of signs) often.set(sign, (often.get(sign) ?? 0) + 1);
const by = numbered(often, DOUBT_LEAST_TURNS);
const asRows = (turns, wanted) =>
  turns.map(({ signs, redact }) => ({ signs: coded(signs, by), wanted: wanted(redact) ? 1 : 0 }));
const whether = mean(
  runs.map(({ seed, more }) =>
    learn(
      asRows([...kept, ...more], (redact) => redact.length > 0),
      chance,
      seed,
      { ...doubt, by },
    ),
  ),
);
const as = classes.map((each) =>
  learn(
    asRows(withPrivate(told), (redact) => redact.includes(each)),
    chance,
    runs[0].seed,
    { ...doubt, by },
  ),
);
const doubts = write(values.doubt, by, [whether, ...as], ([weight]) => Math.abs(weight) >= DOUBT_LEAST_WEIGHT);
console.log(`${told.length} turns to keep out and ${plain.length} others, ${doubts} signs`);
