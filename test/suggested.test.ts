import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { elmConfig } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia, runWords, type World } from './sophia.ts';

const samples = join(packageRoot, 'templates/maps/samples');

/** A house whose id is its name, with a space in it, as a rent roll gives it. */
async function oakTerrace(): Promise<World> {
  const names = ['rent-roll.csv', 'resident-ledger.csv', 'work-orders.csv', 'sources.csv'];
  const files = names.map((name) => [name, readFileSync(join(samples, name), 'utf8')]);
  const world = openWorld({ files: { 'sophia.yaml': elmConfig, ...Object.fromEntries(files) } });
  for (const line of [
    ...['rent-roll.csv --map rent-roll', 'resident-ledger.csv --map ledger', 'work-orders.csv --map tickets'],
    'sources.csv',
  ])
    await ask(`portfolio import ${line}`, world);
  return world;
}

/** The words that a shell makes of each command in an output; what stands behind three spaces explains it. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/\bsophia ([^`\n]+)/g)]
    .map(([, line = '']) => line)
    .map((line) => line.split(/ {3}/)[0] ?? '')
    .filter((line) => !/[<"]/.test(line))
    .map((line) => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''));
}

test('a command that is suggested can be pasted where a name has a space', async () => {
  using world = await oakTerrace();
  let pasted = 0;
  for (const line of [
    ...['portfolio show "Oak Terrace"', 'churn analyze "Oak Terrace"', 'churn explain t0001101', 'portfolio list'],
    ...['portfolio template "my samples"', 'portfolio imports', 'runs list', 'churn analyze --all'],
  ]) {
    const { stdout, code } = await runSophia(line, world);
    expect(code, line).toBe(0);
    for (const words of commandsIn(stdout)) {
      expect(await runWords(words, world), words.join(' ')).toMatchObject({ code: 0 });
      pasted += 1;
    }
  }
  expect(pasted).toBeGreaterThanOrEqual(5);
  const { stderr } = await runSophia('churn analyze "Oak Terace"', world);
  expect(stderr).toContain("  try: 'Oak Terrace'\n");
});

test('a house whose id is its name is called once', async () => {
  using world = await oakTerrace();
  for (const line of ['portfolio show "Oak Terrace"', 'churn analyze "Oak Terrace"'])
    expect((await runSophia(line, world)).stdout.split('\n')[0]).toMatch(/^Oak Terrace( {2}as known on \S+)?$/);
});
