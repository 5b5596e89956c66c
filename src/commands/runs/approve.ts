import { defineCommand } from '../definition.ts';
import { type Answered, answerIt, questionOf, renderAnswered, renderDraft, unasked } from './answer.ts';

export default defineCommand<{ run: string; yes: boolean; json: boolean }, Answered, 'own'>({
  summary: 'Approve what a run proposes, and carry it out',
  status: 'beta',
  place: 'own',
  args: [{ name: 'run', help: 'id of the run' }],
  options: [unasked],
  examples: ['sophia runs approve run-0123456789ab --yes'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      yes: z.boolean().default(false),
      json: z.boolean().default(false),
    }),
  async run(ctx, { run, yes, json }) {
    const question = await questionOf(ctx, run);
    // What is agreed to is seen, even when nobody is asked; the JSON holds it anyway.
    if (ctx.ask.isHeard || (yes && !json)) ctx.show((style) => renderDraft(question, style));
    const agreed =
      yes || (await ctx.ask.confirm({ message: 'Do this, and write these files?', fallback: false, flag: '--yes' }));
    if (agreed) return { data: await answerIt(question, { decision: 'approved', reason: null }) };
    const { owner, proposal, draft, run: found } = question;
    return {
      exit: 'paused',
      data: { owner, id: found.id, status: found.status, decision: null, proposal, draft, executed: [] },
    };
  },
  render: renderAnswered,
});
