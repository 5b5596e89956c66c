import { questionOf } from '../../core/ops/proposals/answer.ts';
import { defineCommand } from '../definition.ts';
import { type Answered, decide, rehearsal, renderAnswered, unanswered, unasked } from './answer.ts';
import { detached } from './detached.ts';

interface Input {
  run: string;
  yes: boolean;
  json: boolean;
  detach: boolean;
  dryRun: boolean;
}

export default defineCommand<Input, Answered, 'own'>({
  summary: 'Approve what a run proposes, and carry it out',
  status: 'beta',
  place: 'own',
  changes: 'world',
  scores: 'shown',
  args: [{ name: 'run', completes: 'asking run', help: 'id of the run' }],
  options: [unasked, detached, rehearsal],
  examples: ['sophia runs approve run-0123456789ab --yes'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      yes: z.boolean().default(false),
      json: z.boolean().default(false),
      detach: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { run, yes, json, detach, dryRun }) {
    const question = await questionOf(ctx.app, run, dryRun);
    if (dryRun) return { data: unanswered(question) };
    const message = 'Do this, and write these files?';
    return decide(ctx, question, { message, yes, json, detach, answer: { decision: 'approved', reason: null } });
  },
  render: renderAnswered,
});
