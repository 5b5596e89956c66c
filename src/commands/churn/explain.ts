import { type IsoDay, isIsoDay, type OwnerId, type PropertyId, type TenantId } from '../../core/domain/index.ts';
import { UsageError, UserError } from '../../core/errors/index.ts';
import { resolveTenant } from '../../core/ops/resolve.ts';
import type { Band, Head, Stage } from '../../core/risk/index.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { bar } from './render.ts';
import { saying } from './words.ts';

interface Explanation {
  readonly owner: OwnerId;
  readonly property: PropertyId;
  readonly tenant: TenantId;
  readonly key: string;
  readonly asOf: IsoDay;
  readonly model: string;
  readonly scale: 'stage-adjusted odds index';
  readonly stage: Stage;
  readonly leaseEnds: IsoDay;
  readonly band: Band;
  readonly capped: boolean;
  readonly leave: Head;
  readonly arrears: Head;
}

interface Input {
  tenant: string;
  asOf?: IsoDay | undefined;
}

export default defineCommand<Input, Explanation, 'any'>({
  summary: 'Show every point behind one index',
  status: 'beta',
  place: 'any',
  args: [{ name: 'tenant', help: 'id or full name of the tenant' }],
  options: [{ flags: '--as-of <day>', help: 'use only what was known on that day; default: today' }],
  examples: ['sophia churn explain maple-court-t001', 'sophia churn explain maple-court-t001 --json'],
  input: (z) =>
    z.object({
      tenant: z.string().min(1),
      asOf: z.string().refine(isIsoDay, 'must be a day, like 2026-11-22').optional(),
    }),
  async run({ app }, { tenant: asked, asOf }) {
    const day = asOf ?? app.today;
    if (day > app.today) throw new UsageError(`${day} is in the future: it is ${app.today}`, [`--as-of ${app.today}`]);
    const { owner, found } = await resolveTenant(await app.store(), app.owned, asked);
    const rooms = app.of(owner);
    const [portfolio, risk] = [await rooms.portfolio(), await rooms.risk()];
    const absent = () =>
      new UserError('insufficient', `${found.key} held no lease on ${day}`, ['choose another --as-of']);
    const property = await portfolio.homeOf(found.id, day);
    if (!property) throw absent();
    const [snapshot] = await portfolio.snapshots(property, [day]);
    if (!snapshot) throw absent();
    const ranking = risk.rank(risk.signals(snapshot), snapshot);
    const score = ranking.tenants.find(({ tenant }) => tenant === found.id);
    if (!score) throw absent();
    const { stage, leaseEnds, band, leave, arrears } = score;
    return {
      data: {
        ...{ owner, property, tenant: found.id, key: found.key, asOf: day, model: ranking.model },
        ...{ scale: 'stage-adjusted odds index', stage, leaseEnds, band, capped: ranking.capped, leave, arrears },
      },
    };
  },
  render({ key, tenant, asOf, model, stage, leaseEnds, band, capped, leave, arrears }, style) {
    return [
      `${style.bold(style.text(key))}  ${tenant}  as known on ${asOf}`,
      `lease ends ${leaseEnds} (${stage}), band ${band}${capped ? ', capped: fewer than 2 of 4 sources' : ''}`,
      '',
      ...headLines('Leaving', leave, style),
      ...headLines('Arrears', arrears, style),
      style.dim(`Points are log-odds against the mean peer of the stage; they add up to the index. Model ${model}.`),
      style.dim('An index among peers at the same lease stage, 0.50 being usual: no probability.'),
    ].join('\n');
  },
});

function headLines(title: string, { index, offset, contributions }: Head, style: Style): string[] {
  const signed = (points: number) => `${points < 0 ? '-' : '+'}${Math.abs(points).toFixed(2)}`;
  return [
    `${style.bold(title)}  ${index.toFixed(2)} ${bar(index)}`,
    `  ${signed(offset)}  this stage of the property as a whole`,
    ...contributions
      .toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds))
      .flatMap(({ feature, value, logOdds, evidence }) => [
        `  ${signed(logOdds)}  ${saying(feature, value)}`,
        ...evidence.map((id) => style.dim(`           ${id}`)),
      ]),
    '',
  ];
}
