import { dollars } from '../../core/deploy/index.ts';
import type { TimeZone } from '../../core/domain/index.ts';
import { plural } from '../../core/domain/index.ts';
import { giveUp, unfinished, withBill } from '../../core/ops/deploy/begin.ts';
import type { Ended, Standing } from '../../core/ops/deploy/deploys.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceIn, practiceInput, practiceOptions } from '../practice.ts';
import type { Style } from '../style.ts';
import { deploysIn } from './rooms.ts';
import { billed, othersTold, tellOnStop } from './words.ts';

interface Input extends PracticeInput {
  environment: string;
  dryRun: boolean;
}

interface Report extends Standing {
  readonly rehearsal: boolean;
  readonly timeZone: TimeZone;
  readonly dryRun: boolean;
  /** Absent where nothing was to be ended, or nothing was done. */
  readonly came?: Ended;
}

export default defineCommand<Input, Report, 'own'>({
  summary: 'End all machines of an environment, recorded or not',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  severe: { names: 'name of the environment' },
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [...practiceOptions, { flags: '--dry-run', help: 'list what would be ended, end nothing' }],
  examples: ['sophia deploy destroy production --dry-run', 'sophia deploy destroy production --confirm production'],
  input: (z) => z.object({ environment: z.string(), ...practiceInput(z), dryRun: z.boolean().default(false) }),
  async run(ctx, input) {
    const { environment, dryRun } = input;
    const meant = { environment, practice: practiceIn(input) };
    const rooms = deploysIn(ctx);
    const deploys = await rooms.deploys();
    const standing = await deploys.standing(meant).catch(async (thrown) => {
      throw await withBill(thrown, deploys, meant);
    });
    const { timeZone } = ctx.app.workspace;
    const data = { ...standing, rehearsal: meant.practice !== undefined, dryRun, timeZone };
    const { recorded, bill, isUnsettled } = standing;
    const runs = await rooms.runs();
    const open = await unfinished(runs, meant);
    const things = recorded.resources + recorded.pending + bill.machines.length + open.length;
    // Of what this workspace knows nothing of it ends nothing; nobody is to believe that nothing bills.
    const others = things === 0 ? standing.elsewhere.machines : 0;
    if (dryRun || (things === 0 && !isUnsettled))
      return { data, synthetic: false, exit: others > 0 ? 'billing' : 'ok' };
    await ctx.confirm({ what: `end all of ${environment}`, name: environment }, (style) =>
      marked((narrow) => foreseen(data, narrow), data.rehearsal, style),
    );
    ctx.logger.progress(`ending ${environment}`);
    await giveUp(runs, meant);
    tellOnStop(ctx, environment, input);
    try {
      const came = await deploys.end(meant, { signal: ctx.signal });
      const bill = await deploys.bill(meant);
      const exit = came.left.length + bill.machines.length + others > 0 ? 'billing' : 'ok';
      return { data: { ...data, bill, came }, synthetic: false, exit };
    } catch (thrown) {
      throw await withBill(thrown, deploys, meant, isUnsettled);
    }
  },
  render: (data, style) => marked((narrow) => rendered(data, narrow), data.rehearsal, style),
});

function foreseen({ bill, strays, recorded, isUnsettled, timeZone }: Report, style: Style): string {
  return [
    ...billed(bill, timeZone, style),
    ...(strays.length > 0 ? [`Of these, recorded nowhere: ${plural(strays.length, 'machine')}.`] : []),
    ...(recorded.pending > 0 ? [`In doubt since something was killed: ${plural(recorded.pending, 'step')}.`] : []),
    ...(isUnsettled
      ? ['What was last done to it did not come to its end: what is listed late is looked for too.']
      : []),
  ].join('\n');
}

function rendered(data: Report, style: Style): string {
  const { environment, came, dryRun, bill, timeZone } = data;
  if (!came) {
    const told = foreseen(data, style);
    const none = [`There is nothing of ${environment} that this workspace knows of.`, ...othersTold(data, style)];
    const dry = [told, ...othersTold(data, style), 'Nothing was changed: this was a dry run.'];
    return (dryRun ? dry : none).join('\n');
  }
  return [
    came.ended.length > 0
      ? `Ended, as the vendor says: ${plural(came.ended.length, 'machine')}, which came to ${dollars(came.soFarCents)}.`
      : 'No machine of it lived any more; what ended before is in no sum.',
    ...came.left.map(({ id, why }) => `${style.bad('may bill on')}: ${style.text(id)}: ${style.text(why)}`),
    ...billed(bill, timeZone, style),
    ...othersTold(data, style),
  ].join('\n');
}
