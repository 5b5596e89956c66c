import { z } from 'zod';
import { type Id, type IsoDay, id, type RunId, type TenantId } from '../domain/index.ts';
import type { Draft, Policy } from '../policy/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import { type Answer, type NodeContext, type Question, workflow } from '../runs/index.ts';
import { type About, lapseOf } from './lapse.ts';

export interface RetentionServices {
  today(): IsoDay;
  portfolio(): Promise<Pick<Portfolio, 'tenancy'>>;
  policy(): Promise<Pick<Policy, 'keepDraft' | 'draft'>>;
  /** Who may answer. */
  readonly approvers: { readonly roles: readonly string[]; readonly twoPersons: boolean };
  /** What would be done and said, in words, for the tenant as known today. */
  compose(about: About & { readonly runId: RunId }): Promise<Draft>;
  /** Lays a file into the folder of the run, whole or not at all. Nothing is sent. Returns its path. */
  handOut(runId: RunId, name: string, text: string): Promise<string>;
}

/** A proposal to a human: what is approved is what is carried out, once, and nothing without an answer. */
export const retention = workflow<RetentionServices, About>('retention', 1, {
  // Whoever asked may not have known what is required by now.
  around: { answerable: ({ approvers }) => ruleOf(approvers) },
})
  .node('draft', async (about, { runId, services, alongside }) => {
    const [policy, draft] = [await services.policy(), await services.compose({ ...about, runId })];
    alongside((tx) => policy.keepDraft(tx, runId, about.tenant, draft));
    return {};
  })
  .node('ask', async (_about, { approve, services: { approvers } }) => {
    const isForAnybody = approvers.roles.length === 0 && !approvers.twoPersons;
    const { decision } = await (isForAnybody ? approve() : approve(questionFor(approvers)));
    return { decision };
  })
  .node('act', async ({ decision, ...about }, context) => {
    if (decision !== 'approved') return { executed: [] };
    const [{ runId, services, emit }, { tenant }] = [context, about];
    // It may have been stopped after the answer, and gone on with when nothing of it is true any more.
    if (await lapseOf({ portfolio: await services.portfolio(), today: services.today() }, about)) {
      emit({ kind: 'proposal.lapsed', body: { proposal: runId, tenant } });
      return { executed: [] };
    }
    const draft = await (await context.services.policy()).draft(context.runId);
    if (!draft) throw new Error('what was approved is kept');
    const task = await handOutOnce(context, id('effect', 'task'), tenant, draft.task);
    const message = await handOutOnce(context, id('effect', 'message'), tenant, draft.message);
    return { executed: [task, message] };
  });

function questionFor(approvers: RetentionServices['approvers']): Question<Answer> {
  return {
    title: 'Proposal',
    summary: 'Shown with what would be done by sophia runs approve.',
    answer: z.strictObject({ decision: z.enum(['approved', 'rejected']) }),
    ...ruleOf(approvers),
  };
}

function ruleOf({ roles, twoPersons }: RetentionServices['approvers']): Pick<Question<Answer>, 'roles' | 'by'> {
  return { ...(roles.length > 0 && { roles }), ...(twoPersons && { by: 'another' }) };
}

/** The file is written once, and the line that says so is written with the record that it is done. */
function handOutOnce(
  { once, runId, services }: NodeContext<RetentionServices>,
  action: Id<'effect'>,
  tenant: TenantId,
  text: string,
): Promise<string> {
  const done = [{ kind: 'action.executed', body: { action, tenant } }] as const;
  // The same file is written whole or not at all, so that done again it is as if it had been done once.
  return once(action, () => services.handOut(runId, `${action}.md`, text), { inDoubt: 'retry', done });
}
