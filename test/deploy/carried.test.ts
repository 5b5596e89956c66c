import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeEngine } from '../engine.ts';
import { build } from '../kill/life.ts';
import { CENTS, House, REHEARSAL } from './house.ts';

beforeAll(build, 300_000);

const ONE = { alive: 1, centsPerHour: CENTS };
const NONE = { alive: 0, centsPerHour: 0 };
const BILLS = /^rehearsal\| Of production bill 1 machine: \$3\.29 an hour; \$\d+\.\d\d so far\.$/m;
const ENDS = 'rehearsal| Next: sophia deploy destroy production --rehearse   ends all of it';

/** A deploy whose sophia was killed when its machine was launched. */
async function killed(house: House): Promise<string> {
  await house.begin();
  await house.struckAt({ method: 'GET', path: 'instances/', what: 'hold', after: 2 }, () => house.kill('sophia'));
  const [run = ''] = /run-\w+/.exec((await house.run('runs list')).stdout) ?? [];
  return run;
}

describeEngine('a run that deploys, carried to its end by another command', (engine) => {
  test('resumed, it is told what bills, what it came to, and what ends it', async () => {
    using house = new House(engine, { nodes: 1 });
    const run = await killed(house);
    const told = await house.run(`runs resume ${run}`);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(BILLS) });
    expect(told.stdout).toContain(ENDS);
    const again = JSON.parse((await house.run(`runs resume ${run} --json`)).stdout);
    expect(again.spent).toMatchObject({ environment: 'production', rehearsal: true, bill: { centsPerHour: CENTS } });
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('resumed, and gone wrong while a machine lives: exit code 20, and what ends it', async () => {
    using house = new House(engine, { nodes: 1 });
    const run = await killed(house);
    const [one] = await house.alive();
    await house.befall(one?.id ?? '', 'unhealthy');
    const told = await house.run(`runs resume ${run}`);
    expect(told).toMatchObject({ code: 20, stderr: expect.stringContaining('1 of its machines bill on') });
    expect(told.stderr).toContain('sophia deploy destroy production --rehearse');
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('killed, no worker is asked to go on with it; cancelled while a machine lives: exit code 20, and what ends it', async () => {
    using house = new House(engine, { nodes: 1 });
    const run = await killed(house);
    expect(await house.run(`runs resume ${run} --detach`)).toMatchObject({
      code: 9,
      stderr: expect.stringContaining(`sophia runs resume ${run}   goes on with it here`),
    });
    const told = await house.run(`runs cancel ${run}`);
    expect(told).toMatchObject({ code: 20, stdout: expect.stringMatching(BILLS) });
    expect(told.stdout).toContain(ENDS);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('carried on by a worker, its log says it', async () => {
    using house = new House(engine, { nodes: 1, config: 'deploy:\n  approval: true\n' });
    const run = /run-\w+/.exec((await house.deploy()).stdout)?.[0] ?? '';
    const { stdout } = await house.run(`runs reply ${run} --answer {"decision":"approved"} --detach --json`);
    const { left } = JSON.parse(stdout) as { left: { process: number; log: string } };
    while (existsSync(`/proc/${left.process}`)) await house.alive();
    const { spent } = JSON.parse(readFileSync(left.log, 'utf8'));
    expect(spent).toMatchObject({ environment: 'production', rehearsal: true, bill: { centsPerHour: CENTS } });
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('answered, it is told who approves it; rejected, that nothing bills', async () => {
    using house = new House(engine, { nodes: 1, config: 'deploy:\n  approval: true\n' });
    const asked = async () => /run-\w+/.exec((await house.deploy()).stdout)?.[0] ?? '';
    const rejected = await house.run(`runs reply ${await asked()} --answer {"decision":"rejected"}`);
    expect(rejected).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('rehearsal| Nothing of production bills.'),
    });
    const run = await asked();
    expect(await house.run(`runs reply ${run} --answer {"decision":"perhaps"}`)).toMatchObject({ code: 2 });
    const told = await house.run(`runs reply ${run} --answer {"decision":"approved"}`);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(BILLS) });
    expect(told.stdout).toContain(ENDS);
    expect(await house.left()).toEqual(ONE);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });
});

describeEngine('a rehearsal', (engine) => {
  test('tells no secret to who lists processes, needs no passphrase, and its log and difference say that it is one', async () => {
    using house = new House(engine, { nodes: 1 });
    await house.begin();
    await house.fault({ method: 'POST', path: 'launch$', what: 'hold', times: 9 });
    const passphrase = (text: string) => ({ SOPHIA_DEPLOY_PASSPHRASE: text });
    const line = `deploy production ${REHEARSAL} --confirm production`;
    const deploying = house.run(line, passphrase('quiet-otter'));
    await house.held();
    const called = house.calledAs(['sophia', 'engine', 'plugin']).join('\n');
    expect(called).toContain('rehearsal.js');
    const births = JSON.parse(readFileSync(join(house.dir, '.sophia/rehearsal/production/births.json'), 'utf8'));
    const halves = [births.login, births.nodes['node-0'].host].flatMap(({ privateKey }) =>
      String(privateKey).split('\n').slice(1, -2),
    );
    expect(house.key.length).toBeGreaterThan(8);
    expect(halves.length).toBeGreaterThan(4);
    for (const secret of [house.key, 'quiet-otter', ...halves]) expect(called.includes(secret), secret).toBe(false);
    expect(await house.letGo(deploying)).toMatchObject({ code: 0 });
    // What is rehearsed is sealed with no passphrase of anybody.
    expect(await house.run(line, passphrase('another'))).toMatchObject({ code: 0 });
    const diff = await house.run(`deploy diff production ${REHEARSAL}`);
    expect(diff.stdout).toMatch(
      /^rehearsal\| +keep +node-0 +gpu_1x_h100_pcie in us-[\w-]+\nrehearsal\| Nothing is to be changed\.\n$/,
    );
    const logs = await house.run('deploy logs production');
    for (const each of logs.stdout.trimEnd().split('\n')) expect(each).toMatch(/^rehearsal\| /);
    expect(logs.stdout).toMatch(
      /deploy\.ordered[\s\S]*resource=node-0 +stands=booting[\s\S]*stands=made[\s\S]*deploy\.raised/,
    );
    expect(logs.stdout).not.toContain('create:done');
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });
});
