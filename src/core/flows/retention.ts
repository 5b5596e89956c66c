import { type Action, type Id, id, type LeaseId, type PropertyId, type RunId, type TenantId } from '../domain/index.ts';
import type { Draft, Policy } from '../policy/index.ts';
import { type NodeContext, workflow } from '../runs/index.ts';

export type RetentionInput = {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly property: PropertyId;
  readonly action: Action;
};

export interface RetentionServices {
  policy(): Promise<Pick<Policy, 'keepDraft' | 'draft'>>;
  /** What would be done and said, in words, for the tenant as known today. */
  compose(about: RetentionInput & { readonly runId: RunId }): Promise<Draft>;
  /** Lays a file into the folder of the run, whole or not at all. Nothing is sent. Returns its path. */
  handOut(runId: RunId, name: string, text: string): Promise<string>;
}

/** A proposal to a human: what is approved is what is carried out, once, and nothing without an answer. */
export const retention = workflow<RetentionServices, RetentionInput>('retention', 1)
  .node('draft', async (about, { runId, services, alongside }) => {
    const [policy, draft] = [await services.policy(), await services.compose({ ...about, runId })];
    alongside((tx) => policy.keepDraft(tx, runId, about.tenant, draft));
    return {};
  })
  .node('ask', async (_about, { approve }) => ({ decision: (await approve()).decision }))
  .node('act', async ({ tenant, decision }, context) => {
    if (decision !== 'approved') return { executed: [] };
    const draft = await (await context.services.policy()).draft(context.runId);
    if (!draft) throw new Error('what was approved is kept');
    const task = await handOutOnce(context, id('effect', 'task'), tenant, draft.task);
    const message = await handOutOnce(context, id('effect', 'message'), tenant, draft.message);
    return { executed: [task, message] };
  });

/** The file is written once, and the line that says so is written with the record that it is done. */
function handOutOnce(
  { once, runId, services }: NodeContext<RetentionServices>,
  action: Id<'effect'>,
  tenant: TenantId,
  text: string,
): Promise<string> {
  const done = [{ kind: 'action.executed', body: { action, tenant } }] as const;
  return once(action, () => services.handOut(runId, `${action}.md`, text), done);
}
