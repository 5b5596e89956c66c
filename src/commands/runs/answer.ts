import type { Rooms } from '../../core/app.ts';
import type { OwnerId, RunId } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import type { Draft } from '../../core/policy/index.ts';
import { type Answer, answerStands, type RunDetail, type RunStatus } from '../../core/runs/index.ts';
import type { CommandContext, OptionSpec } from '../definition.ts';
import type { Style } from '../style.ts';
import { statusIn } from './render.ts';

/** An answer is a human's: a variable that was set to take defaults must not give it. */
export const unasked: OptionSpec = { flags: '--yes', help: 'answer without being asked', typed: true };

/** What came of a question: asked only, or answered and carried out. */
export interface Answered {
  readonly owner: OwnerId;
  readonly id: RunId;
  readonly status: RunStatus;
  readonly decision: Answer['decision'] | null;
  /** What was, or would be, done and said. */
  readonly draft: Draft;
  /** Files that were written, as the run names them. */
  readonly executed: readonly string[];
}

export interface Question {
  readonly owner: OwnerId;
  readonly rooms: Rooms;
  readonly run: RunDetail;
  readonly draft: Draft;
}

/** Brings a run to its question. UserError `refused` when it has been answered, or asks nothing. */
export async function questionOf({ app }: CommandContext, asked: string): Promise<Question> {
  const { owner, found } = await resolveRun(await app.store(), app.owned, asked);
  const rooms = app.of(owner);
  const runs = await rooms.runs();
  const seen = await runs.show(found);
  if (seen.status === 'queued' || (seen.status === 'stalled' && seen.approvals.length === 0)) await runs.resume(found);
  const run = await runs.show(found);
  const answered = run.approvals.find(({ decision }) => decision !== undefined);
  if (answered)
    throw answerStands(found, answered, [
      run.status === 'stalled' ? `sophia runs resume ${found}   finishes it` : `sophia runs show ${found}`,
    ]);
  const draft = await (await rooms.policy()).draft(found);
  if (run.status !== 'waiting' || !draft)
    throw new UserError('refused', `${found} is ${run.status} and asks nothing`, ['sophia runs list --status waiting']);
  return { owner, rooms, run, draft };
}

export async function answerIt(
  { owner, rooms, run, draft }: Question,
  answer: Answer & { readonly reason: string | null },
): Promise<Answered> {
  const runs = await rooms.runs();
  const { status } = await runs.answer(run.id, answer);
  const executed = (await runs.outcomes(run.id)).map(String);
  return { owner, id: run.id, status, decision: answer.decision, draft, executed };
}

export function renderDraft({ task, message }: Draft, style: Style): string {
  const lines = (text: string) => style.text(text).trimEnd().split('\n');
  return [
    style.bold('What would be done'),
    ...lines(task).map((line) => `  ${line}`.trimEnd()),
    '',
    style.bold('What would be written'),
    ...lines(message).map((line) => `  ${line}`.trimEnd()),
  ].join('\n');
}

export function renderAnswered({ id, status, decision, executed, draft }: Answered, style: Style): string {
  if (decision === null)
    return [
      renderDraft(draft, style),
      '',
      `${style.bold(id)} waits for an answer. Nothing was done.`,
      `Next: sophia runs approve ${id} --yes`,
      `      sophia runs reject ${id} --reason "..."`,
    ].join('\n');
  return [
    `${style.bold(id)} was ${decision} and is ${statusIn(style, status)}.`,
    ...executed.map((file) => `  written: ${file}`),
    ...(executed.length > 0 ? ['Nothing was sent: that is yours to do.'] : []),
  ].join('\n');
}
