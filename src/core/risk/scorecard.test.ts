import { describe, expect, test } from 'vitest';
import { protectedName } from '../privacy/index.ts';
import { loadScorecard, type Scorecard, scorecard } from './index.ts';
import { features, weighable } from './scorecard.ts';

describe('a scorecard from outside', () => {
  const changed = (change: (card: Scorecard & Record<string, never>) => unknown) => {
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

  test('that weighs what a tenant asked for against them is refused: complaints may only help', () => {
    const against = (card: Scorecard) =>
      Object.assign(card.heads.arrears.weights[0] ?? {}, { feature: 'slowRepairs90d' });
    expect(changed(against)).toThrow(/"slowRepairs90d" may not be weighed by "arrears"/);
    const sources = new Set(weighable.arrears.map((feature) => features[feature]));
    expect([...sources].sort()).toEqual(['lease', 'ledger']);
  });

  test('is told what a banned feature stands for', () => {
    const postcode = (card: Scorecard) => Object.assign(card.heads.leave.weights[0] ?? {}, { feature: 'postCode' });
    expect(changed(postcode)).toThrow(/stands for where somebody lives/);
  });

  test('cannot name what is protected or stands for it: no feature of the list does', () => {
    const named = Object.keys(features).filter((feature) => protectedName(feature) !== undefined);
    expect(named).toEqual([]);
  });
});
