import type { OwnerId } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import type { Judged } from '../../core/ops/learning/index.ts';
import { defineCommand } from '../definition.ts';
import { judgedLegend, judgedLines } from './judged.ts';

interface Tested extends Judged {
  readonly owner: OwnerId;
}

export default defineCommand<unknown, { owners: readonly Tested[] }, 'any'>({
  summary: 'Judge what would be learned by months that it has not seen',
  status: 'experimental',
  place: 'any',
  scores: 'hidden',
  changes: 'nothing',
  examples: ['sophia churn backtest'],
  async run({ app, logger }) {
    const owners: Tested[] = [];
    for (const rooms of app.owned) {
      logger.progress(`judging by the past of ${rooms.owner.name}`);
      owners.push({ owner: rooms.owner.id, ...(await (await rooms.learning()).backtest()) });
    }
    if (owners.every(({ leave, arrears }) => !('learned' in leave) && !('learned' in arrears)))
      throw new UserError(
        'insufficient',
        `too few tenants have left to learn from some months and judge by others: ${owners.map(({ owner, leave }) => `${owner} ${toldOf(leave)}`).join('; ')}`,
        ['sophia portfolio import <folder>   with leases of earlier years, notice_on and moved_out_on among them'],
      );
    return { data: { owners } };
  },
  render: ({ owners }, style) =>
    [
      ...owners.map(({ owner, leave, arrears }) =>
        [
          style.bold(style.fit(owner, 24)),
          ...judgedLines('Leaving', leave, style),
          '',
          ...judgedLines('Arrears', arrears, style),
        ].join('\n'),
      ),
      judgedLegend(
        owners.flatMap(({ leave, arrears }) => [leave, arrears]),
        style,
      ).join('\n'),
    ].join('\n\n'),
});

function toldOf(judged: Judged['leave']): string {
  return 'learned' in judged ? 'enough' : `${judged.train} and ${judged.test}, of 30 and 10`;
}
