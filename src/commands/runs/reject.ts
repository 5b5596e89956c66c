import { UNSEEN } from '../../core/domain/index.ts';
import { UsageError } from '../../core/errors/index.ts';
import { questionOf } from '../../core/ops/proposals/answer.ts';
import type { Ask } from '../ask.ts';
import { defineCommand } from '../definition.ts';
import { type Answered, decide, rehearsal, renderAnswered, unanswered, unasked } from './answer.ts';

interface Input {
  run: string;
  reason?: string | undefined;
  yes: boolean;
  json: boolean;
  dryRun: boolean;
}

const MOST = 1000;
const TOO_LONG = `is longer than ${MOST} characters`;
/** A line of it would stand as a line of what is told to the tenant. */
const ONE_LINE = 'holds line breaks, or other control or invisible characters';

async function askWhy({ text }: Ask): Promise<string> {
  const typed = await text({
    ...{ message: 'Why? It is kept with the run', fallback: '', flag: '--reason' },
    refuse(why) {
      if (why.trim() === '') return 'say why';
      if (why.length > MOST) return TOO_LONG;
      return UNSEEN.test(why.trim()) ? ONE_LINE : undefined;
    },
  });
  return typed.trim();
}

export default defineCommand<Input, Answered, 'own'>({
  summary: 'Reject what a run proposes, with a reason',
  status: 'beta',
  place: 'own',
  changes: 'world',
  scores: 'shown',
  args: [{ name: 'run', completes: 'asking run', help: 'id of the run' }],
  options: [{ flags: '--reason <text>', help: 'why; it is kept with the run' }, unasked, rehearsal],
  examples: ['sophia runs reject run-0123456789ab --yes --reason "renewed by phone"'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      reason: z
        .string()
        .trim()
        .min(1, 'is needed: say why')
        .max(MOST, TOO_LONG)
        .refine((why) => !UNSEEN.test(why), ONE_LINE)
        .optional(),
      yes: z.boolean().default(false),
      json: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { run, reason, yes, json, dryRun }) {
    if (reason === undefined && !ctx.ask.isHeard)
      throw new UsageError('--reason: is needed: say why', [
        `sophia runs reject ${run}${yes ? ' --yes' : ''} --reason "..."`,
      ]);
    const question = await questionOf(ctx.app, run, dryRun);
    if (dryRun) return { data: unanswered(question) };
    return decide(ctx, question, {
      ...{ message: 'Reject this, and do nothing of it?', yes, json, detach: false },
      answer: { decision: 'rejected', reason: reason ?? null },
      ...(reason === undefined && { why: () => askWhy(ctx.ask) }),
    });
  },
  render: renderAnswered,
});
