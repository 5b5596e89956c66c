import { describe, expect, test } from 'vitest';
import { seeded } from '../../../test/rooms.ts';
import type {
  CallId,
  Cents,
  EngagementId,
  Intent,
  IsoDay,
  LeaseId,
  LedgerLine,
  LedgerLineId,
  Snapshot,
  Tenancy,
  TenantId,
  Ticket,
  TicketId,
} from '../domain/index.ts';
import { addDays, id } from '../domain/index.ts';
import { readSignals } from './features.ts';
import { type Feature, type Head, openRisk, reachOf, saying } from './index.ts';
import { features } from './scorecard.ts';

const day = '2026-11-22' as IsoDay;
const ago = (days: number) => addDays(day, -days);
const risk = openRisk();

let count = 0;
const next = (kind: string) => `${kind}-${++count}` as never;
const ticket = (openedOn: IsoDay, closedOn?: IsoDay, reopened = 0): Ticket => {
  return { id: next('tic') as TicketId, openedOn, reopened, ...(closedOn && { closedOn }) };
};
const line = (type: LedgerLine['type'], on: IsoDay, dollars: number): LedgerLine => {
  return { id: next('lin') as LedgerLineId, type, on, amount: (dollars * 100) as Cents };
};

function tenancy(name: string, more: Partial<Tenancy> = {}): Tenancy {
  return {
    ...{
      tenant: `ten-${name}` as TenantId,
      lease: `lea-${name}` as LeaseId,
      firstLease: `lea-${name}` as LeaseId,
      unit: '1A',
      rent: 160_000 as Cents,
      renewals: 1,
    },
    ...{ movedIn: ago(700), leaseStarts: ago(300), leaseEnds: addDays(day, 60) },
    ...{ ledger: [], tickets: [], ticketsKeptOut: 0, openKeptOut: 0, calls: [], ...more },
  };
}

function snapshot(tenancies: readonly Tenancy[], more: Partial<Snapshot> = {}): Snapshot {
  const connectedDays = { ledger: 999, tickets: 999, calls: 999, engagement: 0, memory: 0 };
  const decisions = { renewed: 0, left: 0 };
  return { property: id('property', 'p-1'), day, tenancies, connectedDays, decisions, ...more };
}

const rank = (seen: Snapshot) => risk.rank(risk.signals(seen), seen);
const logit = (p: number) => Math.log(p / (1 - p));
const neighbours = Array.from({ length: 8 }, (_, at) => tenancy(`n${at}`));

function measured(seen: Tenancy, feature: Feature): number | undefined {
  return risk.signals(snapshot([seen]))[0]?.signals[feature]?.value;
}

test('how long somebody has lived here rests on the first lease of the stay, and a renewal on both', () => {
  const evidence = (more: Partial<Tenancy>) => {
    const { lnTenureYears, renewals, termMonths } = readSignals(snapshot([tenancy('a', more)]))[0]?.signals ?? {};
    return [lnTenureYears, renewals, termMonths].map((signal) => signal?.evidence);
  };
  const [first, newest] = ['lease:lea-first', 'lease:lea-a'];
  expect(evidence({ firstLease: 'lea-first' as LeaseId })).toEqual([[first], [first, newest], [newest]]);
  expect(evidence({ renewals: 0 })).toEqual([[newest], [newest], [newest]]);
});

