import { nearestWorkspace } from '../../core/config/index.ts';
import { isRefused } from '../../core/deploy/index.ts';
import type { IsoDay } from '../../core/domain/index.ts';
import { type PlanReport, planDeploy } from '../../core/ops/deploy/plan.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceInput, practiceOptions, vendorIn } from '../practice.ts';
import { dollarsInput } from './quantities.ts';
import { renderPlan } from './render.ts';

interface Input extends PracticeInput {
  environment: string;
  offline: boolean;
  suggest: boolean;
  maxHourly?: number | undefined;
}

export default defineCommand<Input, PlanReport & { readonly rehearsal: boolean }, 'none'>({
  summary: 'Say what an environment costs, and what of it can be had',
  status: 'experimental',
  place: 'none',
  changes: 'nothing',
  args: [{ name: 'environment', help: 'its name, such as production' }],
  options: [
    { flags: '--offline', help: 'by recorded prices, without asking anybody; they say their day' },
    { flags: '--suggest', help: 'print the cheapest alternatives that can be had, as files' },
    { flags: '--max-hourly <dollars>', help: 'refuse what costs more an hour' },
    ...practiceOptions,
  ],
  examples: ['sophia deploy plan production --offline', 'sophia deploy plan production --offline --suggest'],
  input: (z) =>
    z.object({
      environment: z.string(),
      offline: z.boolean().default(false),
      suggest: z.boolean().default(false),
      maxHourly: dollarsInput(z),
      ...practiceInput(z),
    }),
  async run(context, input) {
    const { environment, offline, suggest, maxHourly, rehearse: rehearsal } = input;
    const { files } = context;
    const folder = (await nearestWorkspace(files, files.places.here)) ?? files.places.here;
    const vendor = await vendorIn(context, input);
    const today = vendor.clock.now().slice(0, 10) as IsoDay;
    const deps = { ...vendor, today, folder };
    const request = {
      environment,
      offline,
      suggest,
      maxHourlyCents: maxHourly,
      without: ['--offline   plans by recorded prices'],
    };
    const data = { ...(await planDeploy(deps, request)), rehearsal };
    return { data, synthetic: false, ...(isRefused(data) && { exit: 'refused' as const }) };
  },
  render: (data, style) => marked((narrow) => renderPlan(data, narrow), data.rehearsal, style),
});
