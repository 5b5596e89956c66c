import { minuteIn, plural, type TimeZone } from '../../core/domain/index.ts';
import type { DecisionLog, ProposedFor, RankedBy, Used } from '../../core/ops/decisions.ts';
import { dated } from '../../core/ops/proposals/words.ts';
import { type HeadName, headNames, points, saying } from '../../core/risk/index.ts';
import { flowing, type Style } from '../style.ts';
import { keptOutLines, toGo, UNTOLD_POINTS } from './words.ts';

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
  const shown = style ?? { text: (text: string) => text, width: Number.POSITIVE_INFINITY };
  return flowing(linesOf(told, shown.text).join('\n'), shown);
}

function linesOf(told: Told, safe: (text: string) => string): string[] {
  const { key, name, asOf, analyses, unreadable, proposals, audit, contact, timeZone } = told;
  // Those that led to a proposal, and the newest, are told whole; the others are of the same kind.
  const whole = new Set([...proposals.map(({ analysis }) => analysis), analyses.at(-1)?.run]);
  return [
    '# What was reckoned and decided',
    `About ${safe(name)} (${safe(key)}), as of ${asOf}.`,
    '',
    'An analysis compares who lives in one property, at the same stage of a lease, by',
    'how things went: repairs, calls, the ledger and the lease. The index is a place',
    'among these neighbours from 0 to 1, 0.50 being usual. It is no probability, and',
    'says nothing of the person.',
    '',
    `## Analyses: ${analyses.length}`,
    ...(analyses.length === 0 ? ['No analysis has ranked this tenant.'] : []),
    ...(unreadable > 0 ? [`Analyses of older versions that cannot be read any more: ${unreadable}.`] : []),
    ...analyses.flatMap((each) => analysisLines(each, whole.has(each.run), timeZone, safe)),
    '',
    '## What was not used',
    ...NOT_USED,
    '',
    `## What was proposed, and who decided: ${proposals.length}`,
    ...(proposals.length === 0 ? ['Nothing was proposed.'] : []),
    ...proposals.flatMap((each) => proposalLines(each, timeZone, safe)),
    '',
    '## What does not follow from it',
    ...NO_ADVERSE_STEP,
    '',
    '## How to contest or correct it',
    ...contestLines(contact, safe),
    '',
    audit.whole
      ? `The log of the owner is whole: ${plural(audit.lines, 'line')}, each sealing the one before.`
      : 'The log of the owner is NOT whole: a line was changed or is missing.',
  ];
}

function contestLines(contact: string | null, safe: (text: string) => string): string[] {
  return [
    contact === null
      ? 'To be filled in by the landlord: whom to turn to (fairness.contact in sophia.yaml).'
      : `Turn to: ${safe(contact)}`,
    'Every row that is named above can be looked up there by its id. A row that is',
    'wrong is corrected where it came from and imported again; the next analysis then',
    'rests on the corrected one. A person looks at any decision anew when asked.',
  ];
}

function analysisLines(each: RankedBy, isWhole: boolean, timeZone: TimeZone, safe: (text: string) => string): string[] {
  const { run, property, day, at, by, model, modelHash, inputs, stage, peers, band, index, keptOut } = each;
  const head = `- ${minuteIn(timeZone, at)}, by ${by ?? 'somebody unknown'}: ${run}, ${safe(property)} as known on ${day}`;
  const result = `  leaving ${index.leave.toFixed(2)}, arrears ${index.arrears.toFixed(2)}; band ${band}`;
  if (!isWhole) return [head, result];
  return [
    head,
    `${result}; ${toGo(stage)}, ${plural(peers, 'neighbour')}`,
    `  model ${safe(model)}, ${modelHash ?? 'without a fingerprint'}`,
    `  inputs ${inputs ?? 'without a fingerprint'}`,
    '  What was used, with the points that it adds against the mean neighbour. Points',
    '  of leaving add up to its index, and so do those of arrears: none is 0.50, and',
    '  +0.69 doubles the odds.',
    ...headNames.flatMap((head) => headLines(each, head, safe)),
    ...keptOutLines(keptOut).map((line) => `  ${line}`),
  ];
}

function headLines({ attribution, shared, used }: RankedBy, head: HeadName, safe: (text: string) => string): string[] {
  if (attribution[head] === 'none') return [`    ${UNTOLD_POINTS}`, `    (${heads[head]})`];
  return [
    `    ${points(shared[head])}  shared by all here at that stage (${heads[head]})`,
    ...used.filter((point) => point.head === head).flatMap((point) => usedLines(point, safe)),
  ];
}

function usedLines({ head, feature, value, logOdds, evidence }: Used, safe: (text: string) => string): string[] {
  const rows = evidence.map((row) => `${dated(row)} ${safe(row.key ?? row.id)}`);
  return [
    `    ${points(logOdds)}  ${saying(feature, value)} (${heads[head]})`,
    ...(rows.length > 0 ? [`           rests on: ${rows.join(', ')}`] : []),
  ];
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

function proposalLines(each: ProposedFor, timeZone: TimeZone, safe: (text: string) => string): string[] {
  const { property, analysis, firstAt, state, arm, run, action, decided, steps } = each;
  const what = action === null ? standing[state] : `proposed: ${actions[action] ?? action}`;
  return [
    `- ${minuteIn(timeZone, firstAt)}, ${safe(property)}: ${what}, after ${analysis}${run ? `, as ${run}` : ''}`,
    `  ${arm === null ? 'in no measuring group: nobody was drawn' : groups[arm]}`,
    ...(decided
      ? [
          `  ${decided.decision ?? 'answered'} by ${decided.by}, ${decided.at ? minuteIn(timeZone, decided.at) : 'no moment'}${
            decided.reason ? `: ${safe(decided.reason)}` : ''
          }`,
        ]
      : run
        ? ['  nobody has decided yet']
        : []),
    ...steps.map(({ at, by, what }) => `  ${minuteIn(timeZone, at)}, by ${by}: ${what}`),
  ];
}
