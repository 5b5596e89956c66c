import { type IsoDay, isIsoDay, type OwnerId, plural } from '../../core/domain/index.ts';
import { effectFor, type OwnersEffect } from '../../core/ops/effect.ts';
import type { Relative } from '../../core/policy/index.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { checkDay } from './day.ts';

interface Told extends OwnersEffect {
  readonly owner: OwnerId;
  readonly name: string;
}

interface Measured {
  readonly head: 'leave';
  readonly asOf: IsoDay;
  /** One for each owner, never pooled. */
  readonly owners: readonly Told[];
}

interface Input {
  head: 'leave';
  asOf?: IsoDay | undefined;
}

export default defineCommand<Input, Measured, 'any'>({
  summary: 'Measure whether proposals keep tenants',
  status: 'experimental',
  place: 'any',
  changes: 'nothing',
  scores: 'hidden',
  options: [
    { flags: '--head <head>', help: 'what is measured; leave is all there is', completes: ['leave'] },
    { flags: '--as-of <day>', help: 'use only what was known on that day; default: today' },
  ],
  examples: ['sophia churn effect', 'sophia churn effect --head leave --as-of 2026-10-01'],
  input: (z) =>
    z.object({
      head: z.enum(['leave'], 'must be leave').default('leave'),
      asOf: z.string().refine(isIsoDay, 'must be a day, like 2026-11-22').optional(),
    }),
  async run({ app }, { head, asOf = app.today }) {
    checkDay(app, asOf);
    const owners: Told[] = [];
    for (const rooms of app.owned) {
      const effect = await effectFor(rooms, app.workspace, asOf);
      owners.push({ owner: rooms.owner.id, name: rooms.owner.name, ...effect });
    }
    return { data: { head, asOf, owners } };
  },
  render: ({ asOf, owners }, style) => owners.map((each) => linesOf(each, asOf, style).join('\n')).join('\n\n'),
});

const states: Readonly<Record<OwnersEffect['state'], string>> = {
  'no hold-out': 'no hold-out: nobody was withheld, to be compared with',
  'insufficient data': 'insufficient data',
  'none found': 'no effect found: one of 25 % or more is ruled out',
  'keeps tenants': 'fewer leave where proposals are made',
  'loses tenants': 'more leave where proposals are made',
};

function linesOf(told: Told, asOf: IsoDay, style: Style): string[] {
  const { name, owner, state, arms, difference, exempt, undrawn, leasesSeen } = told;
  const left = [
    ['waiting', 'not over, by the leases seen'],
    ['unavoidable', 'died, or had military orders'],
    ['sent', 'sent by the owner'],
    ['unknown', 'without a lease by now'],
  ] as const;
  const outside = [
    [exempt, 'in need, and so in neither group'],
    [undrawn, 'proposed while no share was withheld'],
  ] as const;
  return [
    `${style.bold(style.fit(name, 26))}  ${owner}  as known on ${asOf}, leases seen until ${leasesSeen ?? 'no day'}`,
    style.columns([
      ['ARM', 'TENANTS', 'LEFT', 'MOVED WITHIN', 'RATE'].map(style.dim),
      ...armNames.map((arm) => {
        const { n, hits, transferred, rate } = arms[arm];
        return [arm, `${n}`, `${hits}`, `${transferred}`, rate === null ? style.dim('fewer than 20') : percent(rate)];
      }),
    ]),
    `State: ${states[state]}`,
    ...relativeLines(told),
    ...(difference
      ? [
          `Difference: ${points(difference.value)} points, 95 %: ${points(difference.low)} to ${points(difference.high)}`,
        ]
      : []),
    ...sensitivityLines(told),
    ...powerLines(told),
    ...left.flatMap(([of, why]) => {
      const [treated, withheld] = armNames.map((arm) => arms[arm][of]) as [number, number];
      return treated + withheld > 0
        ? [style.dim(`Not compared: ${treated + withheld} ${why} (${treated} treated, ${withheld} withheld)`)]
        : [];
    }),
    ...outside.filter(([n]) => n > 0).map(([n, why]) => style.dim(`Not compared: ${n} ${why}`)),
  ];
}

const armNames = ['treated', 'withheld'] as const;

/** The state is read from the interval of all looks: where that of this look alone leaves out 0, it is said why not. */
function relativeLines({ state, relative, allLooks }: Told): string[] {
  if (!relative || !allLooks) return [];
  const isOut = relative.high < 0 || (relative.low ?? 0) > 0;
  return [
    `Relative effect: ${fewer(relative)}, 95 % at this look: ${span(relative)}`,
    `  however often one looks: ${span(allLooks)}; the state is read from this`,
    ...(isOut && state === 'insufficient data'
      ? [
          '  That of this look leaves out 0, which who looks every month sees by chance in',
          '  one of four cases: not yet',
        ]
      : []),
  ];
}

/** What becomes of the result with those who had no choice, or of whom nothing is known. */
function sensitivityLines({ sensitivity, arms }: Told): string[] {
  if (!sensitivity) return [];
  const out = armNames.reduce((sum, arm) => sum + arms[arm].unavoidable + arms[arm].sent + arms[arm].unknown, 0);
  const told = (relative: Relative | null) => (relative ? `${fewer(relative)} (${span(relative)})` : 'nobody left');
  return [`With the ${out} left out as stayed: ${told(sensitivity.stayed)}`, `  as left: ${told(sensitivity.left)}`];
}

/** The effect that is looked for is no value of anything: it is told as what is looked for. */
function powerLines({ power }: Told): string[] {
  const { lookedFor, baseline, baselineFrom, baselineRange, now, needed, neededRange, months, monthsRange } = power;
  const from = baselineFrom === 'own' ? 'measured here' : 'assumed';
  const looked = `To find an effect of ${percent(lookedFor)} on a rate of ${percent(baseline)} in 90 days (${from}):`;
  if (needed === null)
    return [looked, '  it cannot be known: nobody is withheld. To measure it, set retention.holdout'];
  const when = months === 0 ? 'now' : months === null ? 'not told: no new ones came' : `in ${plural(months, 'month')}`;
  const { low, high } = neededRange ?? { low: null, high: null };
  return [
    looked,
    `  power ${percent(now)} now; 80 % takes ${plural(needed, 'first trigger')}, however often one looks`,
    `  (${low} to ${high ?? 'no end'} at rates of ${percent(baselineRange.high)} to ${percent(baselineRange.low)})`,
    `  at the present rate of triggers: ${when}${monthsRange && months !== null ? ` (${monthsRange.low} to ${monthsRange.high ?? 'no end'})` : ''}`,
  ];
}

function fewer({ value }: Relative): string {
  if (value === null) return 'nobody withheld left';
  return value < 0 ? `${percent(-value)} more leave` : `${percent(value)} fewer leave`;
}

function span({ low, high }: Pick<Relative, 'low' | 'high'>): string {
  return `${percent(low)} to ${percent(high)}`;
}

function percent(share: number | null): string {
  return share === null ? 'no end' : `${(share * 100).toFixed(0)} %`;
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}
