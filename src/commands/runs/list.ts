import type { Rooms } from '../../core/app.ts';
import { minuteIn, type OwnerId, plural, type RunId, type TimeZone } from '../../core/domain/index.ts';
import { aboutEach } from '../../core/ops/about.ts';
import { type Answer, type RunSummary, runStatuses, wordOf } from '../../core/runs/index.ts';
import type { Journal } from '../../core/store/index.ts';
import { defineCommand } from '../definition.ts';
import { standsIn } from './render.ts';

interface Listed extends RunSummary {
  readonly owner: OwnerId;
  /** What it is about, in the customer's own ids. */
  readonly about: string;
  /** What a human answered; null where nobody was asked, or has answered. */
  readonly decision: Answer['decision'] | null;
}

/** Of more than that the text tells how many; JSON has them all. */
const SHOWN = 20;

/** All that stands under STATUS. */
const words = [...runStatuses, 'approved', 'rejected'] as const;

export default defineCommand({
  summary: 'List workflow runs',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  scores: 'shown',
  options: [{ flags: '--status <status>', completes: words, help: `only runs that are ${words.join(', ')}` }],
  examples: ['sophia runs list', 'sophia runs list --status stalled --json'],
  input: (z) => z.object({ status: z.enum(words, `must be one of ${words.join(', ')}`).optional() }),
  async run({ app }, { status }) {
    const listed: Listed[] = [];
    let [others, due, failed] = [0, 0, 0];
    for (const rooms of app.owned) {
      const room = await rooms.runs();
      const all = await room.list({});
      const answers = await answersIn(await rooms.journal());
      const wanted = all.filter(
        (run) =>
          status === undefined || run.status === status || wordOf(run.status, answers.get(run.id) ?? null) === status,
      );
      others += all.length - wanted.length;
      failed += all.filter((run) => run.status === 'failed').length;
      listed.push(...(await runsOf(rooms, wanted, answers)));
      if (!(await room.isAttended())) due += (await room.due()).length;
    }
    const runs = listed.toSorted((a, b) => urgencyOf(b) - urgencyOf(a));
    const { timeZone, synthetic } = app.workspace;
    return { data: { timeZone, runs, others, due, failed, only: status ?? null, demo: synthetic } };
  },
  render({ timeZone, runs, others, due, failed, only, demo }, style) {
    if (runs.length === 0 && others > 0)
      return `No run stands so; ${plural(others, 'run')} otherwise. Next: sophia runs list`;
    if (runs.length === 0) return 'No runs. Next: sophia churn analyze <property>';
    const rows = runs.slice(0, SHOWN).map((run) => {
      const { id, workflow, status, decision, about, updatedAt } = run;
      return [
        style.bold(style.text(id)),
        style.text(workflow),
        standsIn(style, status, decision),
        style.fit(about, 22),
        style.dim(minuteIn(timeZone, updatedAt)),
        waitIn(run, timeZone),
      ];
    });
    const more = runs.length - rows.length;
    return [
      style.columns([['RUN', 'WORKFLOW', 'STATUS', 'ABOUT', 'UPDATED', ''].map(style.dim), ...rows]),
      ...(more > 0 ? [style.dim(`and ${more} more: --json has all, --status some`)] : []),
      ...(failed > 0 && only !== 'failed'
        ? ['', `${plural(failed, 'run')} failed: sophia runs list --status failed`]
        : []),
      ...(due > 0 ? ['', `${plural(due, 'run')} could go on${demo ? GOES_ON_IN_DEMO : GOES_ON}`] : []),
    ].join('\n');
  },
});

const GOES_ON = ', and no worker works: sophia worker --once';
/** No worker serves the demo. */
const GOES_ON_IN_DEMO = ': sophia runs resume <run>';

/** What waits for a human is why most look here, and what went wrong comes next: neither must slide out of sight. */
function urgencyOf({ status, waitingOn }: RunSummary): number {
  if (waitingOn === 'approval') return 2;
  return status === 'failed' || status === 'stalled' || status === 'incompatible' ? 1 : 0;
}

/** What goes on by itself, and when. */
function waitIn({ waitingOn, dueAt }: RunSummary, timeZone: TimeZone): string {
  return waitingOn && dueAt ? `${waitingOn}: until ${minuteIn(timeZone, dueAt)}` : '';
}

async function runsOf(
  rooms: Rooms,
  runs: readonly RunSummary[],
  answers: ReadonlyMap<RunId, Answer['decision']>,
): Promise<Listed[]> {
  const about = await aboutEach(rooms, runs);
  return runs.map((run) => {
    return { owner: rooms.owner.id, ...run, about: about.get(run.id) ?? '', decision: answers.get(run.id) ?? null };
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
