import { describe, expect, test } from 'vitest';
import { seeded } from '../../../test/rooms.ts';
import type {
  Cents,
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
import { type Feature, type Head, loadScorecard, openRisk, type Scorecard, scorecard } from './index.ts';
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

describe('an index', () => {
  test('is the offset and the contributions, exactly, for 1,000 random tenants and both heads', () => {
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
          intents: [],
          keptOut: {},
        })),
        ...(random() < 0.5 && { offer: { id: next('off'), on: ago(20), rent: (160_000 + whole(20_000)) as Cents } }),
      }),
    );
    const { tenants } = rank(snapshot(tenancies));
    expect(tenants).toHaveLength(1000);
    for (const { leave, arrears } of tenants)
      for (const { index, offset, contributions } of [leave, arrears] satisfies Head[]) {
        const sum = contributions.reduce((total, { logOdds }) => total + logOdds, offset);
        expect(Math.abs(logit(index) - sum)).toBeLessThan(1e-9);
      }
  });

  test('charges nobody for what all neighbours share', () => {
    const slow = () => [ticket(ago(40), ago(20))];
    const { tenants } = rank(snapshot(Array.from({ length: 9 }, (_, at) => tenancy(`s${at}`, { tickets: slow() }))));
    for (const { leave } of tenants)
      for (const { logOdds } of leave.contributions) expect(Math.abs(logOdds)).toBeLessThan(1e-12);
  });

  test('never falls when one more repair is slow', () => {
    const index = (tickets: Ticket[]) => {
      const { tenants } = rank(snapshot([tenancy('a', { tickets }), ...neighbours]));
      return tenants.find(({ tenant }) => tenant === 'ten-a')?.leave.index ?? Number.NaN;
    };
    const slow = [ticket(ago(80), ago(60)), ticket(ago(50), ago(30)), ticket(ago(20)), ticket(ago(15))];
    const indices = [0, 1, 2, 3, 4].map((n) => index(slow.slice(0, n)));
    expect(indices).toEqual(indices.toSorted((a, b) => a - b));
    expect(indices[1]).toBeGreaterThan(indices[0] ?? 1);
    expect(indices[4]).toBe(indices[3]); // capped at three
  });

  test('owes nothing to unit or name, and nothing to neighbours of another lease stage', () => {
    const seen = [tenancy('a', { tickets: [ticket(ago(30))] }), ...neighbours];
    const elsewhere = tenancy('z', { leaseEnds: addDays(day, 300), tickets: [ticket(ago(60)), ticket(ago(50))] });
    const index = (tenancies: readonly Tenancy[]) =>
      rank(snapshot(tenancies)).tenants.find(({ tenant }) => tenant === 'ten-a')?.leave.index;
    expect(index(seen.map((each) => ({ ...each, unit: 'PH' })))).toBe(index(seen));
    expect(index([...seen, elsewhere])).toBe(index(seen));
  });

  test('of a source that is not connected holds nothing, for nor against', () => {
    const seen = [tenancy('a', { tickets: [ticket(ago(30))] }), ...neighbours];
    const connectedDays = { ledger: 999, tickets: 0, calls: 999, engagement: 0, memory: 0 };
    const { tenants } = rank(snapshot(seen, { connectedDays }));
    const features = tenants.flatMap(({ leave }) => leave.contributions.map(({ feature }) => feature));
    expect(features).not.toContain('slowRepairs90d');
    expect(new Set(tenants.map(({ leave }) => leave.index.toFixed(12))).size).toBe(1);
  });

  test('of a six-unit house does not scream', () => {
    const all = (n: number) =>
      Array.from({ length: n }, (_, at) => tenancy(`b${at}`, { tickets: [ticket(ago(60)), ticket(ago(50))] }));
    const small = rank(snapshot(all(6))).property.leave;
    expect(small).toBeGreaterThan(0.5);
    expect(small).toBeLessThan(rank(snapshot(all(60))).property.leave);
    expect(small).toBeLessThan(0.6);
  });

  test('is called high only where the covered shares of the sources come to 2', () => {
    const worst = tenancy('a', { tickets: [ticket(ago(60)), ticket(ago(50)), ticket(ago(40))], movedIn: ago(40) });
    const bandWith = (connectedDays: Snapshot['connectedDays']) => {
      const { tenants, capped } = rank(snapshot([worst, ...neighbours], { connectedDays }));
      return [tenants[0]?.band, capped];
    };
    expect(bandWith({ ledger: 999, tickets: 999, calls: 0, engagement: 0, memory: 0 })).toEqual(['high', false]);
    expect(bandWith({ ledger: 90, tickets: 999, calls: 0, engagement: 0, memory: 0 })).toEqual(['medium', true]);
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

describe('a scorecard from outside', () => {
  const changed = (change: (card: Scorecard & Record<string, never>) => void) => {
    const card = structuredClone(scorecard) as Scorecard & Record<string, never>;
    change(card);
    return () => loadScorecard(card);
  };
  const refused = expect.objectContaining({ exit: 'incompatible' });

  test('is taken when it keeps to the allow-list', () => {
    expect(changed(() => undefined)()).toEqual(scorecard);
  });

  test.each<[string, (card: never) => void]>([
    [
      'a feature that is not allowed',
      (card: { heads: { leave: { weights: { feature: string }[] } } }) =>
        Object.assign(card.heads.leave.weights[0] ?? {}, { feature: 'zipCode' }),
    ],
    ['another order', (card: { heads: { leave: { weights: object[] } } }) => card.heads.leave.weights.reverse()],
    [
      'a weight that is no number',
      (card: { heads: { leave: { weights: object[] } } }) =>
        Object.assign(card.heads.leave.weights[0] ?? {}, { logOdds: Number.NaN }),
    ],
    ['another schema', (card: object) => Object.assign(card, { schema: 2 })],
    [
      'a baseline that is no share',
      (card: { heads: { leave: object } }) => Object.assign(card.heads.leave, { baseline: 1 }),
    ],
  ])('with %s is refused', (_what, change) => {
    expect(changed(change as never)).toThrow(refused as never);
  });

  test('cannot name what is not on the list, by type', () => {
    // @ts-expect-error where somebody lives is no feature
    const banned: Feature = 'zipCode';
    expect(Object.keys(features)).not.toContain(banned);
  });
});
