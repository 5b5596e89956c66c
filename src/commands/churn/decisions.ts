import type { TimeZone } from '../../core/domain/index.ts';
import { UserError } from '../../core/errors/index.ts';
import { type DecisionLog, decisionsAbout } from '../../core/ops/decisions.ts';
import { resolveTenant } from '../../core/ops/resolve.ts';
import { defineCommand } from '../definition.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';
import { newFile } from '../store/words.ts';
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
  out?: string | undefined;
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
    { flags: '-o, --out <file>', help: 'write it there, as JSON where the name ends so', completes: 'file' },
    { flags: '--dry-run', help: 'tell it, write no file' },
  ],
  examples: [
    'sophia churn decisions export --tenant maple-court-t001',
    'sophia churn decisions export --tenant maple-court-t001 --out decisions.md',
  ],
  input: (z) =>
    z.object({
      deed: z.literal('export', 'must be export').default('export'),
      tenant: z.string('is needed: whose decisions are told').min(1, 'must not be empty'),
      out: newFile(z).optional(),
      dryRun: z.boolean().default(false),
    }),
  async run({ app, files }, { tenant, out, dryRun }) {
    const { owner, found } = await resolveTenant(await app.store(), app.owned, tenant);
    const log = await decisionsAbout(app.of(owner), found);
    const { contact, timeZone } = app.workspace;
    const data = { ...log, contact: contact === '' ? null : contact, timeZone, dryRun };
    if (out === undefined || dryRun) return { data: { ...data, file: null } };
    const file = files.resolve(out);
    const text = file.endsWith('.json') ? JSON.stringify({ ...data, file }, null, 2) : decisionText(data);
    if (!(await files.place(file, `${text}\n`)))
      throw new UserError('refused', `${file} is there already, and is not written over`, ['name another file']);
    return { data: { ...data, file } };
  },
  render(told, style) {
    if (told.file !== null) return `Written to ${style.bold(style.text(told.file))}, readable by you alone.`;
    return [decisionText(told, style), ...(told.dryRun ? ['', NOTHING_WRITTEN] : [])].join('\n');
  },
});
