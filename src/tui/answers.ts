import { dirname } from 'node:path';
import type { App } from '../core/app.ts';
import { provesActors } from '../core/config/index.ts';
import type { Context } from '../core/context/index.ts';
import { type Instant, minuteIn, type RunId, type TimeZone } from '../core/domain/index.ts';
import { UserError } from '../core/errors/index.ts';
import { aboutEach } from '../core/ops/about.ts';
import { answerProposal, questionOf } from '../core/ops/proposals/answer.ts';
import { isProposal, lapseIn, lapses } from '../core/ops/proposals/proposed.ts';
import { foundIn } from '../core/ops/proposals/words.ts';
import { resolveRun } from '../core/ops/resolve.ts';
import { type LeftTo, leave } from '../core/ops/worker/leave.ts';
import type { Draft } from '../core/policy/index.ts';
import {
  type ApprovalSummary,
  type Asked,
  answerOf,
  type Field,
  faultsIn,
  fieldsOf,
  type RunDetail,
} from '../core/runs/index.ts';
import { refusalOf } from './actions.ts';
import type { Watch } from './watch.ts';

/** A question in the list of those that nobody has answered. */
export interface Pending {
  readonly run: RunId;
  /** Its id; a run may ask several. */
  readonly question: string;
  readonly workflow: string;
  readonly title: string;
  readonly about: string;
  readonly askedAt: Instant;
  /** When what was declared for that answers it. */
  readonly expiresAt?: Instant;
}

/** All that is to be seen before one answers. */
export interface Opened {
  readonly run: RunId;
  readonly question: string;
  readonly title: string;
  /** Under their headings. */
  readonly sections: readonly { readonly title: string; readonly text: string }[];
  /** Who may answer, and until when: a line each. */
  readonly rules: readonly string[];
  /** What is to be filled in; absent for a proposal, which is approved or rejected. */
  readonly fields?: readonly Field[];
  readonly asked: Asked | undefined;
  /** How it was answered meanwhile. */
  readonly answered: string | undefined;
  /** Why it does not hold any more: it is to be withdrawn, and not answered. */
  readonly lapsed?: string;
}

export interface Given {
  readonly answer: object;
  readonly reason: string | null;
}

/** What humans are asked, and how they answer it. */
export interface Answers {
  /** Why nothing can be answered here. */
  readonly refusal: string | undefined;
  /** Whose time is over first comes first. */
  pending(): Promise<readonly Pending[]>;
  open(run: string, question: string): Promise<Opened>;
  /** What is wrong with an answer that is still being typed, by field. */
  faults(
    asked: Asked | undefined,
    answer: unknown,
  ): Promise<readonly { readonly field: string; readonly why: string }[]>;
  /** Gives the answer, and leaves the run to a worker. Errors as `questionOf` and `Runs.answer`. */
  give(opened: Pick<Opened, 'run' | 'question'>, given: Given): Promise<LeftTo>;
  /** Takes back what does not hold any more. Errors as `Runs.withdraw`. */
  withdraw(opened: Pick<Opened, 'run'>): Promise<void>;
}

type AnswersContext = Pick<Context, 'clock' | 'files' | 'launch'>;

interface AnswersDeps {
  readonly watch: Watch;
  readonly readOnly: boolean;
}

