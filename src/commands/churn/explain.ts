import {
  addDays,
  type Band,
  type IsoDay,
  isIsoDay,
  type KeptOut,
  type OwnerId,
  type PropertyId,
  type Silence,
  type Source,
  type Stage,
  type TenantId,
} from '../../core/domain/index.ts';
import { UsageError, UserError } from '../../core/errors/index.ts';
import { keptOutOf } from '../../core/ops/kept-out.ts';
import { resolveTenant } from '../../core/ops/resolve.ts';
import { lastAnalysis, type Since, sinceLast } from '../../core/ops/since.ts';
import {
  type Attribution,
  attributionIn,
  bar,
  type Head,
  type Lowering,
  lowering,
  lowerings,
  points,
  saying,
} from '../../core/risk/index.ts';
import { defineCommand } from '../definition.ts';
import { flowing, type Style } from '../style.ts';
import { type Point, pointOf } from './analysis.ts';
import { checkDay } from './day.ts';
import {
  coverageLines,
  keptOutLines,
  leavesWithin,
  peersOf,
  sharedBy,
  sinceLine,
  stoppedLine,
  toGo,
  traced,
  UNTOLD_POINTS,
  unattributedLines,
} from './words.ts';

interface ExplainedHead extends Omit<Head, 'contributions'> {
  readonly contributions: readonly Point[];
}

interface Explanation {
  readonly owner: OwnerId;
  readonly property: PropertyId;
  readonly tenant: TenantId;
  readonly key: string;
  readonly name: string | null;
  readonly unit: string | null;
  readonly asOf: IsoDay;
  readonly model: string;
  readonly scale: 'stage-adjusted odds index';
  readonly stage: Stage;
  /** How many others of the property are at that stage. */
  readonly peers: number;
  /** What was not scored, by reason: turns of calls in 90 days, and tickets. */
  readonly keptOut: Readonly<Partial<Record<KeptOut, number>>>;
  readonly leaseEnds: IsoDay;
  readonly band: Band;
  /** Probability of notice or going in 90 days, or of no renewal at an end in them; null where what ranks was not calibrated, as the scorecard is not. */
  readonly p90: number | null;
  readonly modelHash: string;
  /** Tenants are no longer as those that the model was learned from: nothing is proposed by it. */
  readonly stopped: boolean;
  /** Of each head; see `churn analyze`. */
  readonly attribution: Attribution;
  readonly coverage: Readonly<Record<Source, number>>;
  readonly capped: boolean;
  /** As in `churn analyze`. */
  readonly ledgerSilent: Silence | null;
  /** The last analysis of the property, and the change of this index since; null as in `churn analyze`. */
  readonly since: Since | null;
  readonly sinceLast: number | null;
  /** What an owner can do about it, and what the index would be then. */
  readonly lower: readonly Lowering[];
  readonly leave: ExplainedHead;
  readonly arrears: ExplainedHead;
}

interface Input {
  tenant: string;
  at?: IsoDay | undefined;
  asOf?: IsoDay | undefined;
}

