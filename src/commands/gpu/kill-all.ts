import { planEnd } from '../../core/ops/deploy/end.ts';
import { EVERYTHING } from '../../core/ops/deploy/names.ts';
import { findSecret } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';
import { type Answer, foreseen, renderEnd } from './words.ts';

interface Input {
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
    { flags: '--dry-run', help: 'list what would be ended, end nothing' },
  ],
  examples: [
    'sophia gpu kill-all --dry-run',
    'sophia gpu kill-all --stack production --confirm production',
    `sophia gpu kill-all --confirm ${EVERYTHING}`,
  ],
  input: (z) =>
    z.object({ stack: z.string().min(1, 'must not be empty').optional(), dryRun: z.boolean().default(false) }),
  async run({ confirm, ...context }, { stack, dryRun }) {
    const key = async () => (await findSecret(context, 'lambda-api-key'))?.secret;
    const timeZone = context.timeZone();
    const { plan, carryOut } = await planEnd({ ...context, key }, { stack, expired: false });
    if (dryRun || plan.machines.length === 0) return { data: { ...plan, dryRun, timeZone }, synthetic: false };
    const what = stack === undefined ? 'end everything that sophia started' : `end all machines of ${stack}`;
    await confirm({ what, name: stack ?? EVERYTHING }, (style) => foreseen(plan, timeZone, style));
    context.logger.progress('ending machines, and waiting until the vendor confirms it');
    const report = await carryOut();
    const exit = report.left.length > 0 ? 'billing' : 'ok';
    return { data: { ...report, dryRun, timeZone }, synthetic: false, exit };
  },
  render(answer, style) {
    const of = answer.stack === null ? '' : ` for ${answer.stack}`;
    return renderEnd(answer, `Nothing that sophia started bills${of}.`, style);
  },
});
