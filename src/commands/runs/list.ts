import type { Rooms } from '../../core/app.ts';
import { minuteIn, type OwnerId, type RunId, type TenantId } from '../../core/domain/index.ts';
import { type Answer, type RunSummary, runStatuses } from '../../core/runs/index.ts';
import type { Journal } from '../../core/store/index.ts';
import { defineCommand } from '../definition.ts';
import { plural } from '../plural.ts';
import { standsIn } from './render.ts';

interface Listed extends RunSummary {
  readonly owner: OwnerId;
  /** What it is about, in the customer's own ids: the property and the day, or the tenant. */
  readonly about: string;
  /** What a human answered; null where nobody was asked, or has answered. */
  readonly decision: Answer['decision'] | null;
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
    let [others, due] = [0, 0];
    for (const rooms of app.owned) {
      const room = await rooms.runs();
      const all = await room.list({});
      const wanted = all.filter((run) => status === undefined || run.status === status);
      others += all.length - wanted.length;
      listed.push(...(await runsOf(rooms, wanted)));
      if (!(await room.isAttended())) due += (await room.due()).length;
    }
    // What waits for a human is why most look here: it must not slide out of sight.
    const waits = listed.filter(({ status }) => status === 'waiting');
    const runs = [...waits, ...listed.filter(({ status }) => status !== 'waiting')];
    return { data: { timeZone: app.workspace.timeZone, runs, others, due } };
  },
  render({ timeZone, runs, others, due }, style) {
    if (runs.length === 0 && others > 0)
      return `No run stands so; ${plural(others, 'run')} otherwise. Next: sophia runs list`;
    if (runs.length === 0) return 'No runs. Next: sophia churn analyze <property>';
    const rows = runs.slice(0, SHOWN).map(({ id, workflow, status, decision, about, updatedAt }) => {
      return [
        style.bold(style.text(id)),
        style.text(workflow),
        standsIn(style, status, decision),
        style.fit(about, 22),
        style.dim(minuteIn(timeZone, updatedAt)),
      ];
    });
    const more = runs.length - rows.length;
    return [
      style.columns([['RUN', 'WORKFLOW', 'STATUS', 'ABOUT', 'UPDATED'].map(style.dim), ...rows]),
      ...(more > 0 ? [style.dim(`and ${more} more: --json has all, --status some`)] : []),
      ...(due > 0 ? ['', `${plural(due, 'run')} could go on, and no worker works: sophia worker --once`] : []),
    ].join('\n');
  },
});

async function runsOf(rooms: Rooms, runs: readonly RunSummary[]): Promise<Listed[]> {
  const portfolio = await rooms.portfolio();
  const properties = new Map((await portfolio.properties()).map(({ id, key }) => [String(id), key]));
  const tenants = runs.flatMap(({ input }) => ('tenant' in input ? [input.tenant as TenantId] : []));
  const files = await portfolio.filesOf(tenants, rooms.today);
  const answers = await answersIn(await rooms.journal());
  return runs.map((run) => {
    const { property, tenant, day } = run.input;
    const house = properties.get(String(property)) ?? String(property ?? '');
    const about = tenant === undefined ? `${house} ${day ?? ''}`.trim() : files.get(tenant as TenantId)?.key;
    const decision = answers.get(run.id) ?? null;
    return { owner: rooms.owner.id, ...run, about: about ?? String(tenant), decision };
  });
}

async function answersIn(journal: Journal): Promise<ReadonlyMap<RunId, Answer['decision']>> {
  const answers = new Map<RunId, Answer['decision']>();
  for (let after = 0; ; ) {
    const lines = await journal.since(after, { kind: 'approval.answered' });
    for (const { runId, body } of lines)
      if (runId && body.approved !== undefined) answers.set(runId, body.approved === 1 ? 'approved' : 'rejected');
    const last = lines.at(-1);
    if (!last) return answers;
    after = last.seq;
  }
}
