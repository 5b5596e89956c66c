import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { openLambda } from '../../src/core/cloud/index.ts';
import { LAMBDA_URL } from '../../src/core/cloud/lambda/wire.ts';
import { instant, type TimeZone } from '../../src/core/domain/index.ts';
import { hearing } from '../../src/core/ops/deploy/heard.ts';
import type { EnvironmentRow } from '../../src/tui/environments.ts';
import { environment } from '../../src/tui/widgets/environment.ts';
import { NOON, openVendor } from '../cloud/emulator.ts';
import { virtualTime } from '../cloud/virtual.ts';
import { HOME, opened, record, tell, vendor, wishing } from './deployed.ts';

const MINUTE_MS = 60_000;
const passed = (clock: string, ms: number) => new Date(Date.parse(clock) + ms).toISOString();

test('environments are those that are wished for or recorded, with what their files come to', async () => {
  using world = wishing();
  record(world, ['node-0'], { environment: 'older' });
  record(world, [], { environment: 'over' });
  record(world, ['node-0', 'node-1'], { folder: 'rehearsal' });
  await using screens = await opened(world);
  const rows = await screens.environments.all();
  expect(
    rows.map(({ id, file, isRehearsal, nodes, plan }) => [id, file, isRehearsal, nodes.length, plan?.isRefused]),
  ).toEqual([
    ['older', null, false, 1, undefined],
    ['production', 'deploy/production.yaml', false, 0, false],
    ['production rehearsal', 'deploy/production.yaml', true, 2, undefined],
    ['staging', 'deploy/staging.yaml', false, 0, true],
  ]);
  expect(rows.map(({ isReachable, heard, trouble }) => [isReachable, heard, trouble])).toEqual(
    rows.map(() => [false, undefined, '']),
  );
  writeFileSync(join(world.dir, 'deploy/staging.yaml'), 'gpu: [\n');
  const [, , , broken] = await screens.environments.all();
  expect(broken).toMatchObject({ plan: null, trouble: expect.stringContaining('deploy/staging.yaml') });
});

test('one of which something may live that is recorded nowhere stays among them without its file, and says so', async () => {
  using world = wishing();
  for (const folder of ['deploy', 'rehearsal'])
    for (const name of ['lost', 'production']) {
      mkdirSync(join(world.dir, '.sophia', folder, name), { recursive: true });
      // As somebody copied it aside.
      mkdirSync(join(world.dir, '.sophia', folder, `${name}.old`), { recursive: true });
      writeFileSync(join(world.dir, '.sophia', folder, `${name}.old`, 'touched'), '');
      if (name === 'lost' || folder === 'deploy')
        writeFileSync(join(world.dir, '.sophia', folder, name, 'touched'), '');
    }
  await using screens = await opened(world);
  const rows = await screens.environments.all();
  expect(rows.map(({ id, file, isUnsettled }) => [id, file, isUnsettled])).toEqual([
    ['lost', null, true],
    ['lost rehearsal', null, true],
    ['production', 'deploy/production.yaml', true],
    ['staging', 'deploy/staging.yaml', false],
  ]);
  const around = { timeZone: 'UTC' as TimeZone, now: instant(NOON), asker: 'b', isEnding: false };
  const told = (row: EnvironmentRow | undefined, more = {}) =>
    row && stripVTControlCharacters(environment(row, { ...around, ...more }, 100).join('\n'));
  const doubt = 'what was last done to it did not come to its end: deploy again, or destroy';
  expect(told(rows[0])).toContain(doubt);
  expect(told(rows[0], { isEnding: true })).not.toContain('did not come');
  expect(told(rows[3])).not.toContain('did not come');
  // Steps in doubt say it, and more.
  expect(told(rows[0] && { ...rows[0], pending: 2 })).toMatch(/2 steps in doubt since/);
  expect(told(rows[0] && { ...rows[0], pending: 2 })).not.toContain('did not come');
});

