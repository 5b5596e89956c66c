import { planEnd } from '../../core/ops/deploy/end.ts';
import { EVERYTHING } from '../../core/ops/deploy/names.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceInput, practiceOptions, vendorIn } from '../practice.ts';
import { type Answer, exitOf, foreseen, renderEnd } from './words.ts';

interface Input extends PracticeInput {
  stack?: string | undefined;
  dryRun: boolean;
}

export default defineCommand<Input, Answer, 'none'>({
  summary: 'End every machine that sophia started, after listing them',
  status: 'experimental',
  place: 'none',
  changes: 'world',
  severe: { names: `name of the environment, or "${EVERYTHING}" without --stack` },
  options: [
    { flags: '--stack <environment>', help: 'those of one environment alone' },
    ...practiceOptions,
    { flags: '--dry-run', help: 'list what would be ended, end nothing' },
  ],
  examples: [
    'sophia gpu kill-all --dry-run',
    'sophia gpu kill-all --stack production --confirm production',
    `sophia gpu kill-all --confirm ${EVERYTHING}`,
  ],
  input: (z) =>
    z.object({
      stack: z.string().min(1, 'must not be empty').optional(),
      ...practiceInput(z),
      dryRun: z.boolean().default(false),
    }),
  async run(context, input) {
    const { stack, dryRun, rehearse: rehearsal } = input;
    const timeZone = context.timeZone();
    const { plan, carryOut } = await planEnd(await vendorIn(context, input), { stack, expired: false });
    if (dryRun || plan.machines.length === 0)
      return {
        data: { ...plan, dryRun, timeZone, rehearsal },
        ...{ synthetic: false, exit: dryRun ? 'ok' : exitOf(plan) },
      };
    const what = stack === undefined ? 'end everything that sophia started' : `end all machines of ${stack}`;
    await context.confirm({ what, name: stack ?? EVERYTHING }, (style) =>
      marked((narrow) => foreseen(plan, timeZone, narrow), rehearsal, style),
    );
    context.logger.progress('ending machines, and waiting until the vendor confirms it');
    const report = await carryOut();
    return { data: { ...report, dryRun, timeZone, rehearsal }, synthetic: false, exit: exitOf(report) };
  },
  render(answer, style) {
    const of = answer.stack === null ? '' : ` for ${answer.stack}`;
    return marked(
      (narrow) => renderEnd(answer, `Nothing that sophia started bills${of}.`, narrow),
      answer.rehearsal,
      style,
    );
  },
});
