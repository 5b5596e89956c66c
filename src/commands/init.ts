import { isAbsolute, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { isTimeZone, mintId, UNSEEN } from '../core/domain/index.ts';
import { initWorkspace, refuseWorkspace } from '../core/ops/init.ts';
import { quoted } from '../core/ops/quoted.ts';
import { rehearsed } from '../core/ops/rehearsal.ts';
import { defineCommand } from './definition.ts';
import { NOTHING_WRITTEN } from './rehearsal.ts';

const DEFAULT_NAME = 'My Properties';
const DEFAULT_HOLDOUT = 0.15;

const NEXT = [
  'sophia portfolio template samples   explains the files',
  'sophia portfolio import samples     reads them',
];

const NO_ZONE = 'must be the IANA name of a time zone; one is America/Chicago';

/** Why a text is no name of an owner. */
function noName(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  if (text.length > 200) return 'is longer than 200 characters';
  return UNSEEN.test(text) ? 'holds control or invisible characters' : undefined;
}

export default defineCommand({
  summary: 'Start a workspace in a folder',
  status: 'beta',
  place: 'none',
  changes: 'world',
  args: [{ name: 'dir', completes: 'folder', help: 'folder to start in; default: this one', required: false }],
  options: [
    { flags: '--owner-name <name>', help: 'who owns the properties' },
    { flags: '--time-zone <zone>', help: 'where "today" is, like America/Chicago' },
    {
      flags: '--holdout',
      help: `withhold ${DEFAULT_HOLDOUT * 100} % of retention proposals at random, to measure them`,
    },
    { flags: '--no-holdout', help: 'withhold none' },
    { flags: '--dry-run', help: 'say what would be written, write nothing' },
  ],
  examples: ['sophia init --yes', 'sophia init hill-street --owner-name "Hill Street Homes" --no-holdout'],
  input: (z) =>
    z.object({
      dir: z.string().min(1, 'must not be empty').default('.'),
      ownerName: z
        .string()
        .refine((name) => !noName(name), { error: ({ input }) => noName(String(input)) ?? '' })
        .optional(),
      timeZone: z.string().refine(isTimeZone, NO_ZONE).optional(),
      holdout: z.boolean().optional(),
      dryRun: z.boolean().default(false),
    }),
  async run({ ask, files, options, random, timeZone: here }, { dir, ownerName, timeZone, holdout, dryRun }) {
    const folder = files.resolve(dir);
    await refuseWorkspace(files, folder);
    const name =
      ownerName ??
      (await ask.text({
        ...{ message: 'Who owns the properties?', fallback: DEFAULT_NAME, flag: '--owner-name' },
        refuse: noName,
      }));
    const zone =
      timeZone ??
      (await ask.text({
        ...{ message: 'In which time zone is "today"?', fallback: here(), flag: '--time-zone' },
        refuse: (typed) => (isTimeZone(typed) ? undefined : NO_ZONE),
      }));
    const measured =
      holdout ??
      (await ask.confirm({
        message:
          'Tenants who stand out will be proposed for a call. Leave a random 15 % alone, to measure what calls do?',
        fallback: false,
        flag: '--holdout or --no-holdout',
      }));
    const request = { ownerName: name, timeZone: zone, holdout: measured ? DEFAULT_HOLDOUT : 0 };
    const salt = mintId('salt', random);
    const at = { folder, version: manifest.version, salt };
    const report = await initWorkspace(dryRun ? rehearsed(files) : files, { ...at, ...request });
    // As whoever stands where the command was called would type it.
    const cwd = String(options.find(({ key }) => key === 'cwd')?.value ?? '.');
    const enter = isAbsolute(dir) ? dir : join(cwd, dir);
    const isHere = enter === '.' || (cwd === '.' && folder === files.places.here);
    return { data: { ...report, enter: isHere ? null : enter, dryRun } };
  },
  render({ folder, within, enter, ownerId, written, kept, dryRun }, style) {
    const next = [...(enter === null ? [] : [`cd ${style.text(quoted(enter))}`]), ...NEXT];
    return [
      `A workspace for owner ${style.bold(ownerId)} in ${style.text(folder)}`,
      `  ${dryRun ? 'would be written' : 'written'}: ${written.join(', ')}`,
      ...(kept.length > 0 ? [`  left as they were: ${kept.join(', ')}`] : []),
      ...(within === null
        ? []
        : [
            style.warn(
              `  lies inside another workspace, ${style.text(within)}: commands in the new one work with it alone`,
            ),
          ]),
      ...(dryRun ? [NOTHING_WRITTEN] : next.map((step, at) => `${at === 0 ? 'Next: ' : '      '}${step}`)),
    ].join('\n');
  },
});
