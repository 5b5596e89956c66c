import { dollars, type Finding, LIMIT_FLAG, type Suggestion } from '../../core/deploy/index.ts';
import { plural } from '../../core/domain/index.ts';
import type { PlanReport } from '../../core/ops/deploy/plan.ts';
import type { Taken } from '../../core/ops/deploy/take.ts';
import { NOTHING_WRITTEN } from '../rehearsal.ts';
import { below, type Style } from '../style.ts';

/** What a plan comes to, in 80 columns: what stands in its way first, then nodes, prices and what bills. */
export function renderPlan(plan: PlanReport, style: Style): string {
  const { environment, file, findings, suggestions } = plan;
  const refused = findings.filter(({ severity }) => severity === 'refused');
  const notes = findings.filter(({ severity }) => severity === 'note');
  const verdict =
    refused.length === 0
      ? style.good('can be had')
      : style.bad(`refused as it stands, for ${plural(refused.length, 'reason')}`);
  return [
    `${style.bold(environment)}  ${style.text(file)}  ${verdict}`,
    ...refused.flatMap((finding) => told(finding, style)),
    ...(notes.length > 0 ? ['To know'] : []),
    ...notes.flatMap((finding) => told(finding, style)),
    ...facts(plan, style),
    ...(suggestions === undefined ? next(plan, refused.length > 0) : suggested(plan, suggestions, style)),
  ].join('\n');
}

/** What was put in the place of the file, with its plan. */
export function renderTaken(plan: Taken, isRehearsed: boolean, style: Style): string {
  const { environment, file, taken } = plan;
  return [
    `${isRehearsed ? 'Would write' : 'Wrote'} ${style.bold(taken.name)} to ${style.text(file)}; what stood there ${isRehearsed ? 'would be' : 'is'} ${style.text(taken.before)}.`,
    renderPlan(plan, style),
    isRehearsed ? NOTHING_WRITTEN : `Next: sophia deploy ${environment} --rehearse   tries it, without a bill`,
  ].join('\n');
}

function told({ code, at, what, fix }: Finding, style: Style): string[] {
  return [
    `  ${style.bold(code)}  ${style.dim(style.text(at))}`,
    `    ${below('    ', what, style)}`,
    ...fix.map((each, index) => {
      const head = index === 0 ? '    fix: ' : '     or: ';
      return head + below(head, each, style);
    }),
  ];
}

function facts({ fleet, quote, demand, boot, billing, prices, survivesNodeLoss }: PlanReport, style: Style): string[] {
  const rows: [string, string][] = [];
  if (fleet) rows.push(['Nodes', fleet.map(({ type, nodes }) => `${nodes} x ${style.text(type.name)}`).join(', ')]);
  if (fleet?.every(({ type }) => type.gpus === 0)) rows.push(['GPUs', 'no GPU in this one']);
  const regions = fleet?.flatMap(({ type }) => (type.regions ? [[type.name, type.regions] as const] : [])) ?? [];
  if (regions.length > 0)
    rows.push([
      'Capacity',
      `shown, not promised: ${regions.map(([name, where]) => `${style.text(name)} in ${where.map(style.text).join(', ') || 'no region'}`).join('; ')}`,
    ]);
  if (demand.gpus > 0)
    rows.push(['Asked for', `${plural(demand.hundredths / 100, 'GPU')}, which takes ${demand.gpus}`]);
  if (quote) {
    const read = prices.recorded ? `prices of ${prices.readOn}` : 'prices of just now';
    rows.push([
      'Price',
      `${dollars(quote.centsPerHour)} an hour, ${dollars(quote.centsPerMonth)} in 730 hours; ${read}`,
    ]);
  }
  if (boot)
    rows.push([
      'Boots in',
      `${minutes(boot.least)} to ${minutes(boot.most)} minutes, ${boot.isMet ? 'as others met it' : 'a guess: nobody has told of such nodes'}`,
    ]);
  if (fleet)
    rows.push([
      'Spare node',
      `${survivesNodeLoss ? 'yes: when one is lost, all' : 'none: when one is lost, not all'} of it has room`,
    ]);
  rows.push(['Bills now', billingTold(billing)]);
  return rows.map(([name, value]) => `${name.padEnd(12)}${below(' '.repeat(12), value, style)}`);
}

function billingTold(billing: PlanReport['billing']): string {
  if (billing === null) return 'not looked up: nobody was asked';
  const { own, others, centsPerHour } = billing;
  if (own.length + others === 0) return 'nothing in this account';
  const mine =
    own.length === 0 ? 'nothing of this environment' : `${plural(own.length, 'machine')} of this environment`;
  return `${mine}, ${others} of others: ${dollars(centsPerHour)} an hour in all`;
}

function minutes(seconds: number): number {
  return Math.ceil(seconds / 60);
}

/** As it was planned: a limit that was typed holds for what is suggested, too. */
function flagsOf({ prices, maxHourlyAt, maxHourlyCents }: PlanReport): string {
  const limit = maxHourlyAt === LIMIT_FLAG ? ` ${LIMIT_FLAG} ${((maxHourlyCents ?? 0) / 100).toFixed(2)}` : '';
  return `${prices.recorded ? ' --offline' : ''}${limit}`;
}

function next(plan: PlanReport, isRefused: boolean): string[] {
  const { environment } = plan;
  if (!isRefused) return [];
  return [
    'Each fix is meant alone, and may call for another: plan again after each.',
    `Next: sophia deploy plan ${environment}${flagsOf(plan)} --suggest   shows what can be had`,
  ];
}

function suggested(plan: PlanReport, suggestions: readonly Suggestion[], style: Style): string[] {
  const [first] = suggestions;
  if (!first) return ['Nothing was found that would hold it within the limits of the file.'];
  return [
    'What can be had, the cheapest first; each is a whole file',
    ...suggestions.flatMap(({ name, text }) => [
      '',
      style.bold(`# --- ${name} ---`),
      ...text.trimEnd().split('\n').map(style.text),
    ]),
    '',
    `Next: sophia deploy plan ${plan.environment}${flagsOf(plan)} --take ${first.name}`,
  ];
}
