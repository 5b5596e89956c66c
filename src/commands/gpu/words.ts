import { dollars } from '../../core/deploy/index.ts';
import { type Instant, minuteIn, plural, type TimeZone, zoneAt } from '../../core/domain/index.ts';
import type { ExitName } from '../../core/errors/index.ts';
import { type Machine, unpricedIn } from '../../core/ops/deploy/account.ts';
import type { EndPlan, EndReport } from '../../core/ops/deploy/end.ts';
import { below, type Style } from '../style.ts';

/** Three lines for each machine, in 80 columns, those of a rehearsal too. */
export function listed(machines: readonly Machine[], timeZone: TimeZone, style: Style): string[] {
  const rows = style.rows(machines.map((each) => rowOf(each, style)));
  return rows.flatMap((row, at) => [row, ...noted(machines[at], timeZone, style)]);
}

function rowOf({ type, region, status, centsPerHour }: Machine, style: Style): string[] {
  const state = status === 'active' ? style.good(status) : style.warn(style.text(status));
  const price = centsPerHour === null ? style.warn('price not told') : `${dollars(centsPerHour)}/h`;
  const [what, where] = [type ?? 'type not told', region ?? 'region not told'];
  return [style.bold(style.text(what)), style.text(where), state, price];
}

/** Behind a sum: what is not in it. */
export function unpriced(machines: readonly Machine[]): string {
  return without(unpricedIn(machines));
}

function without(count: number): string {
  return count > 0 ? `, and ${count} of which the price is not told` : '';
}

/** Of what the vendor lists and nobody can read. */
export function unreadable(count: number, style: Style): string[] {
  if (count === 0) return [];
  return [style.warn(`${plural(count, 'machine')} could not be read: look at cloud.lambda.ai.`)];
}

function noted(machine: Machine | undefined, timeZone: TimeZone, style: Style): string[] {
  if (!machine) return [];
  const { id, name, environment, launchedAt, expiresAt } = machine;
  const momentOf = (at: Instant) => `${minuteIn(timeZone, at)} ${zoneAt(timeZone, at)}`;
  const told = [
    ...(name === '' ? [] : [name]),
    environment === null ? 'not started by sophia' : `of ${environment}`,
    ...(launchedAt ? [`since ${momentOf(launchedAt)}`] : []),
    ...(expiresAt ? [`to be ended ${momentOf(expiresAt)}`] : []),
  ];
  return [id, told.join(', ')].map((line) => style.dim(`  ${below('  ', line, style)}`));
}

/** What came of ending machines, or would. */
export interface Answer extends EndReport {
  readonly dryRun: boolean;
  readonly timeZone: TimeZone;
  readonly rehearsal: boolean;
}

/** What is to be ended, and what is not. */
export function foreseen({ machines, centsPerHour, untouched }: EndPlan, timeZone: TimeZone, style: Style): string {
  return [
    ...listed(machines, timeZone, style),
    `To be ended: ${plural(machines.length, 'machine')}, ${style.bold(dollars(centsPerHour))} an hour${unpriced(machines)}.`,
    ...spared(untouched, style),
  ].join('\n');
}

/** `nothing`: what is said where no machine is to be ended. */
export function renderEnd(answer: Answer, nothing: string, style: Style): string {
  const { machines, ended, endedCents, left, untouched, billing, unread, dryRun, timeZone } = answer;
  const odd = unreadable(unread, style);
  if (machines.length === 0) return [style.text(nothing), ...spared(untouched, style), ...odd].join('\n');
  if (dryRun) return [foreseen(answer, timeZone, style), ...odd, 'Nothing was changed: this was a dry run.'].join('\n');
  const told = billing.machines === 0 ? 'nothing' : `${plural(billing.machines, 'machine')}, ${hourly(billing)}`;
  return [
    ...listed(ended, timeZone, style),
    `Ended, as the vendor says: ${plural(ended.length, 'machine')}${ended.length > 0 ? `, which had come to ${dollars(endedCents)}` : ''}.`,
    ...left.flatMap((each) => [
      ...listed([each], timeZone, style),
      `  ${style.bad('may bill on')}: ${style.text(each.why)}`,
    ]),
    ...(left.length === 0 ? [] : ['Try again; what cannot be ended so, end at cloud.lambda.ai.']),
    ...spared(untouched, style),
    `What bills now in the account${billing.isAsked ? '' : ', as far as is known'}: ${told}.`,
    ...odd,
  ].join('\n');
}

function hourly({ centsPerHour, unpriced }: EndReport['billing']): string {
  return `${dollars(centsPerHour)} an hour${without(unpriced)}`;
}

/** Ends as billing also where something cannot be read: it may bill. */
export function exitOf({ left, unread }: EndReport): ExitName {
  return left.length > 0 || unread > 0 ? 'billing' : 'ok';
}

function spared({ others, notOurs, unreadable }: EndPlan['untouched'], style: Style): string[] {
  const told = [
    ...(notOurs > 0 ? [`${plural(notOurs, 'machine')} that sophia did not start`] : []),
    ...(others > 0 ? [`${plural(others, 'other machine')} of sophia`] : []),
  ];
  return [
    ...(told.length > 0 ? [`Not touched: ${told.join(', ')}.`] : []),
    ...(unreadable > 0
      ? [
          style.warn(
            `When to end cannot be read on ${plural(unreadable, 'machine')} of these: nothing ends it by itself.`,
          ),
        ]
      : []),
  ];
}