describe('an index', () => {
  test('is the offset and the contributions, exactly, for 1,000 random tenants and both heads', async () => {
    const random = seeded(11);
    const whole = (to: number) => Math.floor(random() * to);
    const tenancies = Array.from({ length: 1000 }, (_, at) =>
      tenancy(`r${at}`, {
        leaseEnds: addDays(day, whole(400) - 40),
        movedIn: ago(301 + whole(3000)),
        tickets: Array.from({ length: whole(5) }, () => ticket(ago(whole(120)), ago(0), whole(2))),
        ledger: [1, 2, 3, 4].flatMap((month) => [
          line('charge', ago(month * 30), 1600),
          ...(random() < 0.8 ? [line('payment', ago(month * 30 - whole(25)), 1600)] : []),
        ]),
        calls: Array.from({ length: whole(4) }, () => ({
          id: next('cal'),
          on: ago(whole(120)),
          residentTurns: 1,
          sentiment: random() * 2 - 1,
          intents: random() < 0.3 ? (['moving_intent', 'repeat_issue'] as const) : [],
          keptOut: {},
        })),
        ...(random() < 0.5 && { offer: { id: next('off'), on: ago(20), rent: (160_000 + whole(20_000)) as Cents } }),
      }),
    );
    const { tenants } = await rank(snapshot(tenancies));
    expect(tenants).toHaveLength(1000);
    for (const { leave, arrears } of tenants)
      for (const { index, offset, contributions } of [leave, arrears] satisfies Head[]) {
        const sum = contributions.reduce((total, { logOdds }) => total + logOdds, offset);
        expect(Math.abs(logit(index) - sum)).toBeLessThan(1e-9);
      }
  });

  test('charges nobody for what all neighbours share', async () => {
    const slow = () => [ticket(ago(40), ago(20))];
    const { tenants } = await rank(
      snapshot(Array.from({ length: 9 }, (_, at) => tenancy(`s${at}`, { tickets: slow() }))),
    );
    for (const { leave } of tenants)
      for (const { logOdds } of leave.contributions) expect(Math.abs(logOdds)).toBeLessThan(1e-12);
  });

  test('never falls when one more repair is slow, in 200 random houses', async () => {
    const random = seeded(7);
    const whole = (to: number) => Math.floor(random() * to);
    const slow = () => ticket(ago(8 + whole(82)), random() < 0.5 ? ago(0) : undefined);
    for (let house = 0; house < 200; house++) {
      const others = Array.from({ length: whole(12) }, (_, at) =>
        tenancy(`h${at}`, { tickets: Array.from({ length: whole(4) }, slow), leaseEnds: addDays(day, whole(200)) }),
      );
      const index = async (tickets: Ticket[]) => {
        const { tenants } = await rank(snapshot([tenancy('a', { tickets }), ...others]));
        return tenants.find(({ tenant }) => tenant === 'ten-a')?.leave.index ?? Number.NaN;
      };
      const all = Array.from({ length: 5 }, slow);
      const indices = await Promise.all(all.map((_, n) => index(all.slice(0, n))));
      for (let n = 1; n < 4; n++) expect(indices[n]).toBeGreaterThan(indices[n - 1] ?? 1);
      expect(indices[4]).toBe(indices[3]); // capped at three
    }
  });

  test('owes nothing to unit or name, and nothing to neighbours of another lease stage', async () => {
    const seen = [tenancy('a', { tickets: [ticket(ago(30))] }), ...neighbours];
    const elsewhere = tenancy('z', { leaseEnds: addDays(day, 300), tickets: [ticket(ago(60)), ticket(ago(50))] });
    const index = async (tenancies: readonly Tenancy[]) =>
      (await rank(snapshot(tenancies))).tenants.find(({ tenant }) => tenant === 'ten-a')?.leave.index;
    const alone = await index(seen);
    expect(await index(seen.map((each) => ({ ...each, unit: 'PH' })))).toBe(alone);
    expect(await index([...seen, elsewhere])).toBe(alone);
  });

  test('of a source that is not connected holds nothing, for nor against', async () => {
    const seen = [tenancy('a', { tickets: [ticket(ago(30))] }), ...neighbours];
    const connectedDays = { ledger: 999, tickets: 0, calls: 999, engagement: 0, memory: 0 };
    const { tenants } = await rank(snapshot(seen, { connectedDays }));
    const features = tenants.flatMap(({ leave }) => leave.contributions.map(({ feature }) => feature));
    expect(features).not.toContain('slowRepairs90d');
    expect(new Set(tenants.map(({ leave }) => leave.index.toFixed(12))).size).toBe(1);
  });

  test('of a six-unit house does not scream', async () => {
    const all = (n: number) =>
      Array.from({ length: n }, (_, at) => tenancy(`b${at}`, { tickets: [ticket(ago(60)), ticket(ago(50))] }));
    const small = (await rank(snapshot(all(6)))).property.leave;
    expect(small).toBeGreaterThan(0.5);
    expect(small).toBeLessThan((await rank(snapshot(all(60)))).property.leave);
    expect(small).toBeLessThan(0.6);
  });

  test('is called high only where the covered shares of the sources come to 2', async () => {
    const worst = tenancy('a', { tickets: [ticket(ago(60)), ticket(ago(50)), ticket(ago(40))], movedIn: ago(40) });
    const bandWith = async (connectedDays: Snapshot['connectedDays']) => {
      const { tenants, capped } = await rank(snapshot([worst, ...neighbours], { connectedDays }));
      return [tenants[0]?.band, capped];
    };
    expect(await bandWith({ ledger: 999, tickets: 999, calls: 0, engagement: 0, memory: 0 })).toEqual(['high', false]);
    expect(await bandWith({ ledger: 90, tickets: 999, calls: 0, engagement: 0, memory: 0 })).toEqual(['medium', true]);
  });
});

