import type { Rooms } from '../../core/app.ts';
import { type Action, minuteIn, type TenantId, type TimeZone } from '../../core/domain/index.ts';
import { churn } from '../../core/flows/churn.ts';
import { answering, isProposal } from '../../core/ops/proposals/proposed.ts';
import { resolveRun } from '../../core/ops/resolve.ts';
import type { ApprovalSummary, RunDetail, RunInput } from '../../core/runs/index.ts';
import type { JournalEvent } from '../../core/store/index.ts';
import { defineCommand } from '../definition.ts';
import { below, type Style } from '../style.ts';
import { failureOf, mending } from './next.ts';
import { nextIn, renderStep, statusIn } from './render.ts';

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
  scores: 'shown',
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
    const { owner, timeZone, workflow, version, dueAt, createdAt, events } = shown;
    const id = style.text(shown.id);
    const steps = stepsOf(shown);
    const earlier = Math.max(events.length - NEWEST, 0);
    const what = style.text(`${shown.id}, ${workflow} version ${version}, for ${owner}`);
    return [
      style.bold(headline(shown, style)),
      ...(isProposal(shown) ? [ofProposal(shown, style)] : [...answersIn(shown, style), standing(shown, style)]),
      style.dim(`${what}, begun ${minuteIn(timeZone, createdAt)}`),
      '',
      ...(earlier > 0 ? [style.dim(`  and ${earlier} before these: --json has all`)] : []),
      ...events.slice(earlier).map((event) => `  ${renderStep(event, timeZone, style)}`),
      ...(steps.length > 0 ? ['', ...nextIn(style, steps)] : []),
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

function headline(shown: Shown, style: Style): string {
  const { property, day, action, tenant } = shown.about;
  if (!isProposal(shown) && shown.workflow !== churn.name) {
    const given = Object.entries(shown.input).map(([name, value]) => `${name} ${value}`);
    return below('', [shown.workflow, ...given].join(', '), style);
  }
  const house = property === null ? 'a property that is no longer known' : style.fit(property, 26);
  if (action === null) return `Analysis of ${house}${day ? `, as known on ${day}` : ''}`;
  const who = tenant ? style.fit(tenant.name ?? tenant.key, 26) : 'a tenant who is no longer known';
  const unit = tenant?.unit ? `unit ${style.fit(tenant.unit, 14)}, ` : '';
  return `${actions[action as Action] ?? action} for ${who}, ${unit}${house}`;
}

/** What a human does next, where one is needed. */
function stepsOf(shown: Shown): string[] {
  const { id, status, waitingOn } = shown;
  if (status === 'failed') return mending(shown);
  if (status === 'stalled' || status === 'queued') return [`sophia runs resume ${id}`];
  if (waitingOn === 'retry') return [`sophia runs retry ${id}   tries now, and says what is in the way`];
  return waitingOn === 'approval' ? [answering(shown)] : [];
}

/** What came of a proposal, and whom to ask about it. */
function ofProposal(shown: Shown, style: Style): string {
  const { id, status, approvals, executed } = shown;
  const [told] = answersIn(shown, style);
  if (told === undefined) {
    const isDropped = status === 'cancelled' && approvals.length > 0;
    return isDropped ? `ended before anybody had answered${whoCancelled(shown)}` : standing(shown, style);
  }
  if (approvals.some(({ decision }) => decision === 'rejected')) return told;
  if (status !== 'succeeded') return `${told}; ${standing(shown, style)}`;
  return executed.length > 0 ? `${told}; files in out/${id}/` : `${told}; nothing was written: it held no more`;
}

function whoCancelled({ events, timeZone }: Shown): string {
  const by = events.findLast(({ kind }) => kind === 'run.cancel_requested' || kind === 'run.cancelled');
  return by ? `, by ${by.actor}, ${minuteIn(timeZone, by.at)}` : '';
}

/** What was answered, by whom, when and why. */
function answersIn({ approvals, timeZone }: Pick<Shown, 'approvals' | 'timeZone'>, style: Style): string[] {
  return approvals.flatMap((each) => {
    const { answeredBy, answeredAt, reason } = each;
    if (answeredAt === undefined) return [];
    const told = `${saidIn(each)} by ${answeredBy}, ${minuteIn(timeZone, answeredAt)}${reason ? `: ${reason}` : ''}`;
    return [below('', told, style)];
  });
}

/** A decision is a word; what was asked for in fields is told as it was given. */
function saidIn({ decision, answer, question }: ApprovalSummary): string {
  if (!question) return decision ?? 'answered';
  return `${question.title} ${decision ?? JSON.stringify(answer)}`;
}

function standing(shown: Shown, style: Style): string {
  const { status, waitingOn, failure } = shown;
  if (status === 'waiting')
    return style.warn(waitingOn === 'approval' ? 'waits for an answer' : `waits for its ${waitingOn ?? 'next step'}`);
  return failure ? style.bad(below('', `failed: ${failureOf(shown)}`, style)) : statusIn(style, status);
}
