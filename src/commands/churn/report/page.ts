import { type KeptOut, plural } from '../../../core/domain/index.ts';
import type { Evidence } from '../../../core/ops/proposals/proposed.ts';
import { dated } from '../../../core/ops/proposals/words.ts';
import { connectable, lowering, MIN_COVERAGE, points, saying } from '../../../core/risk/index.ts';
import type { RankedTenant } from '../analysis.ts';
import { keptOut, peersOf, sharedBy, silenceLine, toGo } from '../words.ts';
import { expiryChart, indexBar, pointBar, sayMonth, spreadChart } from './charts.ts';
import type { Report } from './data.ts';
import { html, type Markup, own } from './markup.ts';
import { styleOf } from './style.ts';
import { num, table } from './table.ts';

/**
 * One file that needs nothing beside itself: no script, no picture, no font and no link to anywhere, and its policy
 * forbids a browser to get any, whatever stands in it. Pure: the same report is the same page.
 */
export function page(report: Report): string {
  const title = `${report.property.name}: who is likelier to leave than peers`;
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${styleOf(`${report.property.name}, as known on ${report.asOf}`)}</style>
</head>
<body>
${head(report)}
<main>
${[use(report), house(report), spread(report), expiries(report), first(report), rest(report)]}
${[beside(report), ground(report), made(report)]}
</main>
</body>
</html>`.text
}
`;
}

function head({ property, asOf, owner, madeAt }: Report): Markup {
  const key = property.key === property.name ? null : html` (${own(property.key)})`;
  return html`<header>
${property.synthetic ? html`<p><strong class="badge">SYNTHETIC</strong> Invented data: no such tenants live anywhere.</p>` : null}
<h1>${own(property.name)}${key}</h1>
<p>Who is likelier to leave than peers, as known on <strong>${asOf}</strong></p>
<p class="soft">${own(owner)} · made ${madeAt} · names tenants: for those who work with them, and nobody else</p>
<nav aria-label="In this report"><a href="#house">The property</a> · <a href="#first">Highest first</a> · <a href="#rest">All others</a> · <a href="#ground">What it rests on</a></nav>
</header>`;
}

function section(id: string, title: string, body: Markup, sheet = false): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"${sheet ? html` class="sheet"` : null}>
<h2 id="${id}-h">${title}</h2>
${body}
</section>
`;
}

function use({ compared }: Report): Markup {
  return section(
    'use',
    'What this is, and what it is not',
    html`<div class="note">
<p><strong>An index among peers, and no probability.</strong> Each of ${plural(compared, 'tenant')} is compared with the neighbours at the same stage of the lease. 0.50 is the usual tenant of that stage; 0.70 means 2.3 times the odds. It ranks; it does not foretell who leaves.</p>
<p><strong>It is for:</strong> helping tenants to stay, and seeing to repairs and service.</p>
<p><strong>It must not be used for:</strong> screening, refusing to renew, eviction, setting a rent or a price, or together with the data of another owner. Nothing about the person is in it, nor anything that stands for it.</p>
</div>`,
  );
}

function house({ property, compared, above, capped, stopped, attribution, model, since }: Report): Markup {
  const { leave, arrears } = property.index;
  return section(
    'house',
    'The property',
    html`<dl class="facts">
<div><dt>Index against the usual property</dt><dd><span class="big">${leave.toFixed(2)}</span>${indexBar(leave)}</dd></div>
<div><dt>Arrears</dt><dd><span class="big">${arrears.toFixed(2)}</span>${indexBar(arrears)}</dd></div>
<div><dt>Tenants compared</dt><dd class="big">${compared}</dd></div>
<div><dt>Above 0.70</dt><dd class="big">${above}</dd></div>
${since?.change == null ? null : html`<div><dt>Since ${since.asOf}</dt><dd class="big">${changeOf(since.change)}</dd></div>`}
</dl>
${capped ? html`<p><strong>Too few sources are connected:</strong> nobody is called high, whatever the index.</p>` : null}
${stopped ? html`<p><strong>Tenants are no longer as those that ${own(model)} learned from:</strong> it proposes nothing. sophia churn drift tells by how much.</p>` : null}${untold(attribution, model)}
<p class="soft">${sinceSentence(since)}</p>`,
  );
}

function untold({ leave, arrears }: Report['attribution'], model: string): Markup | null {
  if (leave === 'none')
    return html`<p><strong>No exact attribution:</strong> ${own(model)} is of another program, and what it makes of a fact cannot be told. No points are shown, nor what would lower an index; a proposal must say why, so it proposes nothing.</p>`;
  return arrears === 'none'
    ? html`<p><strong>Arrears by ${own(model)}:</strong> of another program, with no exact attribution.</p>`
    : null;
}

function sinceSentence(since: Report['since']): Markup {
  if (!since) return html`There is no earlier analysis to compare with.`;
  const { asOf, by, model, change } = since;
  return change === null
    ? html`The last analysis, of ${asOf} by ${own(by)}, was made by ${own(model)}: it is not compared.`
    : html`Compared with the last analysis, of ${asOf} by ${own(by)}, as it was recorded.`;
}

function spread({ stages }: Report): Markup {
  const rows = stages.map(({ stage, indices }) => {
    const count = (from: number) => indices.filter((index) => index > from).length;
    const median = indices[Math.floor((indices.length - 1) / 2)] ?? 0;
    return html`<tr><th scope="row">${stage}</th>${[indices.length, median.toFixed(2), count(0.55), count(0.7)].map(num)}</tr>