describe('a ledger', () => {
  const due = line('charge', ago(50), 1000);
  const late = (...lines: LedgerLine[]) => {
    const ledger = lines.toSorted((a, b) => (a.on < b.on ? -1 : 1));
    return (['lateMonths6m', 'partialPayments6m', 'missedMonths6m', 'lateNow', 'behindTwoMonths'] as const).map(
      (feature) => measured(tenancy('l', { ledger }), feature),
    );
  };

  test.each<[string, LedgerLine[], number[]]>([
    ['paid within five days is not late', [due, line('payment', ago(45), 1000)], [0, 0, 0, 0, 0]],
    ['paid on the sixth day is late', [due, line('payment', ago(44), 1000)], [1, 0, 0, 0, 0]],
    [
      'paid in part by then is late and partial',
      [due, line('payment', ago(48), 400), line('payment', ago(30), 600)],
      [1, 1, 0, 0, 0],
    ],
    ['paid ahead is not late', [line('payment', ago(60), 1000), due], [0, 0, 0, 0, 0]],
    ['unpaid is late now, and missed after thirty days', [due], [1, 0, 1, 1, 0]],
    ['unpaid twice is two months behind', [due, line('charge', ago(20), 1000)], [2, 0, 1, 1, 1]],
    [
      'a payment that was taken back never settled anything',
      [due, line('payment', ago(48), 1000), line('reversal', ago(40), 1000)],
      [1, 0, 1, 1, 0],
    ],
    [
      'paid twice by mistake settles the next month',
      [due, line('payment', ago(48), 1000), line('payment', ago(47), 1000), line('charge', ago(20), 1000)],
      [0, 0, 0, 0, 0],
    ],
    [
      'rent, parking and water of one month are late once',
      [due, line('charge', ago(50), 80), line('charge', ago(49), 45), line('payment', ago(30), 1125)],
      [1, 0, 0, 0, 0],
    ],
    [
      'three charges of one unpaid month are one month behind',
      [due, line('charge', ago(50), 80), line('charge', ago(49), 45)],
      [1, 0, 1, 1, 0],
    ],
    [
      'a small rest that stays open makes no missed month',
      [due, line('charge', ago(50), 80), line('payment', ago(48), 1000)],
      [1, 1, 0, 1, 0],
    ],
    ['nothing due is nothing late', [line('charge', ago(50), 0)], [0, 0, 0, 0, 0]],
    ['rent of the last days cannot be late yet', [line('charge', ago(4), 1000)], [0, 0, 0, 0, 0]],
  ])('%s', (_what, ledger, expected) => {
    expect(late(...ledger)).toEqual(expected);
  });
});

