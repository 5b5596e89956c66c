import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { renderEvent, statusIn } from './render.ts';

export default defineCommand({
  summary: 'Show one run and what happened in it',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  examples: ['sophia runs show run-0123456789ab'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty') }),
  async run({ app }, { run }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    const room = await app.of(owner).runs();
    return { data: { owner, ...(await room.show(found)) } };
  },
  render({ owner, id, workflow, version, status, waitingOn, dueAt, createdAt, approvals, events }, style) {
    return [
      `${style.bold(id)}  ${workflow} version ${version}  ${statusIn(style, status)}  ${style.dim(`owner ${owner}`)}`,
      style.dim(`begun ${createdAt}`),
      ...approvals.map(({ node, decision = 'answered', reason, answeredBy, answeredAt }) => {
        if (!answeredAt) return style.warn(`  ${node}: waits for an answer`);
        return `  ${node}: ${decision} by ${answeredBy} at ${answeredAt}${reason ? `: ${style.text(reason)}` : ''}`;
      }),
      ...events.map((event) => `  ${renderEvent(event, style)}`),
      ...(status === 'stalled' || status === 'queued' ? ['', `Next: sophia runs resume ${id}`] : []),
      ...(waitingOn === 'approval' ? ['', `Next: sophia runs approve ${id}`] : []),
      ...(dueAt ? ['', `Goes on from ${dueAt}: sophia runs resume ${id}`] : []),
    ].join('\n');
  },
});
