import type { Rooms } from '../../core/app.ts';
import { type Action, minuteIn, type TenantId, type TimeZone } from '../../core/domain/index.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import type { RunDetail, RunInput } from '../../core/runs/index.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { answering } from './next.ts';
import { renderStep, statusIn } from './render.ts';

/** What a run is about, in the words of the house: personal, for whoever works with the tenant. */
interface About {
  /** Null where its import was withdrawn since, as the tenant. */
  readonly property: string | null;
  /** Of an analysis. */
  readonly day: string | null;
  /** Of a proposal. */
  readonly action: string | null;
  readonly tenant: { readonly key: string; readonly name: string | null; readonly unit: string | null } | null;
}

interface Shown extends RunDetail {
  readonly events: readonly JournalEvent[];
  readonly owner: string;
  readonly timeZone: TimeZone;
  readonly about: About;
  /** What it has written, as the run names it. */
  readonly executed: readonly string[];
}

/** How many lines the text tells. */
const NEWEST = 40;

export default defineCommand<{ run: string }, Shown, 'any'>({
  summary: 'Show one run and what happened in it',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  examples: ['sophia runs show run-0123456789ab'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty') }),
  async run({ app }, { run }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const rooms = app.of(owner);
    const room = await rooms.runs();
    const [detail, events] = [await room.show(found), await Array.fromAsync(room.events(found))];
    const executed = (await room.outcomes(found)).map(String);
    const { timeZone } = app.workspace;
    return { data: { owner, timeZone, ...detail, events, about: await aboutOf(rooms, detail.input), executed } };
  },
  render(shown, style) {
    const { owner, timeZone, workflow, version, status, waitingOn, dueAt, createdAt, events } = shown;
    const id = style.text(shown.id);
    const earlier = Math.max(events.length - NEWEST, 0);
    const what = style.text(`${shown.id}, ${workflow} version ${version}, for ${owner}`);
    return [
      style.bold(headline(shown, style)),
      outcome(shown, style),
      style.dim(`${what}, begun ${minuteIn(timeZone, createdAt)}`),
      '',
      ...(earlier > 0 ? [style.dim(`  and ${earlier} before these: --json has all`)] : []),
      ...events.slice(earlier).map((event) => `  ${renderStep(event, timeZone, style)}`),
      ...(status === 'stalled' || status === 'queued' ? ['', `Next: sophia runs resume ${id}`] : []),
      ...(waitingOn === 'approval' ? ['', `Next: ${style.text(answering(shown))}`] : []),
      ...(dueAt ? ['', `Goes on from ${minuteIn(timeZone, dueAt)}: sophia runs resume ${id}`] : []),
    ].join('\n');
  },
});

async function aboutOf(rooms: Rooms, { property, tenant, day, action }: RunInput): Promise<About> {
  const portfolio = await rooms.portfolio();
  const house = (await portfolio.properties()).find(({ id }) => id === property);
  const file = tenant
    ? (await portfolio.filesOf([tenant as TenantId], rooms.today)).get(tenant as TenantId)
    : undefined;
  return {
    ...{ property: house?.name ?? null, day: day ? String(day) : null, action: action ? String(action) : null },
    tenant: file ? { key: file.key, name: file.name, unit: file.unit ?? null } : null,
  };
}

const actions: Readonly<Record<Action, string>> = {
  renewal_call: 'Renewal call',
  service_check_in: 'Service check-in',
};

function headline({ about: { property, day, action, tenant } }: Shown, style: Style): string {
  const house = property === null ? 'a property that is no longer known' : style.fit(property, 26);
  if (action === null) return `Analysis of ${house}${day ? `, as known on ${day}` : ''}`;
  const who = tenant ? style.fit(tenant.name ?? tenant.key, 26) : 'a tenant who is no longer known';
  const unit = tenant?.unit ? `unit ${style.fit(tenant.unit, 14)}, ` : '';
  return `${actions[action as Action] ?? action} for ${who}, ${unit}${house}`;
}

/** What came of it, and for whom to ask about it. */
function outcome({ id, status, waitingOn, timeZone, approvals, executed }: Shown, style: Style): string {
  const answered = approvals.find(({ decision }) => decision !== undefined);
  if (answered?.answeredAt) {
    const { decision, answeredBy, answeredAt, reason } = answered;
    const told = style.text(`${decision} by ${answeredBy}, ${minuteIn(timeZone, answeredAt)}`);
    if (decision === 'rejected') return `${told}${reason ? `: ${style.text(reason)}` : ''}`;
    if (status !== 'succeeded') return `${told}; ${statusIn(style, status)}`;
    return executed.length > 0 ? `${told}; files in out/${id}/` : `${told}; nothing was written: it held no more`;
  }
  if (status === 'waiting')
    return style.warn(waitingOn === 'approval' ? 'waits for an answer' : `waits for its ${waitingOn ?? 'next step'}`);
  if (status === 'cancelled' && approvals.length > 0) return 'ended before anybody had answered';
  return statusIn(style, status);
}
