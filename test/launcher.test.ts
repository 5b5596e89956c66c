import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig } from './elm-house.ts';
import { build } from './kill/life.ts';
import { packageRoot } from './sophia.ts';

const launcher = join(packageRoot, 'bin/sophia.cjs');
const dir = mkdtempSync(join(tmpdir(), 'sophia-launcher-'));
const env = { ...process.env, XDG_DATA_HOME: dir };
beforeAll(build);
afterAll(() => rmSync(dir, { recursive: true }));

function sophia(...args: string[]) {
  return spawnSync(process.execPath, [launcher, ...args], { cwd: dir, env, encoding: 'utf8' });
}

describe('the program as it is shipped', () => {
  test('runs on the Node that the clone pins', () => {
    expect(process.versions.node).toMatch(/^24\./);
  });

  test('tells its version and ends with the code of its command', () => {
    const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
    expect(sophia('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(sophia('nonsense')).toMatchObject({ status: exits.usage.code, stdout: '' });
  });

  test.each([
    ['SIGINT', exits.sigint.code],
    ['SIGTERM', exits.sigterm.code],
    ['SIGHUP', exits.sigterm.code],
  ] as const)('ends gracefully on %s, as %i', async (signal, code) => {
    sophia('churn', 'analyze', 'maple-court'); // so that there is something to follow
    const child = spawn(process.execPath, [launcher, 'events', '--follow'], { cwd: dir, env });
    const ended = new Promise((done) => child.on('close', done));
    child.stdout.once('data', () => child.kill(signal));
    expect(await ended).toBe(code);
  });

  test('does not mind a reader that goes away', async () => {
    const piped = `"${process.execPath}" "${launcher}" events --json | head -n 1`;
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', piped], {
      cwd: dir,
      env,
      encoding: 'utf8',
    });
    expect({ status, lines: stdout.trim().split('\n').length }).toEqual({ status: 0, lines: 1 });
    expect(stderr).not.toMatch(/EPIPE|Error/);
  });

  test('ends what would go on without end when its reader goes away', async () => {
    const child = spawn(process.execPath, [launcher, 'events', '--follow'], { cwd: dir, env });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdout.destroy();
    expect(await new Promise((done) => child.on('close', done))).toBe(0);
  });

  test('ends with its own code though its reader has gone', async () => {
    const place = mkdtempSync(join(dir, 'unread-'));
    writeFileSync(join(place, 'sophia.yaml'), elmConfig);
    spawnSync(process.execPath, [launcher, 'portfolio', 'import', '-', '--as', 'tenants.csv'], {
      ...{ cwd: place, env, input: 'tenant_id,name\nada,Ada Example\n' },
    });
    const db = new DatabaseSync(join(place, '.sophia/sophia.db'));
    db.exec("update event set actor = 'os:eve' where hash is not null");
    db.close();
    const child = spawn(process.execPath, [launcher, 'store', 'check'], { cwd: place, env });
    child.stdout.destroy();
    expect(await new Promise((done) => child.on('close', done))).toBe(exits.check.code);
  });

  test.each(['>(exec true)', '/dev/full', '&-'])('does its work though nobody hears its messages: 2>%s', (stderr) => {
    const run = (args: string) =>
      spawnSync('bash', ['-c', `"${process.execPath}" "${launcher}" ${args} 2>${stderr.replace(/^>/, ' >')}`], {
        ...{ cwd: dir, env, encoding: 'utf8' },
      });
    expect(run('portfolio list --json')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\{.*\}\n$/) });
    expect(run('nonsense')).toMatchObject({ status: exits.usage.code, stdout: '' });
  });

  test.each([
    ['SIGINT', exits.sigint.code],
    ['SIGTERM', exits.sigterm.code],
  ] as const)('hears %s while it waits for a pipe, as %i', async (signal, code) => {
    const place = mkdtempSync(join(dir, 'piped-'));
    writeFileSync(join(place, 'sophia.yaml'), elmConfig);
    const args = ['portfolio', 'import', '-', '--as', 'tenants.csv'];
    const child = spawn(process.execPath, [launcher, ...args], { cwd: place, env });
    const ended = new Promise((done) => child.on('close', done));
    child.stdin.write('tenant_id,name\n');
    while (!existsSync(join(place, '.sophia/sophia.db'))) await new Promise(setImmediate);
    setTimeout(() => child.kill(signal), 200);
    expect(await ended).toBe(code);
  });

  test('knows a property by a name that is nearly right', () => {
    const { status, stderr } = sophia('churn', 'analyze', 'maple-cort');
    expect({ status, stderr }).toEqual({
      status: exits.usage.code,
      stderr: expect.stringContaining('try: maple-court'),
    });
  });

  test('says so when its result cannot be written', () => {
    const full = spawnSync('bash', ['-c', `"${process.execPath}" "${launcher}" portfolio list >/dev/full`], {
      cwd: dir,
      env,
      encoding: 'utf8',
    });
    expect(full.status).toBe(exits.config.code);
    expect(full.stderr).toMatch(/sophia: the result could not be written: ENOSPC.*\n$/);
  });

  test('prints no warning of Node', () => {
    expect(sophia('churn', 'analyze', 'maple-court', '--json').stderr).toMatch(/^Demo portfolio.*\n$/);
  });
});

