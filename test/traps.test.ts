import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, type IsoDay, type Snapshot, type Tenancy, type TenantId } from '../src/core/domain/index.ts';
import { openLanguage } from '../src/core/language/index.ts';
import { generate } from '../src/core/portfolio/demo/index.ts';
import type { TrapKind } from '../src/core/portfolio/demo/traps.ts';
import { openPortfolio, type Portfolio, type PropertyName, type TenantFile } from '../src/core/portfolio/index.ts';
import { openRisk, type Risk, type TenantSignals } from '../src/core/risk/index.ts';
import { importTexts } from './import-demo.ts';
import { openBench } from './rooms.ts';

const endDay = '2026-10-31' as IsoDay;
const language = await openLanguage();
const demo = generate({
  ...{ seed: 2, properties: 6, units: 24, months: 24, endDay, mode: 'realistic' },
  scoreSentence: (text) => language.scoreCall([{ by: 'resident', text }]).sentiment ?? 0,
});

let refused: string[];
let portfolio: Portfolio;
let risk: Risk;
/** By the customer's id of the property. */
let houses: ReadonlyMap<string, Snapshot>;
interface Home {
  readonly tenant: TenantId;
  readonly property: PropertyName;
  readonly tenancy: Tenancy;
  readonly signals: TenantSignals;
  readonly file: TenantFile;
}
let homes: ReadonlyMap<string, Home>;

/** The tenant of a trap, as the product sees them on the last day. */
function trapped(kind: TrapKind) {
  const trap = demo.traps.find((each) => each.kind === kind);
  const home = homes.get(trap?.tenant ?? '');
  if (!trap) throw new Error(`no ${kind}`);
  return { trap, home };
}

beforeAll(async () => {
  const bench = await openBench(undefined, afterAll);
  refused = await importTexts(bench, demo.files, endDay);
  portfolio = openPortfolio({ ...bench, read: bench.store.read });
  risk = openRisk();
  const snapshots = new Map<string, Snapshot>();
  const seen = new Map<string, Home>();
  for (const property of await portfolio.properties()) {
    const [snapshot] = await portfolio.snapshots(property.id, [endDay]);
    if (!snapshot) continue;
    snapshots.set(property.key, snapshot);
    const files = await portfolio.filesOf(
      snapshot.tenancies.map(({ tenant }) => tenant),
      endDay,
    );
    for (const signals of risk.signals(snapshot)) {
      const tenancy = snapshot.tenancies.find(({ tenant }) => tenant === signals.tenant);
      const file = files.get(signals.tenant);
      if (tenancy && file) seen.set(file.key, { tenant: signals.tenant, property, tenancy, signals, file });
    }
  }
  houses = snapshots;
  homes = seen;
});

test('noise hides few of them: of 50 planted calls at least 45 are kept out', () => {
  const [kinds, all] = [['accommodation', 'spanish', 'hardship', 'habitability', 'competitor_price'], []] as [
    string[],
    number[],
  ];
  for (let seed = 1; seed <= 10; seed++) {
    const { files, traps } = generate({
      ...{ seed, properties: 6, units: 24, months: 24, endDay, mode: 'realistic' },
      scoreSentence: () => 0,
    });
    const calls = new Map(
      (files['calls.jsonl'] ?? '').split('\n').map((line) => [/"call_id":"([^"]+)"/.exec(line)?.[1], line]),
    );
    for (const { kind, key } of traps) {
      const call = calls.get(key);
      if (kinds.includes(kind) && call)
        all.push(Object.keys(language.scoreCall(JSON.parse(call).turns).keptOut).length);
    }
  }
  expect(all).toHaveLength(50);
  expect(all.filter((reasons) => reasons > 0).length).toBeGreaterThanOrEqual(45);
});

