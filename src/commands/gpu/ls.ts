import { dollars } from '../../core/deploy/index.ts';
import { plural, type TimeZone } from '../../core/domain/index.ts';
import { type Account, accountOf, centsOf } from '../../core/ops/deploy/account.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceInput, practiceOptions, vendorIn } from '../practice.ts';
import type { Style } from '../style.ts';
import { listed, unpriced, unreadable } from './words.ts';

interface Listed extends Account {
  /** Machines of the account that were left out, being of other environments. */
  readonly others: number;
  readonly timeZone: TimeZone;
  readonly rehearsal: boolean;
}

export default defineCommand<PracticeInput & { stack?: string | undefined }, Listed, 'none'>({
  summary: 'List what bills in the account, whoever started it',
  status: 'experimental',
  place: 'none',
  changes: 'nothing',
  options: [{ flags: '--stack <environment>', help: 'those of one environment alone' }, ...practiceOptions],
  examples: ['sophia gpu ls', 'sophia gpu ls --stack production'],
  input: (z) => z.object({ stack: z.string().min(1, 'must not be empty').optional(), ...practiceInput(z) }),
  async run(context, input) {
    const { stack, rehearse: rehearsal } = input;
    const account = await accountOf(await vendorIn(context, input));
    const machines = account.machines.filter(({ environment }) => stack === undefined || environment === stack);
    const others = account.machines.length - machines.length;
    const { unread } = account;
    const timeZone = context.timeZone();
    return {
      data: { machines, centsPerHour: centsOf(machines), others, unread, timeZone, rehearsal },
      synthetic: false,
    };
  },
  render: (data, style) => marked((narrow) => rendered(data, narrow), data.rehearsal, style),
});

function rendered({ machines, centsPerHour, others, unread, timeZone }: Listed, style: Style): string {
  const beside =
    others > 0 ? `; ${plural(others, 'other machine')} of the account ${others === 1 ? 'is' : 'are'} not listed` : '';
  if (machines.length === 0) {
    const nothing = `Nothing${unread > 0 ? ' that could be read' : ''} bills${others > 0 ? ' here' : ' in this account'}`;
    return [`${nothing}${beside}.`, ...unreadable(unread, style)].join('\n');
  }
  return [
    ...listed(machines, timeZone, style),
    `${plural(machines.length, 'machine')}: ${style.bold(dollars(centsPerHour))} an hour, ${dollars(centsPerHour * 24)} a day${unpriced(machines)}${beside}.`,
    ...unreadable(unread, style),
  ].join('\n');
}
