import { expect, test } from 'vitest';
import { seeded } from '../../../test/rooms.ts';
import { auditOf, type Case } from './fairness.ts';

/** 120 tenants of two houses, whose groups are dealt out by chance; every fourth is proposed. */
function house(seed: number, approve: (group: string, chance: number) => boolean): Case[] {
  const random = seeded(seed);
  return Array.from({ length: 120 }, (_, at): Case => {
    const [group, proposed, chance] = [random() < 0.5 ? 'a' : 'b', random() < 0.25, random()];
    const decision = proposed ? (approve(group, chance) ? 'approved' : 'rejected') : null;
    const hours = proposed ? 10 + at : null;
    return {
      property: at % 2 ? 'elm' : 'oak',
      group,
      proposed,
      decision,
      hours,
      offered: proposed ? 3 + (at % 5) : null,
    };
  });
}

test('a policy that approves one group alone is found, and named', () => {
  const { found } = auditOf(house(1, (group) => group === 'a'));
  expect(found).toContainEqual(
    expect.objectContaining({ by: 'group', stage: 'approved', name: 'b', against: 'a', ratio: 0 }),
  );
  expect(found.map(({ by, name }) => `${by} ${name}`)).toEqual(['group b', 'group b']);
});

test('one that looks at no group is left in peace, in 95 of 100 worlds or more', () => {
  const alarms = Array.from({ length: 100 }, (_, at) => auditOf(house(at + 1, (_group, chance) => chance < 0.6)).found);
  for (const of of ['group', 'property'])
    expect(alarms.filter((found) => found.some(({ by }) => by === of)).length).toBeLessThanOrEqual(5);
});

/** So many of a group in a house, of whom so many were approved. */
function decided(property: string, group: string, approved: number, of: number): Case[] {
  return Array.from({ length: of }, (_, at): Case => {
    const decision = at < approved ? 'approved' : 'rejected';
    return { property, group, proposed: true, decision, hours: 1, offered: null };
  });
}

test('a tiny group at the top hides nothing, and is no reference', () => {
  const cases = [...decided('elm', 'a', 5, 5), ...decided('elm', 'b', 160, 200), ...decided('elm', 'c', 100, 200)];
  const { found } = auditOf(cases);
  expect(found.map(({ stage, name, against, crude }) => [stage, name, against, crude])).toEqual([
    ['approved', 'c', 'b', 0.625],
    ['offered', 'c', 'b', 0.625],
  ]);
  expect(found[0]?.p).toBeLessThan(1e-8);
  // Whom it is found against as well is not the one that is named, where there is a larger one.
  const [clear] = auditOf([...cases, ...decided('elm', 'a', 5, 5)].filter(({ group }) => group !== 'b')).found;
  expect(clear).toMatchObject({ name: 'c', against: 'a' });
  const [both] = auditOf([...cases, ...decided('elm', 'a', 3, 3)]).found;
  expect(both).toMatchObject({ name: 'c', against: 'b', highest: 0.8 });
});

test.each([1, 10, 30])('what is done to a group is found in %i houses as in one', (houses) => {
  const each = 150 / houses;
  const cases = Array.from({ length: houses }, (_, at) => [
    ...decided(`house-${at}`, 'a', each * 0.8, each),
    ...decided(`house-${at}`, 'b', each * 0.6, each),
  ]).flat();
  expect(auditOf(cases).found).toMatchObject([
    {
      by: 'group',
      stage: 'approved',
      name: 'b',
      against: 'a',
      crude: expect.closeTo(0.75, 9),
      ratio: expect.closeTo(0.75, 9),
    },
    { by: 'group', stage: 'offered', name: 'b' },
  ]);
});

test('that a group lives where less is approved is told, and is no finding about the group', () => {
  const cases = [
    ...[...decided('elm', 'a', 252, 360), ...decided('elm', 'b', 28, 40)],
    ...[...decided('oak', 'a', 8, 40), ...decided('oak', 'b', 72, 360)],
  ];
  const { found, between } = auditOf(cases);
  expect(found.map(({ by, name }) => `${by} ${name}`)).toEqual(['property oak']);
  expect(between[0]).toMatchObject({ by: 'group', stage: 'approved', name: 'b', crude: expect.closeTo(0.385, 3) });
});

test('the highest of twenty is chosen by chance as well: no more alarms are raised for it', () => {
  const alarms = Array.from({ length: 100 }, (_, world) => {
    const random = seeded(world + 1);
    const cases = Array.from({ length: 2000 }, (_, at): Case => {
      const decision = random() < 0.2 ? 'approved' : 'rejected';
      return { property: `house-${at % 20}`, proposed: true, decision, hours: 1, offered: null };
    });
    return auditOf(cases);
  });
  expect(alarms[0]?.comparisons).toBe(190);
  expect(alarms.filter(({ found }) => found.length > 0).length).toBeLessThanOrEqual(5);
});

test('a house in which nobody is approved is found; what is proposed there is no finding, as houses differ', () => {
  const cases = house(2, () => true).map((each): Case => {
    if (each.property === 'oak') return { ...each, group: undefined };
    return { ...each, group: undefined, decision: each.decision && 'rejected' };
  });
  expect(auditOf(cases).found).toMatchObject([{ by: 'property', stage: 'approved', name: 'elm', against: 'oak' }]);
  const quiet = cases.map((each): Case => ({ ...each, decision: null, proposed: each.property === 'oak' }));
  expect(auditOf(quiet).found).toEqual([]);
});

test('of fewer than five nothing is told, nor is a gap that is small, or may be chance', () => {
  const few = [
    ...house(3, () => true),
    ...Array.from({ length: 4 }, (): Case => {
      return { property: 'elm', group: 'rare', proposed: true, decision: 'rejected', hours: 1, offered: null };
    }),
  ];
  const { groups, suppressed, found } = auditOf(few);
  expect(groups.map(({ name }) => name)).toEqual(['a', 'b']);
  expect({ suppressed, found }).toEqual({ suppressed: ['rare'], found: [] });
  const pair = (n: number, a: number, b: number) =>
    auditOf(
      Array.from({ length: 2 * n }, (_, at): Case => {
        const [group, place] = [at % 2 ? 'b' : 'a', Math.floor(at / 2)];
        const decision = place < (group === 'a' ? a : b) ? 'approved' : 'rejected';
        return { property: 'elm', group, proposed: true, decision, hours: 1, offered: null };
      }),
    ).found;
  expect(pair(6, 4, 2)).toEqual([]); // half as often, of six each: chance
  expect(pair(4000, 3600, 3300)).toEqual([]); // no chance, and more than four fifths
  expect(pair(400, 360, 250)).toHaveLength(2);
});

test('the time to a decision counts who still waits as without end', () => {
  const waits = (hours: (number | null)[]) =>
    auditOf(
      hours.map((each): Case => {
        const decision = each === null ? null : 'approved';
        return { property: 'elm', proposed: true, decision, hours: each, offered: null };
      }),
    ).properties[0]?.response;
  expect(waits([5, 1, 3])).toEqual({ n: 3, open: 0, median: 3, p90: 5 });
  expect(waits([5, 1, null])).toEqual({ n: 3, open: 1, median: 5, p90: null });
  expect(waits([1, null, null])).toEqual({ n: 3, open: 2, median: null, p90: null });
});
