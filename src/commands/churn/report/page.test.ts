import { describe, expect, test } from 'vitest';
import { type ActorId, type Instant, type IsoDay, id } from '../../../core/domain/index.ts';
import type { RankedTenant } from '../analysis.ts';
import type { Report } from './data.ts';
import { cssString, html, own } from './markup.ts';
import { page } from './page.ts';

const day = '2026-11-22' as IsoDay;

function tenant(key: string, name = key): RankedTenant {
  return {
    ...{
      tenant: id('tenant', 'ten-0123456789ab'),
      key,
      name,
      unit: key,
      index: 0.75,
      band: 'high',
      p90: null,
      trend: 0.1,
    },
    ...{
      sinceLast: -0.02,
      arrears: 0.4,
      stage: '0-3 months',
      peers: 5,
      shared: 0.1,
      leaseEnds: '2027-01-31' as IsoDay,
    },
    reasons: [{ feature: 'slowRepairs90d', value: 2, logOdds: 0.8, evidence: [{ id: 'ticket:tic-1', key, on: day }] }],
    others: -0.2,
    lower: [{ feature: 'slowRepairs90d', value: 2, logOdds: 0.8, index: 0.57 }],
  };
}

/** A page in which every word of a customer is this one. */
function pageOf(word: string, change: Partial<Report> = {}): string {
  const { reasons: _1, others: _2, lower: _3, ...other } = tenant(word);
  const report: Report = {
    ...{
      owner: word,
      madeAt: '2026-11-22 15:00',
      version: '0.5.0',
      asOf: day,
      model: word,
      modelHash: 'sha256:0',
      stopped: true,
      attribution: { leave: 'exact', arrears: 'exact' },
      newestRow: day,
      ledgerSilent: { newest: day },
    },
    property: {
      ...{ id: id('property', 'pro-1'), key: word, name: word, synthetic: true },
      index: { leave: 0.6, arrears: 0.5 },
    },
    ...{
      coverage: { ledger: 1, tickets: 0.5, calls: 0, memory: 0, engagement: 0 },
      capped: true,
      compared: 2,
      above: 2,
    },
    since: {
      ...{ run: id('run', 'run-1'), asOf: day, by: word as ActorId, at: '2026-11-15T15:00:00.000Z' as Instant },
      ...{ model: word, change: 0.01 },
    },
    stages: [{ stage: '0-3 months', indices: [0.4, 0.75] }],
    months: [{ month: '2027-01', leases: 2, raised: 1, above: 1 }],
    ...{ tenants: [tenant(word)], others: [other], keptOut: { sensitive: 2 } },
    leaving: [{ tenant: other.tenant, key: word, name: word, unit: word, noticeOn: day, leaseEnds: day }],
    behind: [{ tenant: other.tenant, key: word, arrears: 0.8 }],
  };
  return page({ ...report, ...change });
}

/** What is left of a page when the words of the customer are taken out: it must not depend on them. */
const tagsOf = (text: string) => text.match(/<[^>]*>/g) ?? [];

