import { plural } from '../../core/domain/index.ts';
import { mayPropose } from '../../core/flows/churn.ts';
import type { Evidence, Proposed } from '../../core/ops/proposals/proposed.ts';
import { dated } from '../../core/ops/proposals/words.ts';
import { bar, points, saying, trendOf } from '../../core/risk/index.ts';
import type { Style } from '../style.ts';
import type { AnalysedTenant, Analysis, LeavingTenant, Portfolios } from './analysis.ts';
import {
  coverageLines,
  peersOf,
  sharedBy,
  sinceLine,
  steps,
  stoppedLine,
  titleOf,
  toGo,
  unattributedLines,
} from './words.ts';

/** What comes from customers is cut: a line is to fit 80 columns. */
const NAME_WIDTH = 26;
const KEY_WIDTH = 24;
const UNIT_WIDTH = 14;

export function renderAnalysis(analysis: Analysis, style: Style): string {
  const { property, asOf, compared, tenants, resumed, demo, since } = analysis;
  const isCompared = since !== null && since.change !== null;
  const isTold = analysis.attribution.leave === 'exact';
  return [
    [...titleOf(property, style), `as known on ${asOf}`].join('  '),
    ...(property.synthetic && !demo ? [style.warn('Invented data.')] : []),
    ...(resumed ? ['A run that had been stopped was finished: what was imported since is not in it.'] : []),
    propertyLine(analysis, style),
    ...(since ? [sinceLine(since, since.change, style)] : []),
    ...coverageLines(analysis, style),
    '',
    ...tenants.flatMap((tenant, at) => tenantLines(tenant, { rank: at + 1, isCompared, isTold }, style)),
    ...(compared > tenants.length ? [style.dim(`and ${compared - tenants.length} more: --top ${compared}`), ''] : []),
    style.dim('An index among peers at the same lease stage, 0.50 being usual: no probability.'),
    style.dim(`Ranked by ${style.text(analysis.model)}.`),
    style.dim(`▲ and ▼ are its change in 30 days${isCompared ? ', and since the last analysis' : ''}.`),
    ...besideLines(analysis, style),
    '',
    standing(analysis, style),
    ...(analysis.stopped
      ? [style.warn(stoppedLine(style.text(analysis.model))), 'sophia churn drift   tells by how much']
      : []),
    ...unattributedLines(analysis.attribution, style.text(analysis.model)).map(style.warn),
    ...proposalLines(analysis, style),
    ...next(tenants[0], analysis),
  ].join('\n');
}

function propertyLine({ property, compared, newestRow }: Analysis, style: Style): string {
  const { leave, arrears } = property.index;
  const age = newestRow ? `newest row ${newestRow}` : 'no rows but leases';
  return `index ${style.bold(leave.toFixed(2))} ${bar(leave)}  arrears ${arrears.toFixed(2)}  ${plural(compared, 'tenant')}  ${age}`;
}

interface Place {
  readonly rank: number;
  /** With the last analysis. */
  readonly isCompared: boolean;
  /** Its points can be told. */
  readonly isTold: boolean;
}

function tenantLines(tenant: AnalysedTenant, { rank, isCompared, isTold }: Place, style: Style): string[] {
  const { key, name, unit, index, band, trend, sinceLast, stage, peers, leaseEnds, reasons, step } = tenant;
  const look = band === 'high' ? style.bad : band === 'medium' ? style.warn : style.dim;
  const head = [
    `${rank}.`.padStart(3),
    style.bold(index.toFixed(2)),
    look(bar(index)),
    trendOf(trend).padEnd(isCompared ? 4 : 6),
    ...(isCompared ? [trendOf(sinceLast).padEnd(4)] : []),
    `${style.bold(style.fit(name ?? key, NAME_WIDTH))}${unit ? `, unit ${style.fit(unit, UNIT_WIDTH)}` : ''}`,
  ];
  const own = reasons.map(({ feature, value, logOdds, evidence }) => {
    const words = `     ${points(logOdds)}  ${saying(feature, value)}`;
    return `${words.padEnd(46)}  ${style.dim(newestOf(evidence))}`.trimEnd();
  });
  return [
    head.join(' '),
    style.dim(`     ${style.fit(key, KEY_WIDTH)}, lease to ${leaseEnds}, ${toGo(stage)}, ${peersOf(peers)}`),
    ...own,
    ...(isTold ? balance(tenant).map((line) => `     ${line}`) : []),
    ...(steps[step] ? [`     next:  ${steps[step]}`] : []),
    '',
  ];
}

/** Log-odds that a row may leave untold. */
const UNTOLD = 0.1;

/** What moves the index beside the reasons: without it a row could say "+0.82" of an index below 0.50. */
function balance(tenant: AnalysedTenant): string[] {
  const { peers, shared, others } = tenant;
  const isShared = Math.abs(shared) >= UNTOLD;
  const untold = others + (isShared ? 0 : shared);
  const side = others < 0 ? 'staying' : 'leaving';
  return [
    ...(isShared ? [`${points(shared)}  ${sharedBy(peers)}`] : []),
    ...(Math.abs(untold) >= UNTOLD
      ? [`${points(others)}  the rest, for ${side}: sophia churn explain ${typed(tenant)}`]
      : []),
  ];
}

