import { defineCommand } from '../definition.ts';
import { type Answered, decide, questionOf, rehearsal, renderAnswered, unanswered, unasked } from './answer.ts';

interface Input {
  run: string;
  reason: string;
  yes: boolean;
  json: boolean;
  dryRun: boolean;
}

export default defineCommand<Input, Answered, 'own'>({
  summary: 'Reject what a run proposes, with a reason',
  status: 'beta',
  place: 'own',
  changes: 'world',
  args: [{ name: 'run', completes: 'asking run', help: 'id of the run' }],
  options: [{ flags: '--reason <text>', help: 'why; it is kept with the run' }, unasked, rehearsal],
  examples: ['sophia runs reject run-0123456789ab --yes --reason "renewed by phone"'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      reason: z
        .string('is needed: say why')
        .trim()
        .min(1, 'is needed: say why')
        .max(1000, 'is longer than 1000 characters'),
      yes: z.boolean().default(false),
      json: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { run, reason, yes, json, dryRun }) {
    const question = await questionOf(ctx, run, dryRun);
    if (dryRun) return { data: unanswered(question) };
    const message = 'Reject this, and do nothing of it?';
    return decide(ctx, question, { message, yes, json, detach: false, answer: { decision: 'rejected', reason } });
  },
  render: renderAnswered,
});
