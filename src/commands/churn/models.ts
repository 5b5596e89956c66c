import type { OwnerId } from '../../core/domain/index.ts';
import { minuteIn, type TimeZone } from '../../core/domain/index.ts';
import { UsageError } from '../../core/errors/index.ts';
import type { KeptFile, Model } from '../../core/ops/learning/index.ts';
import type { ForeignFile, ModelFile } from '../../core/risk/index.ts';
import { type CommandContext, defineCommand, type Outcome } from '../definition.ts';
import { chooseOwner } from '../owner.ts';
import { unasked } from '../runs/answer.ts';
import type { Style } from '../style.ts';
import { wholeNumber } from '../whole-number.ts';
import { askedLine, judgedLegend, judgedLines } from './judged.ts';
import { findingLines } from './train.ts';

const actions = ['list', 'show', 'promote', 'rollback'] as const;

interface Input {
  action: (typeof actions)[number];
  version?: number | undefined;
  yes: boolean;
  dryRun: boolean;
}

interface Listed {
  readonly timeZone: TimeZone;
  readonly owners: readonly { readonly owner: OwnerId; readonly models: readonly Model[] }[];
}

interface Shown {
  readonly owner: OwnerId;
  readonly timeZone: TimeZone;
  readonly model: Model;
  readonly file: KeptFile;
  /** Why it may not rank; null when it may. */
  readonly refusal: string | null;
  /** By this command: `rehearsed` and `declined` have changed nothing. */
  readonly promotion: 'done' | 'rehearsed' | 'declined' | null;
}

interface Back {
  readonly owner: OwnerId;
  readonly from: Model;
  /** Null: the scorecard. */
  readonly to: Model | null;
  readonly done: boolean;
}

