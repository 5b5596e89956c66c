import { type IsoDay, isIsoDay, type OwnerId, plural } from '../../core/domain/index.ts';
import { effectFor, type OwnersEffect } from '../../core/ops/effect.ts';
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
  'none found': 'no effect found, where one of 25 % would most likely have been',
  'keeps tenants': 'fewer leave where proposals are made',
  'loses tenants': 'more leave where proposals are made',
};

function linesOf(told: Told, asOf: IsoDay, style: Style): string[] {
  const { name, owner, state, arms, relative, difference, waiting, apart, exempt, undrawn, unknown, leasesSeen } = told;
  const left = [
    [waiting, 'not over: 90 days, and leases seen since'],
    [exempt, 'in need, and so in neither group'],
    [apart, 'moved within, died, were sent by the owner, or serve'],
    [unknown, 'without a lease by now'],
    [undrawn, 'proposed while no share was withheld'],
  ] as const;
  return [
    `${style.bold(style.fit(name, 26))}  ${owner}  as known on ${asOf}, leases seen until ${leasesSeen ?? 'no day'}`,
    style.columns([
      ['ARM', 'TENANTS', 'LEFT', 'RATE'].map(style.dim),
      ...(['treated', 'withheld'] as const).map((arm) => {
        const { n, hits, rate } = arms[arm];
        return [arm, `${n}`, `${hits}`, rate === null ? style.dim('fewer than 20') : percent(rate)];
      }),
    ]),
    `State: ${states[state]}`,
    ...(relative
      ? [
          `Relative effect: ${relative.value === null ? 'nobody withheld left' : `${percent(relative.value)} fewer leave`}, 95 %: ${percent(relative.low)} to ${percent(relative.high)}`,
        ]
      : []),
    ...(difference
      ? [
          `Difference: ${points(difference.value)} points, 95 %: ${points(difference.low)} to ${points(difference.high)}`,
        ]
      : []),
    ...powerLines(told),
    ...left.filter(([n]) => n > 0).map(([n, why]) => style.dim(`Not compared: ${n} ${why}`)),
  ];
}

/** The effect that is looked for is no value of anything: it is told as what is looked for. */
function powerLines({ power: { lookedFor, baseline, baselineFrom, now, needed, months } }: Told): string[] {
  const from = baselineFrom === 'withheld' ? 'as of those withheld' : 'assumed: too few were withheld';
  const looked = `To find an effect of ${percent(lookedFor)} on a rate of ${percent(baseline)} (${from}):`;
  if (needed === null)
    return [looked, '  it cannot be known: nobody is withheld. To measure it, set retention.holdout'];
  const when = months === 0 ? 'now' : months === null ? 'never' : `in ${plural(months, 'month')}`;
  return [
    looked,
    `  power ${percent(now)} now; 80 % takes ${plural(needed, 'first trigger')}`,
    `  at the present rate of triggers: ${when}`,
  ];
}

function percent(share: number | null): string {
  return share === null ? 'no end' : `${(share * 100).toFixed(0)} %`;
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}
