import { minuteIn } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import { answering, isProposal } from '../../core/ops/proposals/proposed.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import type { LeftTo } from '../../core/ops/worker/leave.ts';
import type { RunSummary } from '../../core/runs/index.ts';
import { defineCommand } from '../definition.ts';
import { jsonObject } from '../json-object.ts';
import { detached, leaveIt, renderLeft } from './detached.ts';
import { statusIn } from './render.ts';
import { type Carried, carriedOn, exitFor, renderSpent } from './spent.ts';

/** Nobody goes on with it yet. */
const nobody = null as LeftTo | null;
/** Of a run that has not ended, or does not deploy. */
const unspent = undefined as Carried['spent'] | undefined;

function isOver({ status }: Pick<RunSummary, 'status'>): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

/** How it is answered; where several things are asked, which is meant must be said. */
function nextOf(run: Pick<RunSummary, 'id' | 'workflow'>, questions: number): string {
  if (isProposal(run)) return answering(run);
  return `sophia runs reply ${run.id}${questions > 1 ? ' --question <id>' : ''} --answer '{...}'`;
}

export default defineCommand({
  summary: 'Answer a run with the fields that it asks for',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  scores: 'shown',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  options: [
    { flags: '--answer <json>', help: 'the fields; without it the question is shown' },
    { flags: '--question <id>', help: 'which one, where a run asks several' },
    { flags: '--reason <text>', help: 'why; it is kept with the run' },
    detached,
    { flags: '--dry-run', help: 'show what is asked, and answer nothing' },
  ],
  examples: ['sophia runs reply run-0123456789ab --dry-run'],
  input: (z) =>
    z.object({
      run: z.string().min(1, 'must not be empty'),
      answer: z.string().optional(),
      question: z.string().optional(),
      reason: z.string().trim().max(1000, 'is longer than 1000 characters').optional(),
      detach: z.boolean().default(false),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, { run, answer, question, reason = null, detach, dryRun }) {
    const { app } = ctx;
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const rooms = app.of(owner);
    const room = await rooms.runs();
    const { approvals, ...before } = await room.show(found);
    const open = isOver(before) ? [] : approvals.filter(({ answeredAt }) => answeredAt === undefined);
    const { timeZone } = app.workspace;
    const asked = {
      owner,
      timeZone,
      ...before,
      questions: open.map(({ id, node, question }) => ({ id, node, ...question })),
    };
    const isAsking = open.length > 0;
    const unanswered = {
      ...asked,
      next: isAsking ? nextOf(before, open.length) : null,
      answered: false,
      left: nobody,
      spent: unspent,
    };
    if (dryRun) return { data: unanswered };
    if (isProposal(before) && isAsking)
      throw new UserError('refused', `${found} is a proposal: it is answered with what would be done in sight`, [
        answering(before),
        `sophia runs reject ${found} --reason "..."`,
      ]);
    if (answer === undefined && isAsking) return { exit: 'paused', data: unanswered };
    if (answer === undefined)
      throw new UserError('refused', `${found} is ${before.status}, and asks nothing`, [`sophia runs show ${found}`]);
    const given = { answer: jsonObject('--answer', answer, { decision: 'approved' }), reason, question, detach };
    const after = await carriedOn(rooms, before, () => room.answer(found, given));
    const left = detach ? await leaveIt(ctx, owner) : nobody;
    const { spent = unspent } = after;
    const data = { owner, timeZone, ...after, questions: [], next: null, answered: true, left, spent };
    return { data, ...exitFor(after) };
  },
  render({ id, timeZone, status, questions, next, answered, left, spent }, style) {
    if (answered)
      return [
        `${style.bold(id)} was answered, and is ${statusIn(style, status)}.`,
        ...(left ? renderLeft(id, left, style) : []),
        ...renderSpent(spent, style),
      ].join('\n');
    if (questions.length === 0) return `${style.bold(id)} is ${statusIn(style, status)}, and asks nothing.`;
    return [
      `${style.bold(id)} asks:`,
      ...questions.flatMap(({ id, node, title, summary, answer, roles = [], by, expires }) => [
        `  ${style.bold(style.text(title ?? node))}  ${style.dim(id)}`,
        ...(summary ? [`  ${style.text(summary)}`] : []),
        ...(roles.length > 0 ? [`  for ${style.text(roles.join(', '))}`] : []),
        ...(by ? ['  for another than who began the run, or answered in it'] : []),
        ...(expires
          ? [`  until ${minuteIn(timeZone, expires.at)}: then ${style.text(JSON.stringify(expires.answer))}`]
          : []),
        ...(answer ? [style.dim(`  ${style.text(JSON.stringify(answer))}`)] : []),
      ]),
      `Next: ${next}`,
    ].join('\n');
  },
});
