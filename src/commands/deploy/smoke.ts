import { dollars } from '../../core/deploy/index.ts';
import type { TimeZone } from '../../core/domain/index.ts';
import { SMOKE } from '../../core/ops/deploy/names.ts';
import { cheapestOf, type Smoke, type Tried, trySmoke } from '../../core/ops/deploy/smoke.ts';
import { defineCommand } from '../definition.ts';
import {
  marked,
  mishapInput,
  mishapOptions,
  type PracticeInput,
  practiceIn,
  practiceInput,
  practiceOptions,
} from '../practice.ts';
import type { Style } from '../style.ts';
import { dollarsInput } from './quantities.ts';
import { deploysIn } from './rooms.ts';
import { billed, endsIt, goneTold, tellOnStop, wastedTold } from './words.ts';

interface Input extends PracticeInput {
  maxHourly: number;
  dryRun: boolean;
}

interface Report extends Tried {
  readonly rehearsal: boolean;
  readonly dryRun: boolean;
  readonly timeZone: TimeZone;
  /** Absent where nothing was started. */
  readonly came?: Omit<Smoke, 'trouble'> & { readonly trouble: string | null };
}

/** Enough for one GPU of those whose prices were recorded, and for no more: nobody tries it out on eight. */
const MOST_CENTS = 400;

export default defineCommand<Input, Report, 'own'>({
  summary: 'Launch one cheap machine, look into it, and end it, whatever comes of it',
  status: 'experimental',
  place: 'own',
  changes: 'world',
  severe: { names: `the word "${SMOKE}"` },
  options: [
    { flags: '--max-hourly <dollars>', help: `refuse what costs more an hour; here by default ${MOST_CENTS / 100}` },
    ...[...practiceOptions, ...mishapOptions],
    { flags: '--dry-run', help: 'say which machine it would be, start none' },
  ],
  examples: ['sophia deploy smoke --dry-run', `sophia deploy smoke --confirm ${SMOKE}`],
  input: (z) =>
    z.object({
      maxHourly: dollarsInput(z).transform((cents) => cents ?? MOST_CENTS),
      ...{ ...practiceInput(z), ...mishapInput(z) },
      dryRun: z.boolean().default(false),
    }),
  async run(ctx, input) {
    const { maxHourly, dryRun } = input;
    const meant = { environment: SMOKE, practice: practiceIn(input) };
    const rooms = deploysIn(ctx);
    const deploys = await rooms.deploys();
    const tried = cheapestOf(await deploys.catalogue(meant), maxHourly);
    const { timeZone } = ctx.app.workspace;
    const data: Report = { ...tried, rehearsal: meant.practice !== undefined, dryRun, timeZone };
    if (dryRun) return { data, synthetic: false };
    await deploys.mustBeAble();
    const draw = (style: Style) => marked((narrow) => chosen(data, narrow), data.rehearsal, style);
    await ctx.confirm({ what: 'launch it and end it again', name: SMOKE }, draw);
    tellOnStop(ctx, SMOKE, input);
    ctx.logger.progress('launching, looking, and ending it');
    const { trouble, ...came } = await trySmoke(rooms, meant, tried, ctx.signal);
    const mayBill = came.left.length + came.bill.machines.length > 0;
    const exit = mayBill ? 'billing' : (trouble?.exit ?? 'ok');
    return { data: { ...data, came: { ...came, trouble: trouble?.message ?? null } }, synthetic: false, exit };
  },
  render: (data, style) => marked((narrow) => rendered(data, narrow), data.rehearsal, style),
});

function chosen(data: Report, style: Style): string {
  const { gpus, regions, centsPerHour } = data;
  return [
    machineIn(data, style),
    ...(gpus > 0 ? [] : [style.warn('None with a GPU can be had for so much: what this is for will not be tried.')]),
    `in ${regions.map(style.text).join(' or ')}, ${dollars(centsPerHour)} an hour; ended at once, and by gpu reap after an hour.`,
  ].join('\n');
}

function rendered(data: Report, style: Style): string {
  const { came, rehearsal, timeZone } = data;
  if (!came) return `${chosen(data, style)}\nNothing was changed: this was a dry run.`;
  const { wasted, gone, left, bill, soFarCents } = came;
  const before = wasted.machines + gone.machines;
  const cents = soFarCents + wasted.cents + gone.cents;
  return [
    verdict(came, data, style),
    ...wastedTold(wasted, style),
    ...goneTold(gone),
    ...left.map(({ id, why }) => `${style.bad('may bill on')}: ${style.text(id)}: ${style.text(why)}`),
    `It came to ${dollars(cents)}${before > 0 ? ' in all' : ''}, by the minute that has begun.`,
    "The vendor's invoice counts.",
    ...billed(bill, timeZone, style),
    ...(left.length + bill.machines.length > 0 ? [`Next: ${endsIt(SMOKE, rehearsal)}`] : []),
  ].join('\n');
}

function machineIn({ type, gpu, gpus }: Report, style: Style): string {
  return `${style.bold(style.text(type))} ${gpus > 0 ? `with ${gpus} ${style.text(gpu ?? 'GPU')}` : 'without a GPU'}`;
}

/** What was seen, and no more. */
function verdict(came: NonNullable<Report['came']>, data: Report, style: Style): string {
  const { trouble, isStopped, ended, left } = came;
  if (trouble !== null && ended.length + left.length === 0) return `Nothing was launched: ${style.text(trouble)}`;
  const end = left.length > 0 ? 'It did not end for certain.' : 'It was ended.';
  const machine = machineIn(data, style);
  const word = isStopped ? style.warn('Stopped before it was tried') : style.bad('Of no use');
  if (trouble !== null) return `${word}: ${machine}: ${style.text(trouble)}\n${end}`;
  const { gpus } = data;
  const seen = gpus > 0 ? `${gpus === 1 ? 'its GPU' : `its ${gpus} GPUs`} computed` : 'it came up; no GPU was tried';
  return `${style.good('It works')}: ${machine} was launched, and ${seen}. ${end}`;
}
