import type { Rooms } from '../../core/app.ts';
import type { OwnerId, TenantId } from '../../core/domain/index.ts';
import { type RunSummary, runStatuses } from '../../core/runs/index.ts';
import { defineCommand } from '../definition.ts';
import { statusIn } from './render.ts';

interface Listed extends RunSummary {
  readonly owner: OwnerId;
  /** What it is about, in the customer's own ids: the property and the day, or the tenant. */
  readonly about: string;
}

/** Of more than that the text tells how many; JSON has them all. */
const SHOWN = 20;

export default defineCommand({
  summary: 'List workflow runs',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  options: [
    { flags: '--status <status>', completes: runStatuses, help: `only runs that are ${runStatuses.join(', ')}` },
  ],
  examples: ['sophia runs list', 'sophia runs list --status stalled --json'],
  input: (z) => z.object({ status: z.enum(runStatuses, `must be one of ${runStatuses.join(', ')}`).optional() }),
  async run({ app }, { status }) {
    const listed: Listed[] = [];
    for (const rooms of app.owned) listed.push(...(await runsOf(rooms, await (await rooms.runs()).list({ status }))));
    return { data: { runs: listed } };
  },
  render({ runs }, style) {
    if (runs.length === 0) return 'No runs. Next: sophia churn analyze <property>';
    const rows = runs.slice(0, SHOWN).map(({ id, workflow, status, about, updatedAt }) => {
      const when = style.text(updatedAt.slice(0, 16).replace('T', ' '));
      return [
        style.bold(style.text(id)),
        style.text(workflow),
        statusIn(style, status),
        style.fit(about, 22),
        style.dim(when),
      ];
    });
    const more = runs.length - rows.length;
    return [
      style.columns([['RUN', 'WORKFLOW', 'STATUS', 'ABOUT', 'UPDATED (UTC)'].map(style.dim), ...rows]),
      ...(more > 0 ? [style.dim(`and ${more} older: --json has all, --status some`)] : []),
    ].join('\n');
  },
});

async function runsOf(rooms: Rooms, runs: readonly RunSummary[]): Promise<Listed[]> {
  const portfolio = await rooms.portfolio();
  const properties = new Map((await portfolio.properties()).map(({ id, key }) => [String(id), key]));
  const tenants = runs.flatMap(({ input }) => ('tenant' in input ? [input.tenant as TenantId] : []));
  const files = await portfolio.filesOf(tenants, rooms.today);
  return runs.map((run) => {
    const { property, tenant, day } = run.input;
    const house = properties.get(String(property)) ?? String(property ?? '');
    const about = tenant === undefined ? `${house} ${day ?? ''}`.trim() : files.get(tenant as TenantId)?.key;
    return { owner: rooms.owner.id, ...run, about: about ?? String(tenant) };
  });
}
