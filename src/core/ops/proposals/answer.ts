import type { Owner, Workspace } from '../../config/index.ts';
import type { OwnerId } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import type { Draft } from '../../policy/index.ts';
import { type Answer, answerStands, type RunDetail, type RunStatus } from '../../runs/index.ts';
import type { Store } from '../../store/index.ts';
import { resolveRun } from '../resolve.ts';
import { answering, isProposal, lapseIn, lapses, type ProposalRooms, type Proposed, proposedOf } from './proposed.ts';

interface House<R> {
  readonly workspace: Pick<Workspace, 'timeZone'>;
  readonly owned: readonly R[];
  of(owner: OwnerId): R;
  store(): Promise<Store>;
}

/** What a proposal asks a human, with all that is to be seen before one answers. */
export interface Question {
  readonly owner: OwnerId;
  readonly rooms: ProposalRooms;
  readonly run: RunDetail;
  readonly proposal: Proposed;
  readonly draft: Draft;
}

/**
 * Brings a proposal's run to its question. UserError `refused` when it has been answered, asks nothing, or asks what does
 * not hold any more; in that case it is withdrawn, so that nobody is asked again. With `dryRun` nothing is changed: a run is not
 * withdrawn, and one that has not come to its question yet is refused.
 */
export async function questionOf<R extends ProposalRooms & { readonly owner: Owner }>(
  house: House<R>,
  asked: string,
  dryRun: boolean,
): Promise<Question> {
  const { owner, found } = await resolveRun(await house.store(), house.owned, asked);
  const rooms = house.of(owner);
  const runs = await rooms.runs();
  const seen = await runs.show(found);
  if (!isProposal(seen) && seen.waitingOn === 'approval') {
    const reply = answering(seen);
    throw new UserError('refused', `${found} asks for fields: ${reply}`, [reply]);
  }
  const lapse = isToBeAnswered(seen) ? await lapseIn(rooms, seen.input) : undefined;
  if (lapse) {
    if (!dryRun) await runs.withdraw(found);
    throw new UserError('refused', `${found} ${dryRun ? 'would be' : 'was'} withdrawn: ${lapses[lapse]}`, [
      'sophia churn analyze <property>   proposes what holds today',
    ]);
  }
  if (isLeft(seen) && seen.approvals.every(({ decision }) => decision === undefined)) {
    if (dryRun)
      throw new UserError('refused', `${found} is ${seen.status}, and asks nothing yet`, [
        `sophia runs approve ${found}   brings it to its question`,
      ]);
    await runs.resume(found);
  }
  const run = await runs.show(found);
  const answered = run.approvals.find(({ decision }) => decision !== undefined);
  if (answered)
    throw answerStands(found, { ...answered, timeZone: house.workspace.timeZone }, [
      isLeft(run) ? `sophia runs resume ${found}   finishes it` : `sophia runs show ${found}`,
    ]);
  const draft = await (await rooms.policy()).draft(found);
  const [proposal] = await proposedOf(rooms, { run: found });
  if (run.status !== 'waiting' || !draft || !proposal)
    throw new UserError('refused', `${found} is ${run.status} and asks nothing`, ['sophia runs list --status waiting']);
  return { owner, rooms, run, proposal, draft };
}

/** Nobody works on it, and somebody may. */
function isLeft({ status }: RunDetail): boolean {
  return status === 'queued' || status === 'stalled';
}

function isToBeAnswered({ workflow, status, approvals }: RunDetail): boolean {
  const isOpen = status === 'waiting' || status === 'queued' || status === 'stalled';
  return isProposal({ workflow }) && isOpen && approvals.every(({ decision }) => decision === undefined);
}

/** What came of an answer. `executed`: files that were written, as the run names them. */
export interface CarriedOut {
  readonly status: RunStatus;
  readonly executed: readonly string[];
}

/**
 * Answers, and goes on with the run as far as it comes; with `detach` a worker is to, and nothing is executed yet. Errors as
 * `Runs.answer`.
 */
export async function answerProposal(
  { rooms, run }: Pick<Question, 'rooms' | 'run'>,
  { answer, reason, detach }: { readonly answer: Answer; readonly reason: string | null; readonly detach: boolean },
): Promise<CarriedOut> {
  const runs = await rooms.runs();
  const { status } = await runs.answer(run.id, { answer, reason, detach });
  return { status, executed: detach ? [] : (await runs.outcomes(run.id)).map(String) };
}