`;
  });
  return section(
    'spread',
    'How the tenants spread',
    html`<figure>${spreadChart(stages)}
<figcaption>A bar for each twentieth of the index. Light: below 0.55; middle: 0.55 to 0.70; dark: above 0.70.</figcaption></figure>
${table('The same in numbers', ['Time to the end of the lease', '#Tenants', '#Middle index', '#Above 0.55', '#Above 0.70'], rows)}`,
  );
}

function expiries({ months }: Report): Markup {
  const rows = months
    .filter(({ leases }) => leases > 0)
    .map(
      ({ month, leases, raised, above }) =>
        html`<tr><th scope="row">${sayMonth(month)}</th>${[leases, raised, above].map(num)}</tr>
`,
    );
  return section(
    'expiries',
    'Leases that end',
    html`<figure>${expiryChart(months)}
<figcaption>All leases that end in a month. Middle: high or medium; dark, at the bottom: above 0.70.</figcaption></figure>
${table('The same in numbers; months in which none ends are left out', ['Month', '#Leases', '#High or medium', '#Above 0.70'], rows)}`,
  );
}

function first({ tenants, since, attribution }: Report): Markup {
  const isTold = attribution.leave === 'exact';
  const scale = Math.max(0.5, ...tenants.flatMap((each) => pointsOf(each).map(({ logOdds }) => Math.abs(logOdds))));
  return section(
    'first',
    'Highest first',
    html`${isTold ? html`<p>Points say how much each fact moves the index, against the mean neighbour at the same stage: to the right towards leaving, to the left towards staying. They add up; +0.69 doubles the odds. Rows are named as in your own system.</p>` : html`<p>No points: there is no exact attribution.</p>`}
${tenants.map((each, at) => tenantCard(each, { rank: at + 1, scale, isCompared: isCompared(since), isTold }))}`,
    true,
  );
}

interface Place {
  readonly rank: number;
  readonly scale: number;
  readonly isCompared: boolean;
  /** Its points can be told. */
  readonly isTold: boolean;
}

function tenantCard(tenant: RankedTenant, { rank, scale, isCompared, isTold }: Place): Markup {
  const { key, name, unit, index, band, stage, peers, leaseEnds, trend, sinceLast, arrears, lower } = tenant;
  const changes = `${changeOf(trend)} in 30 days${isCompared ? `, ${changeOf(sinceLast)} since the last analysis` : ''}`;
  const rows = pointsOf(tenant).map(
    ({ logOdds, says, rows }) =>
      html`<tr><td class="num">${points(logOdds)}</td><td>${pointBar(logOdds, scale)}</td><th scope="row">${says}</th><td>${rows}</td></tr>
`,
  );
  return html`<article class="tenant" aria-label="${rank}. ${name ?? key}">
