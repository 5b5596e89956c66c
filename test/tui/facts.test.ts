import { expect, test } from 'vitest';
import { openApp } from '../../src/core/app.ts';
import { openContext } from '../../src/core/context/index.ts';
import { openFacts } from '../../src/tui/facts.ts';
import { elmConfig, elmHouse } from '../elm-house.ts';
import { ask, hostOf, openWorld } from '../sophia.ts';

const both = `${elmConfig}  - id: oak-lane\n    name: Oak Lane\n`;

/** Two owners, each with an analysis and a proposal that waits. */
async function filled() {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': both } });
  for (const owner of ['hill-street', 'oak-lane']) {
    await ask(`portfolio import data --owner ${owner}`, world);
    await ask(`churn analyze elm-house --owner ${owner}`, world);
  }
  return world;
}

test('the facts of screens are those of the store, of all owners one behind the other', async () => {
  using world = await filled();
  const silent = { warn() {}, alert() {}, progress() {} };
  await using app = await openApp(openContext(hostOf(world), undefined, silent), {
    ...{ owner: undefined, rehearses: false, place: 'own' },
  });
  const facts = openFacts(app);
  const before = await facts.heads();
  expect(await facts.overview()).toMatchObject({ tally: { succeeded: 2, waiting: 2 }, approvals: 2, unattended: 0 });

  const page = async (from: number, count: number, text = '') => {
    const { total, runs } = await facts.runs({ from, count, text, order: 'urgent' });
    return { total, found: runs.map(({ owner, workflow, about }) => `${owner} ${workflow} ${about}`) };
  };
  const all = [
    'hill-street retention ada',
    'hill-street churn elm-house 2026-11-22',
    'oak-lane retention ada',
    'oak-lane churn elm-house 2026-11-22',
  ];
  expect(await page(0, 10)).toEqual({ total: 4, found: all });
  expect(await page(1, 2)).toEqual({ total: 4, found: all.slice(1, 3) });
  expect(await page(3, 10)).toEqual({ total: 4, found: all.slice(3) });
  expect(await page(0, 10, 'churn')).toEqual({ total: 2, found: [all[1], all[3]] });
  expect(await page(0, 10, 'Elm House')).toMatchObject({ total: 4 });
  expect(await page(0, 10, 'ada')).toEqual({ total: 2, found: [all[0], all[2]] });

  const { runs } = await facts.runs({ from: 0, count: 1, order: 'urgent' });
  const one = await facts.run(runs[0]?.id ?? '');
  expect(one).toMatchObject({ owner: 'hill-street', about: 'ada', status: 'waiting' });
  expect(one.events.map(({ kind }) => kind)).toContain('approval.asked');

  expect(await facts.countSince(before)).toBe(0);
  await ask('churn analyze elm-house --owner oak-lane', world);
  expect(await facts.countSince(before)).toBeGreaterThan(3);
});
