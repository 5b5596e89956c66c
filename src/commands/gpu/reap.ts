import { planEnd } from '../../core/ops/deploy/end.ts';
import { findSecret } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';
import { type Answer, renderEnd } from './words.ts';

interface Input {
  stack?: string | undefined;
  dryRun: boolean;
}

export default defineCommand<Input, Answer, 'none'>({
  summary: 'End the machines of sophia whose agreed time is up',
  status: 'experimental',
  place: 'none',
  changes: 'world',
  options: [
    { flags: '--stack <environment>', help: 'those of one environment alone' },
    { flags: '--dry-run', help: 'list what would be ended, end nothing' },
  ],
  examples: ['sophia gpu reap', 'sophia gpu reap --stack production --dry-run'],
  input: (z) =>
    z.object({ stack: z.string().min(1, 'must not be empty').optional(), dryRun: z.boolean().default(false) }),
  async run(context, { stack, dryRun }) {
    const key = async () => (await findSecret(context, 'lambda-api-key'))?.secret;
    const timeZone = context.timeZone();
    const { plan, carryOut } = await planEnd({ ...context, key }, { stack, expired: true });
    // Nobody is asked: the moment was agreed to when they were launched.
    const report = dryRun || plan.machines.length === 0 ? plan : await carryOut();
    const exit = report.left.length > 0 ? 'billing' : 'ok';
    return { data: { ...report, dryRun, timeZone }, synthetic: false, exit };
  },
  render(answer, style) {
    const of = answer.stack === null ? 'sophia' : answer.stack;
    return renderEnd(answer, `The time of no machine of ${of} is up.`, style);
  },
});
