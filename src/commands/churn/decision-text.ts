import { minuteIn, plural, type TimeZone, UNSEEN } from '../../core/domain/index.ts';
import type { DecisionLog, ProposedFor, ToldAnalysis } from '../../core/ops/decisions.ts';
import { dated } from '../../core/ops/proposals/words.ts';
import { FEWEST_PEERS, type ShownRow, type Used } from '../../core/ops/ranked-by.ts';
import { type HeadName, headNames, points, saying } from '../../core/risk/index.ts';
import { harmless } from '../harmless.ts';
import { flowing, type Style } from '../style.ts';
import { keptOutLines, leavesWithin, toGo, UNTOLD_POINTS } from './words.ts';

interface Told extends DecisionLog {
  readonly contact: string | null;
  readonly timeZone: TimeZone;
}

/** Kept out by what sophia is, and not by how it is set. */
const NOT_USED = [
  'Race, colour, religion, national origin, citizenship, sex, gender, disability,',
  'family or household, age, marital status, military service, source of income or',
  'a voucher, criminal history, consumer reports; and what stands for them: name,',
  'address or post code, language, school, voice, picture, device.',
];

const NO_ADVERSE_STEP = [
  'No rent, deposit, screening, non-renewal, late fee or eviction rests on this',
  'index: sophia has no step that makes one of it. A complaint or a request for a',
  'repair can only lead to help. What follows is an offer to talk, decided on by a',
  'person. Nothing is sent by itself.',
];

/**
 * In plain words, for the tenant or for who oversees the landlord. Marked by `#` as a text file is. Lines fit `style`; a
 * file, for which there is none, has 80 columns.
 */
export function decisionText(told: Told, style?: Pick<Style, 'text' | 'width'>): string {
  const shown = style ?? { text: harmless, width: Number.POSITIVE_INFINITY };
  return flowing(linesOf(told).join('\n'), shown);
}

function linesOf(told: Told): string[] {
  const { key, name, asOf, analyses, unreadable, removed, proposals, audit, contact, timeZone } = told;
  const isAll = unreadable === 0 && removed.runs === 0;
  return [
    '# What was reckoned and decided',
    `About ${inLine(name)} (${inLine(key)}), as of ${asOf}.`,
    '',
    'An analysis compares who lives in one property, at the same stage of a lease, by',
    'how things went: repairs, calls, the ledger and the lease; where a model was',
    'learned, by surveys and the portal too. The index is a place among these',
    'neighbours from 0 to 1, 0.50 being usual. The index is no probability, and says',
    'nothing of the person.',
    '',
    `## Analyses: ${analyses.length}`,
    ...(analyses.length > 0 ? ['Each is told as it was recorded, and rows as it could read them.'] : []),
    ...(analyses.length === 0 ? [`No analysis${isAll ? '' : ' that can still be read'} has ranked this tenant.`] : []),
    ...(unreadable > 0 ? [`Analyses that cannot be read any more, of whomever: ${unreadable}.`] : []),
    ...removedLines(removed),
    ...analyses.flatMap((each) => analysisLines(each, timeZone)),
    '',
    '## What was not used',
    ...NOT_USED,
    '',
    `## What was proposed, and who decided: ${proposals.length}`,
    ...(proposals.length === 0 ? ['Nothing was proposed.'] : []),
    ...proposals.flatMap((each) => proposalLines(each, timeZone)),
    '',
    '## What does not follow from it',
    ...NO_ADVERSE_STEP,
    '',
    '## How to contest or correct it',
    ...contestLines(contact),
    '',
    audit.whole
      ? `The log of the owner is whole: ${plural(audit.lines, 'line')}, each sealing the one before.`
      : 'The log of the owner is NOT whole: a line was changed or is missing.',
  ];
}

/** Nothing that somebody typed begins a line of the document. */
function inLine(text: string): string {
  return harmless(text).replaceAll(new RegExp(UNSEEN, 'gu'), ' ');
}

/** What somebody typed at length, each line of it marked as theirs. */
function quotedLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/u).map((line) => `  > ${inLine(line)}`);
}

function removedLines({ runs, rows, answers }: DecisionLog['removed']): string[] {
  const what = [
    ...(runs > 0 ? [plural(runs, 'run')] : []),
    ...(rows > 0 ? [plural(rows, 'withdrawn row')] : []),
    ...(answers > 0 ? [`the words of ${plural(answers, 'answer')}`] : []),
  ];
  return what.length === 0
    ? []
    : [`Taken out of the store since, of whomever, and so not told here: ${what.join(', ')}.`];
}

function contestLines(contact: string | null): string[] {
  return [
    contact === null
      ? 'To be filled in by the landlord: whom to turn to (fairness.contact in sophia.yaml).'
      : `Turn to: ${inLine(contact)}`,
    'Every row that is named above can be looked up there by its id. A row that is',
    'wrong is corrected where it came from and imported again; the next analysis then',
    'rests on the corrected one. A person looks at any decision anew when asked.',
  ];
}

