import type { OwnerId, RunId } from '../../core/domain/index.ts';
import { answerProposal, type Question } from '../../core/ops/proposals/answer.ts';
import type { Proposed } from '../../core/ops/proposals/proposed.ts';
import { foundIn } from '../../core/ops/proposals/words.ts';
import type { LeftTo } from '../../core/ops/worker/leave.ts';
import type { Draft } from '../../core/policy/index.ts';
import type { Answer, RunStatus } from '../../core/runs/index.ts';
import type { CommandContext, OptionSpec, Outcome } from '../definition.ts';
import { below, type Style } from '../style.ts';
import { leaveIt, renderLeft } from './detached.ts';
import { statusIn } from './render.ts';

/** An answer is a human's: a variable that was set to take defaults must not give it. */
export const unasked: OptionSpec = { flags: '--yes', help: 'answer without being asked', fallback: false, typed: true };

/** What came of a question: asked only, or answered and carried out. */
export interface Answered {
  readonly owner: OwnerId;
  readonly id: RunId;
  readonly status: RunStatus;
  readonly decision: Answer['decision'] | null;
  /** Whom it is about, and why: for who decides, and in no text that leaves the house. */
  readonly proposal: Proposed;
  /** What was, or would be, done and said. */
  readonly draft: Draft;
  /** Files that were written, as the run names them. */
  readonly executed: readonly string[];
  /** Who goes on with it, where this command does not. */
  readonly left?: LeftTo;
}

export const rehearsal: OptionSpec = { flags: '--dry-run', help: 'show what is asked, and answer nothing' };

/** The question as it stands. */
export function unanswered({ owner, proposal, draft, run: { id, status } }: Question): Answered {
  return { owner, id, status, decision: null, proposal, draft, executed: [] };
}

interface Asking {
  /** What the human is asked to agree to. */
  readonly message: string;
  readonly yes: boolean;
  readonly json: boolean;
  readonly detach: boolean;
  readonly answer: Answer & { readonly reason: string | null };
  /** Asks why, where that has not been said. */
  why?(): Promise<string>;
}

/** Shows what is asked and gives the answer, where a human agrees to it. */
export async function decide(
  ctx: CommandContext,
  question: Question,
  { message, yes, json, detach, answer, why }: Asking,
): Promise<Outcome<Answered>> {
  const { ask, show } = ctx;
  // What is agreed to is seen, even when nobody is asked; the JSON holds it anyway.
  if (ask.isHeard || (yes && !json)) show((style) => renderDraft(question, style));
  if (yes || (await ask.confirm({ message, fallback: false, flag: '--yes' }))) {
    const reason = why ? await why() : answer.reason;
    return { data: await answerIt(ctx, question, { ...answer, reason }, detach) };
  }
  return { exit: 'paused', data: unanswered(question) };
}

async function answerIt(
  ctx: CommandContext,
  question: Question,
  { reason, ...answer }: Asking['answer'],
  detach: boolean,
): Promise<Answered> {
  const { owner, run, proposal, draft } = question;
  const carriedOut = await answerProposal(question, { answer, reason, detach });
  const left = detach ? { left: await leaveIt(ctx, owner) } : {};
  return { owner, id: run.id, decision: answer.decision, proposal, draft, ...carriedOut, ...left };
}

function renderDraft({ proposal, draft }: Pick<Answered, 'proposal' | 'draft'>, style: Style): string {
  const { task, message } = draft;
  const indent = '  ';
  const set = (text: string) => (indent + below(indent, text, style)).trimEnd();
  const lines = (text: string) => text.trimEnd().split('\n').map(set);
  return [
    style.bold('Why'),
    set(`${proposal.name ?? proposal.key}: ${foundIn(proposal)}`),
    '',
    style.bold('What would be done'),
    ...lines(task),
    '',
    style.bold('What would be written'),
    ...lines(message),
  ].join('\n');
}

export function renderAnswered(answered: Answered, style: Style): string {
  const { id, status, decision, executed, left } = answered;
  if (decision === null)
    return [
      renderDraft(answered, style),
      '',
      `${style.bold(id)} waits for an answer. Nothing was done.`,
      `Next: sophia runs approve ${id} --yes`,
      `      sophia runs reject ${id} --yes --reason "..."`,
    ].join('\n');
  if (left) return [`${style.bold(id)} was ${decision}.`, ...renderLeft(id, left, style)].join('\n');
  return [
    `${style.bold(id)} was ${decision}${status === 'succeeded' ? '' : `, and is ${statusIn(style, status)}`}.`,
    ...executed.map((file) => `  written: ${file}`),
    ...(decision === 'approved' && executed.length === 0 ? ['Nothing was written: it does not hold any more.'] : []),
    ...(executed.length > 0 ? ['Nothing was sent: that is yours to do.'] : []),
  ].join('\n');
}
