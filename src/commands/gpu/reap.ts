import { planEnd } from '../../core/ops/deploy/end.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceInput, practiceOptions, vendorIn } from '../practice.ts';
import { type Answer, exitOf, renderEnd } from './words.ts';

interface Input extends PracticeInput {
  stack?: string | undefined;
  dryRun: boolean;
}

export default defineCommand<Input, Answer & { readonly isQuiet: boolean }, 'none'>({
  summary: 'End the machines of sophia whose agreed time is up',
  status: 'experimental',
  place: 'none',
  changes: 'world',
  options: [
    { flags: '--stack <environment>', help: 'those of one environment alone' },
    ...practiceOptions,
    { flags: '--dry-run', help: 'list what would be ended, end nothing' },
  ],
  examples: ['sophia gpu reap', 'sophia gpu reap --stack production --dry-run'],
  input: (z) =>
    z.object({
      stack: z.string().min(1, 'must not be empty').optional(),
      ...practiceInput(z),
      dryRun: z.boolean().default(false),
    }),
  async run(context, input) {
    const { stack, dryRun, rehearse: rehearsal } = input;
    const timeZone = context.timeZone();
    const { plan, carryOut } = await planEnd(await vendorIn(context, input), { stack, expired: true });
    // Nobody is asked: the moment was agreed to when they were launched.
    const report = dryRun || plan.machines.length === 0 ? plan : await carryOut();
    const exit = dryRun ? 'ok' : exitOf(report);
    // Every five minutes by cron, a line that nothing was to be done would be a letter each time.
    const isQuiet = context.options.some(({ key, value }) => key === 'quiet' && value === true);
    return { data: { ...report, dryRun, timeZone, rehearsal, isQuiet }, synthetic: false, exit };
  },
  render(answer, style) {
    const isToldOf = answer.machines.length + answer.left.length + answer.unread + answer.untouched.unreadable > 0;
    if (answer.isQuiet && !answer.dryRun && !isToldOf) return '';
    const of = answer.stack === null ? 'sophia' : answer.stack;
    return marked(
      (narrow) => renderEnd(answer, `The time of no machine of ${of} is up.`, narrow),
      answer.rehearsal,
      style,
    );
  },
});
