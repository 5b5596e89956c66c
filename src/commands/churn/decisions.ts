import type { TimeZone } from '../../core/domain/index.ts';
import { type DecisionLog, decisionsAbout } from '../../core/ops/decisions.ts';
import { freePath, writeNew } from '../../core/ops/new-file.ts';
import { resolveFormerTenant } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { outputOf } from '../output.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';
import { decisionText } from './decision-text.ts';

interface Exported extends DecisionLog {
  /** Whom they turn to who contest it; null where the workspace names nobody. */
  readonly contact: string | null;
  readonly timeZone: TimeZone;
  /** Where it was written. */
  readonly file: string | null;
  readonly dryRun: boolean;
}

interface Input {
  deed: 'export';
  tenant: string;
  output: string | null;
  dryRun: boolean;
}

export default defineCommand<Input, Exported, 'any'>({
  summary: 'Tell a tenant or a regulator what was reckoned and decided',
  status: 'experimental',
  place: 'any',
  changes: 'world',
  scores: 'shown',
  args: [{ name: 'deed', help: 'export is all there is', completes: ['export'], required: false }],
  options: [
    { flags: '--tenant <tenant>', help: 'id or full name of the tenant' },
    {
      ...{ flags: '-o, --output <file>', completes: 'file', typed: true },
      help: 'the .md or .json file to write, over nothing; default: -, which prints it',
    },
    { flags: '--dry-run', help: 'tell it, write no file' },
  ],
  examples: [
    'sophia churn decisions export --tenant maple-court-t001',
    'sophia churn decisions export --tenant maple-court-t001 -o decisions.md',
  ],
  input: (z) =>
    z.object({
      deed: z.literal('export', 'must be export').default('export'),
      tenant: z.string('is needed: whose decisions are told').min(1, 'must not be empty'),
      output: outputOf(z, 'decisions', ['.md', '.json']).default(null),
      dryRun: z.boolean().default(false),
    }),
  async run({ app, files, random }, { tenant, output, dryRun }) {
    const path = output === null ? null : await freePath(files, output);
    const { owner, found } = await resolveFormerTenant(await app.store(), app.owned, tenant);
    const log = await decisionsAbout(app.of(owner), found);
    const { contact, timeZone } = app.workspace;
    const file = dryRun ? null : path;
    const data = { ...log, contact: contact === '' ? null : contact, timeZone, file, dryRun };
    if (file !== null) {
      const text = file.toLowerCase().endsWith('.json') ? JSON.stringify(data, null, 2) : decisionText(data);
      await writeNew({ files, random }, file, `${text}\n`);
    }
    return { data };
  },
  render(told, style) {
    if (told.file !== null) return `Written to ${style.bold(style.text(told.file))}, readable by you alone.`;
    return [decisionText(told, style), ...(told.dryRun ? ['', NOTHING_WRITTEN] : [])].join('\n');
  },
});
