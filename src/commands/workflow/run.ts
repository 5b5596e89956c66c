import type { Rooms } from '../../core/app.ts';
import { isIsoDay, minuteIn } from '../../core/domain/index.ts';
import { nearest, UsageError } from '../../core/errors/index.ts';
import { churn } from '../../core/flows/churn.ts';
import { workflows } from '../../core/flows/index.ts';
import { answering } from '../../core/ops/proposals/proposed.ts';
import { resolveProperty } from '../../core/ops/resolve.ts';
import type { Store } from '../../core/store/index.ts';
import { defineCommand } from '../definition.ts';
import { jsonObject } from '../json-object.ts';
import { detached, leaveIt, needWorkers, renderLeft } from '../runs/detached.ts';
import { statusIn } from '../runs/render.ts';

/** The others are begun by a command of their own. */
const startable = [...new Set(workflows.filter(({ input }) => input).map(({ name }) => name))];

const EXAMPLE = { property: 'maple-court', day: '2026-11-22', proposes: 0 };

const TAKES = 'sophia workflow list --json   says what each takes';

export default defineCommand({
  summary: 'Run a workflow by its name, to its end or until it waits',
  status: 'experimental',
  place: 'any',
  changes: 'record',
  scores: 'shown',
  args: [{ name: 'workflow', completes: startable, help: 'its name, from `sophia workflow list`' }],
  options: [
    {
      flags: '--with <json>',
      completes: 'file',
      help: 'what it is begun with: a JSON object, or a file that holds one',
    },
    detached,
  ],
  examples: [`sophia workflow run churn --with '{"property":"maple-court"}'`],
  input: (z) =>
    z.object({
      workflow: z.string().min(1, 'must not be empty'),
      with: z.string().optional(),
      detach: z.boolean().default(false),
    }),
  async run(ctx, { workflow, with: given, detach }) {
    const { app, files } = ctx;
    await needNamed(workflow);
    if (detach) needWorkers(ctx);
    if (given === undefined)
      throw new UsageError('--with: is needed: what the workflow is begun with', [
        `--with '${JSON.stringify(EXAMPLE)}'   or a file that holds such`,
        TAKES,
      ]);
    const [rooms, ...others] = app.owned;
    if (!rooms || others.length > 0)
      throw new UsageError('a run is of one owner, and it is not said which', [
        ...app.owned.map(({ owner }) => `--owner ${owner.id}`),
      ]);
    const text = given.trimStart().startsWith('{') ? given : await files.readText(files.resolve(given));
    if (text === undefined)
      throw new UsageError(`--with: there is no file ${given}, and a JSON object begins with {`, [
        `--with '${JSON.stringify(EXAMPLE)}'`,
        TAKES,
      ]);
    const begun = await withIds(await app.store(), rooms, whole(workflow, rooms, jsonObject('--with', text, EXAMPLE)));
    checkDay(rooms, begun);
    const { run, resumed, state } = await (await rooms.runs()).startNamed(workflow, begun, { detach });
    const exit = run.status === 'waiting' ? 'paused' : 'ok';
    const isLeft = detach && (run.status === 'queued' || run.status === 'stalled');
    const left = isLeft ? { left: await leaveIt(ctx, rooms.owner.id) } : {};
    const { timeZone } = app.workspace;
    return { exit, data: { owner: rooms.owner.id, timeZone, ...run, resumed, state, ...left } };
  },
  render({ id, workflow, timeZone, status, waitingOn, dueAt, resumed, left }, style) {
    if (left) return [`${style.bold(id)} is ${statusIn(style, status)}.`, ...renderLeft(id, left, style)].join('\n');
    const on = waitingOn ? ` on ${waitingOn}${dueAt ? ` until ${minuteIn(timeZone, dueAt)}` : ''}` : '';
    return [
      `${style.bold(id)} is ${statusIn(style, status)}${on}${resumed ? '; it was gone on with' : ''}.`,
      `Next: ${waitingOn === 'approval' ? answering({ id, workflow }) : `sophia runs state ${id}`}`,
    ].join('\n');
  },
});

/** An analysis of which no more is said is one of today, which proposes: as `churn analyze` has it. */
function whole(workflow: string, { today }: Rooms, given: { readonly day?: unknown }): object {
  if (workflow !== churn.name) return given;
  const { day = today } = given;
  return { day, proposes: day === today ? 1 : 0, ...given };
}

/**
 * A property may be said by its own id or name, as everywhere. UsageError where there is none such: said before a run is
 * written, which could only fail.
 */
async function withIds(store: Store, rooms: Rooms, given: { readonly property?: unknown }): Promise<object> {
  if (typeof given.property !== 'string') return given;
  const { found } = await resolveProperty(store, [rooms], given.property);
  return { ...given, property: found.id };
}

/** UsageError for a day that has not come yet, which could only be told wrong. */
function checkDay({ today }: Rooms, { day }: { readonly day?: unknown }): void {
  if (typeof day === 'string' && isIsoDay(day) && day > today)
    throw new UsageError(`--with: day: ${day} is in the future: it is ${today}`, [`"day": "${today}"`]);
}

/** UsageError where there is no workflow of that name: said first, as whatever else is amiss would not help. */
async function needNamed(asked: string): Promise<void> {
  const names: readonly string[] = [...new Set(workflows.map(({ name }) => name))];
  if (names.includes(asked)) return;
  const meant = await nearest(asked, names);
  throw new UsageError(`no workflow "${asked}"`, [
    ...meant.map((name) => `sophia workflow run ${name} --with <json>`),
    'sophia workflow list',
  ]);
}