describe('a feature', () => {
  const paid = (month: number, after: number) => [
    line('charge', ago(month * 30), 1600),
    line('payment', ago(month * 30 - after), 1600),
  ];
  const every = (seen: Tenancy, more: Partial<Snapshot> = {}) =>
    readSignals(snapshot([seen], { connectedDays: { ...snapshot([]).connectedDays, engagement: 90 }, ...more }))[0]
      ?.signals ?? {};

  test('of payment tells how rent comes later and later, what part came in time, and what is owed', () => {
    const ledger = [5, 4, 3, 2].flatMap((month, at) => paid(month, 6 + at * 3));
    const { daysLateSlope6m, payRatioMin6m, balanceOverRent } = every(tenancy('p', { ledger }));
    expect(daysLateSlope6m?.value).toBeCloseTo(3, 9);
    expect([payRatioMin6m?.value, balanceOverRent?.value]).toEqual([1, 0]);
    const owing = [...ledger, line('charge', ago(40), 1600), line('payment', ago(39), 400)];
    const open = every(tenancy('p', { ledger: owing }));
    expect([open.payRatioMin6m?.value, open.balanceOverRent?.value]).toEqual([0.25, 0.75]);
    expect(every(tenancy('p', { ledger: paid(1, 2) }))).not.toHaveProperty('daysLateSlope6m');
  });

  test('of service tells how long the slowest answer took', () => {
    const answered = (days: number) => ({ ...ticket(ago(40), ago(20)), repliedOn: ago(40 - days) });
    const { slowestReply90d } = every(tenancy('s', { tickets: [answered(1), answered(4)] }));
    expect(slowestReply90d).toEqual({ value: 4, evidence: [expect.stringMatching(/^ticket:/)] });
    expect(every(tenancy('s', { tickets: [answered(1), ticket(ago(25))] })).slowestReply90d?.value).toBe(25);
    expect(every(tenancy('s', { tickets: [] })).slowestReply90d?.value).toBe(0);
  });

  test('of voice tells what was meant, but for calls about need or an unfit home', () => {
    const call = (daysAgo: number, sentiment: number, ...intents: Intent[]) => ({
      ...{ id: next('cal') as CallId, on: ago(daysAgo), residentTurns: 1, sentiment, intents, keptOut: {} },
    });
    const calls = [call(60, 0.5), call(30, 0, 'moving_intent'), call(0, -0.5, 'repeat_issue')];
    const { moodDrop90d, movingIntent90d, repeatIssue90d } = every(tenancy('v', { calls }));
    expect(moodDrop90d?.value).toBe(1);
    expect([movingIntent90d?.value, repeatIssue90d?.value]).toEqual([1, 1]);
    const inNeed = every(tenancy('v', { calls: [call(10, 0, 'moving_intent', 'hardship')] }));
    expect(inNeed.movingIntent90d).toEqual({ value: 0, evidence: [] });
    expect(Object.keys(features).join()).not.toMatch(/hardship|habitab|legal|threat/i);
  });

  test('that only engagement knows counts no source more, and a source nobody stated gives none', () => {
    const none = { ledger: 0, tickets: 0, calls: 0, engagement: 90, memory: 0 };
    expect(reachOf({ ...none, engagement: 1, ledger: 1 })).toBe(1);
    const seen = tenancy('e', { engagement: [{ id: next('eng') as EngagementId, on: ago(3), autopay: true }] });
    expect(Object.keys(every(seen, { connectedDays: none })).sort()).toEqual(
      [...['autopay', 'increasePercent', 'lnTenureYears', 'renewals', 'termMonths']].sort(),
    );
    expect(every(seen, { connectedDays: { ...none, engagement: 0 } })).not.toHaveProperty('autopay');
  });

  test('is said in words, whatever its value', () => {
    for (const feature of Object.keys(features) as Feature[])
      for (const value of [-1, 0, 0.25, 1, 3, 90]) expect(saying(feature, value)).toMatch(/^[^{}]{8,70}$/);
  });
});
