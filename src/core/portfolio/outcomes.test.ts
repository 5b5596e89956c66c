import { describe, expect, test } from 'vitest';
import { type IsoDay, id } from '../domain/index.ts';
import { type LeaseTerm, outcomeOf } from './outcomes.ts';

const home = id('property', 'pro-1');
const other = id('property', 'pro-2');
const day = '2026-03-01' as IsoDay;

function lease(more: Partial<Record<keyof LeaseTerm, string>> = {}): LeaseTerm {
  return { property: home, from: '2025-05-01', to: '2026-04-30', ...more } as LeaseTerm;
}

const becameOf = (...leases: LeaseTerm[]) => outcomeOf(leases, home, day);

describe('what became of a tenant in 90 days', () => {
  test.each<[string, LeaseTerm[], ReturnType<typeof outcomeOf>]>([
    ['nothing is told', [lease()], 'stayed'],
    ['gave notice', [lease({ noticeOn: '2026-03-20' })], 'left'],
    ['gave notice on the last of the days', [lease({ noticeOn: '2026-05-30' })], 'left'],
    ['gave notice a day later', [lease({ to: '2026-12-31', noticeOn: '2026-05-31' })], 'stayed'],
    ['moved out', [lease({ movedOutOn: '2026-04-10' })], 'left'],
    ['left a little after a lease that ended in them', [lease({ to: '2026-05-28', movedOutOn: '2026-06-10' })], 'left'],
    ['stays on without another lease', [lease()], 'stayed'],
    ['stayed on, and left much later', [lease({ movedOutOn: '2026-09-30' })], 'stayed'],
    ['renewed', [lease({ movedOutOn: '2026-04-30' }), lease({ from: '2026-05-01', to: '2027-04-30' })], 'stayed'],
    ['gave notice, and renewed', [lease({ noticeOn: '2026-03-20' }), lease({ from: '2026-05-01' })], 'stayed'],
    [
      'renewed, and gave notice then',
      [lease(), lease({ from: '2026-05-01', to: '2027-04-30', noticeOn: '2026-05-20' })],
      'left',
    ],
    [
      'went to another home of the owner',
      [lease({ movedOutOn: '2026-04-30' }), lease({ property: other, from: '2026-05-03' } as never)],
      'transferred',
    ],
    ...(
      [
        ['transfer', 'transferred'],
        ['death', 'unavoidable'],
        ['military', 'unavoidable'],
        ['owner', 'sent'],
      ] as const
    ).map(([why, outcome]): [string, LeaseTerm[], ReturnType<typeof outcomeOf>] => [
      `left by ${why}`,
      [lease({ movedOutOn: '2026-04-10', leftBecause: why })],
      outcome,
    ]),
    ['left for something else', [lease({ movedOutOn: '2026-04-10', leftBecause: 'other' })], 'left'],
    ['has no lease that had begun', [lease({ from: '2026-03-02' })], 'unknown'],
    ['lives elsewhere', [lease({ property: other } as never)], 'unknown'],
  ])('%s', (_what, leases, expected) => {
    expect(becameOf(...leases)).toBe(expected);
  });
});
