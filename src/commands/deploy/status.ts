import type { TimeZone } from '../../core/domain/index.ts';
import { plural } from '../../core/domain/index.ts';
import { unfinished } from '../../core/ops/deploy/begin.ts';
import type { Standing } from '../../core/ops/deploy/deploys.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceIn, practiceInput, practiceOptions } from '../practice.ts';
import type { Style } from '../style.ts';
import { deploysIn } from './rooms.ts';
import { billed, othersTold } from './words.ts';

interface Report extends Standing {
  readonly rehearsal: boolean;
  readonly timeZone: TimeZone;
}

export default defineCommand<PracticeInput & { environment: string }, Report, 'own'>({
  summary: 'Show what of an environment is recorded, what lives, and what it has cost',
  status: 'experimental',
  place: 'own',
  changes: 'nothing',
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: practiceOptions,
  examples: ['sophia deploy status production', 'sophia deploy status production --json'],
  input: (z) => z.object({ environment: z.string(), ...practiceInput(z) }),
  async run(ctx, input) {
    const practice = practiceIn(input);
    const meant = { environment: input.environment, practice };
    const rooms = deploysIn(ctx);
    const standing = await (await rooms.deploys()).standing(meant);
    // While somebody is at it, it may yet come to its end.
    const isAtIt = (await unfinished(await rooms.runs(), meant)).some(({ status }) => status === 'running');
    const isUnsettled = standing.isUnsettled && !isAtIt;
    const { timeZone } = ctx.app.workspace;
    return { data: { ...standing, isUnsettled, rehearsal: practice !== undefined, timeZone }, synthetic: false };
  },
  render: (data, style) => marked((narrow) => rendered(data, narrow), data.rehearsal, style),
});

function rendered(report: Report, style: Style): string {
  const { environment, recorded, bill, strays, locks, isUnsettled, timeZone } = report;
  const { machines, pending } = recorded;
  const isAtWork = locks.some(({ isDead }) => !isDead);
  const gone = machines.filter(({ id }) => !bill.machines.some((each) => each.id === id));
  return [
    `${style.bold(environment)}  ${plural(machines.length, 'machine')} recorded`,
    ...style.rows(
      machines.map(({ name, id, type, region, isUnready }) => [
        name,
        style.text(type),
        style.text(region),
        style.dim(id),
        isUnready ? style.warn('was not ready when last looked at') : '',
      ]),
    ),
    ...(isAtWork ? [] : gone).map(({ name, id }) => style.warn(`${name} is recorded, and is not listed alive: ${id}`)),
    ...strays.map((id) =>
      isAtWork
        ? `${style.text(id)} lives, and is not recorded yet`
        : style.warn(`${style.text(id)} lives, and is recorded nowhere`),
    ),
    ...(pending > 0 && !isAtWork
      ? [style.warn(`${plural(pending, 'step')} in doubt since something was killed: deploy again, or destroy`)]
      : []),
    ...(isUnsettled && pending === 0 && !isAtWork
      ? [style.warn('what was last done to it did not come to its end: deploy again, or destroy')]
      : []),
    ...locks.map(({ pid, user, host, isDead }) =>
      isDead
        ? `Locked by process ${pid}, which is dead: the next deploy takes that away.`
        : `Being worked on by process ${pid} of ${style.text(user)} on ${style.text(host)}.`,
    ),
    ...billed(bill, timeZone, style),
    ...othersTold(report, style),
  ].join('\n');
}
