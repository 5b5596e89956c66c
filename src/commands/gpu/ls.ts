import { dollars } from '../../core/deploy/index.ts';
import { plural, type TimeZone } from '../../core/domain/index.ts';
import { type Account, accountOf, centsOf } from '../../core/ops/deploy/account.ts';
import { findSecret } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';
import { listed } from './words.ts';

interface Listed extends Account {
  /** Machines of the account that were left out, being of other environments. */
  readonly others: number;
  readonly timeZone: TimeZone;
}

export default defineCommand<{ stack?: string | undefined }, Listed, 'none'>({
  summary: 'List what bills in the account, whoever started it',
  status: 'experimental',
  place: 'none',
  changes: 'nothing',
  options: [{ flags: '--stack <environment>', help: 'those of one environment alone' }],
  examples: ['sophia gpu ls', 'sophia gpu ls --stack production'],
  input: (z) => z.object({ stack: z.string().min(1, 'must not be empty').optional() }),
  async run(context, { stack }) {
    const key = async () => (await findSecret(context, 'lambda-api-key'))?.secret;
    const account = await accountOf({ ...context, key });
    const machines = account.machines.filter(({ environment }) => stack === undefined || environment === stack);
    const others = account.machines.length - machines.length;
    const data = { machines, centsPerHour: centsOf(machines), others, timeZone: context.timeZone() };
    return { data, synthetic: false };
  },
  render({ machines, centsPerHour, others, timeZone }, style) {
    const beside =
      others > 0 ? `; ${plural(others, 'other machine')} of the account ${others === 1 ? 'is' : 'are'} not listed` : '';
    if (machines.length === 0) return `Nothing bills${others > 0 ? ' here' : ' in this account'}${beside}.`;
    return [
      ...listed(machines, timeZone, style),
      `${plural(machines.length, 'machine')}: ${style.bold(dollars(centsPerHour))} an hour, ${dollars(centsPerHour * 24)} a day${beside}.`,
    ].join('\n');
  },
});
