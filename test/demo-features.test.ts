import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IsoDay, TimeZone } from '../src/core/domain/index.ts';
import { openLanguage } from '../src/core/language/index.ts';
import { type Betas, betas } from '../src/core/portfolio/demo/index.ts';
import { beginImport, formats, openParser, openPortfolio, type Ready } from '../src/core/portfolio/index.ts';
import { type Feature, openRisk } from '../src/core/risk/index.ts';
import { acquireLease } from '../src/core/store/index.ts';
import { openBench } from './rooms.ts';
import { packageRoot } from './sophia.ts';

interface Lived {
  readonly tenant: string;
  readonly months: readonly { readonly day: IsoDay; readonly features: Betas; readonly left: boolean }[];
}

test('what the product reads from the demo is what truly moved its tenants', async () => {
  const bench = await openBench();
  const language = await openLanguage();
  const parser = await openParser('America/Chicago' as TimeZone);
  await using lease = await acquireLease(bench, 'import:x', 'the import');
  const options = { observedOn: '2026-10-31' as IsoDay, synthetic: true };
  const staging = await beginImport({ ...bench, read: bench.store.read }, lease, options);
  for (const format of formats) {
    const bytes = readFileSync(join(packageRoot, 'templates/demo/data', format.file));
    for await (const chunk of parser.chunks(
      format,
      format.file,
      (async function* () {
        yield bytes;
      })(),
    )) {
      const ready = chunk.flatMap((parsed): Ready[] => {
        if (!('row' in parsed)) throw new Error(`${format.file}: ${JSON.stringify(parsed)}`);
        const { row } = parsed;
        return [
          row.kind === 'call' ? { ...row, body: { on: row.body.on, ...language.scoreCall(row.body.turns) } } : row,
        ];
      });
      if (ready.length > 0) await staging.add(ready);
    }
  }
  await staging.publish(0);

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
    const labels = await portfolio.filesOf(
      snapshot.tenancies.map(({ tenant }) => tenant),
      day,
    );
    for (const { tenant, signals } of risk.signals(snapshot)) {
      const month = lived
        .find((each) => each.tenant === labels.get(tenant)?.key)
        ?.months.find((each) => each.day === day && !each.left);
      // Whoever moved in before the first month shown brought a history that was never exported.
      if (!month) continue;
      for (const name of Object.keys(betas) as (keyof Betas & Feature)[])
        expect(signals[name]?.value, `${labels.get(tenant)?.key} ${name} on ${day}`).toBeCloseTo(
          month.features[name],
          9,
        );
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(60);
});
