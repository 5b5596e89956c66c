import type { TimeZone } from '../../core/domain/index.ts';
import type { Prepared } from '../../core/ops/deploy/deploys.ts';
import { mustStayBelow } from '../../core/ops/deploy/limits.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceIn, practiceInput, practiceOptions } from '../practice.ts';
import { deploysIn } from './rooms.ts';
import { changing } from './words.ts';

interface Report extends Prepared {
  readonly rehearsal: boolean;
  readonly timeZone: TimeZone;
}

export default defineCommand<PracticeInput & { environment: string }, Report, 'own'>({
  summary: 'Show what deploying would start, keep and end',
  status: 'experimental',
  place: 'own',
  changes: 'nothing',
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: practiceOptions,
  examples: ['sophia deploy diff production', 'sophia deploy diff production --json'],
  input: (z) => z.object({ environment: z.string(), ...practiceInput(z) }),
  async run(ctx, input) {
    const practice = practiceIn(input);
    const wanted = { environment: input.environment, practice, candidates: '', replace: '', expiresS: 0, waitS: 0 };
    const prepared = await (await deploysIn(ctx).deploys()).prepare(wanted);
    if (prepared.foreseen) mustStayBelow(prepared);
    const { timeZone } = ctx.app.workspace;
    const exit = prepared.foreseen ? 'ok' : 'refused';
    return { data: { ...prepared, rehearsal: practice !== undefined, timeZone }, synthetic: false, exit };
  },
  render(data, style) {
    const { plan, rehearsal } = data;
    const refused = `${style.bold(plan.environment)} is refused as it stands.\nNext: sophia deploy plan ${plan.environment}   says why`;
    return marked((style) => (data.foreseen ? changing(data, style).join('\n') : refused), rehearsal, style);
  },
});