export default defineCommand<Input, Explanation, 'any'>({
  summary: 'Show every point behind one index',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  scores: 'shown',
  args: [{ name: 'tenant', help: 'id or full name of the tenant' }],
  options: [
    { flags: '--as-of <day>', help: 'use only what was known on that day; default: today' },
    { flags: '--at <day>', help: 'the same as --as-of, in a shorter word' },
  ],
  examples: ['sophia churn explain maple-court-t001', 'sophia churn explain maple-court-t001 --json'],
  input: (z) => {
    const day = z.string().min(1, 'must not be empty').refine(isIsoDay, 'must be a day, like 2026-11-22').optional();
    return z.object({ tenant: z.string().min(1, 'must not be empty'), at: day, asOf: day });
  },
  async run({ app }, { tenant: asked, at, asOf }) {
    if (at !== undefined && asOf !== undefined && at !== asOf)
      throw new UsageError(`--at ${at} and --as-of ${asOf} are two days`, ['give one of them']);
    const day = at ?? asOf ?? app.today;
    checkDay(app, day);
    const { owner, found } = await resolveTenant(await app.store(), app.owned, asked);
    const rooms = app.of(owner);
    const [portfolio, risk] = [await rooms.portfolio(), await rooms.risk()];
    const absent = () =>
      new UserError('insufficient', `${found.key} held no lease on ${day}`, ['choose another --as-of']);
    const property = await portfolio.homeOf(found.id, day);
    if (!property) throw absent();
    const [snapshot] = await portfolio.snapshots(property, [day]);
    if (!snapshot) throw absent();
    const ranking = await risk.rank(risk.signals(snapshot), snapshot);
    const tenancy = snapshot.tenancies.find(({ tenant }) => tenant === found.id);
    if (tenancy?.noticeOn)
      throw new UserError(
        'insufficient',
        `${found.key} gave notice on ${tenancy.noticeOn}: who leaves is not compared with those who may stay`,
        [`--as-of ${addDays(tenancy.noticeOn, -1)}   shows how it stood before`],
      );
    const score = ranking.tenants.find(({ tenant }) => tenant === found.id);
    if (!score || !tenancy) throw absent();
    const { stage, peers, leaseEnds, band, p90, leave, arrears } = score;
    const file = (await portfolio.filesOf([found.id], day)).get(found.id);
    const explained = ({ index, offset, contributions }: Head): ExplainedHead => {
      return { index, offset, contributions: contributions.map((each) => pointOf(each, file)) };
    };
    const last = sinceLast(ranking, await lastAnalysis(await rooms.runs(), { property, day }));
    const home = (await portfolio.properties()).find(({ id }) => id === property);
    return {
      synthetic: home?.synthetic ?? false,
      data: {
        ...{ owner, property, tenant: found.id, key: found.key, name: file?.name ?? null, unit: file?.unit ?? null },
        ...{ asOf: day, peers, keptOut: keptOutOf(tenancy, day) },
        ...{ model: ranking.model, modelHash: ranking.modelHash, stopped: ranking.stopped },
        ...{ attribution: attributionIn(ranking), scale: 'stage-adjusted odds index' },
        ...{ stage, leaseEnds, band, p90 },
        ...{ coverage: ranking.coverage, capped: ranking.capped, ledgerSilent: snapshot.ledgerSilent ?? null },
        ...{ since: last.since, sinceLast: last.changes[found.id] ?? null, lower: lowerings(leave) },
        ...{ leave: explained(leave), arrears: explained(arrears) },
      },
    };
  },
  render(explained, style) {
    const { key, name, unit, tenant, asOf, model, stage, peers, leaseEnds, band, leave, arrears } = explained;
    const { since, sinceLast, lower, attribution } = explained;
    return [
      [
        style.bold(style.fit(name ?? key, 30)),
        ...(unit ? [`unit ${style.fit(unit, 14)}`] : []),
        `as known on ${asOf}`,
      ].join('  '),
      style.dim(`${style.fit(key, 40)}  ${tenant}`),
      `lease to ${leaseEnds}, ${toGo(stage)}, ${peersOf(peers)}; band ${band}`,
      ...(since ? [sinceLine(since, sinceLast, style)] : []),
      ...coverageLines(explained, style),
      ...keptOutLines(explained.keptOut),
      '',
      ...headLines('Leaving', leave, { peers, attribution: attribution.leave }, style),
      // Of a model that tells no points nobody knows what would lower it.
      ...(attribution.leave === 'exact' ? lowerLines(lower, style) : []),
      ...headLines('Arrears', arrears, { peers, attribution: attribution.arrears }, style),
      style.dim('Points are log-odds against the mean peer of the stage, and add up to the index.'),
      style.dim('An index among peers at the same lease stage, 0.50 being usual: no probability.'),
      ...(explained.p90 === null
        ? []
        : [flowing(`${leavesWithin(explained.p90)}, calibrated on your own past.`, style)]),
      style.dim(`Model ${model}`),
      ...(explained.stopped ? [style.warn(stoppedLine(style.text(model)))] : []),
      ...unattributedLines(attribution, style.text(model)).map(style.warn),
    ].join('\n');
  },
});

/** What may be done, as the index counts it; a price is never suggested. */
function lowerLines(lower: readonly Lowering[], style: Style): string[] {
  if (lower.length === 0) return [style.dim('Nothing that service could do better would lower it.'), ''];
  const [head, note] = ['What would lower it', 'How the index counts: no promise of what a tenant will do.'];
  return [style.bold(head), ...lower.map((each) => `  ${lowering(each)}`), style.dim(`  ${note}`), ''];
}

function headLines(
  title: string,
  { index, offset, contributions }: ExplainedHead,
  { peers, attribution }: { readonly peers: number; readonly attribution: Attribution['leave'] },
  style: Style,
): string[] {
  const head = `${style.bold(title)}  ${index.toFixed(2)} ${bar(index)}`;
  // The whole index is offset then: as points of the stage it would be told wrongly.
  if (attribution === 'none') return [head, `  ${UNTOLD_POINTS}`, ''];
  return [
    head,
    `  ${points(offset)}  ${sharedBy(peers)}`,
    ...contributions
      .toSorted((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds))
      .flatMap(({ feature, value, logOdds, evidence }) => [
        `  ${points(logOdds)}  ${saying(feature, value)}`,
        ...evidence.map((row) => style.dim(`           ${traced(row, style)}`)),
      ]),
    '',
  ];
}
