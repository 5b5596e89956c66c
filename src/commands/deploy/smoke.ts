import { dollars } from '../../core/deploy/index.ts';
import { SMOKE } from '../../core/ops/deploy/names.ts';
import { cheapestOf, type Smoke, trySmoke } from '../../core/ops/deploy/smoke.ts';
import { defineCommand } from '../definition.ts';
import { marked, type PracticeInput, practiceIn, practiceInput, practiceOptions } from '../practice.ts';
import type { Style } from '../style.ts';
import { dollarsInput } from './quantities.ts';
import { deploysIn } from './rooms.ts';

interface Input extends PracticeInput {
  maxHourly: number;
  dryRun: boolean;
}

interface Report {
  readonly rehearsal: boolean;
  readonly dryRun: boolean;
  readonly type: string;
  readonly regions: readonly string[];
  readonly centsPerHour: number;
  /** Absent where nothing was started. */
  readonly came?: Omit<Smoke, 'trouble'> & { readonly trouble: string | null };
}

/** Nobody tries it out on eight GPUs. */
const MOST_CENTS = 200;

export default defineCommand<Input, Report, 'own'>({
  summary: 'Launch one cheap machine, look into it, and end it, whatever comes of it',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  severe: { names: `the word "${SMOKE}"` },
  options: [
    { flags: '--max-hourly <dollars>', help: `refuse what costs more an hour; here by default ${MOST_CENTS / 100}` },
    ...practiceOptions,
    { flags: '--dry-run', help: 'say which machine it would be, start none' },
  ],
  examples: ['sophia deploy smoke --dry-run', `sophia deploy smoke --confirm ${SMOKE}`],
  input: (z) =>
    z.object({
      maxHourly: dollarsInput(z).transform((cents) => cents ?? MOST_CENTS),
      ...practiceInput(z),
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, input) {
    const { maxHourly, dryRun } = input;
    const meant = { environment: SMOKE, practice: practiceIn(input) };
    const deploys = await deploysIn(ctx).deploys();
    const machine = cheapestOf(await deploys.catalogue(meant), maxHourly);
    const [first] = machine.candidates;
    const regions = machine.candidates.map(({ region }) => region);
    const about = { type: first?.type ?? '', regions, centsPerHour: first?.centsPerHour ?? 0 };
    const data: Report = { ...about, rehearsal: meant.practice !== undefined, dryRun };
    if (dryRun) return { data, synthetic: false };
    await deploys.mustBeAble();
    const draw = (style: Style) => marked((narrow) => chosen(data, narrow), data.rehearsal, style);
    await ctx.confirm({ what: 'launch it and end it again', name: SMOKE }, draw);
    ctx.logger.progress('launching, looking, and ending it');
    const { trouble, ...came } = await trySmoke(deploys, meant, machine, {
      agreedCents: data.centsPerHour,
      signal: ctx.signal,
    });
    const exit = came.left.length > 0 ? 'billing' : (trouble?.exit ?? 'ok');
    return { data: { ...data, came: { ...came, trouble: trouble?.message ?? null } }, synthetic: false, exit };
  },
  render: (data, style) => marked((narrow) => rendered(data, narrow), data.rehearsal, style),
});

function chosen({ type, regions, centsPerHour }: Report, style: Style): string {
  return `${style.bold(style.text(type))} in ${regions.map(style.text).join(' or ')}, ${dollars(centsPerHour)} an hour; ended at once, and by gpu reap after an hour.`;
}

function rendered(data: Report, style: Style): string {
  const { came } = data;
  if (!came) return `${chosen(data, style)}\nNothing was changed: this was a dry run.`;
  const { trouble, bill, left } = came;
  return [
    trouble === null
      ? style.good('It was launched, its GPUs computed, and it was ended.')
      : `${style.bad('It was of no use')}: ${style.text(trouble)}`,
    ...left.map(({ id, why }) => `${style.bad('may bill on')}: ${style.text(id)}: ${style.text(why)}`),
    `It came to ${dollars(bill.soFarCents)}, by the minute that has begun; the vendor's invoice counts.`,
  ].join('\n');
}
