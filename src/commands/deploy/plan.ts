import { nearestWorkspace } from '../../core/config/index.ts';
import { isRefused } from '../../core/deploy/index.ts';
import type { IsoDay } from '../../core/domain/index.ts';
import { type PlanReport, planDeploy } from '../../core/ops/deploy/plan.ts';
import { type Taken, takeSuggestion } from '../../core/ops/deploy/take.ts';
import { rehearsed } from '../../core/ops/rehearsal.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceInput, practiceOptions, vendorIn } from '../practice.ts';
import { dollarsInput } from './quantities.ts';
import { renderPlan, renderTaken } from './render.ts';

interface Input extends PracticeInput {
  environment: string;
  offline: boolean;
  suggest: boolean;
  take?: string | undefined;
  maxHourly?: number | undefined;
  dryRun: boolean;
}

type Report = (PlanReport | Taken) & { readonly rehearsal: boolean; readonly dryRun: boolean };

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
    ...practiceOptions,
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
      ...practiceInput(z),
      dryRun: z.boolean().default(false),
    }),
  async run(context, input) {
    const { environment, offline, suggest, take, maxHourly, rehearse: rehearsal, dryRun } = input;
    const files = dryRun ? rehearsed(context.files) : context.files;
    const folder = (await nearestWorkspace(files, files.places.here)) ?? files.places.here;
    const vendor = await vendorIn(context, input);
    const today = vendor.clock.now().slice(0, 10) as IsoDay;
    const deps = { ...vendor, files, today, folder };
    const request = {
      environment,
      offline,
      suggest,
      maxHourlyCents: maxHourly,
      without: ['--offline   plans by recorded prices'],
    };
    const plan = await (take === undefined ? planDeploy(deps, request) : takeSuggestion(deps, request, take));
    const data = { ...plan, rehearsal, dryRun };
    return { data, synthetic: false, ...(isRefused(data) && { exit: 'refused' as const }) };
  },
  render: (data, style) =>
    marked(
      (narrow) => ('taken' in data ? renderTaken(data, data.dryRun, narrow) : renderPlan(data, narrow)),
      data.rehearsal,
      style,
    ),
});
