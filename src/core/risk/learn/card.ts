import type { Fingerprint, IsoDay, OwnerId } from '../../domain/index.ts';
import { figures, figureText, judgedBy } from '../figures.ts';
import type { Attribution } from '../score.ts';
import { type Feature, type HeadName, headNames, type Scorecard, type Weight } from '../scorecard.ts';
import { aboutFeature } from './about.ts';
import { type Backtest, type Figures, isBacktest, type Unable } from './backtest.ts';
import type { ForeignFile } from './foreign.ts';
import type { Interval } from './metrics.ts';
import type { ModelFile, ModelHead } from './model.ts';
import { weightOf } from './train.ts';

/** What a model is for, what it rests on, and what it may not be used for. */
export interface Card {
  readonly name: string;
  readonly hash: Fingerprint;
  /** Null for the scorecard, which everybody has. */
  readonly owner: OwnerId | null;
  readonly intended: string;
  readonly prohibited: readonly string[];
  readonly labels: Readonly<Record<HeadName, string>>;
  readonly heads: Readonly<Record<HeadName, HeadOfCard>>;
  readonly findings: ModelFile['findings'];
  readonly excluded: readonly string[];
  readonly failures: readonly string[];
}

interface HeadOfCard {
  readonly from: 'scorecard' | 'learned' | 'foreign';
  /** `none`: of another program, which tells no weights. */
  readonly attribution: Attribution['leave'];
  /** Of another program's model: the last day that its maker's data told of; null for the others. */
  readonly trainedUntil: IsoDay | null;
  readonly trainedOn: ModelHead['trainedOn'] | null;
  readonly calibration: string;
  /** Null where nothing is claimed. */
  readonly judged: Backtest | Unable | null;
  /** Those that weigh anything. */
  readonly features: readonly {
    readonly feature: Feature;
    readonly unit: string;
    readonly why: string;
    /** Null where there is no exact attribution. */
    readonly weight: number | null;
    readonly scorecard: number;
    readonly se: number | null;
  }[];
}

const INTENDED =
  'Help a team keep tenants: whom to call, and which repair to see to first. It ranks tenants among neighbours at the same stage of their lease; a named human decides.';
const PROHIBITED = [
  'screening of applicants',
  'non-renewal',
  'eviction, and any legal notice',
  'pricing of rents, offers and concessions',
  'sharing across owners: neither data, nor weights, nor scores',
];
const LABELS: Card['labels'] = {
  leave:
    'notice or move-out within 90 days, or no renewal at the coming end of the lease. Left out: moves within the portfolio, death, military service, ends that the owner brought about',
  arrears:
    "at least one full month's rent unpaid 30 days after it was due, within 60 days. Left out: who owes that much already",
};
const EXCLUDED = [
  'race, colour, religion, national origin, sex, disability, family, age, marital status, citizenship, source of income, criminal history',
  'what stands for them: address, postcode, name, language, household size, school, photo, voice, device, days of benefits',
  'whatever a call or ticket tells of health, children, immigration, violence or accommodation',
  "another landlord's price or name",
];
const FAILURES = [
  'too few tenants at a stage: the index leans on the usual tenant, and the output says how many there are',
  'a source that was connected late: what it knows says nothing of the months before',
  'who is likeliest to leave is not who is easiest to keep: sophia churn effect measures that',
];
const CHANGES = 'a market that changes: weights of the past then rank wrongly; sophia churn drift looks for it';
const UNTOLD = [
  'a market that changes: nobody watches whether tenants are still as those that another program learned from',
  'what another program makes of a feature cannot be told: no points and no reasons; where it ranks who leaves, nothing is proposed',
  'what its maker learned it from, whose data that was and by which right, is not known here',
];