/** What a ranking by leaving alone would hide: who has decided already, and who owes. */
function besideLines({ leaving, behind }: Analysis, style: Style): string[] {
  const called = ({ key, name, unit }: LeavingTenant) =>
    `${style.fit(name ?? key, NAME_WIDTH)}${unit ? `, unit ${style.fit(unit, UNIT_WIDTH)}` : ''}`;
  return [
    ...(leaving.length > 0 ? ['', 'Gave notice, and so not ranked:'] : []),
    ...leaving.map((each) => `  ${called(each)}: notice ${each.noticeOn}, lease to ${each.leaseEnds}`),
    ...(behind.length > 0 ? ['', 'Arrears above 0.70:'] : []),
    ...behind.map(({ key, arrears }) => `  ${arrears.toFixed(2)} ${style.fit(key, KEY_WIDTH)}`),
  ];
}

function newestOf(evidence: readonly Evidence[]): string {
  const [newest, ...others] = evidence.toSorted((a, b) => ((a.on ?? '') < (b.on ?? '') ? 1 : -1));
  if (!newest) return '';
  return others.length > 0 ? `${dated(newest)} and ${others.length} more` : dated(newest);
}

/** How many stand above the trigger; with few sources some may, and are not called so. */
function standing({ above, capped, tenants }: Analysis, style: Style): string {
  if (above.length > 0) return style.warn(`${above.length === 1 ? 'One stands' : `${above.length} stand`} above 0.70.`);
  if (capped && tenants.some(({ index }) => index > 0.7))
    return 'Above 0.70 on too few sources: nobody is called high, and nothing is proposed.';
  return 'Nobody stands above 0.70.';
}

function proposalLines(analysis: Analysis, style: Style): string[] {
  const { above, proposals, tenants, demo } = analysis;
  if (above.length === 0 || (!mayPropose(analysis) && proposals?.length === 0)) return [];
  if (proposals === null) return ['An analysis of the past proposes nothing.'];
  const unproposed = above.filter(({ lease }) => !proposals.some((each) => each.lease === lease));
  return [
    ...proposals.map((each) => `  ${renderProposal(each, demo, style)}`),
    ...unproposed.map(({ tenant }) => {
      const key = tenants.find((each) => each.tenant === tenant)?.key ?? tenant;
      return `  ${style.fit(key, KEY_WIDTH)}  not proposed: no reason of their own, or asked about already`;
    }),
  ];
}

const states: Readonly<Record<Proposed['state'], string>> = {
  open: '',
  withheld: 'withheld at random, to measure what proposals do',
  over_capacity: 'more than the team can see to this week',
};

/** Whose it is, and how it stands. */
export function renderProposal(
  proposal: Pick<Proposed, 'key' | 'state' | 'run' | 'status' | 'decision'>,
  demo: boolean,
  style: Style,
): string {
  const { key, state, run } = proposal;
  return `${style.fit(key, KEY_WIDTH)}  ${run ? `${run}  ${stands(proposal, demo, style)}` : states[state]}`;
}

function stands({ status, decision }: Pick<Proposed, 'status' | 'decision'>, demo: boolean, style: Style): string {
  if (decision === 'rejected') return 'rejected';
  if (decision === 'approved' && status === 'cancelled') return 'approved, then cancelled';
  if (decision === 'approved') return status === 'succeeded' ? 'approved' : style.warn('approved, and not finished');
  if (status === 'waiting') return demo ? 'waits for an answer' : style.warn('waits for you');
  return status === 'cancelled' ? 'withdrawn: it holds no more, or was cancelled' : 'not asked yet';
}

function next(top: AnalysedTenant | undefined, { demo, proposals, attribution }: Analysis): string[] {
  const isTold = attribution.leave === 'exact';
  const waiting = proposals?.find(({ status }) => status === 'waiting');
  const steps = [
    ...(waiting && !demo ? [`sophia runs approve ${waiting.run}   shows the draft, and asks`] : []),
    ...(waiting && demo ? ['sophia init   starts your own; there proposals can be approved'] : []),
    ...(top
      ? [`sophia churn explain ${typed(top)}   ${isTold ? 'every point and its evidence' : 'what is known of it'}`]
      : []),
    'sophia churn analyze --all   ranks the properties',
  ];
  return steps.map((step, at) => `${at === 0 ? 'Next:' : '     '} ${step}`);
}

/** The customer's own id where it can be typed as it stands, else ours. */
function typed({ key, tenant }: AnalysedTenant): string {
  return /^[\w.-]{1,24}$/.test(key) ? key : tenant;
}

export function renderPortfolio({ asOf, owners }: Portfolios, style: Style): string {
  return owners
    .map(({ owner, name, properties, missing }) => {
      const rows = properties.map(({ property, compared, above, capped, demo }) => [
        style.bold(style.fit(property.key, KEY_WIDTH)),
        `${property.index.leave.toFixed(2)} ${bar(property.index.leave)}`,
        property.index.arrears.toFixed(2),
        `${compared}`,
        above.length > 0 ? style.warn(`${above.length}`) : '0',
        [property.synthetic && !demo ? style.dim('invented') : '', capped ? style.warn('few sources') : '']
          .join(' ')
          .trim(),
      ]);
      const stopped = properties.find((each) => each.stopped);
      const [first] = properties;
      return [
        `${style.bold(style.fit(name, NAME_WIDTH))}  ${owner}  as known on ${asOf}`,
        style.columns([['PROPERTY', 'INDEX', 'ARREARS', 'TENANTS', 'ABOVE 0.70', ''].map(style.dim), ...rows]),
        ...(stopped ? [style.warn(stoppedLine(style.text(stopped.model)))] : []),
        ...(first ? unattributedLines(first.attribution, style.text(first.model)).map(style.warn) : []),
        ...missing.map(({ property, reason }) => style.warn(`${style.fit(property, KEY_WIDTH)}: ${reason}`)),
      ].join('\n');
    })
    .concat(style.dim('An index against the usual property, 0.50: no probability.'))
    .join('\n\n');
}
