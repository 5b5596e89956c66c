import chalk from 'chalk';
import { dollars, type Instant, minuteIn, plural, type TimeZone } from '../../core/domain/index.ts';
import { standsInWords } from '../../core/ops/deploy/stands.ts';
import { wordOf } from '../../core/runs/index.ts';
import { agoOf } from '../age.ts';
import type { Heard } from '../answered.ts';
import type { EnvironmentRow } from '../environments.ts';
import { isNarrow } from '../layout.ts';
import type { NodeRow } from '../nodes.ts';
import { cell, markOf, wrapped } from '../text.ts';

/** As the commands have it: nobody takes what was practised for what is. */
const REHEARSED = 'rehearsal| ';
const REAL = 'real     | ';
export const KIND = REHEARSED.length;

/** Stands in front, and is told apart without a colour: two of one name are never taken for each other. */
export function kindOf({ isRehearsal }: Pick<EnvironmentRow, 'isRehearsal'>): string {
  return isRehearsal ? chalk.cyan(REHEARSED) : chalk.yellow(REAL);
}

const LABEL = 8;
/** Letters of a moment that are spared. */
const YEAR = 'YYYY-'.length;
const GAP = '  ';

interface Around {
  readonly timeZone: TimeZone;
  readonly now: Instant;
  /** Which key asks what bills. */
  readonly asker: string;
  /** It is being ended from here. */
  readonly isEnding: boolean;
}

/** All that is known of one: what is done to it first, then what bills, what it is made of, and what its file comes to. */
export function environment(row: EnvironmentRow, around: Around, width: number): string[] {
  const head = row.isRehearsal ? REHEARSED : '';
  const room = width - head.length;
  const title = `${row.environment}${GAP}${row.file ?? 'no file: it is recorded only'}`;
  const lines = [
    ...outcomeIn(row, around, room),
    ...runIn(row, around, room),
    ...billIn(row, around, room),
    ...nodesIn(row, room),
    ...planIn(row, around, room),
  ];
  return [kindOf(row) + chalk.bold(cell(title, width - KIND)), ...lines.map((line) => head + line)];
}

/** What stands under a word, in as many lines as it needs. */
function labelled(label: string, text: string, width: number): string[] {
  const [first = '', ...more] = wrapped(text, width - LABEL);
  return [cell(label, LABEL) + first, ...more.map((line) => ' '.repeat(LABEL) + line)];
}

/** It stays to be read: what is said in the last line is gone with the next key. */
function outcomeIn({ outcome }: EnvironmentRow, { timeZone }: Around, width: number): string[] {
  if (!outcome) return [];
  return labelled('End', `${minuteIn(timeZone, outcome.at).slice(YEAR)}: ${outcome.text}`, width);
}

function runIn({ run, nodes }: EnvironmentRow, { timeZone, isEnding }: Around, width: number): string[] {
  const being = isEnding ? [chalk.yellow(cell('Being ended from here.', width))] : [];
  if (!run) return [...being, ...labelled('Run', 'it was never deployed', width)];
  const word = wordOf(run.status, run.decision);
  const made = nodes.filter((node) => node.recorded && !isFailed(node)).length;
  const part = run.isOpen && run.ordered !== undefined ? `; ${made} of ${plural(run.ordered, 'node')} recorded` : '';
  const waits = run.waitingOn ? `; waits: ${run.waitingOn}` : '';
  const text = `${word}, begun ${minuteIn(timeZone, run.createdAt).slice(YEAR)}; ${run.id}${waits}${part}`;
  const [first = '', ...more] = labelled('Run', `  ${text}`, width);
  return [...being, first.slice(0, LABEL) + markOf(word) + first.slice(LABEL + 1), ...more];
}

const DOUBT = 'in doubt since something was killed: deploy again, or destroy';
/** Nothing is in doubt by the record: what was launched may stand in none. */
const UNSETTLED = 'what was last done to it did not come to its end: deploy again, or destroy';

function billIn(row: EnvironmentRow, around: Around, width: number): string[] {
  const { heard, trouble, pending, isUnsettled, nodes, isReachable, isRehearsal, run } = row;
  const isWorkedOn = around.isEnding || run?.status === 'running';
  const nobody = isRehearsal ? 'the emulator is not at work' : 'no key of the vendor is set';
  const how = isReachable ? `${around.asker} asks` : nobody;
  const told = heard ? billOf(heard, around, how) : isReachable ? `not asked yet: ${how}` : `not known: ${how}`;
  return [
    ...labelled('Bills', told, width),
    ...(trouble ? wrapped(trouble, width).map((line) => chalk.red(line)) : []),
    ...(heard && !heard.isOutdated ? besides(heard, nodes, isWorkedOn) : []).flatMap((text) =>
      wrapped(text, width).map((line) => chalk.yellow(line)),
    ),
    ...doubts(pending, isUnsettled, isWorkedOn).flatMap((text) =>
      wrapped(text, width).map((line) => chalk.yellow(line)),
    ),
  ];
}

function doubts(pending: number, isUnsettled: boolean, isWorkedOn: boolean): string[] {
  if (pending > 0) return [`${plural(pending, 'step')} ${isWorkedOn ? 'under way' : DOUBT}`];
  return isUnsettled && !isWorkedOn ? [UNSETTLED] : [];
}

