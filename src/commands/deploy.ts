import { dollars, isRefused } from '../core/deploy/index.ts';
import { plural, type TimeZone } from '../core/domain/index.ts';
import { UserError } from '../core/errors/index.ts';
import { beginDeploy } from '../core/ops/deploy/begin.ts';
import type { Prepared, Wanted } from '../core/ops/deploy/deploys.ts';
import { mustStayBelow } from '../core/ops/deploy/limits.ts';
import type { Wasted } from '../core/ops/deploy/wasted.ts';
import { type CommandContext, defineCommand } from './definition.ts';
import { dollarsInput, timeInput } from './deploy/quantities.ts';
import { deploysIn } from './deploy/rooms.ts';
import { billed, goneTold, renderPrepared, tellIfNothing, tellOnStop, wastedTold } from './deploy/words.ts';
import {
  marked,
  mishapInput,
  mishapOptions,
  type PracticeInput,
  practiceIn,
  practiceInput,
  practiceOptions,
} from './practice.ts';
import type { Style } from './style.ts';

interface Input extends PracticeInput {
  environment: string;
  maxHourly?: number | undefined;
  candidates: string;
  replace: string;
  waitCapacity: number;
  expires: number;
  dryRun: boolean;
  yes: boolean;
}

interface Report extends Prepared {
  readonly rehearsal: boolean;
  readonly dryRun: boolean;
  readonly timeZone: TimeZone;
  /** The run that it is; absent where none was begun. */
  readonly run?: { readonly id: string; readonly status: string };
  /** How many things were made, changed, ended or left alone; null where it was not approved. */
  readonly changes?: Readonly<Record<string, number>> | null;
  /** Machines of an earlier try that were ended, being of no use. */
  readonly strays?: readonly string[];
  /** Machines of no use that were ended for another, and those that lived before and were ended. */
  readonly wasted?: Wasted;
  readonly gone?: Wasted;
}

export default defineCommand<Input, Report, 'own'>({
  summary: 'Make an environment as its file wishes it, after showing what that costs',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  severe: { names: 'name of the environment' },
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [
    { flags: '--max-hourly <dollars>', help: 'refuse what costs more an hour' },
    { flags: '--candidates <list>', help: 'type:region, more behind commas: where to try first' },
    { flags: '--replace <nodes>', help: 'such as node-0, more behind commas: make others in their place' },
    { flags: '--wait-capacity <time>', help: 'how long to wait where there is none, such as 2h' },
    { flags: '--expires <time>', help: 'after which `gpu reap` ends the machines, such as 8h' },
    ...[...practiceOptions, ...mishapOptions],
    { flags: '--dry-run', help: 'show what would be started and ended, start and end nothing' },
  ],
  examples: [
    'sophia deploy production --dry-run',
    'sophia deploy production --max-hourly 100 --expires 8h --confirm production',
  ],
  input: (z) =>
    z.object({
      environment: z.string(),
      maxHourly: dollarsInput(z),
      ...{ candidates: z.string().default(''), replace: z.string().default('') },
      waitCapacity: timeInput(z),
      expires: timeInput(z),
      ...{ ...practiceInput(z), ...mishapInput(z) },
      dryRun: z.boolean().default(false),
      yes: z.boolean().default(false),
    }),
  async run(ctx, input) {
    const { environment, maxHourly: maxHourlyCents, candidates, replace, dryRun } = input;
    const practice = practiceIn(input);
    const times = { expiresS: input.expires, waitS: input.waitCapacity };
    const wanted: Wanted = { environment, practice, candidates, replace, maxHourlyCents, ...times };
    const rooms = deploysIn(ctx);
    ctx.logger.progress(`planning ${environment}`);
    const prepared = await (await rooms.deploys()).prepare(wanted);
    const { timeZone } = ctx.app.workspace;
    const data = { ...prepared, rehearsal: practice !== undefined, dryRun, timeZone };
    if (isRefused(prepared.plan)) return { data, synthetic: false, exit: 'refused' };
    mustStayBelow(data);
    if (dryRun) return { data, synthetic: false };
    await (await rooms.deploys()).mustBeAble();
    await agree(ctx, data, input);
    tellOnStop(ctx, environment, input);
    ctx.logger.progress(`deploying ${environment}, at most ${dollars(prepared.agreedCents)} an hour`);
    const { run, raised, bill } = await beginDeploy(rooms, wanted, prepared).catch(tellIfNothing(ctx, input));
    const { id, status } = run;
    const { changes = null, strays = [], wasted, gone } = raised ?? {};
    const came = { changes, strays, ...(wasted && { wasted }), ...(gone && { gone }) };
    const exit = status === 'waiting' ? 'paused' : 'ok';
    return { data: { ...data, bill, run: { id, status }, ...came }, synthetic: false, exit };
  },
  render: (data, style) => marked((narrow) => rendered(data, narrow), data.rehearsal, style),
});

/** Above what the workspace says an hour may cost unnamed, the name must be typed; below it a yes will do. */
async function agree(ctx: CommandContext, data: Report, { environment, yes }: Input): Promise<void> {
  const { foreseen, timeZone, rehearsal } = data;
  const draw = (style: Style) => marked((narrow) => renderPrepared(data, timeZone, narrow), rehearsal, style);
  const isChange = !foreseen || foreseen.launched.length + foreseen.ended.length + foreseen.strays.length > 0;
  if (!isChange) return;
  if (ctx.isNamed || data.agreedCents > ctx.app.workspace.deployment.namedAboveCents)
    return ctx.confirm({ what: `deploy ${environment}`, name: environment }, draw);
  ctx.show(draw);
  if (yes || (await ctx.ask.confirm({ message: `Deploy ${environment}?`, fallback: false, flag: '--yes' }))) return;
  throw new UserError('paused', 'nothing was started: it was not agreed to', ['the same command with --yes']);
}

function rendered(data: Report, style: Style): string {
  const { plan, run, changes, strays = [], wasted, gone, bill, timeZone, dryRun, rehearsal } = data;
  if (!run)
    return [
      renderPrepared(data, timeZone, style),
      ...(dryRun ? ['Nothing was changed: this was a dry run.'] : []),
    ].join('\n');
  const { environment } = plan;
  if (run.status === 'waiting')
    return `${style.bold(environment)} waits until somebody approves it.\nNext: sophia runs reply ${run.id}`;
  if (changes === null) return `${style.bold(environment)} was not approved; nothing was started.`;
  const { create = 0, update = 0, delete: ended = 0, same = 0, replace = 0 } = changes ?? {};
  return [
    `${style.bold(environment)} is as it was ordered.`,
    `${create} made, ${update + replace} changed, ${ended} ended, ${same} left alone.`,
    ...(strays.length > 0
      ? [`Ended, being of an earlier try and of no use: ${plural(strays.length, 'machine')}.`]
      : []),
    ...(gone ? goneTold(gone) : []),
    ...(wasted ? wastedTold(wasted, style) : []),
    ...billed(bill, timeZone, style),
    `Next: sophia deploy destroy ${environment}${rehearsal ? ' --rehearse' : ''}   ends it`,
  ].join('\n');
}
