import { dirname } from 'node:path';
import type { App } from '../core/app.ts';
import type { Context } from '../core/context/index.ts';
import { UserError } from '../core/errors/index.ts';
import { resolveRun } from '../core/ops/resolve.ts';
import { leave } from '../core/ops/worker/leave.ts';
import type { Watch } from './watch.ts';

/** What can be done with a run, besides answering it. Each returns what came of it, in words. */
export interface Actions {
  /** Leaves it to a worker: a run that was left, or is due; and, to be tried at once, one that has failed or waits for its next try. */
  goOn(run: string): Promise<string>;
  cancel(run: string): Promise<string>;
}

type ActionsContext = Pick<Context, 'clock' | 'files' | 'launch'>;

export const LOOK_ONLY = 'these screens were opened to look only';

/** Why nothing is changed by screens that are opened so; `undefined` where it is. */
export function refusalOf({ workspace }: Pick<App, 'workspace'>, readOnly: boolean): string | undefined {
  if (readOnly) return LOOK_ONLY;
  return workspace.synthetic ? 'the demo is looked at only: sophia init begins a workspace of your own' : undefined;
}

interface ActionsDeps {
  readonly watch: Watch;
  readonly readOnly: boolean;
}

export function openActions(context: ActionsContext, app: App, { watch, readOnly }: ActionsDeps): Actions {
  const find = async (run: string) => {
    const refusal = refusalOf(app, readOnly);
    if (refusal) throw new UserError('refused', refusal);
    await watch.needSameRules();
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    return { owner, found, runs: await app.of(owner).runs() };
  };
  return {
    async goOn(run) {
      const { owner, found, runs } = await find(run);
      const { status, waitingOn } = await runs.summary(found);
      if (status === 'failed' || waitingOn === 'retry') await runs.retry(found, { detach: true });
      else if (status === 'stalled' && !(await runs.due()).some(({ id }) => id === found))
        throw new UserError('refused', `no worker goes on with what spends: sophia runs resume ${found}`);
      else if (!(await runs.due()).some(({ id }) => id === found))
        throw new UserError('refused', `${found} is ${status}: there is nothing to go on with`);
      const left = await leave(context, { owner, runs, folder: dirname(app.workspace.configFile) });
      return left.worker === 'none' ? `no worker could be started: ${left.reason}` : 'a worker goes on with it';
    },
    async cancel(run) {
      const { found, runs } = await find(run);
      const { status } = await runs.cancel(found);
      return status === 'running'
        ? 'the process that has it was told, and ends it at its next write'
        : `it is ${status}`;
    },
  };
}