export default defineCommand<Input, Listed | Shown | Back, 'own'>({
  summary: 'List, show, promote or roll back what was learned',
  status: 'experimental',
  place: 'own',
  scores: 'shown',
  changes: 'world',
  args: [
    { name: 'action', completes: actions, help: 'list, show, promote or rollback; default: list', required: false },
    { name: 'version', help: 'number of the model to show or promote', required: false },
  ],
  options: [unasked, { flags: '--dry-run', help: 'say what would rank, change nothing' }],
  examples: ['sophia churn models list', 'sophia churn models show 1', 'sophia churn models promote 1 --yes'],
  input: (z) =>
    z.object({
      action: z.enum(actions, `must be one of ${actions.join(', ')}`).default('list'),
      version: wholeNumber(z, { from: 1 }).optional(),
      yes: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { action, version, yes, dryRun }): Promise<Outcome<Listed | Shown | Back>> {
    const { app } = ctx;
    const { timeZone } = app.workspace;
    if ((action === 'show' || action === 'promote') !== (version !== undefined))
      throw new UsageError(
        version === undefined ? `which model to ${action}?` : `${action} takes no number of a model`,
        ['sophia churn models list'],
      );
    if (action === 'rollback') return goBack(ctx, yes, dryRun);
    if (version === undefined) {
      const owners = await Promise.all(
        app.owned.map(async (rooms) => ({ owner: rooms.owner.id, models: await (await rooms.learning()).models() })),
      );
      return { data: { timeZone, owners } };
    }
    const rooms = chooseOwner(app);
    const learning = await rooms.learning();
    const shown = { owner: rooms.owner.id, timeZone, ...(await learning.show(version)), promotion: null };
    if (action === 'show') return { data: shown };
    if (dryRun) return { data: { ...shown, promotion: 'rehearsed' } };
    if (ctx.ask.isHeard) ctx.show((style) => renderShown(shown, style));
    const message = `Let ${shown.model.name} rank the tenants of ${rooms.owner.name}?`;
    // What is refused is told without being asked about.
    const agreed =
      yes || shown.refusal !== null || (await ctx.ask.confirm({ message, fallback: false, flag: '--yes' }));
    if (!agreed) return { data: { ...shown, promotion: 'declined' }, exit: 'paused' };
    return { data: { ...shown, model: await learning.promote(version), promotion: 'done' } };
  },
  render(data, style) {
    if ('owners' in data) return renderList(data, style);
    if (!('model' in data)) return renderBack(data);
    return data.promotion === null || data.promotion === 'rehearsed' ? renderShown(data, style) : renderPromoted(data);
  },
});

async function goBack(ctx: CommandContext, yes: boolean, dryRun: boolean): Promise<Outcome<Back>> {
  const rooms = chooseOwner(ctx.app);
  const learning = await rooms.learning();
  const plan = await learning.rollBack({ dryRun: true });
  const message = `Let ${plan.to?.name ?? 'the scorecard'} rank in the place of ${plan.from.name}?`;
  const owner = rooms.owner.id;
  if (dryRun) return { data: { owner, ...plan, done: false } };
  if (!yes && !(await ctx.ask.confirm({ message, fallback: false, flag: '--yes' })))
    return { data: { owner, ...plan, done: false }, exit: 'paused' };
  return { data: { owner, ...(await learning.rollBack({ dryRun: false })), done: true } };
}

function renderList({ owners, timeZone }: Listed, style: Style): string {
  return owners
    .map(({ owner, models }) => {
      const name = style.bold(style.fit(owner, 24));
      if (models.length === 0) return `${name}: nothing was learned yet. Next: sophia churn train`;
      const active = models.find(({ state }) => state === 'active');
      return [
        active?.changed
          ? `${name}: ${style.bad(`${active.name} was changed since it was kept, and ranks nobody`)}. Next: sophia churn models rollback`
          : `${name}: ${active?.name ?? 'the scorecard'} ranks`,
        style.columns([
          ['VERSION', 'NAME', 'STATE', 'LEARNED', 'BY', ''].map(style.dim),
          ...models.map(({ version, name, kind, state, changed, madeAt, madeBy }) => [
            ...[`${version}`, name, state === 'active' && !changed ? style.good(state) : state],
            ...[minuteIn(timeZone, madeAt), style.fit(madeBy, 24)],
            changed ? style.bad('changed since it was kept') : kind === 'onnx' ? 'no exact attribution' : '',
          ]),
        ]),
      ].join('\n');
    })
    .join('\n\n');
}

/** What was judged has been told, where somebody was asked. */
function renderPromoted({ model: { name, version }, promotion }: Shown): string {
  return promotion === 'done'
    ? `${name} ranks from now on. Back again: sophia churn models rollback`
    : `Nothing was changed: ${name} waits. Next: sophia churn models promote ${version}`;
}

function renderShown({ owner, timeZone, model, file, refusal, promotion }: Shown, style: Style): string {
  const { version, name, state, hash, madeAt, madeBy, promotedAt, promotedBy } = model;
  const judged = file.kind === 'onnx' ? [file.judged] : [file.metrics.leave, file.metrics.arrears];
  const legend = judgedLegend(judged, style);
  return [
    `${style.bold(name)}  ${style.fit(owner, 24)}  ${state}`,
    style.dim(hash),
    `${file.kind === 'onnx' ? 'brought' : 'learned'} ${minuteIn(timeZone, madeAt)} by ${style.fit(madeBy, 24)}`,
    ...(promotedAt && promotedBy ? [`promoted ${minuteIn(timeZone, promotedAt)} by ${style.fit(promotedBy, 24)}`] : []),
    ...(file.kind === 'onnx' ? foreignLines(file, style) : learnedLines(file, style)),
    nextOf(state, version, refusal),
    ...(promotion === 'rehearsed' ? ['Nothing was changed.'] : []),
    ...(legend.length > 0 ? ['', ...legend] : []),
  ].join('\n');
}

function learnedLines({ heads, metrics, findings }: ModelFile, style: Style): string[] {
  const { rows, cases, properties, from, to } = heads.leave.trainedOn;
  return [
    `from ${rows} tenant-months of ${properties} properties, ${from} to ${to}: ${cases} left`,
    '',
    ...judgedLines('Leaving', metrics.leave, style),
    '',
    ...(metrics.arrears ? [...judgedLines('Arrears', metrics.arrears, style), ''] : []),
    ...(heads.arrears ? [] : ["Arrears: the scorecard's head stands."]),
    ...findingLines(findings),
  ];
}

function foreignLines({ manifest, judged, probed }: ForeignFile, style: Style): string[] {
  const { head, features, trainedUntil } = manifest;
  return [
    `learned by another program, from data until ${trainedUntil}: only months after that judge it`,
    `fed ${features.map(({ name }) => name).join(', ')}`,
    '',
    ...judgedLines(head === 'leave' ? 'Leaving' : 'Arrears', judged, style, { foreign: true }),
    '',
    head === 'leave' ? "Arrears: the scorecard's head stands." : "Leaving: the scorecard's head stands.",
    askedLine(probed),
    `No exact attribution: no points can be shown for it${head === 'leave' ? ', and it proposes nothing.' : '.'}`,
  ];
}

function nextOf(state: Model['state'], version: number, refusal: string | null): string {
  if (state === 'active') return 'It ranks. Next: sophia churn card';
  if (refusal !== null) return `It may not rank: ${refusal}.`;
  return `It may rank. Next: sophia churn models promote ${version}`;
}

function renderBack({ from, to, done }: Back): string {
  const heir = to?.name ?? 'the scorecard';
  return done
    ? `${heir} ranks again; ${from.name} is retired.`
    : `${heir} would rank in the place of ${from.name}. Nothing was changed.`;
}