export function openAnswers(context: AnswersContext, app: App, { watch, readOnly }: AnswersDeps): Answers {
  const { timeZone } = app.workspace;
  const find = async (run: string) => {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    return { found, rooms: app.of(owner) };
  };
  const refusal = refusalOf(app, readOnly);
  return {
    refusal,
    async pending() {
      await watch.needSame();
      const all: Pending[] = [];
      for (const rooms of app.owned) {
        const questions = await (await rooms.runs()).pending();
        const about = await aboutEach(
          rooms,
          questions.map(({ runId, input }) => ({ id: runId, input })),
        );
        for (const { runId, id, workflow, node, askedAt, expiresAt, question } of questions)
          all.push({
            ...{
              run: runId,
              question: id,
              workflow,
              title: isProposal({ workflow }) ? 'Proposal' : (question?.title ?? node),
              askedAt,
            },
            ...{ about: about.get(runId) ?? '', ...(expiresAt && { expiresAt }) },
          });
      }
      return all.toSorted((a, b) => comes(a).localeCompare(comes(b)));
    },
    async open(run, question) {
      await watch.needSame();
      const { found, rooms } = await find(run);
      const detail = await (await rooms.runs()).show(found);
      const approval = detail.approvals.find(({ id }) => id === question);
      if (!approval) throw new UserError('refused', `${found} asks nothing of that id`);
      const { question: asked, answeredAt } = approval;
      const { approvers } = app.workspace;
      // As `Runs.answer` has it: what was required when it was asked, and what is required by now.
      const wanted = [asked, isProposal(detail) ? { roles: approvers.roles, by: approvers.twoPersons } : undefined];
      const persons = wanted.flatMap((rule) => rulesOf(rule, provesActors(app.workspace)));
      const rules = [...new Set(persons), ...untilOf(asked, timeZone)];
      const proposes = isProposal(detail);
      const title = asked?.title ?? approval.node;
      const common = { run: found, question, rules, asked, title: proposes ? `Proposal of ${found}` : title };
      const over = async (answered: string): Promise<Opened> => {
        const draft = proposes ? await (await rooms.policy()).draft(found) : undefined;
        return { ...common, sections: draft ? told(draft) : [], answered };
      };
      if (answeredAt) return over(answeredIn(approval, timeZone));
      if (isEnded(detail)) return over(`not asked any more: ${detail.status}`);
      if (!proposes) {
        const sections = asked ? [{ title: 'What is asked', text: asked.summary }] : [];
        return { ...common, sections, fields: fieldsOf(answerOf(asked)), answered: undefined };
      }
      const lapse = await lapseIn(rooms, detail.input);
      if (lapse) return { ...common, sections: [], answered: undefined, lapsed: lapses[lapse] };
      const { proposal, draft } = await questionOf(app, found, true);
      const why = { title: 'Why', text: `${proposal.name ?? proposal.key}: ${foundIn(proposal)}` };
      const sections = [why, ...told(draft)];
      return { ...common, title: `Proposal for ${proposal.key}`, sections, answered: undefined };
    },
    faults: faultsIn,
    async give({ run, question }, { answer, reason }) {
      if (refusal) throw new UserError('refused', refusal);
      await watch.needSameRules();
      const { found, rooms } = await find(run);
      const runs = await rooms.runs();
      if (isProposal(await runs.summary(found)))
        await answerProposal(await questionOf(app, found, false), { answer: answer as never, reason, detach: true });
      else await runs.answer(found, { answer, reason, question, detach: true });
      await watch.needSame();
      return leave(context, { owner: rooms.owner.id, runs, folder: dirname(app.workspace.configFile) });
    },
    async withdraw({ run }) {
      if (refusal) throw new UserError('refused', refusal);
      await watch.needSameRules();
      const { found, rooms } = await find(run);
      const runs = await rooms.runs();
      const { input } = await runs.summary(found);
      if (!(await lapseIn(rooms, input))) throw new UserError('refused', 'it holds again: look at it once more');
      await runs.withdraw(found);
    },
  };
}

/** By whom it was answered, when, and why. */
export function answeredIn({ decision, answeredBy, answeredAt, reason }: ApprovalSummary, timeZone: TimeZone): string {
  const when = answeredAt ? ` at ${minuteIn(timeZone, answeredAt)}` : '';
  return `${decision ?? 'answered'} by ${answeredBy}${when}${reason ? `: ${reason}` : ''}`;
}

function told({ task, message }: Draft): Opened['sections'] {
  return [
    { title: 'What would be done', text: task },
    { title: 'What would be written', text: message },
  ];
}

/** Those without an end come last. */
function comes({ expiresAt, askedAt }: Pending): string {
  return `${expiresAt ?? '9'} ${askedAt}`;
}

function isEnded({ status }: Pick<RunDetail, 'status'>): boolean {
  return status === 'cancelled' || status === 'failed' || status === 'succeeded';
}

interface Persons {
  readonly roles?: readonly string[];
  readonly by?: 'another' | boolean;
}

/** Where nobody can be proved to be who they are, a rule about persons is a wish, and is called one. */
function rulesOf(rule: Persons | undefined, proves: boolean): string[] {
  const { roles = [], by } = rule ?? {};
  const wish = proves ? '' : '; nothing here proves who answers';
  return [
    ...(roles.length > 0 ? [`for ${roles.join(', ')}${wish}`] : []),
    ...(by ? [`two persons: for another than who began the run, or answered in it${wish}`] : []),
  ];
}

function untilOf(asked: Asked | undefined, timeZone: App['workspace']['timeZone']): string[] {
  const { expires } = asked ?? {};
  return expires ? [`until ${minuteIn(timeZone, expires.at)}: then ${JSON.stringify(expires.answer)}`] : [];
}
