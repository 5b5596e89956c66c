import { nearestWorkspace } from '../../core/config/index.ts';
import { isRefused } from '../../core/deploy/index.ts';
import type { IsoDay } from '../../core/domain/index.ts';
import { type PlanReport, planDeploy } from '../../core/ops/deploy/plan.ts';
import { findSecret } from '../../core/secrets/index.ts';
import { defineCommand } from '../definition.ts';
import { dollarsInput } from './quantities.ts';
import { renderPlan } from './render.ts';

interface Input {
  environment: string;
  offline: boolean;
  suggest: boolean;
  maxHourly?: number | undefined;
}

export default defineCommand<Input, PlanReport, 'none'>({
  summary: 'Say what an environment costs, and what of it can be had',
  status: 'experimental',
  place: 'none',
  changes: 'nothing',
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [
    { flags: '--offline', help: 'by recorded prices, without asking anybody; they say their day' },
    { flags: '--suggest', help: 'print the cheapest alternatives that can be had, as files' },
    { flags: '--max-hourly <dollars>', help: 'refuse what costs more an hour' },
  ],
  examples: ['sophia deploy plan production --offline', 'sophia deploy plan production --offline --suggest'],
  input: (z) =>
    z.object({
      environment: z.string(),
      offline: z.boolean().default(false),
      suggest: z.boolean().default(false),
      maxHourly: dollarsInput(z),
    }),
  async run(context, { environment, offline, suggest, maxHourly }) {
    const today = context.clock.now().slice(0, 10) as IsoDay;
    const { files } = context;
    const folder = (await nearestWorkspace(files, files.places.here)) ?? files.places.here;
    const deps = { ...context, today, folder, key: async () => (await findSecret(context, 'lambda-api-key'))?.secret };
    const data = await planDeploy(deps, { environment, offline, suggest, maxHourlyCents: maxHourly });
    return { data, synthetic: false, ...(isRefused(data) && { exit: 'refused' as const }) };
  },
  render: renderPlan,
});
