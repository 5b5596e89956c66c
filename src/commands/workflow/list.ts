import { workflows } from '../../core/flows/index.ts';
import { defineCommand } from '../definition.ts';

export default defineCommand({
  summary: 'List the workflows that this sophia knows',
  status: 'experimental',
  place: 'none',
  changes: 'nothing',
  scores: 'hidden',
  examples: ['sophia workflow list', 'sophia workflow list --json'],
  input: (z) => z.object({}),
  async run() {
    const newest = new Map(workflows.map(({ name, version }) => [name, version]));
    const listed = workflows.map(({ name, version, steps, input }) => ({
      ...{ name, version },
      /** Older versions only finish the runs that they began. */
      newest: newest.get(name) === version,
      /** Whether `workflow run` begins it: others are begun by a command of their own. */
      begins: newest.get(name) === version && input !== undefined,
      nodes: steps.flatMap((step) => step.nodes.map((node) => node.name)),
      input: input ? input.toJSONSchema() : null,
    }));
    return { data: { workflows: listed }, synthetic: false };
  },
  render({ workflows }, style) {
    const rows = workflows.map(({ name, version, newest, begins, nodes }) => [
      style.bold(name),
      `version ${version}`,
      begins ? 'workflow run' : newest ? 'its own command' : 'finishes only',
      style.dim(nodes.join(', ')),
    ]);
    return style.columns([['WORKFLOW', 'VERSION', 'BEGUN BY', 'NODES'].map(style.dim), ...rows]);
  },
});
