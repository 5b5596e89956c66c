import { describe, expect, test } from 'vitest';
import { seeded } from '../../../test/rooms.ts';
import { addDays, type Call, type IsoDay, type Snapshot, type Tenancy, type Ticket } from '../domain/index.ts';
import { readSignals } from './features.ts';
import { type Feature, features, punishes } from './scorecard.ts';

const day = '2026-11-22' as IsoDay;

/** Which features of service and voice a further complaint may never make less. */
const complaints = (Object.keys(features) as Feature[]).filter((name) => ['tickets', 'calls'].includes(features[name]));

test('of every feature of service and voice more is worse, so that none may count for staying', () => {
  expect(complaints.filter((name) => punishes(name, 1))).toEqual([]);
  expect(complaints.filter((name) => !punishes(name, -1))).toEqual([]);
});

describe.each([1, 2, 3, 4])('drawn rows, seed %i', (seed) => {
  const random = seeded(seed);
  const whole = (most: number) => Math.floor(random() * (most + 1));
  const ago = (days: number) => addDays(day, -days);

  const ticketOf = (at: number): Ticket => {
    const openedOn = ago(whole(100));
    const closedOn = random() < 0.7 ? addDays(openedOn, whole(20)) : undefined;
    const repliedOn = random() < 0.7 ? addDays(openedOn, whole(15)) : undefined;
    return {
      ...{ id: `tic-${at}`, openedOn, reopened: random() < 0.2 ? 1 : 0, category: 'plumbing' },
      ...(closedOn && closedOn <= day && { closedOn }),
      ...(repliedOn && repliedOn <= day && { repliedOn }),
    } as unknown as Ticket;
  };
  const callOf = (at: number): Call =>
    ({
      ...{ id: `cal-${at}`, on: ago(whole(100)), residentTurns: 1, keptOut: {} },
      sentiment: 2 * random() - 1,
      intents: random() < 0.2 ? ['repeat_issue'] : [],
    }) as unknown as Call;
  const byDay = <Row>(rows: readonly Row[], of: (row: Row) => string) =>
    rows.toSorted((a, b) => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0));

  const signalsOf = (tickets: readonly Ticket[], calls: readonly Call[]) => {
    const tenancy = {
      ...{ tenant: 'ten-a', lease: 'lea-a', leaseStarted: ago(400), leaseEnds: addDays(day, 100), rent: 160_000 },
      ...{ since: ago(400), ledger: [], engagement: [], renewals: 0, termMonths: 12 },
      tickets: byDay(tickets, ({ openedOn }) => openedOn),
      calls: byDay(calls, ({ on }) => on),
    } as unknown as Tenancy;
    const connectedDays = { ledger: 183, tickets: 90, calls: 90, engagement: 90, memory: 0 };
    const seen = { day, tenancies: [tenancy], connectedDays } as unknown as Snapshot;
    return readSignals(seen, complaints)[0]?.signals ?? {};
  };

  test('one more repair, or one more call, makes none of them less', () => {
    for (let draw = 0; draw < 200; draw++) {
      const tickets = Array.from({ length: whole(5) }, (_, at) => ticketOf(at));
      const calls = Array.from({ length: whole(5) }, (_, at) => callOf(at));
      const before = signalsOf(tickets, calls);
      for (const after of [signalsOf([...tickets, ticketOf(9)], calls), signalsOf(tickets, [...calls, callOf(9)])])
        for (const feature of complaints) {
          // What says nothing counts as the mean peer's: to come to be known must not make less of it either.
          expect(after[feature], feature).toBeDefined();
          expect(after[feature]?.value, feature).toBeGreaterThanOrEqual((before[feature]?.value ?? Number.NaN) - 1e-12);
        }
    }
  });
});