test('how each node stands is what was told of it last since it was ordered, of a rehearsal apart', async () => {
  using world = wishing();
  await using screens = await opened(world);
  const production = await tell(screens.app, 'production');
  const standing = async () => {
    const rows = await screens.environments.all();
    return rows.flatMap(({ id, nodes }) => nodes.map(({ name, stands, seconds }) => [id, name, stands, seconds]));
  };
  await production.ordered(2);
  await production.step('node-10', 'create:failed');
  await production.ordered(2);
  await production.step('node-1', 'create:begun');
  await production.step('node-1', 'booting', 120);
  await production.step('node-0', 'create:failed');
  const rehearsal = await tell(screens.app, 'production', 1);
  await rehearsal.step('node-1', 'active');
  expect(await standing()).toEqual([
    ['production', 'node-0', 'create:failed', undefined],
    ['production', 'node-1', 'booting', 120],
  ]);
  record(world, ['Node-1']);
  await production.step('node-1', 'create:done');
  expect(await standing()).toContainEqual(['production', 'Node-1', 'create:done', undefined]);
  await production.step('node-0', 'delete:done');
  await production.ended(1);
  expect(await standing()).toEqual([['production', 'Node-1', 'create:done', undefined]]);
  record(world, []);
  await production.ended(0);
  expect(await standing()).toEqual([]);
});

test('a step of an engine at work is seen from another process while it is', async () => {
  using world = wishing();
  await using engine = await opened(world);
  await using screens = await opened(world);
  const [rooms] = engine.app.owned;
  if (!rooms) throw new Error('a workspace has an owner');
  const journal = await rooms.journal();
  const deps = { journal, logger: engine.context.logger };
  const told = { resource: 'node-0', what: 'Instance', kind: 'says', text: 'id-of-node-0 is booting, 60 s' } as const;
  hearing(deps, { environment: 'production', practice: undefined })(told);
  const nodes = async () => (await screens.environments.all()).flatMap((row) => row.nodes);
  let seen = await nodes();
  for (let turn = 0; turn < 100 && seen.length === 0; turn += 1) seen = await nodes();
  expect(seen).toMatchObject([{ name: 'node-0', stands: 'booting', seconds: 60 }]);
});

test('the run that deploys is shown with how far it is, and cancelled as any other', async () => {
  using world = wishing();
  await using screens = await opened(world);
  const rehearsal = await tell(screens.app, 'production', 1);
  const run = await rehearsal.run();
  await rehearsal.ordered(2);
  const rowOf = async (id: string) => (await screens.environments.all()).find((row) => row.id === id);
  expect(await rowOf('production')).toMatchObject({ run: undefined });
  expect(await rowOf('production rehearsal')).toMatchObject({
    run: { id: run, status: 'queued', isOpen: true, ordered: 2 },
  });
  await screens.actions.cancel(run);
  // Of a rehearsal nothing is recorded, and nobody rehearses any more.
  expect(await rowOf('production rehearsal')).toBeUndefined();
});

test('looking asks nobody; asked, the vendor says what bills, once a minute at most', async () => {
  using world = wishing();
  const told = vendor(world, ['node-0', 'node-1']);
  record(world, ['node-0']);
  await using screens = await opened(world);
  const { environments } = screens;
  const production = async () => (await environments.all()).find(({ id }) => id === 'production');
  expect(await production()).toMatchObject({ isReachable: true, heard: undefined });
  expect(told.asked).toBe(0);
  await environments.askAll();
  // Of two environments.
  expect(told.asked).toBe(2);
  expect(await production()).toMatchObject({
    heard: { at: world.clock, bill: { centsPerHour: 658, soFarCents: 330 }, strays: ['id-of-node-1'] },
    plan: { report: { prices: { recorded: true } } },
  });
  await environments.askAll();
  await expect(environments.ask('production')).rejects.toThrow('once a minute');
  expect(told.asked).toBe(2);
  world.clock = passed(world.clock, MINUTE_MS);
  await environments.ask('production');
  expect(told.asked).toBeGreaterThan(2);
  expect(await production()).toMatchObject({ plan: { isRefused: false, report: { prices: { recorded: false } } } });
  const { asked } = told;
  await environments.all();
  expect(told.asked).toBe(asked);
});

test('that the vendor does not answer is told, and what it said before is kept', async () => {
  using world = wishing();
  const told = vendor(world, ['node-0']);
  await using screens = await opened(world);
  const { environments } = screens;
  record(world, ['node-0']);
  await environments.askAll();
  world.clock = passed(world.clock, MINUTE_MS);
  told.isDown = true;
  await expect(environments.ask('production')).rejects.toThrow();
  const [production] = await environments.all();
  expect(production).toMatchObject({ heard: { bill: { centsPerHour: 329 } }, trouble: expect.stringMatching(/\S/) });
});

