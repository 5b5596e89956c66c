import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import type { Report } from '../src/core/ops/doctor/report.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia, type World } from './sophia.ts';

/** People, and what they would not have told. No word of the program holds any of these. */
const planted = {
  ...{ tenant: 'zelenka', owner: 'quillfeather', property: 'marrowby', user: 'usrfenwick', salt: 'saltquagmire' },
  ...{ mail: 'zel@quagmire.example', phone: '555-013-7788', digits: '5550137788', key: 'sk-live-4f9a8b7c6d' },
};
const everywhere = Object.values(planted).join(' ');
const home = `/home/${planted.user}`;

const changed = (text: string) =>
  text
    .replaceAll('elm-house', `${planted.property}-house`)
    .replaceAll('Elm House', `${planted.property} ${planted.mail}`)
    .replaceAll(/\bada\b/g, planted.tenant)
    .replaceAll('nobody came', `nobody came, call ${planted.phone} or write to ${planted.mail}`);

const folder = `Tenant ${planted.tenant} ${planted.mail}`;

/** A workspace in use, with somebody named in every place that a name can be in. */
async function crowded(): Promise<World> {
  const config = `# ${everywhere}
version: 1
time_zone: America/Chicago
owners:
  - id: ${planted.owner}
    name: ${planted.owner} ${planted.phone}
retention:
  holdout: 0.2
  holdout_salt: ${planted.salt}-${planted.key}
calls:
  keep_transcripts: true
`;
  const files = Object.entries(elmHouse).map(([name, text]) => [
    `${folder}/${name.replace('data/', `${planted.property} export/`)}`,
    changed(text),
  ]);
  const world = openWorld({
    files: {
      ...Object.fromEntries(files),
      [`${folder}/sophia.yaml`]: config,
      [`${folder}/.env`]: `# ${everywhere}\nKEY=${planted.key}\nSOPHIA_${planted.tenant.toUpperCase()}=${planted.key}\n`,
      'config-home/sophia/config.yaml': `# ${everywhere}\ncolor: never\n`,
      '.git/HEAD': planted.owner,
    },
  });
  onTestFinished(() => world[Symbol.dispose]());
  Object.assign(world.env, {
    SOPHIA_TOKEN: planted.key,
    HOME: home,
    XDG_DATA_HOME: planted.user,
    LANG: planted.tenant,
  });
  world.machine = { ...world.machine, node: { version: '24.1.0', file: `${home}/node` } };
  const run = (line: string) => runSophia(`${line} --cwd "${folder}"`, world);
  expect((await run(`portfolio import "${planted.property} export"`)).code).toBe(0);
  expect((await run(`churn analyze ${planted.property}-house --debug`)).code).toBe(0);
  world.clock = '2026-11-22T16:00:00.000Z';
  expect((await run(`churn explain ${everywhere.replaceAll(' ', '-')} --debug`)).code).toBe(exits.usage.code);
  const db = new DatabaseSync(join(world.dir, folder, '.sophia/sophia.db'));
  db.exec(`create table ${planted.tenant}_notes (${planted.owner} text);
    insert into event (at, owner, actor, room, kind, body)
    values ('2026-11-22T00:00:00.000Z', '${planted.owner}', 'os:${planted.user}', 'runs', '${planted.tenant}.said', '{}')`);
  db.close();
  return world;
}

async function reported(world: World): Promise<{ report: Report; text: string }> {
  const file = join(world.dir, 'report.json');
  rmSync(file, { force: true });
  const { stderr } = await runSophia(`doctor --quiet --cwd "${folder}" --bundle "${file}"`, world);
  expect(stderr).toBe('');
  const text = readFileSync(file, 'utf8');
  return { text, report: JSON.parse(text) };
}

/** The letters alone, so that no blank or case hides a name; and not a single path. */
function expectNobodyIn(world: World, text: string): void {
  const seen = text.toLowerCase();
  for (const word of Object.values(planted)) expect(seen).not.toContain(word.toLowerCase());
  for (const word of ['@', 'ada', 'example', world.dir.toLowerCase(), '"/', 'home/']) expect(seen).not.toContain(word);
}

