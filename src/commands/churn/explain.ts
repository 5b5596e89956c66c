import {
  type Band,
  type IsoDay,
  isIsoDay,
  type OwnerId,
  type PropertyId,
  type Stage,
  type TenantId,
} from '../../core/domain/index.ts';
import { UsageError, UserError } from '../../core/errors/index.ts';
import { resolveTenant } from '../../core/ops/resolve.ts';
import type { Head } from '../../core/risk/index.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { bar } from './render.ts';
import { type Point, pointOf } from './report.ts';
import { points, saying, toGo, traced } from './words.ts';

interface ExplainedHead extends Omit<Head, 'contributions'> {
  readonly contributions: readonly Point[];
}

interface Explanation {
  readonly owner: OwnerId;
  readonly property: PropertyId;
  readonly tenant: TenantId;
  readonly key: string;
  readonly unit: string | null;
  readonly asOf: IsoDay;
  readonly model: string;
  readonly scale: 'stage-adjusted odds index';
  readonly stage: Stage;
  readonly leaseEnds: IsoDay;
  readonly band: Band;
  readonly capped: boolean;
  readonly leave: ExplainedHead;
  readonly arrears: ExplainedHead;
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
      tenant: z.string().min(1, 'must not be empty'),
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
    const file = (await portfolio.filesOf([found.id], day)).get(found.id);
    const explained = ({ index, offset, contributions }: Head): ExplainedHead => {
      return { index, offset, contributions: contributions.map((each) => pointOf(each, file)) };
    };
    const home = (await portfolio.properties()).find(({ id }) => id === property);
    return {
      synthetic: home?.synthetic ?? false,
      data: {
        ...{ owner, property, tenant: found.id, key: found.key, unit: file?.unit ?? null, asOf: day },
        ...{ model: ranking.model, scale: 'stage-adjusted odds index', stage, leaseEnds, band, capped: ranking.capped },
        ...{ leave: explained(leave), arrears: explained(arrears) },
      },
    };
  },
  render({ key, unit, tenant, asOf, model, stage, leaseEnds, band, capped, leave, arrears }, style) {
    return [
      `${style.bold(style.text(key))}${unit ? `  unit ${style.text(unit)}` : ''}  ${tenant}  as known on ${asOf}`,
      `lease to ${leaseEnds}, ${toGo(stage)}; band ${band}${capped ? ', capped: fewer than 2 of 4 sources' : ''}`,
      '',
      ...headLines('Leaving', leave, style),
      ...headLines('Arrears', arrears, style),
      style.dim('Points are log-odds against the mean peer of the stage; they add up to the index.'),
      style.dim('An index among peers at the same lease stage, 0.50 being usual: no probability.'),
      style.dim(`Model ${model}`),
    ].join('\n');
  },
});

function headLines(title: string, { index, offset, contributions }: ExplainedHead, style: Style): string[] {
  return [
    `${style.bold(title)}  ${index.toFixed(2)} ${bar(index)}`,
    `  ${points(offset)}  this stage of the property as a whole`,
    ...contributions
      .toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds))
      .flatMap(({ feature, value, logOdds, evidence }) => [
        `  ${points(logOdds)}  ${saying(feature, value)}`,
        ...evidence.map((row) => style.dim(`           ${traced(row, style)}`)),
      ]),
    '',
  ];
}