export function cardOf(card: Scorecard, hash: Fingerprint, file?: ModelFile | ForeignFile): Card {
  const foreign = file?.kind === 'onnx' ? file : undefined;
  const model = file?.kind === 'logit' ? file : undefined;
  const headOf = (head: HeadName): HeadOfCard => {
    if (foreign?.manifest.head === head) return foreignHead(foreign, card);
    const weights: readonly Weight[] = card.heads[head].weights;
    const learned = model?.heads[head];
    const points = (feature: Feature) => weightOf(feature, head, card);
    return {
      ...{ from: learned ? 'learned' : 'scorecard', attribution: 'exact', trainedUntil: null },
      trainedOn: learned?.trainedOn ?? null,
      calibration: learned ? learned.calibration.kind : 'none: an index is no probability',
      judged: model?.metrics[head] ?? null,
      features: learned
        ? learned.features
            .filter(({ w }) => w !== 0)
            .map(({ name, w, w0, se }) => ({ feature: name, ...aboutFeature(name), weight: w, scorecard: w0, se }))
        : weights.map(({ feature, logOdds }) => {
            return { feature, ...aboutFeature(feature), weight: logOdds, scorecard: points(feature), se: null };
          }),
    };
  };
  return {
    ...{ name: foreign?.manifest.name ?? model?.name ?? card.name, hash, owner: file?.owner ?? null },
    ...{ intended: INTENDED, prohibited: PROHIBITED, labels: LABELS },
    heads: Object.fromEntries(headNames.map((head) => [head, headOf(head)])) as Card['heads'],
    ...{ findings: model?.findings ?? [], excluded: EXCLUDED },
    failures: [...FAILURES, ...(foreign ? UNTOLD : [CHANGES])],
  };
}

function foreignHead({ manifest, judged, scale }: ForeignFile, card: Scorecard): HeadOfCard {
  const { head, trainedUntil, features } = manifest;
  return {
    ...{ from: 'foreign', attribution: 'none', trainedOn: null, trainedUntil, judged },
    calibration: scale ? 'platt, with a term for each stage' : 'none: there was too little past',
    features: features.map(({ name }) => {
      return { feature: name, ...aboutFeature(name), weight: null, scorecard: weightOf(name, head, card), se: null };
    }),
  };
}

/** The card as Markdown. */
export function cardText(card: Card): string {
  const { name, hash, owner, intended, prohibited, labels, heads, findings, excluded, failures } = card;
  const isForeign = headNames.some((head) => heads[head].from === 'foreign');
  return [
    `# Model card: ${name}`,
    '',
    `Hash \`${hash}\``,
    owner === null
      ? 'Owner: none; every owner has the scorecard'
      : `Owner \`${owner}\`; ${isForeign ? "learned by another program, judged by this owner's tenants alone" : "learned from this owner's tenants alone"}`,
    '',
    '## Intended use',
    intended,
    '',
    '## Prohibited uses',
    ...prohibited.map((use) => `- ${use}`),
    '',
    ...headNames.flatMap((head) => headText(head, labels[head], heads[head])),
    '## Findings',
    ...(findings.length === 0
      ? ['None: no learned weight turned against the scorecard, nor was one held at 0, for more than chance.']
      : findings.map(findingText)),
    '',
    '## Not among the inputs',
    ...excluded.map((input) => `- ${input}`),
    '',
    ...(headNames.some((head) => isJudged(heads[head]))
      ? ['## What the figures are', ...judgedBy.map((name) => `- ${figures[name]}`), '']
      : []),
    '## Known to fail',
    ...failures.map((failure) => `- ${failure}`),
    '',
  ].join('\n');
}

function isJudged({ judged }: HeadOfCard): boolean {
  return judged !== null && isBacktest(judged);
}

export function findingText(finding: ModelFile['findings'][number]): string {
  const { head, feature } = finding;
  if (finding.kind === 'constant') return `- ${head}: \`${feature}\` never changed; the scorecard's weight stands`;
  if (finding.kind === 'held')
    return `- ${head}: \`${feature}\` is held at 0: it would have counted for staying (${signed(finding.w)}, z ${finding.z.toFixed(1)}), and complaints may only help`;
  const { w, w0, z } = finding;
  return `- ${head}: \`${feature}\` turned, ${signed(w0)} in the scorecard and ${signed(w)} here (z ${z.toFixed(1)})`;
}

