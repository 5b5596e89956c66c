import { templateText } from '../core/ops/template.ts';
import { defineCommand } from './definition.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export default defineCommand<{ shell: Shell }, { shell: Shell; script: string }, 'none'>({
  summary: 'Print the script that completes words in a shell',
  status: 'beta',
  place: 'none',
  changes: 'nothing',
  args: [
    { name: 'shell', completes: shells, help: `${shells.join(', ')}: where to put it is said in its first lines` },
  ],
  examples: ['sophia completion bash', 'sophia completion zsh', 'sophia completion fish'],
  input: (z) => z.object({ shell: z.enum(shells, `must be one of ${shells.join(', ')}`) }),
  async run({ files }, { shell }) {
    return { data: { shell, script: (await templateText(files, `completion/sophia.${shell}`)).trimEnd() } };
  },
  render: ({ script }) => script,
});