<header><h3>${rank}. ${own(name ?? key)}${unit ? html`, unit ${own(unit)}` : null}</h3><span><strong class="num">${index.toFixed(2)}</strong> ${band}</span></header>
<p class="soft">${own(key)} · lease to ${leaseEnds}, ${toGo(stage)}, ${peersOf(peers)} · ${changes} · arrears ${arrears.toFixed(2)}</p>
${isTold ? table(null, ['#Points', '', 'What was found', 'Rows'], rows) : null}
${lower.length > 0 ? html`<p><strong>What would lower it:</strong> ${lower.map((each) => `it would be ${lowering(each)}`).join('; ')}.</p>` : null}
</article>
`;
}

interface Line {
  readonly logOdds: number;
  readonly says: string;
  readonly rows: Markup | null;
}

/** Log-odds that would be shown as 0.00. */
const UNTOLD = 0.005;

/** All that the index is made of: `logit(index)` is their sum. */
function pointsOf({ reasons, shared, others, peers }: RankedTenant): Line[] {
  return [
    ...reasons.map(({ feature, value, logOdds, evidence }) => ({
      ...{ logOdds, says: saying(feature, value), rows: rowsOf(evidence) },
    })),
    { logOdds: shared, says: sharedBy(peers), rows: null },
    { logOdds: others, says: 'all other facts together', rows: null },
  ].filter(({ logOdds }) => Math.abs(logOdds) >= UNTOLD);
}

/** Rows named of one reason. */
const MOST_ROWS = 6;

function rowsOf(evidence: readonly Evidence[]): Markup {
  const newest = evidence.toSorted((a, b) => ((a.on ?? '') < (b.on ?? '') ? 1 : -1));
  const told = newest.slice(0, MOST_ROWS).map((each, at) => {
    const called = each.key ? html` (${own(each.key)})` : null;
    return html`${at > 0 ? ', ' : ''}${dated(each)}${called}`;
  });
  return html`${told}${newest.length > MOST_ROWS ? ` and ${newest.length - MOST_ROWS} more` : ''}`;
}

function rest({ others, tenants, since }: Report): Markup {
  if (others.length === 0) return html``;
  const compared = isCompared(since);
  const rows = others.map(({ key, name, unit, index, trend, sinceLast, arrears, stage, leaseEnds }, at) => {
    const changes = [changeOf(trend), ...(compared ? [changeOf(sinceLast)] : [])];
    return html`<tr>${num(tenants.length + at + 1)}<th scope="row">${own(name ?? key)}</th><td>${own(key)}</td><td>${own(unit ?? '')}</td>${[index.toFixed(2), ...changes, arrears.toFixed(2)].map(num)}<td>${stage}</td><td>${leaseEnds}</td></tr>
`;
  });
  const heads = ['#', 'Tenant', 'Own id', 'Unit', '#Index', '#30 days', ...(compared ? ['#Since last'] : [])];
  return section(
    'rest',
    'All others',
    table('By falling index', [...heads, '#Arrears', 'Time to lease end', 'Lease to'], rows),
  );
}

function beside({ leaving, behind }: Report): Markup {
  if (leaving.length === 0 && behind.length === 0) return html``;
  const gone = leaving.map(
    ({ key, name, unit, noticeOn, leaseEnds }) =>
      html`<tr><th scope="row">${own(name ?? key)}</th><td>${own(key)}</td><td>${own(unit ?? '')}</td><td>${noticeOn}</td><td>${leaseEnds}</td></tr>
`,
  );
  const owing = behind.map(
    ({ key, arrears }) => html`<tr><th scope="row">${own(key)}</th>${num(arrears.toFixed(2))}</tr>
`,
  );
  const [left, owed] = ['Gave notice, and so not ranked', 'Above 0.70 on arrears: for help, not for a penalty'];
  return section(
    'beside',
    'Beside the ranking',
    html`${gone.length > 0 ? table(left, ['Tenant', 'Own id', 'Unit', 'Notice', 'Lease to'], gone) : null}
${owing.length > 0 ? table(owed, ['Own id', '#Arrears'], owing) : null}`,
  );
}

function ground({ coverage, capped, newestRow, ledgerSilent, keptOut: counts }: Report): Markup {
  const sources = connectable(coverage).map(
    ([source, share]) =>
      html`<tr><th scope="row">${source}</th>${num(share > 0 ? `${Math.round(share * 100)} %` : 'not connected')}</tr>
`,
  );
  const left = (Object.entries(counts) as [KeptOut, number][]).map(
    ([reason, n]) => html`<tr><th scope="row">${keptOut[reason]}</th>${num(n)}</tr>
`,
  );
  return section(
    'ground',
    'What it rests on',
    html`<p>${newestRow ? `The newest row is of ${newestRow}.` : 'There are no rows but leases.'}${ledgerSilent ? ` ${silenceLine(ledgerSilent)}` : ''} A source that is not connected moves no index, up or down.${capped ? ` Together they cover less than ${MIN_COVERAGE} whole sources: nobody is called high.` : ''}</p>
${table('How much of the time that counts each source covers', ['Source', '#Covered'], sources)}
${left.length > 0 ? table('Heard or reported, and kept out of the score', ['What it was about', '#How often'], left) : html`<p>Nothing that was heard or reported had to be kept out of the score.</p>`}`,
  );
}

function made({ model, modelHash, version, madeAt, asOf }: Report): Markup {
  return section(
    'made',
    'How it was made',
    html`<p>Model ${own(model)} (${modelHash}); what was known on ${asOf}; made ${madeAt} by sophia ${version}. Nothing was recorded and nothing was proposed by making it. What is known of its accuracy, and what is not, is told by its card: sophia churn card.</p>
<p>What would lower an index is how the index counts, and no promise of what a tenant will do. Prices are never among it: a score must not make a price.</p>`,
  );
}

function isCompared(since: Report['since']): boolean {
  return since !== null && since.change !== null;
}

function changeOf(change: number | null): string {
  if (change === null) return 'new';
  return Math.abs(change) < 0.005 ? 'same' : points(change);
}