function billOf({ bill, at, isOutdated }: Heard, { timeZone, now }: Around, how: string): string {
  const { machines, centsPerHour, soFarCents } = bill;
  const moment = minuteIn(timeZone, at).slice(YEAR);
  if (isOutdated) return `not asked since it changed, but at ${moment}: ${how}`;
  const ago = agoOf(at, now);
  const when = ago ? `asked ${ago}, ${moment}` : `asked just now, ${moment}`;
  if (machines.length === 0) return `nothing; ${when}`;
  const soFar = `${dollars(soFarCents)} ${ago ? 'until then' : 'so far'}`;
  return `${plural(machines.length, 'machine')}, ${dollars(centsPerHour)} an hour, ${soFar}; ${when}`;
}

/** What is recorded and does not live, or lives and is not recorded; and who has it locked. */
function besides({ bill, locks }: Heard, nodes: readonly NodeRow[], isWorkedOn: boolean): string[] {
  const alive = bill.machines.map(({ id }) => id);
  const recorded = nodes.flatMap((node) => node.recorded ?? []);
  // What is being launched is recorded when it boots.
  const strays = isWorkedOn ? [] : alive.filter((id) => !recorded.some((each) => each.id === id));
  return [
    ...recorded.filter(({ id }) => !alive.includes(id)).map(({ name }) => `${name} is recorded, and did not live then`),
    ...strays.map((id) => `${id} lived then, and is recorded nowhere`),
    ...locks.map(({ pid, user, host, isDead }) =>
      isDead ? `locked by process ${pid}, which is dead` : `was worked on by process ${pid} of ${user} on ${host}`,
    ),
  ];
}

function isFailed({ stands = '' }: NodeRow): boolean {
  return stands.endsWith(':failed');
}

const STANDS = 18;
/** Of a name, a type or a region: no more of it is told apart from others. */
const MOST = 22;

function nodesIn({ nodes }: EnvironmentRow, width: number): string[] {
  if (nodes.length === 0) return labelled('Nodes', 'none is recorded', width);
  const widest = (of: (node: NodeRow) => string | undefined) =>
    Math.min(MOST, Math.max(...nodes.map((node) => of(node)?.length ?? 0)));
  const columns = {
    name: widest(({ name }) => name),
    type: widest(({ recorded }) => recorded?.type),
    region: widest(({ recorded }) => recorded?.region),
  };
  return ['', chalk.bold('Nodes, at recorded prices'), ...nodes.flatMap((node) => nodeOf(node, columns, width))];
}

type Columns = Readonly<Record<'name' | 'type' | 'region', number>>;

function nodeOf(node: NodeRow, columns: Columns, width: number): string[] {
  const { name, stands, seconds, recorded } = node;
  const isOld = recorded?.isUnready && !isFailed(node) ? ', not ready' : '';
  const isKept = recorded !== undefined && stands === 'create:failed';
  const told = isKept ? 'not ready' : standsInWords(stands ?? '');
  const text = `${told}${seconds === undefined ? '' : `, ${seconds} s`}${isOld}`;
  const head = `${cell(name, columns.name)}${GAP}${markOf(standing(node))} `;
  const free = width - columns.name - GAP.length - 2;
  if (!recorded) return [head + cell(text, free)];
  const { type, region, id, centsPerHour } = recorded;
  // An id is copied: it stands whole, in a line of its own where there is no room beside the rest.
  const below = wrapped(id, width - 2).map((line) => `  ${line}`);
  if (isNarrow(width)) return [head + cell(text, free), ...below];
  const price = `${dollars(centsPerHour)}/h`;
  const rest = [cell(text, STANDS), cell(type, columns.type), cell(region, columns.region), price].join(GAP);
  const whole = `${rest}${GAP}${id}`;
  return whole.length <= free ? [head + cell(whole, free)] : [head + cell(rest, free), ...below];
}

/** As runs are marked that stand so. */
function standing(node: NodeRow): Parameters<typeof markOf>[0] {
  const { stands = '', recorded } = node;
  if (isFailed(node)) return 'failed';
  if (stands === 'active' || stands.endsWith(':done') || (recorded && stands === '')) return 'succeeded';
  return 'running';
}

function planIn({ plan, pricedAt }: EnvironmentRow, { now }: Around, width: number): string[] {
  if (!plan) return [];
  const { quote, prices, findings } = plan.report;
  const refused = findings.filter(({ severity }) => severity === 'refused');
  const verdict = plan.isRefused ? `refused, for ${plural(refused.length, 'reason')}` : 'can be had';
  const price = quote ? `${dollars(quote.centsPerHour)} an hour; ` : '';
  const asked = (pricedAt && agoOf(pricedAt, now)) || 'just now';
  const read = prices.recorded ? `by prices recorded on ${prices.readOn}` : `by prices of ${asked}`;
  return [
    '',
    ...labelled('Plan', `${verdict}; ${price}${read}`, width).map((line) => (plan.isRefused ? chalk.red(line) : line)),
    ...findings.flatMap(({ severity, code, at, what }) => [
      cell(`${severity === 'refused' ? '✗' : '·'} ${code}${GAP}${at}`, width),
      ...wrapped(what, width - 2).map((line) => `  ${line}`),
    ]),
  ];
}
