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
  render({ owner, id: found, workflow, version, status, createdAt, approvals, events }, style) {
    const id = style.text(found);
    return [
      `${style.bold(id)}  ${style.text(workflow)} version ${version}  ${statusIn(style, status)}  ${style.dim(style.text(`owner ${owner}`))}`,
      style.dim(`begun ${style.text(createdAt)}`),
      ...approvals.map(({ node, decision, reason, answeredBy, answeredAt }) => {
        if (!decision) return style.warn(style.text(`  ${node}: waits for an answer`));
        return style.text(`  ${node}: ${decision} by ${answeredBy} at ${answeredAt}${reason ? `: ${reason}` : ''}`);
      }),
      ...events.map((event) => `  ${renderEvent(event, style)}`),
      ...(status === 'stalled' || status === 'queued' ? ['', `Next: sophia runs resume ${id}`] : []),
      ...(status === 'waiting' ? ['', `Next: sophia runs approve ${id}`] : []),
    ].join('\n');
  },
});
