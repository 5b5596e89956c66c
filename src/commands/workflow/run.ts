import { UsageError } from '../../core/errors/index.ts';
import { workflows } from '../../core/flows/index.ts';
import { resolveWorkflow } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { jsonObject } from '../json-object.ts';
import { detached, leaveIt, needWorkers, renderLeft } from '../runs/detached.ts';
import { statusIn } from '../runs/render.ts';

const EXAMPLE = { property: 'pro-...', day: '2026-11-22', proposes: 0 };

export default defineCommand({
  summary: 'Run a workflow by its name, to its end or until it waits',
  status: 'experimental',
  place: 'any',
  changes: 'record',
  args: [{ name: 'workflow', help: 'its name, from `sophia workflow list`' }],
  options: [
    {
      flags: '--with <json>',
      completes: 'file',
      help: 'what it is begun with: a JSON object, or a file that holds one',
    },
    detached,
  ],
  examples: ['sophia workflow run churn --with run.json'],
  input: (z) =>
    z.object({
      workflow: z.string().min(1, 'must not be empty'),
      with: z.string('is needed: what the workflow is begun with'),
      detach: z.boolean().default(false),
    }),
  async run(ctx, { workflow, with: given, detach }) {
    const { app, files } = ctx;
    if (detach) needWorkers(ctx);
    const [rooms, ...others] = app.owned;
    if (!rooms || others.length > 0)
      throw new UsageError('a run is of one owner, and it is not said which', [
        ...app.owned.map(({ owner }) => `--owner ${owner.id}`),
      ]);
    const text = given.trimStart().startsWith('{') ? given : await files.readText(files.resolve(given));
    if (text === undefined) throw new UsageError(`--with: there is no file ${given}, and a JSON object begins with {`);
    const name = await resolveWorkflow(
      workflows.map(({ name }) => name),
      workflow,
    );
    const { run, resumed, state } = await (await rooms.runs()).startNamed(name, jsonObject('--with', text, EXAMPLE), {
      detach,
    });
    const exit = run.status === 'waiting' ? 'paused' : 'ok';
    const isLeft = detach && (run.status === 'queued' || run.status === 'stalled');
    const left = isLeft ? { left: await leaveIt(ctx, rooms.owner.id) } : {};
    return { exit, data: { owner: rooms.owner.id, ...run, resumed, state, ...left } };
  },
  render({ id, status, waitingOn, dueAt, resumed, left }, style) {
    if (left) return [`${style.bold(id)} is ${statusIn(style, status)}.`, ...renderLeft(id, left, style)].join('\n');
    const on = waitingOn ? ` on ${waitingOn}${dueAt ? ` until ${dueAt}` : ''}` : '';
    return [
      `${style.bold(id)} is ${statusIn(style, status)}${on}${resumed ? '; it was gone on with' : ''}.`,
      `Next: sophia runs state ${id}`,
    ].join('\n');
  },
});