describe('a long import', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'sophia-long-'));
  afterAll(() => rmSync(workspace, { recursive: true }));
  const store = join(workspace, '.sophia/sophia.db');
  const rows = Array.from({ length: 100_000 }, (_, at) => `l${at},ada,2026-01-01,fee,1.00`);
  for (const [name, text] of Object.entries({
    'sophia.yaml': elmConfig,
    'people/tenants.csv': 'tenant_id,name\nada,Ada Example\n',
    'ledger.csv': `line_id,tenant_id,date,type,amount\n${rows.join('\n')}\n`,
  })) {
    mkdirSync(join(workspace, name, '..'), { recursive: true });
    writeFileSync(join(workspace, name), text);
  }
  const count = (table: string) => {
    // Whoever opens it first holds it for a moment: a reader waits, as those of the product do.
    const db = new DatabaseSync(store, { readOnly: true, timeout: 5000 });
    const { n } = db.prepare(`select count(*) as n from ${table}`).get() as { n: number };
    db.close();
    return n;
  };

  /** Another import takes back what was staged. Rows that are there then. */
  const nothingStaged = () => {
    spawnSync(process.execPath, [launcher, 'portfolio', 'import', 'people'], { cwd: workspace, env });
    return count('portfolio_row');
  };

  test.each([
    ['SIGINT', exits.sigint.code],
    ['SIGTERM', exits.sigterm.code],
  ] as const)('hears %s, ends as %i, and shows nothing', async (signal, code) => {
    const before = nothingStaged();
    const child = spawn(process.execPath, [launcher, 'portfolio', 'import', 'ledger.csv'], { cwd: workspace, env });
    const ended = new Promise((done) => child.on('close', done));
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    while (count('portfolio_row') === before) await new Promise(setImmediate);
    child.kill(signal);
    expect(await ended).toBe(code);
    expect(stderr).toBe(
      'stopping after what is being written; again to stop at once\nsophia: stopped; what was finished is kept, and nothing is there by half\n',
    );
    expect(count("portfolio_import where state = 'live'")).toBe(1);
    // What was staged is gone on with by the same command; by another it is taken back.
    expect(count("portfolio_import where state = 'staging'")).toBe(1);
    expect(nothingStaged()).toBe(before);
    expect(count('portfolio_import')).toBe(1);
    expect(count("event where kind = 'portfolio.imported'")).toBe(1);
  });

  test.each<[NodeJS.Signals, NodeJS.Signals]>([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
  ])(
    'that hears %s ends at once on a further %s, whatever it does, and is not in the way of the next',
    async (one, two) => {
      // From the first signal on it is busy without end: no second handler would ever be called.
      const busy = `data:text/javascript,process.once('${one}', () => setImmediate(() => { for (;;); }))`;
      const before = nothingStaged();
      const words = ['--import', busy, launcher, 'portfolio', 'import', 'ledger.csv'];
      const child = spawn(process.execPath, words, { cwd: workspace, env });
      onTestFinished(() => void child.kill('SIGKILL'));
      // Whoever waits for a process hears the signal that ended it; shells tell it as 128 and its number.
      const ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
      while (count('portfolio_row') === before) await new Promise(setImmediate);
      child.kill(one);
      await new Promise((told) => child.stderr.once('data', told));
      child.kill(two);
      expect(await ended).toEqual({ code: null, signal: two });
      expect(count("portfolio_import where state = 'live'")).toBe(1);
      const again = spawnSync(process.execPath, [launcher, 'portfolio', 'import', 'people'], { cwd: workspace, env });
      expect(again.status).toBe(0);
    },
  );

  test('that is stopped twice in a shell ends there as 130', () => {
    const twice = `process.once('SIGINT', () => setImmediate(() => { process.kill(process.pid, 'SIGINT'); for (;;); }));
      setTimeout(() => process.kill(process.pid, 'SIGINT'), 500);`;
    const words = `"${process.execPath}" --import "data:text/javascript,$TWICE" "${launcher}" events --follow; echo $?`;
    const shell = spawnSync('bash', ['-c', words], { cwd: workspace, env: { ...env, TWICE: twice }, encoding: 'utf8' });
    expect(shell.stdout.trim().split('\n').at(-1)).toBe(`${exits.sigint.code}`);
  });

  test('that meets the end of the disk says so, and leaves the store as it was', () => {
    nothingStaged();
    const { size } = statSync(store);
    const limited = `ulimit -f ${Math.ceil(size / 1024) + 1000}; exec "${process.execPath}" "${launcher}" portfolio import ledger.csv`;
    const { status, stderr } = spawnSync('bash', ['-c', limited], { cwd: workspace, env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: exits.config.code, stderr: expect.stringContaining('sophia.db') });
    expect(count("portfolio_import where state = 'live'")).toBe(1);
    const again = spawnSync(process.execPath, [launcher, 'portfolio', 'import', 'ledger.csv'], { cwd: workspace, env });
    expect(again.status).toBe(0);
    expect(count("portfolio_row where kind = 'line'")).toBe(rows.length);
  });
});

describe('on a Node that is too old', () => {
  /** The launcher as Node 20 would run it: it asks for the version only. */
  function old(env: Record<string, string>) {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' }); process.argv[1] = ${JSON.stringify(launcher)}; require(${JSON.stringify(launcher)});`;
    const run = ['--eval', pretend, '--', 'sophia', '--version'];
    return spawnSync(process.execPath, run, { cwd: dir, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8' });
  }

  test('starts itself again on the Node that npm brought, or on SOPHIA_NODE', () => {
    for (const env of [{}, { SOPHIA_NODE: process.execPath }])
      expect(old(env)).toMatchObject({ status: 0, stderr: '' });
  });

  test('says so, and what to do, where there is no other', () => {
    const missing = old({ SOPHIA_NODE: join(dir, 'nowhere') });
    expect(missing.status).toBe(exits.config.code);
    expect(missing.stderr).toContain('cannot start');
    const loop = old({ SOPHIA_RELAUNCHED: '1' });
    expect(loop.status).toBe(exits.config.code);
    expect(loop.stderr).toMatch(/needs Node.js >= 22\.19, found 20\.19\.0\. Fix: install Node 24/);
  });
});