test('who only looks ends nothing, starts no emulator, and may ask what bills', async () => {
  using world = wishing();
  const told = vendor(world, ['node-0']);
  record(world, ['node-0']);
  record(world, ['node-0'], { folder: 'rehearsal' });
  await using screens = await opened(world, { readOnly: true });
  const { environments } = screens;
  expect(environments.refusal).toContain('look only');
  await expect(environments.destroy('production')).rejects.toThrow('look only');
  await expect(environments.ask('production rehearsal')).rejects.toThrow('look only');
  await environments.ask('production');
  expect((await environments.all())[0]).toMatchObject({ heard: { bill: { centsPerHour: 329 } } });
  expect(told.asked).toBeGreaterThan(0);
});

test('destroyed, all that lives of an environment ends; what is left bills on, and is told', async () => {
  await using vendor = await openVendor();
  const time = virtualTime(NOON);
  const { signal } = new AbortController();
  const about = { key: vendor.key, rehearsal: vendor.url, signal, patienceS: undefined, again: 4 };
  const lambda = openLambda({ ...time, ...about });
  await lambda.addSshKey({ name: 'own', publicKey: 'ssh-ed25519 AAAA' });
  for (const stack of ['production', 'production', 'staging']) {
    const tags = { 'managed-by': 'sophia', 'sophia:stack': stack, 'sophia:home': HOME };
    await lambda.launch({ type: 'gpu_1x_h100_pcie', region: 'us-west-3', name: stack, sshKey: 'own', tags });
  }
  using world = wishing();
  record(world, []);
  Object.assign(world, { time: time.clock, meanwhile: async () => 'go on' });
  world.env.LAMBDA_API_KEY = vendor.key;
  world.fetch = (asked, init) => time.fetch(String(asked).replace(LAMBDA_URL, vendor.url), init);
  await using screens = await opened(world);
  const { environments } = screens;
  const production = async () => (await environments.all()).find(({ id }) => id === 'production');
  await vendor.fault({
    method: 'POST',
    path: 'terminate$',
    what: 'answer',
    status: 400,
    code: 'global/invalid-parameters',
    // Of both at once, and of each.
    times: 3,
  });
  await expect(environments.destroy('production')).rejects.toMatchObject({ exit: 'billing' });
  expect((await production())?.heard?.bill.machines.length).toBeGreaterThan(0);
  expect(await environments.destroy('production')).toMatch(
    /^ended, as the vendor says: \d machines?, which came to \$/,
  );
  expect(await production()).toMatchObject({ heard: { bill: { machines: [], centsPerHour: 0 } } });
  expect((await vendor.alive()).map(({ name }) => name)).toEqual(['staging']);
  expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: 329 });
});

test('nothing is ended by the rules of before, nor what is no environment any more', async () => {
  using world = wishing();
  await using screens = await opened(world);
  await expect(screens.environments.destroy('gone')).rejects.toThrow('there is no gone');
  writeFileSync(join(world.dir, 'sophia.yaml'), `${'# another\n'}version: 1\ntime_zone: UTC\nowners: []\n`);
  await expect(screens.environments.destroy('production')).rejects.toThrow('has changed');
});

test('a rehearsal is gone on with at the speed that it has, and is in reach while its emulator runs', async () => {
  using world = wishing();
  record(world, ['node-0'], { folder: 'rehearsal' });
  const folder = join(world.dir, 'state-home/sophia/rehearsal');
  mkdirSync(folder, { recursive: true });
  const lay = (pid: number) =>
    writeFileSync(join(folder, 'server.json'), JSON.stringify({ url: 'http://127.0.0.1:1', key: 'k', speed: 20, pid }));
  await using screens = await opened(world);
  const known = async () =>
    (await (await screens.app.owned[0]?.deploys())?.known([]))?.find(({ practice }) => practice);
  expect(await known()).toMatchObject({ practice: { speed: 60 }, isReachable: false });
  lay(process.pid);
  expect(await known()).toMatchObject({ practice: { speed: 20 }, isReachable: true });
  lay(2 ** 30);
  expect(await known()).toMatchObject({ practice: { speed: 20 }, isReachable: false });
});
