import type { Rooms } from '../../core/app.ts';
import type { OwnerId } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import type { Trained } from '../../core/ops/learning/index.ts';
import type { ModelFile } from '../../core/risk/index.ts';
import { type CommandContext, defineCommand } from '../definition.ts';
import { unasked } from '../runs/answer.ts';
import type { Style } from '../style.ts';
import { wholeNumber } from '../whole-number.ts';
import { judgedLegend, judgedLines } from './judged.ts';

interface Input {
  minExits: number;
  promote: boolean;
  yes: boolean;
  dryRun: boolean;
}

/** What was learned from the tenants of one owner. */
interface Learned extends Pick<ModelFile, 'name' | 'metrics' | 'findings'> {
  readonly owner: OwnerId;
  /** Null in a rehearsal, which keeps nothing. */
  readonly version: number | null;
  readonly trainedOn: ModelFile['heads']['leave']['trainedOn'];
  /** Heads that were learned; the scorecard's stand for the others. */
  readonly heads: readonly string[];
  /** Why it may not rank; null when it may. */
  readonly refusal: string | null;
  readonly promoted: boolean;
}

interface Training {
  readonly owners: readonly Learned[];
  readonly missing: readonly { readonly owner: OwnerId; readonly reason: string }[];
}

export default defineCommand<Input, Training, 'own'>({
  summary: 'Learn from your own past who leaves, beside the scorecard',
  status: 'experimental',
  place: 'own',
  scores: 'shown',
  changes: 'world',
  options: [
    { flags: '--min-exits <n>', help: 'how many must have left, at least 30; default: 30' },
    { flags: '--promote', help: 'let it rank at once where it beat the scorecard, after asking' },
    unasked,
    { flags: '--dry-run', help: 'learn and judge, and keep nothing' },
  ],
  examples: ['sophia churn train --dry-run', 'sophia churn train'],
  input: (z) =>
    z.object({
      minExits: wholeNumber(z, { from: 30 }).default(30),
      promote: z.boolean().default(false),
      yes: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { minExits, promote, yes, dryRun }) {
    const owners: Learned[] = [];
    const missing: { owner: OwnerId; reason: string; error: UserError }[] = [];
    // Each alone: what belongs to one owner teaches nothing about another's tenants.
    for (const rooms of ctx.app.owned) {
      ctx.logger.progress(`learning from the tenants of ${rooms.owner.name}`);
      try {
        const trained = await (await rooms.learning()).train({ leastExits: minExits, dryRun });
        owners.push(await promoted(ctx, rooms, trained, { promote, yes }));
      } catch (thrown) {
        if (!(thrown instanceof UserError && thrown.exit === 'insufficient')) throw thrown;
        missing.push({ owner: rooms.owner.id, reason: thrown.message, error: thrown });
      }
    }
    const [first] = missing;
    if (owners.length === 0 && first) throw first.error;
    const data = { owners, missing: missing.map(({ owner, reason }) => ({ owner, reason })) };
    // As where a model is promoted by its number: what was asked for waits for a human.
    const waits = promote && owners.some((each) => each.version !== null && each.refusal === null && !each.promoted);
    return { data, ...(waits && { exit: 'paused' as const }) };
  },
  render: ({ owners, missing }, style) =>
    [
      ...owners.map((learned) => renderLearned(learned, style)),
      ...missing.map(({ owner, reason }) => `${style.bold(style.fit(owner, 24))}: ${reason}`),
      ...legendOf(owners, style),
    ].join('\n\n'),
});

async function promoted(
  { ask, show }: CommandContext,
  rooms: Rooms,
  { file, model, refusal }: Trained,
  { promote, yes }: Pick<Input, 'promote' | 'yes'>,
): Promise<Learned> {
  const { name, metrics, findings, heads } = file;
  const learned = {
    ...{ owner: rooms.owner.id, version: model?.version ?? null, name, metrics, findings, refusal },
    ...{ trainedOn: heads.leave.trainedOn, heads: Object.keys(heads), promoted: false },
  };
  if (!promote || model === null || refusal !== null) return learned;
  if (ask.isHeard) show((style) => [renderLearned(learned, style), ...legendOf([learned], style)].join('\n\n'));
  const message = `Let ${name} rank the tenants of ${rooms.owner.name}?`;
  if (!yes && !(await ask.confirm({ message, fallback: false, flag: '--yes' }))) return learned;
  await (await rooms.learning()).promote(model.version);
  return { ...learned, promoted: true };
}

function legendOf(owners: readonly Learned[], style: Style): string[] {
  const lines = judgedLegend(
    owners.flatMap(({ metrics }) => [metrics.leave, metrics.arrears]),
    style,
  );
  return lines.length > 0 ? [lines.join('\n')] : [];
}

function renderLearned(learned: Learned, style: Style): string {
  const { owner, version, name, trainedOn, metrics, refusal, heads } = learned;
  const { rows, cases, properties, from, to } = trainedOn;
  return [
    `${style.bold(name)}  ${style.fit(owner, 24)}  ${version === null ? 'a rehearsal: nothing was kept' : 'kept as a candidate'}`,
    `learned from ${rows} tenant-months of ${properties} properties, ${from} to ${to}: ${cases} left`,
    '',
    ...judgedLines('Leaving', metrics.leave, style),
    '',
    ...(metrics.arrears ? [...judgedLines('Arrears', metrics.arrears, style), ''] : []),
    ...(heads.includes('arrears') ? [] : ["Arrears: the scorecard's head stands."]),
    ...findingLines(learned.findings),
    ...next(learned, version, refusal),
  ].join('\n');
}

/** Weights that turned against the scorecard, or were held; what could not be learned of is in the card. */
export function findingLines(findings: ModelFile['findings']): string[] {
  return findings.flatMap((finding) => {
    if (finding.kind === 'constant') return [];
    const { head, feature, w, w0 } = finding;
    if (finding.kind === 'held')
      return [
        `Finding: ${head}, ${feature} is held at 0: would have counted for staying (${w.toFixed(2)}, z ${finding.z.toFixed(1)}).`,
      ];
    return [
      `Finding: ${head}, ${feature} turned: ${w0.toFixed(2)} in the scorecard, ${w.toFixed(2)} here (z ${finding.z.toFixed(1)}).`,
    ];
  });
}

function next({ promoted, name }: Learned, version: number | null, refusal: string | null): string[] {
  if (promoted) return [`${name} ranks from now on. Back again: sophia churn models rollback`];
  if (refusal !== null) return [`It may not rank: ${refusal}.`, 'The scorecard ranks on.'];
  return version === null
    ? ['It may rank. Next: sophia churn train']
    : [`It may rank. Next: sophia churn models promote ${version}`];
}
