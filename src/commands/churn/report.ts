import { Buffer } from 'node:buffer';
import manifest from '../../../package.json' with { type: 'json' };
import { type IsoDay, isIsoDay, minuteIn } from '../../core/domain/index.ts';
import { freePath, writeNew } from '../../core/ops/new-file.ts';
import { rankOn } from '../../core/ops/ranking.ts';
import { resolveProperty } from '../../core/ops/resolve.ts';
import { lastAnalysis, sinceLast } from '../../core/ops/since.ts';
import { defineCommand } from '../definition.ts';
import { outputOf } from '../output.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';
import { sizeOf } from '../store/words.ts';
import { wholeNumber } from '../whole-number.ts';
import { checkDay } from './day.ts';
import { reportOf } from './report/data.ts';
import { page } from './report/page.ts';

interface Input {
  property: string;
  output: string | null;
  asOf?: IsoDay | undefined;
  top: number;
  dryRun: boolean;
}

interface Written {
  /** Where it is; null where it was printed. */
  readonly file: string | null;
  readonly bytes: number;
  readonly property: string;
  readonly asOf: IsoDay;
  /** How many are in it, and how many of them with their reasons. */
  readonly tenants: number;
  readonly inDetail: number;
  readonly dryRun: boolean;
  /** The page itself, where it was to be printed. */
  readonly html?: string;
}

export default defineCommand<Input, Written, 'any'>({
  summary: 'Write a page about one property, to read and to print',
  status: 'beta',
  place: 'any',
  scores: 'shown',
  changes: 'world',
  args: [{ name: 'property', completes: 'property', help: 'id or name of the property' }],
  options: [
    {
      ...{ flags: '-o, --output <file>', completes: 'file', typed: true },
      help: 'the HTML file to write, over nothing; - prints it',
    },
    { flags: '--as-of <day>', help: 'use only what was known on that day; default: today' },
    { flags: '--top <n>', help: 'how many with their reasons; the others in a line each; default: 10' },
    { flags: '--dry-run', help: 'make it and say how large it is, write nothing' },
  ],
  examples: [
    'sophia churn report maple-court -o maple-court.html',
    'sophia churn report maple-court -o october.html --as-of 2026-10-01',
  ],
  input: (z) =>
    z.object({
      property: z.string().min(1, 'must not be empty'),
      output: outputOf(z, 'report', ['.html']),
      asOf: z.string().refine(isIsoDay, 'must be a day, like 2026-11-22').optional(),
      top: wholeNumber(z, { from: 1 }).default(10),
      dryRun: z.boolean().default(false),
    }),
  async run({ app, clock, files, random, logger }, { property: asked, output, asOf, top, dryRun }) {
    const day = asOf ?? app.today;
    checkDay(app, day);
    const path = output === null ? null : await freePath(files, output);
    const { owner, found } = await resolveProperty(await app.store(), app.owned, asked);
    const rooms = app.of(owner);
    logger.progress(`ranking ${found.name}`);
    const ranked = await rankOn(rooms, found.id, day);
    const last = sinceLast(ranked.ranking, await lastAnalysis(await rooms.runs(), { property: found.id, day }));
    const tenants = ranked.snapshot.tenancies.map(({ tenant }) => tenant);
    const html = page(
      reportOf({
        ...{ owner: rooms.owner.name, property: found, day, ranked, last, top, version: manifest.version },
        madeAt: minuteIn(app.workspace.timeZone, clock.now()),
        files: await (await rooms.portfolio()).filesOf(tenants, day),
      }),
    );
    const prints = path === null && !dryRun;
    if (path !== null && !dryRun) await writeNew({ files, random }, path, html);
    const compared = ranked.ranking.tenants.length;
    return {
      synthetic: found.synthetic,
      data: {
        ...{ file: path, bytes: Buffer.byteLength(html), property: found.key, asOf: day },
        ...{ tenants: compared, inDetail: Math.min(top, compared), dryRun, ...(prints && { html }) },
      },
    };
  },
  render({ file, bytes, tenants, inDetail, dryRun, html }, style) {
    if (html !== undefined) return html.trimEnd();
    const about = `${sizeOf(bytes)}, ${tenants} tenants, ${inDetail} of them with their reasons`;
    if (dryRun)
      return `Would write ${file === null ? 'to stdout' : style.bold(style.text(file))}, ${about}.\n${NOTHING_WRITTEN}`;
    return [
      `Wrote ${style.bold(style.text(file ?? ''))}, ${about}.`,
      'It names tenants, and is readable by you alone: hand it to those who work with them.',
    ].join('\n');
  },
});