describe('sophia doctor --bundle', () => {
  test('names nobody, whoever is named in settings, files, rows, calls, variables and paths; and is of use', async () => {
    const world = await crowded();
    const { text, report } = await reported(world);
    expectNobodyIn(world, text);

    expect(report).toMatchObject({ version: 1, sophia: expect.any(String), node: '24.1.0', platform: 'linux' });
    const { checks, settings, store } = report;
    expect(checks.map(({ name }) => name)).toContain('ignored');
    expect(checks.find(({ name }) => name === 'config')?.facts).toEqual({ workspace: true, owners: 1 });
    expect(settings).toContainEqual({ key: 'color', from: 'user', value: 'never' });
    expect(settings).toContainEqual({ key: 'time_zone', from: 'project', value: 'America/Chicago' });
    expect(settings).toContainEqual({ key: 'owners', from: 'project', value: 1 });
    expect(settings).toContainEqual({ key: 'retention.holdout', from: 'project', value: 0.2 });
    expect(settings).toContainEqual({ key: 'retention.holdout_salt', from: 'project' });
    expect(settings).toContainEqual({ key: 'cwd', from: 'flag' });
    expect(store).toMatchObject({
      ...{ schema: expect.stringMatching(/^\d{4}-/), lacks: 0, owners: 1, strange: 1 },
      tables: { portfolio_import: 1 },
      events: { 'portfolio.imported': 1 },
    });
    expect(report.log).toMatchObject([
      { event: 'started', run: 'sophia churn explain', words: 1 },
      { event: 'opened' },
      { event: 'ended', code: exits.usage.code, kind: 'usage', exit: 'usage', class: 'Error' },
    ]);
    expect(report.log.at(-1)?.frames).not.toEqual([]);
  });

  test.each<[string, (world: World) => void]>([
    [
      'a wrong value in sophia.yaml',
      (world) => appendFileSync(at(world, 'sophia.yaml'), `${planted.tenant}: ${everywhere}\n`),
    ],
    ['sophia.yaml that is no YAML', (world) => writeFileSync(at(world, 'sophia.yaml'), `owners: [${everywhere}`)],
    [
      'a wrong value in .env',
      (world) => writeFileSync(at(world, '.env'), `SOPHIA_RETENTION_CAPACITY="${everywhere}"\n`),
    ],
    ['a wrong switch in .env', (world) => writeFileSync(at(world, '.env'), `SOPHIA_QUIET="${everywhere}"\n`)],
    [
      'a wrong key in the own file',
      ({ dir }) => writeFileSync(join(dir, 'config-home/sophia/config.yaml'), `${planted.tenant}: ${planted.key}\n`),
    ],
    ['a store that is no database', (world) => writeFileSync(at(world, '.sophia/sophia.db'), everywhere.repeat(90))],
    ['a store that others may read', (world) => chmodSync(at(world, '.sophia/sophia.db'), 0o644)],
    ['copies of odd names', (world) => writeFileSync(at(world, `.sophia/sophia.db.backup-${planted.tenant}`), '')],
    ['a log that somebody wrote', ({ dir }) => writeFileSync(join(dir, 'state-home/sophia/log/9.jsonl'), forged)],
  ])('names nobody in a broken place: %s', async (_, harm) => {
    const world = await crowded();
    harm(world);
    const { text, report } = await reported(world);
    expectNobodyIn(world, text);
    expect(report.checks.some(({ state }) => state !== 'ok')).toBe(true);
  });

  test('says nothing of a store that is not there', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await ask('doctor --bundle report.json', world);
    expect(JSON.parse(readFileSync(join(world.dir, 'report.json'), 'utf8'))).toMatchObject({ store: null, log: [] });
  });

  test('is for its user alone, is told where it lies, and is written over nothing', async () => {
    using world = openWorld();
    const { stdout } = await runSophia('doctor --bundle report.json', world);
    const file = join(world.dir, 'report.json');
    expect(stdout).toContain(`A report is in ${file}.`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    world.clock = '2026-11-23T15:00:00.000Z';
    for (const flags of ['', '--fix', '--dry-run']) {
      const again = await runSophia(`doctor --bundle report.json ${flags}`, world);
      expect(again).toMatchObject({ code: exits.refused.code, stdout: '' });
    }
    expect(existsSync(join(world.dir, 'data-home'))).toBe(false);
    symlinkSync(join(world.dir, 'elsewhere.json'), join(world.dir, 'link.json'));
    expect((await runSophia('doctor --bundle link.json', world)).code).toBe(exits.refused.code);
    expect(existsSync(join(world.dir, 'elsewhere.json'))).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(before);
    const nowhere = await runSophia('doctor --bundle not/there.json', world);
    expect(nowhere).toMatchObject({ code: exits.usage.code, stderr: expect.stringContaining('there is no folder') });
  });

  test('is not written when it is rehearsed', async () => {
    using world = openWorld();
    const { stdout } = await runSophia('doctor --bundle report.json --dry-run', world);
    expect(stdout).toContain(`Would write a report to ${join(world.dir, 'report.json')}.`);
    expect(existsSync(join(world.dir, 'report.json'))).toBe(false);
  });

  test('tells what is there after it was mended', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    mkdirSync(join(world.dir, '.sophia'), { mode: 0o755 });
    await ask('doctor --fix --bundle report.json', world);
    const { checks } = JSON.parse(readFileSync(join(world.dir, 'report.json'), 'utf8')) as Report;
    expect(checks.find(({ name }) => name === 'modes')).toMatchObject({ state: 'ok', facts: { open: 0 } });
  });
});

const at = ({ dir }: World, name: string) => join(dir, folder, name);

/** Lines as they are noted, but for what stands in them. */
const forged = [
  { event: planted.tenant, run: `sophia ${planted.tenant}`, words: planted.digits, options: [{ key: planted.owner }] },
  {
    event: 'ended',
    code: everywhere,
    error: {
      ...{ kind: planted.owner, exit: planted.tenant, class: `${planted.tenant}Error`, errno: `E${planted.tenant}` },
      frames: [
        `at ${planted.tenant} (file://${home}/src/x.js:1:2)`,
        `at x (file://${packageRoot}/${planted.tenant}.js:1:2)`,
        `at x (${planted.tenant}.js:1:2)`,
        everywhere,
      ],
    },
  },
]
  .map((line) => JSON.stringify(line))
  .join('\n');
