import { dollars } from '../../core/deploy/index.ts';
import { plural, type TimeZone } from '../../core/domain/index.ts';
import type { Bill } from '../../core/ops/deploy/bill.ts';
import type { Prepared } from '../../core/ops/deploy/deploys.ts';
import type { CommandContext } from '../definition.ts';
import { listed } from '../gpu/words.ts';
import { marked, type PracticeInput } from '../practice.ts';
import type { Style } from '../style.ts';
import { renderPlan } from './render.ts';

/** Who stops it hears at once what to look at: pressed again, nobody is left to say it. */
export function tellOnStop({ signal, show }: CommandContext, environment: string, { rehearse }: PracticeInput): void {
  const flag = rehearse ? ' --rehearse' : '';
  const told = [
    `machines of it may bill: sophia gpu ls --stack ${environment}${flag} shows which`,
    endsIt(environment, rehearse),
  ].join('\n');
  signal.addEventListener('abort', () => show((style) => marked(() => told, rehearse, style)), { once: true });
}

/** By which command an environment is ended, and what bills of it with it. */
export function endsIt(environment: string, isRehearsal: boolean): string {
  return `sophia deploy destroy ${environment}${isRehearsal ? ' --rehearse' : ''}   ends all of it`;
}

/** A plan, and what of it would be started, kept and ended. */
export function renderPrepared(prepared: Prepared, timeZone: TimeZone, style: Style): string {
  const lines = prepared.foreseen ? changing(prepared, style) : [];
  return [
    renderPlan(prepared.plan, style),
    ...lines,
    ...(prepared.foreseen ? billed(prepared.bill, timeZone, style) : []),
  ].join('\n');
}

/** What would be started, kept and ended; nothing where the plan is refused. */
export function changing({ foreseen, pending }: Prepared, style: Style): string[] {
  if (!foreseen) return [];
  const { launched, kept, ended, strays, peakCents } = foreseen;
  const place = (type: string, region: string) => `${style.text(type)} in ${style.text(region)}`;
  const isSame = launched.length + ended.length + strays.length + pending === 0;
  return [
    ...launched.flatMap(({ name, candidates: [first, ...others] }) => {
      const also = others.length > 0 ? `, or ${plural(others.length, 'other place')}` : '';
      return first ? [`${style.good('  start')}  ${name}  ${place(first.type, first.region)}${also}`] : [];
    }),
    ...kept.map(({ name, type, region }) => `${style.dim('  keep ')}  ${name}  ${place(type, region)}`),
    ...ended.map(
      ({ name, type, region, centsPerHour }) =>
        `${style.bad('  end  ')}  ${name}  ${place(type, region)}, ${dollars(centsPerHour)}/h`,
    ),
    ...(strays.length > 0
      ? [`${plural(strays.length, 'machine')} of an earlier try, recorded nowhere: taken up where of use, else ended`]
      : []),
    ...(pending > 0 ? [`An earlier try was killed: ${plural(pending, 'step')} in doubt, which is settled first.`] : []),
    isSame ? 'Nothing is to be changed.' : `While it changes, at most ${style.bold(dollars(peakCents))} an hour.`,
  ];
}

/** What bills now, with what it has come to. It ends every command that spends. */
export function billed({ machines, centsPerHour, soFarCents }: Bill, timeZone: TimeZone, style: Style): string[] {
  if (machines.length === 0) return ['Nothing of it bills.'];
  return [
    ...listed(machines, timeZone, style),
    `${plural(machines.length, 'machine')}: ${style.bold(dollars(centsPerHour))} an hour; ${dollars(soFarCents)} so far.`,
  ];
}