describe('a careless product would fall for', () => {
  test('a call without consent: it is refused, and nothing else is', () => {
    expect(refused).toEqual([expect.stringMatching(/^calls\.jsonl:\d+: consent is not stated/)]);
  });

  test.each<[TrapKind, string]>([
    ['accommodation', 'sensitive'],
    ['spanish', 'not_english'],
    ['hardship', 'hardship'],
    ['habitability', 'habitability'],
    ['competitor_price', 'competitor'],
  ])('%s: what was said is kept out of scoring, with its reason', (kind, reason) => {
    const calls = trapped(kind).home?.tenancy.calls ?? [];
    const out = calls.filter(({ keptOut }) => reason in keptOut);
    expect(out.length).toBeGreaterThan(0);
    for (const { keptOut } of out) expect(JSON.stringify(keptOut)).not.toMatch(/\$|\d{3}/);
  });

  test('accommodation in a ticket: it counts for nothing, and its category is not kept', () => {
    const { home } = trapped('accommodation');
    const planted = demo.traps.filter(({ kind }) => kind === 'accommodation').map(({ key }) => key);
    const rows = [...(home?.file.rows ?? [])].filter(([id, { key }]) => id.startsWith('tic-') && planted.includes(key));
    expect(rows).toHaveLength(1);
    const [[ticket] = ['']] = rows;
    expect(home?.tenancy.ticketsKeptOut).toBe(1);
    expect(home?.tenancy.tickets.map(({ id }) => id)).not.toContain(ticket);
    expect(JSON.stringify(home?.signals)).not.toContain(ticket);
    expect(JSON.stringify(home)).not.toMatch(/accommodation/);
  });

  test('rent paid twice: nothing is late for it, and nothing is partial', () => {
    const { signals } = trapped('duplicate_payment').home?.signals ?? {};
    expect([signals?.lateNow?.value, signals?.partialPayments6m?.value]).toEqual([0, 0]);
  });

  test('a payment taken back and made again within the days of grace: rent was not late', () => {
    const { home } = trapped('reversal');
    const reversal = home?.tenancy.ledger.findLast(({ type }) => type === 'reversal');
    const charged = home?.tenancy.ledger.findLast(({ type, on }) => type === 'charge' && on <= (reversal?.on ?? ''));
    expect(reversal).toBeDefined();
    expect(home?.signals.signals.lateMonths6m?.evidence).not.toContain(`ledger:${charged?.id}`);
  });

  test('autopay switched off at the end: the last rent came in time, and says nothing', async () => {
    const { trap } = trapped('autopay_off');
    const gone = demo.truth.find(({ tenant }) => tenant === trap.tenant)?.stay.leases.at(-1)?.movedOutOn;
    expect(gone).toBeDefined();
    expect(homes.has(trap.tenant)).toBe(false);
    const lastDay = addDays(gone ?? endDay, -1);
    const [found] = await portfolio.tenantsCalled(trap.tenant);
    const property = found && (await portfolio.homeOf(found.id, lastDay));
    if (!property) throw new Error('who leaves lived somewhere');
    const [snapshot] = await portfolio.snapshots(property, [lastDay]);
    const tenancies = (snapshot?.tenancies ?? [])
      .filter(({ tenant }) => tenant === found.id)
      // Who has given notice is not measured; what would be is the matter here.
      .map(({ noticeOn: _, ...tenancy }) => tenancy);
    const [{ signals = {} } = {}] = risk.signals({ ...(snapshot as Snapshot), tenancies });
    expect([signals.lateMonths6m?.value, signals.partialPayments6m?.value, signals.lateNow?.value]).toEqual([0, 0, 0]);
  });

  test('a house without calls: silence counts for nobody', () => {
    const { home } = trapped('missing_calls');
    expect(home?.signals.signals).not.toHaveProperty('negativeSentiment90d');
    expect(home?.signals.signals).not.toHaveProperty('calls90d');
  });

  test('a move from house to house: nobody has left, and the new home began with the move', () => {
    const { home, trap } = trapped('transfer');
    expect(home?.tenancy.lease).toBeDefined();
    const stay = demo.truth.filter(({ tenant }) => tenant === trap.tenant);
    const second = stay.flatMap(({ stay }) => stay.leases).toSorted((a, b) => (a.from < b.from ? 1 : -1))[0];
    expect(home?.tenancy.movedIn).toBe(second?.from);
    const leases = (demo.files['leases.csv'] ?? '').split('\n').map((line) => line.split(','));
    const left = leases.flatMap(([, tenant, property = '']) =>
      tenant === trap.tenant && property !== home?.property.key ? [property] : [],
    );
    expect(new Set(left).size).toBe(1);
    const old = houses.get(left[0] ?? '');
    expect(old?.tenancies.length).toBeGreaterThan(0);
    expect(old?.tenancies.some(({ tenant }) => tenant === home?.tenant)).toBe(false);
  });

  test('rows dated after the day: they are not there yet', () => {
    const { tenancy } = trapped('after_end').home ?? {};
    expect(tenancy?.ledger.filter(({ on }) => on > endDay)).toEqual([]);
    expect(tenancy?.tickets.filter(({ openedOn }) => openedOn > addDays(endDay, 0))).toEqual([]);
  });
});
