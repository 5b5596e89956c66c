import type { IsoDay, PropertyId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { Policy } from '../policy/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import type { AroundContext, RunDetail } from '../runs/index.ts';
import { type About, lapseOf } from './lapse.ts';

interface QuestionServices {
  today(): IsoDay;
  portfolio(): Promise<Pick<Portfolio, 'tenancy' | 'filesOf'>>;
  policy(): Promise<Pick<Policy, 'proposals'>>;
}

type Context = AroundContext<QuestionServices>;

/** Ends each proposal that nobody has answered and that does not hold any more, so that nobody is asked about it. */
export async function withdrawLapsed(context: Context, property: PropertyId): Promise<void> {
  const { services, runs } = context;
  for await (const { id, status, input } of unanswered(context, property))
    if (status === 'waiting' || status === 'queued' || status === 'stalled') {
      const about = { portfolio: await services.portfolio(), today: services.today() };
      if (await lapseOf(about, input as About)) await unlessHeld(() => runs.withdraw(id));
    }
}

/** Brings each new proposal to its question, so that it waits. One that cannot be drafted is told, and fails no other. */
export async function askAll(context: Context, property: PropertyId): Promise<void> {
  for await (const run of unanswered(context, property))
    if (run.status === 'queued' || run.status === 'stalled') await unlessHeld(() => draft(context, run));
}

async function* unanswered({ services, runs }: Context, property: PropertyId): AsyncGenerator<RunDetail> {
  for (const { runId } of await (await services.policy()).proposals({ property })) {
    const run = runId && (await runs.show(runId));
    if (run?.approvals.every(({ decision }) => decision === undefined)) yield run;
  }
}

async function draft({ services, runs, warn }: Context, { id, input }: RunDetail): Promise<void> {
  try {
    await runs.resume(id);
  } catch (thrown) {
    if (!(thrown instanceof UserError) || thrown.exit === 'held') throw thrown;
    const { tenant } = input as About;
    const file = (await (await services.portfolio()).filesOf([tenant], services.today())).get(tenant);
    warn(`no draft for ${file?.key ?? tenant}: ${thrown.message}`);
  }
}

/** Another process may be at it just now; then it will wait in a moment, or be gone. */
async function unlessHeld(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof UserError && thrown.exit === 'held')) throw thrown;
  }
}