function headText(
  head: HeadName,
  label: string,
  { from, trainedOn, trainedUntil, calibration, judged, features }: HeadOfCard,
): string[] {
  const isForeign = from === 'foreign';
  return [
    `## Head: ${head}`,
    `Foretells: ${label}.`,
    '',
    trainedOn
      ? `Learned from ${trainedOn.rows} tenant-months of ${trainedOn.properties} properties, ${trainedOn.from} to ${trainedOn.to}, with ${trainedOn.cases} cases. Calibration: ${calibration}.`
      : isForeign
        ? `Learned by another program, from data until ${trainedUntil}; it was asked, and no complaint lowers what it gives. Calibration: ${calibration}. No exact attribution: it tells no weights.`
        : `Expert weights (${from}). Calibration: ${calibration}.`,
    '',
    ...judgedText(judged, isForeign),
    '',
    'Weights, in log-odds for each unit:',
    ...features.map(({ feature, unit, why, weight, scorecard, se }) => {
      const beside = se === null ? '' : `, error ${se.toFixed(2)}, ${signed(scorecard)} in the scorecard`;
      return `- \`${feature}\` ${weight === null ? 'cannot be told' : signed(weight)}${beside}: ${unit}; ${why}`;
    }),
    '',
  ];
}

function judgedText(judged: Backtest | Unable | null, isForeign: boolean): string[] {
  if (judged === null) return ['No accuracy is claimed: it was not tested on tenants.'];
  if (!isBacktest(judged))
    return [
      `Not judged: ${judged.train} cases to ${isForeign ? 'bring it to scale' : 'learn from'} and ${judged.test} to judge by are too few.`,
    ];
  const { train, test, learned, scorecard, calendar, recallByChance, skill, intervals, properties } = judged;
  const within = properties.flatMap(({ aucWithin }) => (aucWithin === null ? [] : [aucWithin]));
  const row = (what: string, of: (figures: Figures) => string, interval?: Interval) =>
    `| ${what} | ${of(learned)}${interval ? ` ${range(interval)}` : ''} | ${of(scorecard)} |`;
  return [
    `Judged on months that it had not seen: ${isForeign ? 'brought to scale' : 'learned'} ${train.from} to ${train.to} (${train.cases} cases), judged ${test.from} to ${test.to} (${test.cases} cases), three months left out between. Brackets: 95 %, by tenants drawn anew.`,
    '',
    `| figure | ${isForeign ? 'this model' : 'learned'} | scorecard, rescaled |`,
    '|---|---|---|',
    row('AUC among peers', ({ aucWithin }) => figureText(aucWithin, 3), intervals.aucWithin),
    row('AUC, calendar included', ({ auc }) => figureText(auc, 3), intervals.auc),
    row('Brier score', ({ brier }) => figureText(brier, 4), intervals.brier),
    row('PR-AUC', ({ prAuc }) => figureText(prAuc, 3)),
    row('lift of the first tenth', ({ lift10 }) => figureText(lift10, 1)),
    row("recall at the team's capacity", ({ recallAtCapacity }) => figureText(recallAtCapacity, 2)),
    row('calibration slope', ({ slope }) => figureText(slope, 2), intervals.slope),
    row('calibration in the large', ({ intercept }) => figureText(intercept, 2)),
    row('calibration error (ECE)', ({ ece }) => figureText(ece, 4)),
    '',
    `By the calendar alone: AUC ${figureText(calendar.auc, 3)}, Brier ${figureText(calendar.brier, 4)}; skill over it ${figureText(skill, 3)} ${range(intervals.skill)}. Recall at capacity of any order whatever ${figureText(recallByChance, 2)}. Over the scorecard: AUC among peers ${range(intervals.aucGain)}, Brier saved ${range(intervals.brierGain)}.${within.length > 0 ? ` AUC among peers by property: ${Math.min(...within).toFixed(2)} to ${Math.max(...within).toFixed(2)}.` : ''}`,
  ];
}

const range = ({ low, high }: Interval) => `[${figureText(low, 3)}, ${figureText(high, 3)}]`;

const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
