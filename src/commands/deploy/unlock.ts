import { plural } from '../../core/domain/index.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceIn, practiceInput, practiceOptions } from '../practice.ts';
import { deploysIn } from './rooms.ts';

interface Input extends PracticeInput {
  environment: string;
  dryRun: boolean;
}

export default defineCommand<
  Input,
  { environment: string; rehearsal: boolean; dryRun: boolean; locks: readonly object[]; taken: number },
  'own'
>({
  summary: 'Take away the lock of an engine that is no more, where nobody can tell that by itself',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  severe: { names: 'name of the environment' },
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [...practiceOptions, { flags: '--dry-run', help: 'list the locks, take none away' }],
  examples: ['sophia deploy unlock production --dry-run', 'sophia deploy unlock production --confirm production'],
  input: (z) => z.object({ environment: z.string(), ...practiceInput(z), dryRun: z.boolean().default(false) }),
  async run(ctx, input) {
    const { environment, dryRun } = input;
    const meant = { environment, practice: practiceIn(input) };
    const deploys = await deploysIn(ctx).deploys();
    const locks = await deploys.locks(meant);
    const data = { environment, rehearsal: meant.practice !== undefined, dryRun, locks, taken: 0 };
    if (dryRun || locks.length === 0) return { data, synthetic: false };
    await ctx.confirm({ what: `take away the lock of ${environment}`, name: environment }, (style) =>
      marked(
        () =>
          locks
            .map(({ pid, user, host, since }) => style.text(`process ${pid} of ${user} on ${host}, since ${since}`))
            .join('\n'),
        data.rehearsal,
        style,
      ),
    );
    await deploys.unlock(meant);
    return { data: { ...data, taken: locks.length }, synthetic: false };
  },
  render({ environment, locks, taken, rehearsal }, style) {
    const told =
      taken > 0
        ? `Taken away: ${plural(taken, 'lock')}.\nNext: sophia deploy status ${environment}${rehearsal ? ' --rehearse' : ''}`
        : locks.length === 0
          ? `${style.bold(environment)} is not locked.`
          : `${plural(locks.length, 'lock')}; none was taken away: this was a dry run.`;
    return marked(() => told, rehearsal, style);
  },
});
