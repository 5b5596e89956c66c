import { defineCommand } from '../definition.ts';
import { type Answered, answerIt, questionOf, rehearsal, renderAnswered, unanswered, unasked } from './answer.ts';

export default defineCommand<{ run: string; reason: string; dryRun: boolean }, Answered, 'own'>({
  summary: 'Reject what a run proposes, with a reason',
  status: 'beta',
  place: 'own',
  changes: 'world',
  args: [{ name: 'run', completes: 'asking run', help: 'id of the run' }],
  options: [{ flags: '--reason <text>', help: 'why; it is kept with the run' }, unasked, rehearsal],
  examples: ['sophia runs reject run-0123456789ab --reason "already renewed by phone"'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      reason: z
        .string('is needed: say why')
        .trim()
        .min(1, 'is needed: say why')
        .max(1000, 'is longer than 1000 characters'),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { run, reason, dryRun }) {
    const question = await questionOf(ctx, run, dryRun);
    return { data: dryRun ? unanswered(question) : await answerIt(question, { decision: 'rejected', reason }) };
  },
  render: renderAnswered,
});
