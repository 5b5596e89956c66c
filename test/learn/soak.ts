import type { IsoDay } from '../../src/core/domain/index.ts';
import { openLanguage } from '../../src/core/language/index.ts';
import { type Betas, type DemoOptions, generate } from '../../src/core/portfolio/demo/index.ts';
import { isTooGood } from '../../src/core/risk/learn/metrics.ts';
import { seeded } from '../rooms.ts';
import { behaviourWithin, freeFit, names, recovered, shuffled, studyOf, tested } from './study.ts';

/** Seeds: each makes four portfolios, two of them with conversations. */
export const usual = 10;
/** For each of them so many portfolios in exact mode: that errors are as large as stated takes hundreds of estimates. */
const EXACT_PER_ROUND = 4;

/** Chance that an estimate lies more than three of its errors off. */
const BEYOND_3 = 0.0027;

/** Of so many apartments a weak coefficient stands clear of nothing too, so that its sign can be asked for. */
const EXACT_UNITS = 400;
const UNITS = 150;

type Run = readonly [seed: number, found: ReturnType<typeof recovered>, told: ReturnType<typeof tested>];

/**
 * Invented portfolios whose process is known. Exact mode: the features are all that moves tenants, so a fit gives the
 * coefficients back. Realistic mode: frailty and noise move them too. Null world: nothing does, nor do outcomes that
 * were dealt out anew.
 */
export async function soak({ seed, rounds }: { seed: number; rounds: number }) {
  const language = await openLanguage();
  const scoreSentence = (text: string) => language.scoreCall([{ by: 'resident', text }]).sentiment ?? 0;
  const world = (at: number, units: number, more: Partial<DemoOptions>) =>
    studyOf(
      generate({ seed: at, properties: 8, units, months: 36, endDay: '2026-10-31' as IsoDay, scoreSentence, ...more }),
    );
  const nothing = Object.fromEntries(names.map((name) => [name, 0])) as unknown as Betas;
  const still = { betas: nothing, unseen: { frailty: 0, movingIntent: 0 } };

  const broken: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) broken.push(what);
  };
  const exact: Run[] = [];
  const realistic: Run[] = [];
  const nulls: [number, number, number, number][] = [];
  for (let at = seed; at < seed + EXACT_PER_ROUND * rounds; at++) {
    const ideal = world(at, EXACT_UNITS, { mode: 'exact' });
    const found = recovered(freeFit(ideal.design));
    const told = tested(ideal);
    exact.push([at, found, told]);
    for (const { name, off, truly, found: value } of found) {
      must(Math.abs(off) < 4.5, `seed ${at}, exact: ${name} is ${off.toFixed(1)} errors off`);
      must(Math.sign(value) === Math.sign(truly), `seed ${at}, exact: ${name} has the wrong sign`);
    }
    must(Math.abs(told.slope - 1) <= 0.1, `seed ${at}, exact: calibration slope ${told.slope.toFixed(3)}`);
  }
  for (let at = seed; at < seed + rounds; at++) {
    const real = world(at, UNITS, { mode: 'realistic' });
    const seen = tested(real);
    realistic.push([at, recovered(freeFit(real.design)), seen]);
    must(seen.brier < seen.calendarBrier, `seed ${at}, realistic: the calendar alone is as good`);
    must(seen.within >= 0.57, `seed ${at}, realistic: AUC within the stage ${seen.within.toFixed(3)}`);
    must(seen.within <= seen.ceiling, `seed ${at}, realistic: above what can be known`);
    must(!isTooGood(seen.auc) && !isTooGood(seen.within), `seed ${at}, realistic: the leak alarm rings`);

    const dealt = behaviourWithin(real, shuffled(real, seeded(at)));
    const quiet = behaviourWithin(world(at, UNITS, { mode: 'exact', betas: nothing }));
    const silent = behaviourWithin(world(at, UNITS, { mode: 'realistic', ...still }));
    nulls.push([at, quiet, silent, dealt]);
    for (const [what, value] of Object.entries({ 'exact null world': quiet, 'realistic null world': silent, dealt }))
      must(Math.abs(value - 0.5) <= 0.05, `seed ${at}, ${what}: AUC within the stage ${value.toFixed(3)}`);
  }

  const offs = exact.flatMap(([, found]) => found.map(({ off }) => off));
  const far = offs.filter((off) => Math.abs(off) > 3).length;
  must(far <= mostByChance(offs.length), `${far} of ${offs.length} coefficients are more than 3 errors off`);
  const spread = Math.sqrt(offs.reduce((sum, off) => sum + off ** 2, 0) / offs.length);
  must(
    Math.abs(spread - 1) < 3 / Math.sqrt(2 * offs.length),
    `errors are ${spread.toFixed(2)} times as large as stated`,
  );
  const rows = {
    'portfolios whose process is known': (EXACT_PER_ROUND + 3) * rounds,
    'coefficients compared, exact mode': offs.length,
    'of these farther than 3 errors off': `${far}, by chance ${(offs.length * BEYOND_3).toFixed(1)}, at most ${mostByChance(offs.length)}`,
    'how far off they are, in stated errors (1 is right)': spread.toFixed(2),
  };
  const tables = [
    recovery('Exact mode', `${8 * EXACT_UNITS} apartments, 36 months`, exact),
    recovery('Realistic mode', `${8 * UNITS} apartments, 36 months; reported, not promised`, realistic),
    figures('Learned from two years, tested on the third: exact mode', exact),
    figures('The same, realistic mode', realistic),
    [
      '## Where nothing is to be found: AUC of behaviour within the stage',
      '',
      '| seed | exact null world | realistic null world | outcomes dealt out anew |',
      '|---|---|---|---|',
      ...nulls.map(([at, ...values]) => `| ${at} | ${values.map((value) => value.toFixed(3)).join(' | ')} |`),
    ].join('\n'),
    'Invented tenants throughout: this says that the arithmetic finds what is there, and nothing of real tenants.',
  ];
  return { rounds, rows, broken, tables };
}

