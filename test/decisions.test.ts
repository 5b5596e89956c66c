import { appendFileSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { DecisionLog } from '../src/core/ops/decisions.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia, runWords, type World } from './sophia.ts';

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
  await ask('churn decisions export --tenant ada -o ada.json', world);
  expect(JSON.parse(readFileSync(join(world.dir, 'ada.json'), 'utf8'))).toMatchObject({ key: 'ada' });
  expect((await runSophia('churn decisions export', world)).stderr).toContain('--tenant: is needed');
  const printed = await runSophia('churn decisions export --tenant ada -o -', world);
  expect(printed.stdout).toBe(readFileSync(join(world.dir, 'ada.md'), 'utf8'));
  expect(await runSophia('churn decisions export --tenant ada -o ada.csv', world)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--output: must end in .md or .json, or be - to print it'),
  });
  expect((await runSophia('churn decisions export --tenant ada -o nowhere/ada.md', world)).code).toBe(2);
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

/** Files that are imported behind the analyses, on the same day and at the same moment: clocks do not tell them apart. */
async function importBehind(world: World, files: Readonly<Record<string, string>>): Promise<void> {
  mkdirSync(join(world.dir, 'behind'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(world.dir, 'behind', name), text);
  await ask('portfolio import behind', world);
}

const LEASES = 'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on';
const TICKETS = 'ticket_id,tenant_id,opened_on,closed_on,reopened,category';

test('an analysis is told by what it recorded, wherever the tenant is believed to have lived by now', async () => {
  const world = await decided();
  await importBehind(world, {
    'properties.csv': 'property_id,name\noak,Oak\n',
    'leases.csv': `${LEASES}\nada-1,ada,oak,1A,2025-01-15,2025-02-01,2027-01-31,1600.00,,\n`,
  });
  const log = await ask<DecisionLog>('churn decisions export --tenant ada', world);
  expect(log.analyses.map(({ day, property, band }) => [day, property, band])).toEqual([
    ['2026-11-20', 'elm-house', 'high'],
    ['2026-11-22', 'elm-house', 'high'],
  ]);
});

test('what was decided about a tenant is told after the import that named them was withdrawn', async () => {
  const world = await decided();
  const before = await ask<DecisionLog>('churn decisions export --tenant ada', world);
  world.clock = '2026-11-23T15:00:00.000Z';
  await ask('portfolio undo last --yes', world);
  for (const called of ['ada', "'Ada Example'", before.tenant]) {
    const log = await ask<DecisionLog>(`churn decisions export --tenant ${called}`, world);
    expect(log.analyses.map(({ run }) => run)).toEqual(before.analyses.map(({ run }) => run));
    expect(log.analyses[1]).toMatchObject({ index: before.analyses[1]?.index, keptOut: { sensitive: 1 } });
    expect(log.proposals).toMatchObject([{ run: world.run, decided: { decision: 'rejected' } }]);
  }
  const { stdout } = await runSophia('churn decisions export --tenant ada', world);
  expect(stdout).toContain('ticket of 2026-09-20 4411 (no row of this tenant any more)');
  expect((await runSophia('churn decisions export --tenant nobody', world)).code).toBe(2);
  // Of whom no row is kept any more the id is known.
  world.clock = '2027-11-23T15:00:00.000Z';
  await ask(`store purge --older-than 30 --confirm ${basename(world.dir)}`, world);
  const purged = await ask<DecisionLog>(`churn decisions export --tenant ${before.tenant}`, world);
  expect(purged).toMatchObject({ analyses: [], removed: { runs: 2 }, proposals: [{ run: world.run }] });
  expect(purged.removed.rows).toBeGreaterThan(0);
  expect((await runSophia(`churn decisions export --tenant ${before.tenant}`, world)).stdout).toMatch(
    /No analysis that can still be read has ranked this tenant\.\nTaken out of the store since, [^.]*: 2\s+runs,\s+\d+\s+withdrawn\s+rows/,
  );
});

test('an analysis rests on the rows as they were then, and it is told where one was corrected since', async () => {
  const world = await decided();
  await importBehind(world, {
    'tickets.csv': `${TICKETS}\n4411,ada,2026-10-11,2026-10-12,0,plumbing\n4498,ada,2026-11-02,,0,wheelchair lift\n`,
  });
  const { analyses } = await ask<DecisionLog>('churn decisions export --tenant ada', world);
  const repairs = analyses[1]?.used.find(({ feature }) => feature === 'slowRepairs90d');
  expect(repairs).toMatchObject({ value: 2 });
  expect(repairs?.evidence).toContainEqual(
    expect.objectContaining({ key: '4411', on: '2026-09-20', since: 'corrected', nowOn: '2026-10-11' }),
  );
  expect(repairs?.evidence).toContainEqual(expect.objectContaining({ key: '4420', since: 'unchanged' }));
  expect(analyses.map(({ keptOut }) => keptOut)).toEqual([{ sensitive: 1 }, { sensitive: 1 }]);
  const { stdout } = await runSophia('churn decisions export --tenant ada', world);
  expect(stdout).toMatch(/ticket of 2026-09-20 4411 \(corrected since: now\s+of\s+2026-10-11\)/);
  expect(stdout).not.toContain('ticket of 2026-10-11');
  // Another analysis of that day reads what is believed now.
  await ask('churn analyze elm-house', world);
  const now = await ask<DecisionLog>('churn decisions export --tenant ada', world);
  expect(now.analyses[2]?.keptOut).toEqual({ sensitive: 2 });
});

test('nobody is told of the tenant of another owner, by their id either', async () => {
  const owners = `${elmConfig}  - id: oak-street\n    name: Oak Street Homes\n`;
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': owners } });
  await ask('portfolio import data --owner hill-street', world);
  const { tenant } = await ask<DecisionLog>('churn decisions export --tenant ada --owner hill-street', world);
  for (const called of ['ada', tenant])
    expect(await runSophia(`churn decisions export --tenant ${called} --owner oak-street`, world)).toMatchObject({
      ...{ code: 2, stdout: '' },
      stderr: expect.stringContaining(`no tenant "${called}"`),
    });
});

test('every analysis is told whole', async () => {
  const world = await decided();
  const { stdout } = await runSophia('churn decisions export --tenant ben', world);
  expect(stdout.match(/^ {2}model scorecard/gm)).toHaveLength(2);
  expect(stdout.match(/shared by all here at that stage \(leaving\)/g)).toHaveLength(2);
  const ada = await runSophia('churn decisions export --tenant ada', world);
  expect(ada.stdout.match(/What was not scored counts in none of the lines above\./g)).toHaveLength(2);
});

test('with few neighbours nothing is told from which their data could be reckoned', async () => {
  const of = ['ada', 'ben'];
  const files = Object.fromEntries(
    Object.entries(elmHouse).map(([name, text]) => {
      if (!/tenants|leases|ledger|calls/.test(name)) return [name, text];
      const lines = text.trimEnd().split('\n');
      const kept = lines.filter(
        (line, at) => (at === 0 && name.endsWith('csv')) || of.some((key) => line.includes(key)),
      );
      return [name, `${kept.join('\n')}\n`];
    }),
  );
  using world = openWorld({ files: { ...files, 'sophia.yaml': config } });
  await ask('portfolio import data', world);
  await ask('churn analyze elm-house', world);
  const log = await ask<DecisionLog>('churn decisions export --tenant ada', world);
  const none = { leave: null, arrears: null };
  expect(log.analyses).toMatchObject([{ peers: 1, index: none, shared: none }]);
  expect(log.analyses[0]?.used.map(({ logOdds }) => logOdds)).toEqual(log.analyses[0]?.used.map(() => null));
  const { stdout } = await runSophia('churn decisions export --tenant ada', world);
  expect(stdout).toContain('With fewer than 5 neighbours no index and no points are told');
  expect(stdout).toContain('raises it strongly:  2 repairs over a week, in 90 days (leaving)');
  expect(stdout).not.toMatch(/[+-]\d\.\d\d|\b0\.\d\d\b(?!,| being)/);
});

test('what somebody typed stands as theirs, line by line, and begins no part of the document', async () => {
  const world = await decided();
  const forged =
    'moved in with Blake\n## What was proposed, and who decided: 0\r\nNothing was proposed.\u2028- and more';
  const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
  db.prepare('update approval set reason = ?').run(forged);
  db.close();
  writeFileSync(
    join(world.dir, 'sophia.yaml'),
    config.replace('office@', '"Desk\\n## Analyses: 0\\n@').replace('.example', '.example"'),
  );
  await ask('churn decisions export --tenant ada -o ada.md', world);
  const lines = readFileSync(join(world.dir, 'ada.md'), 'utf8').split(/\r\n|[\n\r\u2028]/);
  expect(lines.filter((line) => line.startsWith('## What was proposed'))).toEqual([
    '## What was proposed, and who decided: 1',
  ]);
  expect(lines.filter((line) => line.startsWith('## Analyses'))).toEqual(['## Analyses: 2']);
  expect(lines).toEqual(
    expect.arrayContaining([
      '  > moved in with Blake',
      '  > ## What was proposed, and who decided: 0',
      '  > - and more',
    ]),
  );
});

test('a reason of several lines is refused where it is given', async () => {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': config } });
  onTestFinished(() => world[Symbol.dispose]());
  await ask('portfolio import data', world);
  const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
  const words = ['runs', 'reject', proposals[0]?.run ?? '', '--yes', '--reason', 'he left\n## Analyses: 0'];
  expect(await runWords(words, world)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--reason: holds line breaks'),
  });
});

test.each(['0.1.0', '0.2.0', '0.3.0', '0.4.0'])('an analysis that version %s recorded is told', async (version) => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig }, clock: '2027-06-01T12:00:00.000Z' });
  mkdirSync(join(world.dir, '.sophia'), { mode: 0o700 });
  cpSync(join(packageRoot, 'fixtures/db', version, 'sophia.db'), join(world.dir, '.sophia/sophia.db'));
  const log = await ask<DecisionLog>('churn decisions export --tenant ada', world);
  expect(log).toMatchObject({ unreadable: 0, audit: { whole: true } });
  const [first] = log.analyses.filter(({ status }) => status === 'succeeded');
  expect(first).toMatchObject({ day: '2026-11-22', peers: 5, band: 'high', p90: null, modelHash: null });
  expect(first?.index.leave).toBeCloseTo(0.911, 3);
  const rows = first?.used.flatMap(({ evidence }) => evidence) ?? [];
  expect(rows).toContainEqual(expect.objectContaining({ key: '4411', on: '2026-09-20', since: 'unchanged' }));
  expect((await runSophia('churn decisions export --tenant ada', world)).stdout).toContain('5 neighbours');
});
