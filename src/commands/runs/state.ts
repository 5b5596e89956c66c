import { resolveRun } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';

export default defineCommand({
  summary: 'Show what a run was begun with, and what its nodes said',
  status: 'beta',
  place: 'any',
  changes: 'nothing',
  scores: 'shown',
  args: [{ name: 'run', completes: 'run', help: 'id of the run' }],
  examples: ['sophia runs state run-0123456789ab --json'],
  input: (z) => z.object({ run: z.string().min(1, 'must not be empty') }),
  async run({ app }, { run }) {
    const { owner, found } = await resolveRun(await app.store(), app.owned, run);
    return { data: { owner, id: found, state: await (await app.of(owner).runs()).state(found) } };
  },
  render: ({ state }, style) => style.text(JSON.stringify(state, null, 2)),
});