/** More estimates than this lie that far off once in a hundred times, where nothing is wrong. */
function mostByChance(n: number): number {
  let [most, term] = [0, (1 - BEYOND_3) ** n];
  for (let below = term; below < 0.99; below += term) {
    most += 1;
    term *= (((n - most + 1) / most) * BEYOND_3) / (1 - BEYOND_3);
  }
  return most;
}

function recovery(title: string, size: string, runs: readonly Run[]): string {
  const lines = names.map((name, at) => {
    const each = runs.flatMap(([, found]) => found[at] ?? []);
    const truly = each[0]?.truly ?? Number.NaN;
    const mean = each.reduce((sum, { found }) => sum + found, 0) / each.length;
    const sd = Math.sqrt(each.reduce((sum, { found }) => sum + (found - mean) ** 2, 0) / Math.max(1, each.length - 1));
    const error = each.reduce((sum, { error }) => sum + error, 0) / each.length;
    const right = each.filter(({ found }) => Math.sign(found) === Math.sign(truly)).length;
    const worst = each.reduce((most, { off }) => Math.max(most, Math.abs(off)), 0);
    const cells = [truly.toFixed(2), mean.toFixed(2), sd.toFixed(2), error.toFixed(2), worst.toFixed(1)];
    return `| \`${name}\` | ${cells.join(' | ')} | ${right} of ${each.length} |`;
  });
  return [
    `## ${title}: what is given back (${size})`,
    '',
    '| coefficient | truly | mean found | sd between seeds | standard error | farthest off, in errors | signs right |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

function figures(title: string, runs: readonly Run[]): string {
  return [
    `## ${title}`,
    '',
    '| seed | AUC | calendar alone | Brier | calendar alone | AUC within the stage | ceiling | slope | intercept |',
    '|---|---|---|---|---|---|---|---|---|',
    ...runs.map(([at, , { auc, calendarAuc, brier, calendarBrier, within, ceiling, slope, intercept }]) => {
      const [a, b] = [
        [auc, calendarAuc].map((value) => value.toFixed(3)),
        [brier, calendarBrier].map((value) => value.toFixed(5)),
      ];
      return `| ${[at, ...a, ...b, ...[within, ceiling, slope, intercept].map((value) => value.toFixed(3))].join(' | ')} |`;
    }),
  ].join('\n');
}
