import { addDays, type IsoDay, isIsoDay, type OwnerId, plural } from '../../core/domain/index.ts';
import { UsageError } from '../../core/errors/index.ts';
import { auditFor, type OwnersAudit, readGroups } from '../../core/ops/audit.ts';
import type { Acted, Disparity } from '../../core/policy/index.ts';
import { defineCommand } from '../definition.ts';
import type { Style } from '../style.ts';
import { checkDay } from './day.ts';

interface Told extends OwnersAudit {
  readonly owner: OwnerId;
  readonly name: string;
}

interface Audited {
  readonly from: IsoDay;
  readonly to: IsoDay;
  /** One for each owner, never compared with each other. */
  readonly owners: readonly Told[];
}

interface Input {
  from?: IsoDay | undefined;
  to?: IsoDay | undefined;
  groups?: string | undefined;
}

const WINDOW_DAYS = 90;

export default defineCommand<Input, Audited, 'any'>({
  summary: 'Find whether equals were treated as equals',
  status: 'experimental',
  place: 'any',
  changes: 'nothing',
  scores: 'shown',
  options: [
    { flags: '--from <day>', help: 'proposals from that day on; default: 90 days before' },
    { flags: '--to <day>', help: 'proposals up to that day; default: today' },
    {
      flags: '--groups <file>',
      help: 'compare groups as counsel gives them: a CSV of tenant_id and group, kept nowhere',
      completes: 'file',
    },
  ],
  examples: ['sophia churn audit', 'sophia churn audit --from 2026-08-01 --to 2026-10-31'],
  input: (z) => {
    const day = z.string().refine(isIsoDay, 'must be a day, like 2026-11-22').optional();
    return z.object({ from: day, to: day, groups: z.string().min(1, 'must not be empty').optional() });
  },
  async run({ app, files }, { from, to = app.today, groups: path }) {
    checkDay(app, to);
    const since = from ?? addDays(to, -WINDOW_DAYS);
    if (since > to) throw new UsageError(`--from ${since} is after --to ${to}`, [`--from ${to}`]);
    const groups = path === undefined ? undefined : await readGroups(files, files.resolve(path));
    const owners: Told[] = [];
    for (const rooms of app.owned) {
      const audit = await auditFor(rooms, app.workspace, { from: since, to }, groups);
      owners.push({ owner: rooms.owner.id, name: rooms.owner.name, ...audit });
    }
    const isFound = owners.some(({ found }) => found.length > 0);
    return { data: { from: since, to, owners }, ...(isFound && { exit: 'check' as const }) };
  },
  render: ({ from, to, owners }, style) =>
    owners.map((each) => linesOf(each, `${from} to ${to}`, style).join('\n')).join('\n\n'),
});

function linesOf(told: Told, span: string, style: Style): string[] {
  const {
    name,
    owner,
    properties,
    groups,
    suppressed,
    ungrouped,
    unmatched,
    unreadable,
    spread,
    comparisons,
    found,
    between,
  } = told;
  const { offered } = spread;
  return [
    `${style.bold(style.fit(name, 26))}  ${style.fit(owner, 24)}  ${span}`,
    ...tableOf('PROPERTY', properties, style),
    ...(offered ? [`Offered, between properties: ${percent(offered.lowest)} to ${percent(offered.highest)}`] : []),
    ...(groups.length > 0 ? ['', ...tableOf('GROUP', groups, style)] : []),
    ...(properties.length + groups.length > 0 ? COLUMNS.map(style.dim) : []),
    ...suppressed.map((each) => style.dim(`${style.fit(each, 24)}: fewer than 5, and so not told`)),
    ...(ungrouped ? [style.dim(`of no group in the file: ${ungrouped}`)] : []),
    ...(unmatched > 0 ? [style.warn(`${plural(unmatched, 'line')} of the file name nobody who was compared`)] : []),
    ...(unreadable > 0 ? [style.dim(`analyses of another version, left out: ${unreadable}`)] : []),
    '',
    ...found.map((each) => style.bad(wordsOf(each, style))),
    ...between.map((each) => style.dim(betweenOf(each, style))),
    ...(found.length === 0 && comparisons === 0
      ? [
          'No pair could be compared: it takes two of 5 or more who were decided on, or of\n  groups who live in one property.',
        ]
      : []),
    ...(found.length === 0 && comparisons > 0
      ? [
          `Nothing found, of ${plural(comparisons, 'pair')}: no rate is below four fifths of another by more than\n  chance, groups being compared within properties.`,
        ]
      : []),
    ...(found.length > 0 ? ['Next: look at what was decided and why: sophia churn proposals'] : []),
  ];
}

const COLUMNS = [
  'P50, P90: how long until half, and nine tenths, were decided on.',
  'OPEN: not decided yet, of all asked. RENT: offered against the rent, median.',
];

function tableOf(title: string, rows: readonly Acted[], style: Style): string[] {
  if (rows.length === 0) return ['Nobody was compared.'];
  const head = [title, 'TENANTS', 'PROPOSED', 'APPROVED', 'OFFERED', 'P50', 'P90', 'OPEN', 'RENT'];
  const lines = rows.map(({ name, compared, rates, response, value }) => [
    style.fit(name, 16),
    `${compared}`,
    ...[rates.proposed, rates.approved, rates.offered].map(percent),
    ...[response.median, response.p90].map((hours) => (response.n === 0 ? '' : waited(hours))),
    response.n === 0 ? '' : `${response.open}/${response.n}`,
    value === null ? '' : `${value.median < 0 ? '' : '+'}${value.median.toFixed(1)} %`,
  ]);
  return [style.columns([head.map(style.dim), ...lines])];
}

function wordsOf(told: Disparity, style: Style): string {
  const { by, crude, ratio, p } = told;
  const within = by === 'group' ? `, within properties ${ratio.toFixed(2)}` : '';
  return `Disparity: ${ratesOf(told, style)}; ratio ${crude.toFixed(2)}${within}, p ${p < 0.001 ? 'below 0.001' : p.toFixed(3)}`;
}

/** That a group lives where less is done is to be known, and is no finding of how it was dealt with there. */
function betweenOf(told: Disparity, style: Style): string {
  return `By property, not found within any: ${ratesOf(told, style)}; ratio ${told.crude.toFixed(2)}`;
}

function ratesOf({ by, stage, name, against, rate, highest }: Disparity, style: Style): string {
  const rates = `${percent(rate)} against ${percent(highest)} of ${style.fit(against, 24)}`;
  return `${by} ${style.fit(name, 24)}, ${stage}: ${rates}`;
}

function percent(share: number | null): string {
  return share === null ? 'under 5' : `${(share * 100).toFixed(0)} %`;
}

/** Hours until somebody decided; who still waits has no end. */
function waited(hours: number | null): string {
  if (hours === null) return 'open';
  return hours < 48 ? `${hours.toFixed(0)} h` : `${(hours / 24).toFixed(0)} d`;
}
