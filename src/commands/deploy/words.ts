import { dollars } from '../../core/deploy/index.ts';
import { plural, type TimeZone } from '../../core/domain/index.ts';
import { SophiaError } from '../../core/errors/index.ts';
import type { Bill } from '../../core/ops/deploy/bill.ts';
import type { Prepared, Standing } from '../../core/ops/deploy/deploys.ts';
import type { Wasted } from '../../core/ops/deploy/wasted.ts';
import type { CommandContext } from '../definition.ts';
import { listed, unpriced } from '../gpu/words.ts';
import { marked, type PracticeInput } from '../practice.ts';
import { below, type Style } from '../style.ts';
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

/** Who stopped it, and was told that something may bill, is told where that was looked at and nothing does. */
export function tellIfNothing(ctx: CommandContext, { rehearse }: PracticeInput): (thrown: unknown) => never {
  return (thrown) => {
    // Of any other end it was not looked at, or it is not so.
    const isLookedAt =
      thrown instanceof SophiaError && thrown.kind !== 'usage' && !['billing', 'held'].includes(thrown.exit);
    if (ctx.signal.aborted && isLookedAt) ctx.show((style) => marked(() => 'nothing of it bills', rehearse, style));
    throw thrown;
  };
}

/** What bills under the same name, and this workspace cannot tell for its own. */
export function othersTold(
  { environment, elsewhere }: Pick<Standing, 'environment' | 'elsewhere'>,
  style: Style,
): string[] {
  if (elsewhere.machines === 0) return [];
  const many = `${plural(elsewhere.machines, 'machine')} called ${environment}, of another workspace, or of this one before its files were lost`;
  return [
    style.warn(`${many}: ${dollars(elsewhere.centsPerHour)} an hour.`),
    `sophia gpu ls --stack ${environment}   shows them; sophia gpu kill-all ends them`,
  ];
}

/** What was paid for and is no more: no sum of what bills holds it. */
export function wastedTold({ machines, cents }: Wasted, style: Style): string[] {
  if (machines === 0) return [];
  return [
    style.warn(`Of no use, and ended for another: ${plural(machines, 'machine')}, which came to ${dollars(cents)}.`),
  ];
}

/** The same of what lived before. */
export function goneTold({ machines, cents }: Wasted): string[] {
  return machines === 0
    ? []
    : [`Ended on the way: ${plural(machines, 'machine')}, which had come to ${dollars(cents)}.`];
}

/** By which command an environment is ended, and what bills of it with it. */
export function endsIt(environment: string, isRehearsal: boolean): string {
  return `sophia deploy destroy ${environment}${isRehearsal ? ' --rehearse' : ''}   ends all of it`;
}

/** A plan, and what of it would be started, kept and ended. */
export function renderPrepared(prepared: Prepared, timeZone: TimeZone, style: Style): string {
  const { plan, bill } = prepared;
  const lines = prepared.foreseen ? changing(prepared, style) : [];
  const others = (plan.billing?.own ?? []).filter(({ id }) => !bill.machines.some((each) => each.id === id));
  const elsewhere = {
    machines: others.length,
    centsPerHour: others.reduce((sum, each) => sum + (each.centsPerHour ?? 0), 0),
  };
  return [
    renderPlan(plan, style),
    ...lines,
    // What bills before is told by the plan; below a wait in which machines boot, that nothing does would be untrue.
    ...(prepared.foreseen && bill.machines.length + bill.unread > 0 ? billed(bill, timeZone, style) : []),
    ...(prepared.foreseen ? othersTold({ environment: plan.environment, elsewhere }, style) : []),
  ].join('\n');
}

/** What would be started, kept and ended; nothing where the plan is refused. */
export function changing({ foreseen, pending, expiresS }: Prepared, style: Style): string[] {
  if (!foreseen) return [];
  const { launched, kept, ended, strays, peakCents } = foreseen;
  const place = (type: string, region: string) => `${style.text(type)} in ${style.text(region)}`;
  const isSame =
    launched.length + ended.length + strays.length + pending === 0 && !kept.some(({ isUnready }) => isUnready);
  return [
    ...launched.flatMap(({ name, candidates: [first, ...others] }) => {
      const kinds = [...new Set(others.map(({ type }) => type))].filter((type) => type !== first?.type);
      const as = kinds.length > 0 ? `, some as ${kinds.map(style.text).join(', ')}` : '';
      const also = others.length > 0 ? `, or ${plural(others.length, 'other place')}${as}` : '';
      return first ? [`${style.good('  start')}  ${name}  ${place(first.type, first.region)}${also}`] : [];
    }),
    ...kept.map(
      ({ name, type, region, isUnready }) =>
        `${style.dim('  keep ')}  ${name}  ${place(type, region)}${isUnready ? `, ${style.warn('was not ready: looked into again')}` : ''}`,
    ),
    ...ended.map(
      ({ name, type, region, centsPerHour }) =>
        `${style.bad('  end  ')}  ${name}  ${place(type, region)}, ${dollars(centsPerHour)}/h`,
    ),
    ...(strays.length > 0
      ? [`${plural(strays.length, 'machine')} of an earlier try, recorded nowhere: taken up where of use, else ended`]
      : []),
    ...(pending > 0 ? [`An earlier try was killed: ${plural(pending, 'step')} in doubt, which is settled first.`] : []),
    ...(launched.length > 0 ? [below('', lasting(expiresS), style)] : []),
    isSame ? 'Nothing is to be changed.' : `While it changes, at most ${style.bold(dollars(peakCents))} an hour.`,
  ];
}

/** How long what is launched bills. */
function lasting(expiresS: number): string {
  if (expiresS === 0)
    return 'What starts bills until somebody ends it; --expires 8h has gpu reap end it, where that runs.';
  const time = expiresS % 3600 === 0 ? plural(expiresS / 3600, 'hour') : plural(expiresS / 60, 'minute');
  return `gpu reap ends what starts after ${time}, where that runs; else it bills until somebody ends it.`;
}

/** What bills now, with what it has come to. It ends every command that spends. */
export function billed(
  { machines, centsPerHour, soFarCents, unread }: Bill,
  timeZone: TimeZone,
  style: Style,
): string[] {
  const unseen =
    unread > 0
      ? [style.warn(`${plural(unread, 'machine')} of the account cannot be read: look at cloud.lambda.ai.`)]
      : [];
  if (machines.length === 0) return unread > 0 ? unseen : ['Nothing of it bills.'];
  return [
    ...listed(machines, timeZone, style),
    `${plural(machines.length, 'machine')}: ${style.bold(dollars(centsPerHour))} an hour${unpriced(machines)}; ${dollars(soFarCents)} so far.`,
    ...unseen,
  ];
}
