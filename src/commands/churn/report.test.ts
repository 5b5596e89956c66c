import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elmConfig, elmHouse } from '../../../test/elm-house.ts';
import { ask, openWorld, runSophia } from '../../../test/sophia.ts';

/** A house that nobody has analysed yet. */
const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
beforeAll(() => ask('portfolio import data', world));
afterAll(() => world[Symbol.dispose]());

test('a page is written for its writer alone, over nothing, and is what is printed too', async () => {
  const told = await ask<{ file: string; bytes: number }>('churn report elm-house -o elm.html', world);
  const path = join(world.dir, 'elm.html');
  const text = readFileSync(path, 'utf8');
  expect(told).toEqual({
    ...{ file: path, bytes: Buffer.byteLength(text), property: 'elm-house', asOf: '2026-11-22' },
    ...{ tenants: 6, inDetail: 6, dryRun: false },
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect((await runSophia('churn report elm-house -o -', world)).stdout).toBe(text);
  expect(await ask('churn report elm-house -o -', world)).toMatchObject({ file: null, html: text });
  expect(await runSophia('churn report elm-house -o elm.html', world)).toMatchObject({ code: 9, stdout: '' });
  expect(await runSophia('churn report elm-house -o nowhere/elm.html', world)).toMatchObject({ code: 2 });
  expect(await runSophia('churn report elm-house', world)).toMatchObject({
    ...{ code: 2, stdout: '' },
    stderr: expect.stringContaining('--output: must be named: a file, such as report.html, or - to print it'),
  });
  for (const name of ['elm.csv', 'elm'])
    expect(await runSophia(`churn report elm-house -o ${name}`, world)).toMatchObject({
      ...{ code: 2, stdout: '' },
      stderr: expect.stringContaining('--output: must end in .html, or be - to print it'),
    });
  // Nothing is recorded by looking.
  expect(await ask('runs list', world)).toMatchObject({ runs: [] });
});

test('it says of Ada what churn analyze says, with the rows in the own words of the customer', async () => {
  const { tenants } = await ask<{ tenants: { index: number; reasons: { logOdds: number }[] }[] }>(
    'churn analyze elm-house',
    world,
  );
  world.clock = '2026-11-23T15:00:00.000Z';
  const { stdout } = await runSophia('churn report elm-house --as-of 2026-11-22 --top 1 -o -', world);
  const [card = ''] = /<article[\s\S]*?<\/article>/.exec(stdout) ?? [];
  expect(card).toContain('1. <bdi>Ada Example</bdi>, unit <bdi>1A</bdi>');
  expect(card).toContain(`<strong class="num">${tenants[0]?.index.toFixed(2)}</strong> high`);
  for (const { logOdds } of tenants[0]?.reasons ?? []) expect(card).toContain(`>+${logOdds.toFixed(2)}<`);
  expect(card).toContain('ticket of 2026-10-30 (<bdi>4420</bdi>), ticket of 2026-09-20 (<bdi>4411</bdi>)');
  expect(card).toMatch(/What would lower it:<\/strong> it would be 0\.\d\d with repairs as quick as peers have them;/);
  expect(stdout.match(/<article/g)).toHaveLength(1);
  expect(stdout).toMatch(/<caption>By falling index<\/caption>[\s\S]*<td class="num">2<\/td><th scope="row"><bdi>/);
  expect(stdout).toContain('Compared with the last analysis, of 2026-11-22 by <bdi>os:ada</bdi>');
  // All six leases end in the same month.
  expect(stdout).toMatch(
    /<th scope="row">2027-01<\/th><td class="num">6<\/td><td class="num">1<\/td><td class="num">1<\/td>/,
  );
});
