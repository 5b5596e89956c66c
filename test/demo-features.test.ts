import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IsoDay } from '../src/core/domain/index.ts';
import { type Betas, betas } from '../src/core/portfolio/demo/index.ts';
import { openPortfolio } from '../src/core/portfolio/index.ts';
import { type Feature, openRisk } from '../src/core/risk/index.ts';
import { importTexts } from './import-demo.ts';
import { openBench } from './rooms.ts';
import { packageRoot } from './sophia.ts';

interface Lived {
  readonly tenant: string;
  readonly months: readonly { readonly day: IsoDay; readonly features: Betas; readonly left: boolean }[];
}

test('what the product reads from the demo is what truly moved its tenants', async () => {
  const bench = await openBench();
  const folder = join(packageRoot, 'templates/demo/data');
  const texts = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
  expect(await importTexts(bench, Object.fromEntries(texts), '2026-10-31' as IsoDay)).toEqual([]);

  const lived: Lived[] = readFileSync(join(packageRoot, 'fixtures/truth/maple-court.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [portfolio, risk] = [openPortfolio({ ...bench, read: bench.store.read }), openRisk()];
  const maple = (await portfolio.properties()).find(({ key }) => key === 'maple-court');
  if (!maple) throw new Error('no Maple Court');
  let compared = 0;
  for (const day of ['2026-10-31', '2026-08-31', '2026-05-31'] as IsoDay[]) {
    const [snapshot] = await portfolio.snapshots(maple.id, [day]);
    if (!snapshot) throw new Error('no snapshot');
    const files = await portfolio.filesOf(
      snapshot.tenancies.map(({ tenant }) => tenant),
      day,
    );
    for (const { tenant, signals } of risk.signals(snapshot)) {
      const key = files.get(tenant)?.key;
      const month = lived.find((each) => each.tenant === key)?.months.find((each) => each.day === day && !each.left);
      // Whoever moved in before the first month shown brought a history that was never exported.
      if (!month) continue;
      for (const name of Object.keys(betas) as (keyof Betas & Feature)[])
        expect(signals[name]?.value, `${key} ${name} on ${day}`).toBeCloseTo(month.features[name], 9);
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(60);
});
