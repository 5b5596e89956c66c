import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { describeEngine } from '../engine.ts';
import { build } from '../kill/life.ts';
import { packageRoot } from '../sophia.ts';
import { CENTS, H100, House, REHEARSAL } from './house.ts';

beforeAll(build, 300_000);

const ONE = { alive: 1, centsPerHour: CENTS };
const TWO = { alive: 2, centsPerHour: 2 * CENTS };
const NONE = { alive: 0, centsPerHour: 0 };
const ids = async (house: House) => (await house.alive()).map(({ id }) => id).sort();

describeEngine('sophia deploy, as it is shipped', (engine) => {
  test('raises, leaves alone, tells, grows, shrinks and ends an environment; no secret is left, nothing bills', async () => {
    using house = new House(engine);
    const dry = await house.run(`deploy production ${REHEARSAL} --dry-run`);
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('start  node-1  gpu_1x_h100_pcie') });
    expect(await house.left()).toEqual(NONE);
    const raised = await house.deploy();
    expect(raised).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 made, 0 changed, 0 ended, 0 left alone'),
    });
    for (const line of raised.stdout.trimEnd().split('\n')) expect(line).toMatch(/^rehearsal\| /);
    expect(house.recorded()).toEqual({ ids: await ids(house), pending: 0 });
    // Whatever the engine records it records at once, or who is killed meanwhile could never deploy again.
    expect(readdirSync(dirname(house.checkpoint())).sort()).toEqual(['production.json', 'production.json.bak']);
    expect(await house.deploy()).toMatchObject({
      stdout: expect.stringContaining('0 made, 0 changed, 0 ended, 2 left alone'),
    });
    const before = await ids(house);
    house.wishFor(3);
    expect(await house.deploy()).toMatchObject({
      stdout: expect.stringContaining('1 made, 0 changed, 0 ended, 2 left alone'),
    });
    house.wishFor(2);
    expect(await house.deploy()).toMatchObject({
      stdout: expect.stringContaining('0 made, 0 changed, 1 ended, 2 left alone'),
    });
    expect(await ids(house)).toEqual(before);
    expect(await house.run(`deploy status production ${REHEARSAL}`)).toMatchObject({
      stdout: expect.stringMatching(/2 machines recorded[\s\S]*2 machines: \$6\.58 an hour; \$\d+\.\d\d so far\./),
    });
    expect(await house.destroy()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing of it bills.') });
    expect(await house.left()).toEqual(NONE);
    const { stdout } = await house.run('events --json');
    const kinds = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind as string);
    expect(kinds).toEqual(expect.arrayContaining(['deploy.ordered', 'deploy.step', 'deploy.raised', 'deploy.ended']));
    // The key that was handed to the plugin stands nowhere in what is kept of the environment.
    expect(house.written('.sophia').includes(house.key)).toBe(false);
    expect(await house.left()).toEqual(NONE);
  });

  test('the wish as it was first made is refused; what is suggested for it is deployed, killed, repeated and destroyed', async () => {
    using house = new House(engine);
    house.wishAs(readFileSync(join(packageRoot, 'templates/deploy/production.yaml'), 'utf8'));
    const refused = await house.deploy();
    expect(refused.code).toBe(9);
    const codes = 'price-above-target spot-unsupported demand-does-not-fit cluster-type-has-no-api gpu-not-used'.split(
      ' ',
    );
    for (const code of codes) expect(refused.stdout).toContain(code);
    expect(await house.left()).toEqual(NONE);
    const told = await house.run('deploy plan production --offline --suggest --json');
    const { suggestions } = JSON.parse(told.stdout) as { suggestions: { text: string }[] };
    house.wishAs(suggestions[0]?.text ?? '');
    const { quote, fleet } = JSON.parse((await house.run('deploy plan production --offline --json')).stdout) as {
      quote: { centsPerHour: number };
      fleet: { nodes: number }[];
    };
    const whole = { alive: fleet.reduce((sum, { nodes }) => sum + nodes, 0), centsPerHour: quote.centsPerHour };
    expect(whole.alive).toBeGreaterThan(0);
    await house.struckAt({ method: 'POST', path: 'launch$', what: 'hold-answer' }, () => house.kill('sophia'));
    expect(await house.deploy()).toMatchObject({ code: 0 });
    expect(house.recorded()).toEqual({ ids: await ids(house), pending: 0 });
    expect(await house.left()).toEqual(whole);
    expect(await house.destroy()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing of it bills.') });
    expect(await house.left()).toEqual(NONE);
  });

  test('a file that means other machines by the time that it is ordered is refused', async () => {
    using house = new House(engine);
    await house.begin();
    await house.fault({ method: 'GET', path: 'instance-types$', what: 'hold', after: 1 });
    const asked = house.deploy();
    await house.held();
    house.wishFor(1);
    expect(await house.letGo(asked)).toMatchObject({ code: 9, stderr: expect.stringContaining('was agreed to') });
    expect(await house.left()).toEqual(NONE);
  });

  const points = [
    ['sophia', 'before the first launch is done', { method: 'POST', path: 'launch$', what: 'hold' }],
    ['sophia', 'when the first launch is done, and not told', { method: 'POST', path: 'launch$', what: 'hold-answer' }],
    ['sophia', 'while they boot', { method: 'GET', path: 'instances/', what: 'hold', after: 5 }],
    ['engine', 'when the first launch is done, and not told', { method: 'POST', path: 'launch$', what: 'hold-answer' }],
    ['plugin', 'while they boot', { method: 'GET', path: 'instances/', what: 'hold', after: 5 }],
  ] as const;
  test.each(points)(
    'the %s is killed %s: deployed again, two live, each recorded once, and nothing is in doubt',
    async (which, _, fault) => {
      using house = new House(engine);
      await house.begin();
      expect((await house.struckAt(fault, () => house.kill(which))).code).not.toBe(0);
      expect(await house.deploy()).toMatchObject({ code: 0 });
      expect(house.recorded()).toEqual({ ids: await ids(house), pending: 0 });
      expect(await house.left()).toEqual(TWO);
      expect(house.isLocked()).toBe(false);
      expect(await house.destroy()).toMatchObject({ code: 0 });
      expect(await house.left()).toEqual(NONE);
    },
  );

  test('destroyed after a kill, what was launched and is recorded nowhere ends too, and none is launched for it', async () => {
    using house = new House(engine);
    await house.begin();
    await house.struckAt({ method: 'POST', path: 'launch$', what: 'hold-answer', after: 1 }, () =>
      house.kill('sophia'),
    );
    expect(house.recorded()).toMatchObject({ ids: [], pending: 2 });
    expect(await house.left()).toEqual(TWO);
    expect(await house.destroy()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Ended, as the vendor says: 2 machines'),
    });
    expect(house.recorded()).toEqual({ ids: [], pending: 0 });
    expect(await house.left()).toEqual(NONE);
    // What was killed is finished by nobody who comes by.
    await house.run('worker --once');
    expect(await house.run('runs list')).toMatchObject({
      stdout: expect.stringMatching(/deploy +cancelled +production/),
    });
    expect(await house.left()).toEqual(NONE);
  });

  test.each([
    ['the plugin, of which the engine thinks that it did nothing', ['plugin']],
    ['all', ['sophia', 'engine', 'plugin']],
  ] as const)(
    'destroyed after a kill of %s while its SSH key was added, the account has that key no more',
    async (_, parts) => {
      using house = new House(engine);
      await house.begin();
      await house.struckAt({ method: 'POST', path: '^/ssh-keys$', what: 'hold-answer' }, () => house.strike(parts));
      expect(await house.keys()).toBe(1);
      expect(await house.run(`deploy status production ${REHEARSAL}`)).toMatchObject({
        stdout: expect.stringMatching(/in doubt since something was killed|did not come to its end/),
      });
      expect(await house.destroy()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing of it bills.') });
      expect(await house.keys()).toBe(0);
      expect(await house.left()).toEqual(NONE);
    },
  );

  test('an environment that is being deployed is not told to have been left in the middle', async () => {
    using house = new House(engine);
    await house.begin();
    await house.fault({ method: 'GET', path: 'instances$', what: 'hold', after: 5 });
    const asked = house.deploy();
    await house.held();
    // It is begun, and no engine is at work that would tell so.
    expect([existsSync(house.touched()), house.isLocked()]).toEqual([true, false]);
    const status = await house.run(`deploy status production ${REHEARSAL}`);
    expect(status).toMatchObject({ code: 0, stdout: expect.not.stringContaining('did not come to its end') });
    expect(await house.letGo(asked)).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(TWO);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('what an engine that was killed left half stands in the way of nobody', async () => {
    using house = new House(engine);
    await house.deploy();
    const half = () => {
      // Of a lock that was not taken yet, and of what other versions wrote beside each file.
      house.leave(join(house.locks(), 'a.json.18bc0f.tmp'), '');
      const meta = join(house.dir, '.sophia/rehearsal/state/.pulumi/meta.yaml');
      for (const file of [house.checkpoint(), meta]) house.leave(`${file}.attrs`, '');
      return house.tear('.sophia/rehearsal/production', (name) => name !== 'births.json');
    };
    expect(half()).toEqual(expect.arrayContaining(['Pulumi.production.yaml', 'Pulumi.yaml']));
    expect(await house.deploy()).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('0 made, 0 changed, 0 ended, 2 left alone') },
    });
    half();
    expect(await house.destroy()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing of it bills.') });
    expect(await house.left()).toEqual(NONE);
  });

  test('deployed after a destroy that was killed when the key was gone, and recorded still, it is made anew', async () => {
    using house = new House(engine);
    await house.deploy();
    await house.struckAt(
      { method: 'DELETE', path: '^/ssh-keys/', what: 'hold-answer' },
      () => house.kill('engine'),
      house.destroy,
    );
    expect(await house.deploy()).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(TWO);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('killed, and ended by hand, it is finished by no worker that comes by', async () => {
    using house = new House(engine);
    await house.begin();
    await house.struckAt({ method: 'GET', path: 'instances/', what: 'hold', after: 5 }, () => {
      house.kill('sophia', 'SIGINT');
      house.kill('sophia');
    });
    while (house.isEngineAtWork());
    await house.run(`gpu kill-all ${REHEARSAL} --stack production --confirm production`);
    expect(await house.left()).toEqual(NONE);
    await house.run('worker --once');
    expect(await house.left()).toEqual(NONE);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('Ctrl-C while it is destroyed tells nothing to have ended that lives, and how to end it', async () => {
    using house = new House(engine);
    await house.deploy();
    await house.fault({ method: 'POST', path: 'terminate$', what: 'hold', times: 9 });
    const stopped = house.destroy();
    await house.held();
    house.kill('sophia', 'SIGINT');
    const told = await house.letGo(stopped);
    const isAnyLeft = house.recorded().ids.length > 0;
    expect(told).toMatchObject({ code: isAnyLeft ? 20 : 130, stdout: '' });
    if (isAnyLeft) expect(told.stderr).toContain('sophia gpu kill-all --stack production');
    // Whoever asks once more is held as well.
    expect(await house.letGo(house.destroy())).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(NONE);
  });

  test('stopped before anything was launched, it is said that nothing of it bills', async () => {
    using house = new House(engine);
    await house.begin();
    // Held until it is over: let go before the plugin hears of it, it would launch.
    const told = await house.struckAt({ method: 'GET', path: '^/ssh-keys$', what: 'hold' }, () =>
      house.kill('sophia', 'SIGINT'),
    );
    expect(told).toMatchObject({ code: 130, stderr: expect.stringContaining('rehearsal| nothing of it bills') });
    expect(await house.left()).toEqual(NONE);
  });

  test('stopped while the list lags behind, nobody is told that nothing bills', async () => {
    using house = new House(engine);
    await house.begin();
    await house.set({ listLagS: 1e6 });
    const told = await house.struckAt({ method: 'GET', path: 'instances/', what: 'hold', after: 5 }, () =>
      house.kill('sophia', 'SIGINT'),
    );
    expect(told).toMatchObject({
      code: 20,
      stderr: expect.stringContaining('machines of it may bill: none is listed'),
    });
    await house.set({ listLagS: 0 });
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('what is in doubt is destroyed and stopped before it was looked at: it is not said that nothing bills', async () => {
    using house = new House(engine);
    await house.begin();
    house.leave(join(house.dir, '.sophia/rehearsal/home-id'), '0123456789abcdef\n');
    house.leave(join(house.dir, '.sophia/rehearsal/production/touched'), '');
    await house.fault({ method: 'GET', path: 'instances$', what: 'hold', after: 2 });
    const stopped = house.destroy();
    await house.held();
    house.kill('sophia', 'SIGINT');
    expect(await stopped).toMatchObject({ code: 20, stderr: expect.stringContaining('may bill') });
    await house.release();
    expect(await house.left()).toEqual(NONE);
  });

  test('where all that this workspace knew is gone, what bills under that name is told, and no command says that nothing does', async () => {
    using house = new House(engine);
    await house.deploy();
    rmSync(join(house.dir, '.sophia/rehearsal'), { recursive: true });
    const told = /2 machines called production, of another workspace[\s\S]*\$6\.58 an hour/;
    expect(await house.run(`deploy status production ${REHEARSAL}`)).toMatchObject({
      stdout: expect.stringMatching(told),
    });
    expect(await house.destroy()).toMatchObject({ code: 20, stdout: expect.stringMatching(told) });
    // Also where it is looked for longer, because something did not come to its end.
    house.leave(join(house.dir, '.sophia/rehearsal/production/touched'), '');
    expect(await house.run(`deploy destroy production ${REHEARSAL} --dry-run`)).toMatchObject({
      ...{ code: 20, stdout: expect.stringMatching(told) },
    });
    expect(await house.destroy()).toMatchObject({ code: 20, stdout: expect.stringMatching(told) });
    expect(await house.run(`deploy production ${REHEARSAL} --dry-run`)).toMatchObject({
      stdout: expect.stringMatching(told),
    });
    await house.run(`gpu kill-all ${REHEARSAL} --stack production --confirm production`);
    expect(await house.left()).toEqual(NONE);
  });

  test('what a rehearsal says to do next stays in it', async () => {
    using house = new House(engine);
    const unsaid = await house.run('deploy production --rehearse --speed 600 --no-input');
    expect(unsaid).toMatchObject({ code: 8, stderr: expect.stringContaining('the same command with --yes') });
    house.wishAs(readFileSync(join(packageRoot, 'templates/deploy/production.yaml'), 'utf8'));
    for (const { stdout, stderr } of [
      unsaid,
      await house.deploy(),
      await house.run(`deploy diff production ${REHEARSAL}`),
    ])
      for (const [line] of `${stdout}\n${stderr}`.matchAll(/sophia (deploy|gpu) .*/g))
        expect(line).toContain('--rehearse');
    expect(await house.left()).toEqual(NONE);
  });

  test('what tells its machines from others is gone: nobody says that nothing bills', async () => {
    using house = new House(engine);
    await house.deploy();
    rmSync(join(house.dir, '.sophia/rehearsal/home-id'));
    const status = await house.run(`deploy status production ${REHEARSAL}`);
    for (const [told, code] of [
      [status, 3],
      [await house.destroy(), 20],
    ] as const)
      expect(told).toMatchObject({ code, stderr: expect.stringContaining('sophia gpu kill-all') });
    await house.run(`gpu kill-all ${REHEARSAL} --stack production --confirm production`);
    expect(await house.left()).toEqual(NONE);
  });

  test('Ctrl-C while they boot keeps what lives on record, says that it bills and how it ends; destroyed, nothing does', async () => {
    using house = new House(engine);
    await house.begin();
    const told = await house.struckAt({ method: 'GET', path: 'instances/', what: 'hold', after: 5 }, () =>
      house.kill('sophia', 'SIGINT'),
    );
    expect(told.code).toBe(20);
    // Said at once: pressed again, nobody is left to say it.
    expect(told.stderr).toMatch(/^rehearsal\| machines of it may bill: sophia gpu ls --stack production/m);
    expect(told.stderr).toMatch(/was stopped; 2 of its machines bill on, \$6\.58 an hour, \$\d+\.\d\d so far/);
    expect(told.stderr).toContain('sophia deploy destroy production --rehearse --speed 600 --confirm production');
    expect(house.recorded()).toEqual({ ids: await ids(house), pending: 0 });
    // Whoever stops it does not want it finished by somebody who comes by.
    expect(await house.run('runs list')).toMatchObject({
      stdout: expect.stringMatching(/deploy +failed +production/),
    });
    expect(await house.destroy()).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(NONE);
  });

  test('a machine that ended behind our back is made again, and it alone', async () => {
    using house = new House(engine);
    await house.deploy();
    const [kept, gone = ''] = await ids(house);
    await house.befall(gone, 'terminated');
    expect(await house.run(`deploy status production ${REHEARSAL}`)).toMatchObject({
      stdout: expect.stringContaining(`is not listed alive: ${gone}`),
    });
    expect(await house.deploy()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 made') });
    expect(await ids(house)).toContain(kept);
    expect(await house.left()).toEqual(TWO);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('one of two without capacity: it says so and what bills, and the next time it is made', async () => {
    using house = new House(engine);
    await house.begin();
    await house.set({ capacity: { [H100]: { 'us-west-3': 1 } } });
    const told = await house.deploy();
    expect(told.code).toBe(20);
    expect(told.stderr).toMatch(
      /no-capacity: there is no capacity for .*; 1 of its machines bill on, \$3\.29 an hour/s,
    );
    expect(house.recorded().ids).toEqual(await ids(house));
    expect(existsSync(house.touched())).toBe(false);
    await house.set({ capacity: { [H100]: { 'us-west-3': 5 } } });
    expect(await house.deploy()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 made') });
    expect(await house.left()).toEqual(TWO);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('without capacity nothing is started; who waits has it when there is some, where it was asked for first', async () => {
    using house = new House(engine);
    await house.begin();
    await house.set({ noneUntil: Number.MAX_SAFE_INTEGER });
    expect(await house.deploy()).toMatchObject({
      code: 12,
      stderr: expect.stringContaining('--wait-capacity 2h'),
    });
    expect(await house.left()).toEqual(NONE);
    // All of it is known: nobody is told to look again.
    expect(existsSync(house.touched())).toBe(false);
    // Both are refused in each of three regions, and asked for again.
    await house.fault({ method: 'POST', path: 'launch$', what: 'hold', after: 6 });
    const waiting = house.deploy(`--wait-capacity 31d --candidates ${H100}:us-south-2`);
    await house.held();
    await house.set({ noneUntil: 0 });
    await house.release();
    expect(await waiting).toMatchObject({ code: 0 });
    expect((await house.alive()).map(({ region }) => region)).toEqual(['us-south-2', 'us-south-2']);
    expect(await house.left()).toEqual(TWO);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('one that boots for too long bills on, which is said; deployed again it is waited for, and none is launched', async () => {
    using house = new House(engine);
    const slow = await house.deploy('--fault slow-boot');
    expect(slow).toMatchObject({ code: 20, stderr: expect.stringContaining('slow-boot') });
    const launched = await ids(house);
    expect(launched).toHaveLength(2);
    expect(house.recorded().ids).toEqual(launched);
    for (let again = 0; (await house.deploy()).code !== 0; again += 1) expect(again).toBeLessThan(5);
    expect(await house.states()).toEqual(['active', 'active']);
    expect(await ids(house)).toEqual(launched);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('another is made in the place of one by its name, before that ends; the others stay', async () => {
    using house = new House(engine);
    await house.deploy();
    const before = house.recorded().ids;
    expect(await house.deploy('--replace node-7')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no node-7 to be replaced'),
    });
    expect(await house.deploy('--replace node-1 --max-hourly 7')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('while it changes $9.87 an hour would bill'),
    });
    await house.fault({ method: 'POST', path: 'terminate$', what: 'hold' });
    const replacing = house.deploy('--replace node-1');
    await house.held();
    expect(await house.left()).toEqual({ alive: 3, centsPerHour: 3 * CENTS });
    await house.release();
    const replaced = await replacing;
    expect(replaced).toMatchObject({ code: 0, stdout: expect.stringContaining('1 changed') });
    expect(replaced.stdout).toMatch(/Ended on the way: 1 machine, which had come to \$\d+\.\d\d\./);
    const after = house.recorded().ids;
    expect(after).toEqual(await ids(house));
    expect(after.filter((id) => before.includes(id))).toHaveLength(1);
    // Not once more by itself, and once more where somebody says so again.
    expect(await house.deploy()).toMatchObject({ stdout: expect.stringContaining('2 left alone') });
    expect(await house.deploy('--replace node-1')).toMatchObject({ code: 0 });
    expect(house.recorded().ids).not.toEqual(after);
    expect(await house.left()).toEqual(TWO);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('a machine whose GPU does not compute is ended and another launched, before it is said that all is well', async () => {
    using house = new House(engine);
    const told = await house.deploy('--fault bad-gpu');
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('2 made') });
    expect(told.stdout).toMatch(/Of no use, and ended for another: 1 machine, which came to \$[01]\.\d\d\./);
    expect(told.stdout).not.toContain('$0.00.');
    expect(house.recorded().ids).toEqual(await ids(house));
    expect(await house.left()).toEqual(TWO);
    const { stdout } = await house.run('events --kind deploy.step');
    expect(stdout).toContain('stands=of-no-use');
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
    // The private halves stand in the one file that is for them; what the engine keeps is sealed.
    for (const below of ['.sophia/rehearsal/state', '.sophia/rehearsal/home'])
      expect(house.written(below).includes('PRIVATE KEY'), below).toBe(false);
  });

  test('where all are bad what was paid for them is told, and deploying again calls none of them of use', async () => {
    using house = new House(engine, { nodes: 1 });
    await house.begin();
    await house.set({ badGpuNext: 9 });
    const told = await house.deploy();
    expect(told.code).toBe(20);
    expect(told.stderr).toMatch(
      /2 machines of no use were ended on the way and had come to \$(?!0\.00)\d+\.\d\d; 1 of its/,
    );
    const [bad] = await ids(house);
    // Whoever was killed has it looked at anew.
    house.leave(house.touched(), '');
    const again = await house.deploy();
    expect(again).toMatchObject({ code: 20, stderr: expect.stringContaining('can use 0 of its 1 GPUs') });
    expect(await ids(house)).toEqual([bad]);
    expect(await house.run(`deploy status production ${REHEARSAL}`)).toMatchObject({
      stdout: expect.stringContaining('was not ready when last looked at'),
    });
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('stopped while a machine boots, deploying again waits until it is of use', async () => {
    using house = new House(engine, { nodes: 1 });
    await house.begin();
    // Four seconds: it boots still when it is deployed again.
    await house.set({ bootS: [{ upTo: 64, seconds: 2400 }] });
    const stopped = await house.struckAt({ method: 'GET', path: 'instances/', what: 'hold', after: 5 }, () =>
      house.kill('sophia', 'SIGINT'),
    );
    expect(stopped.code).toBe(20);
    const [booting] = await ids(house);
    expect(await house.states()).toEqual(['booting']);
    expect(await house.deploy()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 changed') });
    expect([await ids(house), await house.states()]).toEqual([[booting], ['active']]);
    expect(await house.left()).toEqual(ONE);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('a bad machine that was launched by who was killed is told of once, in one sum', async () => {
    using house = new House(engine, { nodes: 1 });
    await house.begin();
    await house.set({ badGpuNext: 1 });
    await house.struckAt({ method: 'GET', path: 'instances/', what: 'hold', after: 3 }, () => house.kill('sophia'));
    const told = await house.deploy();
    expect(told.stdout).toMatch(/Of no use, and ended for another: 1 machine, which came to \$\d+\.\d\d\./);
    expect(told.stdout).not.toContain('Ended on the way');
    expect(await house.left()).toEqual(ONE);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('a refusal settles nothing that was in doubt before it', async () => {
    using house = new House(engine, { nodes: 1 });
    await house.begin();
    // Longer than anybody assumes.
    await house.set({ listLagS: 1e6 });
    await house.struckAt({ method: 'POST', path: 'launch$', what: 'hold-answer' }, () => house.kill('plugin'));
    expect(house.recorded()).toEqual({ ids: [], pending: 0 });
    await house.set({ noneUntil: Number.MAX_SAFE_INTEGER });
    expect((await house.deploy()).code).not.toBe(0);
    expect(await house.run(`deploy status production ${REHEARSAL}`)).toMatchObject({
      stdout: expect.stringContaining('did not come to its end'),
    });
    await house.set({ listLagS: 0 });
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('nor what an engine was at that was killed after another was refused', async () => {
    using house = new House(engine);
    await house.begin();
    await house.set({ capacity: { [H100]: { 'us-west-3': 1 } } });
    await house.struckAt({ method: 'GET', path: 'instances/', what: 'hold', after: 7 }, () => house.kill('engine'));
    expect(house.recorded().pending).toBe(1);
    expect(existsSync(house.touched())).toBe(true);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });

  test('a lock of a live process is respected, one of a dead one is not, and one that nobody can look at is named', async () => {
    using house = new House(engine);
    await house.deploy();
    const lockBy = (pid: number, host = hostname()) => {
      mkdirSync(house.locks(), { recursive: true });
      const told = { pid, username: 'ada', hostname: host, timestamp: '2026-11-27T12:00:00Z' };
      writeFileSync(join(house.locks(), 'a.json'), JSON.stringify(told));
    };
    lockBy(process.pid);
    expect(await house.deploy()).toMatchObject({
      code: 10,
      stderr: expect.stringContaining(`by process ${process.pid} of ada`),
    });
    expect(await house.run(`deploy unlock production ${REHEARSAL} --confirm production`)).toMatchObject({
      code: 10,
      stderr: expect.stringContaining('lives'),
    });
    expect(house.isLocked()).toBe(true);
    lockBy(4_190_000, 'elsewhere');
    expect(await house.destroy()).toMatchObject({
      code: 10,
      stderr: expect.stringContaining('sophia deploy unlock production'),
    });
    expect(await house.run(`deploy unlock production ${REHEARSAL} --confirm production`)).toMatchObject({ code: 0 });
    lockBy(4_190_000);
    expect(await house.destroy()).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(NONE);
  });

  test('two at once: one does it, the other is told who, whichever of the two they want', async () => {
    using house = new House(engine);
    await house.begin();
    // However slow this machine is: who is held for too long asks again, and is held again.
    await house.fault({ method: 'GET', path: 'instances/', what: 'hold', after: 5, times: 9 });
    const first = house.deploy();
    await house.held();
    for (const other of [() => house.deploy('--expires 8h'), house.destroy])
      expect(await other()).toMatchObject({ code: 10, stderr: expect.stringContaining('is being deployed by run-') });
    expect(await house.letGo(first)).toMatchObject({ code: 0 });
    await house.fault({ method: 'POST', path: 'terminate$', what: 'hold', times: 9 });
    const ending = house.destroy();
    await house.held();
    expect(await house.destroy()).toMatchObject({ code: 10, stderr: expect.stringContaining('is held by process') });
    expect(await house.letGo(ending)).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(NONE);
  });

  test('a price that rises after it was agreed to launches nothing', async () => {
    using house = new House(engine);
    await house.begin();
    const dearer = (await house.types()).map((type) => ({ ...type, centsPerHour: type.centsPerHour * 2 }));
    await house.fault({ method: 'GET', path: 'instance-types$', what: 'hold', after: 4 });
    const refused = house.deploy();
    await house.held();
    await house.set({ types: dearer as never });
    await house.release();
    expect(await refused).toMatchObject({
      code: 9,
      stderr: expect.stringMatching(/agreed to/),
    });
    expect(await house.left()).toEqual(NONE);
  });

  test('what is recorded cannot be read: nothing is touched, and it is said what shows what bills', async () => {
    using house = new House(engine);
    await house.deploy();
    const whole = readFileSync(house.checkpoint());
    writeFileSync(house.checkpoint(), whole.subarray(0, whole.length / 2));
    const damaged = createHash('sha256').update(readFileSync(house.checkpoint())).digest('hex');
    for (const [told, code] of [
      [await house.deploy(), 3],
      [await house.destroy(), 20],
    ] as const)
      expect(told).toMatchObject({ code, stderr: expect.stringMatching(/sophia gpu ls .*--stack production/) });
    expect(createHash('sha256').update(readFileSync(house.checkpoint())).digest('hex')).toBe(damaged);
    expect(await house.left()).toEqual(TWO);
    expect(await house.run(`gpu kill-all ${REHEARSAL} --stack production --confirm production`)).toMatchObject({
      code: 0,
    });
    expect(await house.left()).toEqual(NONE);
  });

  test('where somebody has to approve it nothing is started before, and then it is', async () => {
    using house = new House(engine, { config: 'deploy:\n  approval: true\n' });
    const asked = await house.deploy('--expires 8h');
    expect(asked).toMatchObject({ code: 8, stdout: expect.stringContaining('waits until somebody approves it') });
    expect(await house.left()).toEqual(NONE);
    // Ended before anybody approved it, it is started by no later yes.
    expect(await house.destroy()).toMatchObject({ code: 0 });
    const [former = ''] = /run-\w+/.exec(asked.stdout) ?? [];
    const { stdout: question } = await house.run(`runs show ${former} --json`);
    expect(question).toMatch(/2 machines: 2 gpu_1x_h100_pcie in us-\S+/);
    expect(question).toContain('$6.58 an hour at most, $6.58 while it changes; gpu reap ends new ones after 8 hours');
    expect((await house.run(`runs reply ${former} --answer {"decision":"approved"}`)).code).not.toBe(0);
    expect(await house.left()).toEqual(NONE);
    const [run = ''] = /run-\w+/.exec((await house.deploy()).stdout) ?? [];
    expect(await house.run(`runs reply ${run} --answer {"decision":"approved"}`)).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(TWO);
    await house.destroy();
    expect(await house.left()).toEqual(NONE);
  });
});

describeEngine('docs/deploy.md', (engine) => {
  test('shows a rehearsal that goes as it says, line by line, and leaves nothing', async () => {
    using house = new House(engine);
    const text = readFileSync(join(packageRoot, 'docs/deploy.md'), 'utf8');
    const [, told = ''] = text.split('\n## Rehearsing\n');
    const [section = ''] = told.split('\n## ');
    const lines = [...section.matchAll(/^\$ sophia (.*)$/gm)].map(([, line = '']) => line);
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) expect(await house.run(line, { SOPHIA_SPEED: '600' }), line).toMatchObject({ code: 0 });
    expect(await house.left()).toEqual(NONE);
  });
});

test('without an engine it is said where to get it, and nothing is started', async () => {
  using house = new House('/nowhere/pulumi');
  expect(await house.deploy()).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("does not run as Pulumi's engine"),
  });
  // Before anybody is asked to agree to anything.
  expect(await house.run(`deploy production ${REHEARSAL}`)).toMatchObject({
    code: 3,
    stderr: expect.not.stringContaining('start  node-0'),
  });
  expect(await house.left()).toEqual(NONE);
});

test('two who begin a rehearsal at the same moment share one account', async () => {
  using house = new House('/nowhere/pulumi');
  const both = await Promise.all([1, 2, 3].map(() => house.run(`gpu ls ${REHEARSAL}`)));
  expect(both.map(({ code, stderr }) => [code, stderr])).toEqual(both.map(() => [0, '']));
  expect(house.emulators()).toHaveLength(1);
  expect(await house.left()).toEqual(NONE);
});