describe('whatever a customer calls things', () => {
  test.each([
    ['a tag', `<script>alert(1)</script>`],
    ['the end of a tag', `"><img onerror='alert(1)'>`],
    ['an entity', `&lt;b&gt;`],
    ['the end of the style', `</style><b>`],
    ['the end of a string of CSS', `";}*{display:none}`],
    ['a replacement', '$& $1 \\u0041'],
  ])('%s is text', (_what, word) => {
    const text = pageOf(word);
    const plain = tagsOf(pageOf('x'));
    const shown = word.replace(
      /[&<>"']/g,
      (letter) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[letter]};`,
    );
    // An attribute holds it as well: what matters is that there are as many tags, and of the same names.
    const names = (tags: readonly string[]) => tags.map((tag) => /^<\/?[\w!]+/.exec(tag)?.[0]);
    expect(names(tagsOf(text))).toEqual(names(plain));
    expect(text).toContain(`<bdi>${shown}</bdi>`);
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(text) ?? [];
    expect(style).not.toContain(word);
    expect(style.match(/[{}]/g)?.length).toBe(
      /<style>([\s\S]*?)<\/style>/.exec(pageOf('x'))?.[1]?.match(/[{}]/g)?.length,
    );
  });

  test('what turns text round, or is obeyed, is seen as what it is', () => {
    const text = pageOf('evil\u202etxt.exe\u0007\u200b\n');
    expect(text).toContain('<bdi>evil\\u202etxt.exe\\u0007\\u200b\\u000a</bdi>');
    for (const unseen of ['\u202e', '\u0007', '\u200b']) expect(text).not.toContain(unseen);
  });

  test('scripts of other directions and joined letters stay whole, each within its own bounds', () => {
    for (const word of ['بيت', '漢字の家', '👩‍👩‍👧']) expect(pageOf(word)).toContain(`<bdi>${word}</bdi>`);
  });
});

/** What would make a browser, or a reader, go elsewhere. */
const elsewhere =
  /https?:|\/\/[\w-]+\.|url\(|\bsrc\s*=|srcset|@import|<script|<link|<iframe|<object|<embed|<form|<base|javascript:|\son\w+\s*=/i;

test('the page needs nothing beside itself, and its policy forbids all else', () => {
  const text = pageOf('elm');
  expect(text).not.toMatch(elsewhere);
  expect(text).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
  );
  const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, to]) => to);
  const ids = new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, each]) => `#${each}`));
  expect(links.filter((to) => !ids.has(to ?? ''))).toEqual([]);
});

test('it is whole, and can be read without eyes, colour or a mouse', () => {
  const text = pageOf('elm');
  const open: string[] = [];
  for (const [, end, name = '', self] of text.matchAll(/<(\/?)([a-z][\w-]*)[^>]*?(\/?)>/g)) {
    if (self || ['meta'].includes(name)) continue;
    if (end) expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
  expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(text.match(/<h1/g)).toHaveLength(1);
  const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, each]) => each);
  expect(new Set(ids).size).toBe(ids.length);
  // A picture says what it is, or is left out as its number stands beside it.
  for (const [tag] of text.matchAll(/<svg[^>]*>/g))
    expect(tag).toMatch(/role="img" aria-labelledby="|aria-hidden="true"/);
  for (const [table] of text.matchAll(/<table[\s\S]*?<\/table>/g)) {
    expect(table).toMatch(/<th scope="col"/);
    if (!table.includes('What was found')) expect(table).toMatch(/<caption>/);
  }
  expect(text).toContain('prefers-color-scheme:dark');
  expect(text).toContain('@media print');
});

test('it says what it is not, who may not use it for what, and that it is invented', () => {
  const text = pageOf('elm');
  expect(text).toContain('An index among peers, and no probability.');
  for (const use of ['screening', 'refusing to renew', 'eviction', 'setting a rent or a price', 'another owner'])
    expect(text).toContain(use);
  expect(text).toContain('<strong class="badge">SYNTHETIC</strong>');
  expect(text).not.toMatch(/\d\s*% (?:likely|chance)|predict/i);
});

test('it says where there is no exact attribution, and shows no points in its place', () => {
  const untold = pageOf('elm', { attribution: { leave: 'none', arrears: 'exact' } });
  expect(untold.match(/No exact attribution/g)).toHaveLength(1);
  expect(untold).toContain('it proposes nothing');
  expect(untold).not.toMatch(/What was found|all other facts together|shared by all here/);
  const arrears = pageOf('elm', { attribution: { leave: 'exact', arrears: 'none' } });
  expect(arrears).toContain('of another program, with no exact attribution');
  expect(arrears).toContain('What was found');
});

test('a template takes text for text, and only what was written as HTML for that', () => {
  expect(html`<p>${'<b>'}${html`<i>${1}</i>`}${[own('"'), null]}</p>`.text).toBe(
    '<p>&lt;b&gt;<i>1</i><bdi>&quot;</bdi></p>',
  );
  expect(cssString('a";}</style>\n').text).toBe('"a\\22 \\3b \\7d \\3c \\2f style\\3e \\5c u000a"');
});