function analysisLines(each: ToldAnalysis, timeZone: TimeZone): string[] {
  const { run, status, property, day, at, by, model, modelHash, inputs, stage, peers, band, index, p90 } = each;
  const { leave, arrears } = index;
  const isFew = leave === null || arrears === null;
  const told = isFew ? '' : `leaving ${leave.toFixed(2)}, arrears ${arrears.toFixed(2)}; `;
  return [
    `- ${minuteIn(timeZone, at)}, by ${inLine(by ?? 'somebody unknown')}: ${run}, ${inLine(property)} as known on ${day}`,
    ...(status === 'succeeded' ? [] : [`  it has not come to its end: ${status}`]),
    `  ${told}band ${band}; ${toGo(stage)}, ${plural(peers, 'neighbour')}`,
    `  model ${inLine(model)}, ${modelHash ?? 'without a fingerprint'}`,
    `  inputs ${inputs ?? 'without a fingerprint'}`,
    ...(p90 === null
      ? []
      : [`  ${leavesWithin(p90)}, as that model reckons it, which was held against the past of this owner.`]),
    ...(isFew ? fewLines(each) : pointLines(each)),
    ...(each.keptOut === null
      ? ['  What was kept out is not known any more: the rows of then are not kept.']
      : keptOutLines(each.keptOut).map((line) => `  ${line}`)),
    ...(Object.keys(each.keptOut ?? {}).length > 0 ? ['  What was not scored counts in none of the lines above.'] : []),
  ];
}

function pointLines({ attribution, shared, used }: ToldAnalysis): string[] {
  const isFolded = used.some(({ logOdds }) => logOdds === null);
  return [
    '  What was used, with the points that it adds against the mean neighbour. Points of leaving add up to its index, and so do those of arrears: none is 0.50, and +0.69 doubles the odds.',
    ...(isFolded
      ? [
          `  What is known of fewer than ${FEWEST_PEERS} neighbours has no points of its own, as these would tell of one of them: they are among the shared ones.`,
        ]
      : []),
    ...headNames.flatMap((head) =>
      attribution[head] === 'none'
        ? untoldLines(head)
        : [
            `    ${points(shared[head] ?? 0)}  shared by all here at that stage${isFolded ? ', and what has no points' : ''} (${heads[head]})`,
            ...used
              .filter((point) => point.head === head)
              .flatMap((point) => usedLines(point, point.logOdds === null ? '     ' : points(point.logOdds))),
          ],
    ),
  ];
}

function fewLines({ attribution, used }: ToldAnalysis): string[] {
  return [
    `  With fewer than ${FEWEST_PEERS} neighbours no index and no points are told: from these the data of a neighbour could be reckoned. What was used is told, and how it counts against the usual tenant of the model, where that is known.`,
    ...headNames.flatMap((head) => [
      ...(attribution[head] === 'none' ? untoldLines(head) : []),
      ...used
        .filter((point) => point.head === head)
        .flatMap((point) => usedLines(point, strengthOf(point.againstUsual))),
    ]),
  ];
}

function untoldLines(head: HeadName): string[] {
  return [`    ${UNTOLD_POINTS}`, `    (${heads[head]})`];
}

/** Log-odds from which on a value counts, and counts strongly. */
const [COUNTS, STRONGLY] = [0.1, 0.4];

function strengthOf(logOdds: number | null): string {
  if (logOdds === null) return '-';
  if (Math.abs(logOdds) < COUNTS) return 'hardly counts:';
  return `${logOdds > 0 ? 'raises' : 'lowers'} it${Math.abs(logOdds) < STRONGLY ? '' : ' strongly'}:`;
}

function usedLines({ head, feature, value, evidence }: Used, counts: string): string[] {
  return [
    `    ${counts}  ${saying(feature, value)} (${heads[head]})`,
    ...(evidence.length > 0 ? [`           rests on: ${evidence.map(rowIn).join(', ')}`] : []),
  ];
}

function rowIn(row: ShownRow): string {
  const named = `${dated(row)} ${inLine(row.key ?? row.id)}`;
  if (row.since === 'corrected') return `${named} (corrected since${row.nowOn ? `: now of ${row.nowOn}` : ''})`;
  return row.since === 'gone' && row.key ? `${named} (no row of this tenant any more)` : named;
}

const heads = { leave: 'leaving', arrears: 'arrears' } as const;

const actions: Readonly<Record<string, string>> = {
  renewal_call: 'a call about the renewal',
  service_check_in: 'a service call',
};

const groups: Readonly<Record<NonNullable<ProposedFor['arm']>, string>> = {
  treated: 'measuring group: drawn among those to whom proposals are made',
  withheld: 'measuring group: drawn by chance among those to whom none is made, to see whether proposals help',
  exempt: 'in no measuring group: who is in need is never left without help',
};

const standing: Readonly<Record<ProposedFor['state'], string>> = {
  open: 'proposed',
  withheld: 'withheld at random',
  over_capacity: 'more than the team could see to',
};

function proposalLines(each: ProposedFor, timeZone: TimeZone): string[] {
  const { property, analysis, firstAt, state, arm, run, status, action, decided, steps } = each;
  const what = action === null ? standing[state] : `proposed: ${actions[action] ?? action}`;
  return [
    `- ${minuteIn(timeZone, firstAt)}, ${inLine(property)}: ${what}, after ${analysis}${run ? `, as ${run}` : ''}`,
    `  ${arm === null ? 'in no measuring group: nobody was drawn' : groups[arm]}`,
    ...(decided ? decidedLines(decided, timeZone) : []),
    ...(!decided && status
      ? [isOver(status) ? `  nobody has decided: the run is ${status}` : '  nobody has decided yet']
      : []),
    ...steps.map(({ at, by, what }) => `  ${minuteIn(timeZone, at)}, by ${inLine(by)}: ${what}`),
  ];
}

function isOver(status: NonNullable<ProposedFor['status']>): boolean {
  return status === 'succeeded' || status === 'cancelled' || status === 'failed';
}

function decidedLines({ decision, by, at, reason }: NonNullable<ProposedFor['decided']>, timeZone: TimeZone): string[] {
  const head = `  ${decision ?? 'answered'} by ${inLine(by ?? 'somebody unknown')}, ${at ? minuteIn(timeZone, at) : 'no moment'}`;
  return reason ? [`${head}, who wrote:`, ...quotedLines(reason)] : [head];
}
