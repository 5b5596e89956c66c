import type { Rooms } from '../../core/app.ts';
import { type IsoDay, isIsoDay } from '../../core/domain/index.ts';
import { UsageError, UserError, type UserExit } from '../../core/errors/index.ts';
import { churn } from '../../core/flows/churn.ts';
import { proposedOf } from '../../core/ops/proposals/proposed.ts';
import { resolveProperty } from '../../core/ops/resolve.ts';
import { lastAnalysis, sinceLast } from '../../core/ops/since.ts';
import type { PropertyName } from '../../core/portfolio/index.ts';
import { type CommandContext, defineCommand } from '../definition.ts';
import { wholeNumber } from '../whole-number.ts';
import { type Analysis, analysisOf, behindIn, type Portfolios } from './analysis.ts';
import { checkDay } from './day.ts';
import { renderAnalysis, renderPortfolio } from './render.ts';

export default defineCommand<Input, Analysis | Portfolios, 'any'>({
  summary: 'Rank who is likelier to leave than peers',
  status: 'beta',
  place: 'any',
  changes: 'record',
  scores: 'shown',
  args: [{ name: 'property', completes: 'property', help: 'id or name of the property', required: false }],
  options: [
    { flags: '--all', help: 'rank the properties of each owner instead' },
    { flags: '--as-of <day>', help: 'use only what was known on that day; default: today' },
    { flags: '--top <n>', help: 'how many to show; default: 5' },
  ],
  examples: ['sophia churn analyze maple-court', 'sophia churn analyze --all --as-of 2026-10-01 --json'],
  input: (z) =>
    z.object({
      property: z.string().min(1, 'must not be empty').optional(),
      all: z.boolean().default(false),
      asOf: z.string().refine(isIsoDay, 'must be a day, like 2026-11-22').optional(),
      top: wholeNumber(z, { from: 1 }).default(5),
    }),
  async run(ctx, { property, all, asOf, top }) {
    const { app } = ctx;
    const day = asOf ?? app.today;
    checkDay(app, day);
    if (all && property === undefined) {
      const data = await rankAll(ctx, day, top);
      return {
        data,
        synthetic: data.owners.some(({ properties }) => properties.some((each) => each.property.synthetic)),
      };
    }
    if (all || property === undefined)
      throw new UsageError('name one property, or ask for --all', ['sophia portfolio list']);
    const { owner, found } = await resolveProperty(await app.store(), app.owned, property);
    const data = await analyse(ctx, app.of(owner), found, day, top);
    return { data, synthetic: found.synthetic };
  },
  render: (data, style) => ('owners' in data ? renderPortfolio(data, style) : renderAnalysis(data, style)),
});

interface Input {
  property?: string | undefined;
  all: boolean;
  asOf?: IsoDay | undefined;
  top: number;
}

async function analyse(
  { app, logger }: CommandContext,
  rooms: Rooms,
  property: PropertyName,
  day: IsoDay,
  top: number,
): Promise<Analysis> {
  logger.progress(`analysing ${property.name}`);
  const runs = await rooms.runs();
  const proposes: 0 | 1 = day === app.today ? 1 : 0;
  const { runId, resumed, state } = await runs.start(churn, { property: property.id, day, proposes });
  const shown = state.ranking.tenants.slice(0, top).map(({ tenant }) => tenant);
  const portfolio = await rooms.portfolio();
  const named = [
    ...shown,
    ...state.leaving.map(({ tenant }) => tenant),
    ...behindIn(state.ranking).map(({ tenant }) => tenant),
  ];
  const files = await portfolio.filesOf([...new Set(named)], day);
  const above = new Set(state.above.map(({ lease }) => lease));
  const all = proposes === 1 ? await proposedOf(rooms, { property: property.id }) : null;
  const proposals = all?.filter(({ lease }) => above.has(lease)) ?? null;
  const before = await lastAnalysis(runs, { property: property.id, day, beside: runId });
  return analysisOf({
    owner: rooms.owner.id,
    property,
    day,
    runId,
    resumed,
    state,
    last: sinceLast(state.ranking, before),
    files,
    top,
    proposals,
    demo: app.workspace.synthetic,
  });
}

/** What keeps one property out of the ranking of all, and is told beside it. */
const LEFT_OUT: readonly UserExit[] = ['insufficient', 'held'];

/** One ranking per owner, never merged: what belongs to one owner is compared with nothing of another. */
async function rankAll(ctx: CommandContext, day: IsoDay, top: number): Promise<Portfolios> {
  const owners: Portfolios['owners'][number][] = [];
  for (const rooms of ctx.app.owned) {
    const ranked: Analysis[] = [];
    const missing: { property: string; reason: string }[] = [];
    for (const property of await (await rooms.portfolio()).properties()) {
      ctx.signal.throwIfAborted();
      try {
        ranked.push(await analyse(ctx, rooms, property, day, top));
      } catch (thrown) {
        if (!(thrown instanceof UserError && LEFT_OUT.includes(thrown.exit))) throw thrown;
        missing.push({ property: property.key, reason: thrown.message });
      }
    }
    ranked.sort((a, b) => b.property.index.leave - a.property.index.leave);
    owners.push({ owner: rooms.owner.id, name: rooms.owner.name, properties: ranked, missing });
  }
  if (owners.every(({ properties }) => properties.length === 0))
    throw new UserError('insufficient', `no property could be analysed on ${day}`, ['sophia portfolio list']);
  return { asOf: day, owners };
}
