import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { DecisionLog } from '../src/core/ops/decisions.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

const config = `${elmConfig}fairness:\n  contact: office@hill-street.example\n`;

/** Ada was analysed twice, and her proposal was rejected. */
async function decided(): Promise<World & { readonly run: string }> {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': config } });
  onTestFinished(() => world[Symbol.dispose]());
  // A ticket that is about what fair housing protects counts for nothing, and that is told.
  appendFileSync(join(world.dir, 'data/tickets.csv'), '4499,ada,2026-11-01,,0,wheelchair ramp for my disability\n');
  await ask('portfolio import data', world);
  await ask('churn analyze elm-house --as-of 2026-11-20', world);
  const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
  const run = proposals[0]?.run ?? '';
  await ask(`runs reject ${run} --yes --reason "the heating is out"`, world);
  return Object.assign(world, { run });
}

test('a tenant is told what was reckoned about them, on what, by what, and who decided: nothing of anybody else', async () => {
  const world = await decided();
  const log = await ask<DecisionLog>('churn decisions export --tenant ada', world);
  expect(log).toMatchObject({
    key: 'ada',
    unreadable: 0,
    audit: { whole: true },
    contact: 'office@hill-street.example',
  });
  expect(log.analyses.map(({ day }) => day)).toEqual(['2026-11-20', '2026-11-22']);
  const [, newest] = log.analyses;
  expect(newest).toMatchObject({
    ...{ by: 'os:ada', property: 'elm-house', band: 'high' },
    modelHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    inputs: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    keptOut: { sensitive: 1 },
  });
  expect(newest?.inputs).not.toBe(log.analyses[0]?.inputs);
  expect(newest?.modelHash).toBe(log.analyses[0]?.modelHash);
  expect(newest?.used.flatMap(({ evidence }) => evidence.map(({ key }) => key))).toContain('4411');
  expect(log.proposals).toMatchObject([
    {
      ...{ run: world.run, analysis: newest?.run, arm: null, state: 'open' },
      decided: { decision: 'rejected', by: 'os:ada', reason: 'the heating is out' },
      steps: [{ by: 'os:ada', what: 'approval.answered' }],
    },
  ]);
  const { stdout } = await runSophia('churn decisions export --tenant ada', world);
  for (const said of [
    'What was not used',
    'ticket of 2026-09-20 4411',
    'Turn to: office@hill-street.example',
    'is whole',
  ])
    expect(stdout).toContain(said);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  for (const all of [stdout, JSON.stringify(log)])
    expect(all).not.toMatch(/\b(ben|cyd|dov|eve|fay|Ben|Cyd|Dov|Eve|Fay|4421|c-2|wheelchair)\b/);
});

test('is written where it is asked for, for its user alone and over nothing; as JSON where the name ends so', async () => {
  const world = await decided();
  const told = await runSophia('churn decisions export --tenant ada -o ada.md', world);
  expect(told.stdout).toMatch(/^Written to .*ada\.md, readable by you alone\.\n$/);
  expect(statSync(join(world.dir, 'ada.md')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(world.dir, 'ada.md'), 'utf8')).toMatch(
    /^# What was reckoned and decided\nAbout Ada Example/,
  );
  expect((await runSophia('churn decisions export --tenant ada -o ada.md', world)).code).toBe(9);
  await ask('churn decisions export --tenant ada --out ada.json', world);
  expect(JSON.parse(readFileSync(join(world.dir, 'ada.json'), 'utf8'))).toMatchObject({ key: 'ada' });
  expect((await runSophia('churn decisions export', world)).stderr).toContain('--tenant: is needed');
});

test('says so where the log was tampered with, and where a tenant was never ranked', async () => {
  const world = await decided();
  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  db.exec("update event set body = replace(body, '\"above\":1', '\"above\":0') where kind = 'risk.analysed'");
  db.close();
  const { stdout } = await runSophia('churn decisions export --tenant ada', world);
  expect(stdout).toContain('NOT whole');
  using fresh = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  await ask('portfolio import data', fresh);
  const none = await runSophia('churn decisions export --tenant ben', fresh);
  expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('No analysis has ranked this tenant.') });
  expect(none.stdout).toContain('To be filled in by the landlord');
});
