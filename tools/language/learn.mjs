// `node tools/language/learn.mjs`: learns the model of the language room anew, and writes it beside the code. A logistic
// regression for each intent, and a linear one for polarity, over the signs that src/core/language/features.ts sees and
// what the rules found. Same turns, same model: no chance but a seeded one. The sets `held`, `hard`, `last` and `fresh` are
// never seen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { intents } from '../../src/core/domain/index.ts';
import { intentsByRule } from '../../src/core/language/intents.ts';
import { feltSign, signsOf } from '../../src/core/language/learned.ts';
import { read } from '../../src/core/language/turn.ts';
import { compound } from '../../src/core/language/vader.ts';

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

const letters = Object.fromEntries([...'MRHBPL'].map((letter, at) => [letter, intents[at]]));
const written = ['turns.txt', 'forms.txt']
  .flatMap((file) => readFileSync(join(import.meta.dirname, file), 'utf8').split('\n'))
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
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

function joined(seed) {
  const pick = chanceFrom(seed);
  const some = (turns) => turns[pick(turns.length)];
  return Array.from({ length: JOINED }, (_, at) => {
    const pair = [some(meaning), some(at % 3 === 2 ? quiet : meaning)];
    if (pick(2) === 1) pair.reverse();
    const text = pair.map((turn) => turn.text.replace(/[.!]$/, '')).join(some(['. ', ', and ', ', ', '. ']));
    return { text, labels: intents.filter((intent) => pair.some(({ labels }) => labels.includes(intent))) };
  });
}

const seen = (turns) =>
  turns.map((turn) => {
    const said = read(turn.text);
    return { ...turn, signs: [...signsOf(said, intentsByRule(said)).keys()], felt: compound(turn.text, lexicon) };
  });
const alone = seen(single);
const times = new Map();
for (const { signs, felt } of alone)
  for (const sign of [...signs, feltSign(felt)]) times.set(sign, (times.get(sign) ?? 0) + 1);
const numbers = new Map(
  [...times].flatMap(([sign, count]) => (count >= LEAST_TURNS ? [sign] : [])).map((s, at) => [s, at]),
);
const coded = (signs) => signs.flatMap((sign) => numbers.get(sign) ?? []);

/** Adaptive gradient steps, one turn at a time; `link` turns a sum into what is expected. */
function learn(rows, link, seed, step = STEP) {
  const BIAS = numbers.size;
  const weights = new Float64Array(BIAS + 1);
  const moved = new Float64Array(BIAS + 1).fill(1e-6);
  const next = chanceFrom(seed);
  const order = rows.map((_, at) => at);
  const move = (at, slope) => {
    moved[at] += slope * slope;
    weights[at] -= (step * slope) / Math.sqrt(moved[at]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = next(at + 1);
      [order[at], order[other]] = [order[other], order[at]];
    }
    for (const at of order) {
      const { signs, wanted } = rows[at];
      const off = link(signs.reduce((sum, sign) => sum + weights[sign], weights[BIAS])) - wanted;
      for (const sign of signs) move(sign, off + PENALTY * weights[sign]);
      move(BIAS, off);
    }
  }
  return weights;
}

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
        (sum) => 1 / (1 + Math.exp(-sum)),
        seed,
      ),
    ),
  ),
);
const felt = alone.flatMap(({ signs, felt: sum, polarity }) =>
  typeof polarity === 'number' ? [{ signs: coded([...signs, feltSign(sum)]), wanted: polarity }] : [],
);
columns.push(mean(seeds.map((seed) => learn(felt, (sum) => sum, seed, 0.02))));
const hundredths = (weight) => Math.round(weight * 100) || 0;
const weights = [...numbers].flatMap(([sign, at]) => {
  const row = columns.map((column) => hundredths(column[at]));
  const [polarity = 0] = row.slice(-1);
  const speaks = row.slice(0, -1).some((weight) => Math.abs(weight) >= LEAST_WEIGHT) || Math.abs(polarity) >= 1;
  return speaks ? [[sign, row]] : [];
});
weights.sort(([one], [other]) => (one < other ? -1 : 1));
const bias = columns.map((column) => hundredths(column[numbers.size]));
const lines = weights.map(([sign, row]) => `${JSON.stringify(sign)}:${JSON.stringify(row)}`);
writeFileSync(values.to, `{"bias":${JSON.stringify(bias)},"weights":{\n${lines.join(',\n')}\n}}\n`);
console.log(`${single.length} turns and ${JOINED} joined, ${weights.length} signs`);
