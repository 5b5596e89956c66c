import { nearestWorkspace } from '../../core/config/index.ts';
import { isRefused } from '../../core/deploy/index.ts';
import type { IsoDay } from '../../core/domain/index.ts';
import { type PlanReport, planDeploy } from '../../core/ops/deploy/plan.ts';
import { type Taken, takeSuggestion } from '../../core/ops/deploy/take.ts';
import { rehearsed } from '../../core/ops/rehearsal.ts';
import { findSecret } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';
import { dollarsInput } from './quantities.ts';
import { renderPlan, renderTaken } from './render.ts';

interface Input {
  environment: string;
  offline: boolean;
  suggest: boolean;
  take?: string | undefined;
  maxHourly?: number | undefined;
  dryRun: boolean;
}

type Report = PlanReport | (Taken & { readonly dryRun: boolean });

export default defineCommand<Input, Report, 'none'>({
  summary: 'Say what an environment costs, and what of it can be had',
  status: 'experimental',
  place: 'none',
  changes: 'world',
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [
    { flags: '--offline', help: 'by recorded prices, without asking anybody; they say their day' },
    { flags: '--suggest', help: 'print the cheapest alternatives that can be had, as files' },
    { flags: '--take <name>', help: 'of an alternative: put it in the place of the file, which is kept' },
    { flags: '--max-hourly <dollars>', help: 'refuse what costs more an hour' },
    { flags: '--dry-run', help: 'say what --take would write, write nothing' },
  ],
  examples: [
    'sophia deploy plan production --offline',
    'sophia deploy plan production --offline --suggest',
    'sophia deploy plan production --offline --take as-shared',
  ],
  input: (z) =>
    z.object({
      environment: z.string(),
      offline: z.boolean().default(false),
      suggest: z.boolean().default(false),
      take: z.string().optional(),
      maxHourly: dollarsInput(z),
      dryRun: z.boolean().default(false),
    }),
  async run(context, { environment, offline, suggest, take, maxHourly, dryRun }) {
    const today = context.clock.now().slice(0, 10) as IsoDay;
    const files = dryRun ? rehearsed(context.files) : context.files;
    const folder = (await nearestWorkspace(files, files.places.here)) ?? files.places.here;
    const key = async () => (await findSecret(context, 'lambda-api-key'))?.secret;
    const deps = { ...context, files, today, folder, key };
    const request = { environment, offline, suggest, maxHourlyCents: maxHourly };
    const data =
      take === undefined ? await planDeploy(deps, request) : { ...(await takeSuggestion(deps, request, take)), dryRun };
    return { data, synthetic: false, ...(isRefused(data) && { exit: 'refused' as const }) };
  },
  render: (data, style) => ('taken' in data ? renderTaken(data, data.dryRun, style) : renderPlan(data, style)),
});
