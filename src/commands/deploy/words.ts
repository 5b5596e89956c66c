import { dollars } from '../../core/deploy/index.ts';
import { plural, type TimeZone } from '../../core/domain/index.ts';
import type { Bill } from '../../core/ops/deploy/bill.ts';
import type { Prepared } from '../../core/ops/deploy/deploys.ts';
import { listed } from '../gpu/words.ts';
import type { Style } from '../style.ts';
import { renderPlan } from './render.ts';

/** A plan, and what of it would be started, kept and ended. */
export function renderPrepared(prepared: Prepared, timeZone: TimeZone, style: Style): string {
  const { plan, foreseen, bill, pending, order } = prepared;
  const lines = [renderPlan(plan, style)];
  if (!foreseen || !order) return lines.join('\n');
  const { launched, kept, ended, strays, peakCents } = foreseen;
  for (const { name, candidates } of launched) {
    const [first, ...others] = candidates;
    if (!first) continue;
    const also = others.length > 0 ? `, or ${plural(others.length, 'other place')}` : '';
    lines.push(`${style.good('  start')}  ${name}  ${style.text(first.type)} in ${style.text(first.region)}${also}`);
  }
  for (const { name, type, region } of kept)
    lines.push(`${style.dim('  keep ')}  ${name}  ${style.text(type)} in ${style.text(region)}`);
  for (const { name, type, region, centsPerHour } of ended)
    lines.push(
      `${style.bad('  end  ')}  ${name}  ${style.text(type)} in ${style.text(region)}, ${dollars(centsPerHour)}/h`,
    );
  if (strays.length > 0)
    lines.push(
      `${plural(strays.length, 'machine')} of an earlier try that nothing records: taken up where of use, else ended`,
    );
  if (pending > 0)
    lines.push(`An earlier try was killed: ${plural(pending, 'step')} in doubt, which is settled first.`);
  lines.push(
    launched.length + ended.length + strays.length + pending === 0
      ? 'Nothing is to be changed.'
      : `While it changes, at most ${style.bold(dollars(peakCents))} an hour.`,
  );
  lines.push(...billed(bill, timeZone, style));
  return lines.join('\n');
}

/** What bills now, with what it has come to. It ends every command that spends. */
export function billed({ machines, centsPerHour, soFarCents }: Bill, timeZone: TimeZone, style: Style): string[] {
  if (machines.length === 0) return ['Nothing of it bills.'];
  return [
    ...listed(machines, timeZone, style),
    `${plural(machines.length, 'machine')}: ${style.bold(dollars(centsPerHour))} an hour; ${dollars(soFarCents)} so far.`,
  ];
}
