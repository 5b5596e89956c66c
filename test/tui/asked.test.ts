import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLambda } from '../../src/core/cloud/index.ts';
import { LAMBDA_URL } from '../../src/core/cloud/lambda/wire.ts';
import { instant } from '../../src/core/domain/index.ts';
import { openAnswered } from '../../src/tui/answered.ts';
import { NOON, openVendor } from '../cloud/emulator.ts';
import { virtualTime } from '../cloud/virtual.ts';
import { HOME, opened, record, tell, vendor, wishing } from './deployed.ts';

const MINUTE_MS = 60_000;
const passed = (clock: string, ms: number) => new Date(Date.parse(clock) + ms).toISOString();

type Screens = Awaited<ReturnType<typeof opened>>;
const rowOf = async ({ environments }: Screens, id: string) => (await environments.all()).find((row) => row.id === id);

/** A world in which a rehearsal of production is under way, with one machine, and its emulator at work. */
async function rehearsing() {
  const emulator = await openVendor();
  const time = virtualTime(NOON);
  const about = { key: emulator.key, rehearsal: emulator.url, signal: new AbortController().signal };
  const lambda = openLambda({ ...time, ...about, patienceS: undefined, again: 4 });
  await lambda.addSshKey({ name: 'own', publicKey: 'ssh-ed25519 AAAA' });
  const launch = async () => {
    const tags = { 'managed-by': 'sophia', 'sophia:stack': 'production', 'sophia:home': HOME };
    const order = { type: 'gpu_1x_h100_pcie', region: 'us-west-3', name: 'node', sshKey: 'own', tags };
    return lambda.launch(order);
  };
  await launch();
  const world = wishing();
  record(world, [], { folder: 'rehearsal' });
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    asked.push(String(url));
    return time.fetch(String(url), init);
  };
  // A key of the vendor is there as well, whom nobody asks.
  world.env.LAMBDA_API_KEY = 'secret_test_0123456789';
  Object.assign(world, { time: time.clock, meanwhile: async () => 'go on', fetch });
  const folder = join(world.dir, 'state-home/sophia/rehearsal');
  mkdirSync(folder, { recursive: true });
  const at = { url: emulator.url, key: emulator.key, speed: 1, pid: process.pid };
  writeFileSync(join(folder, 'server.json'), JSON.stringify(at));
  const sleep = (ms: number) => time.clock.sleep(ms, about.signal);
  const [disposing, screens] = [new AsyncDisposableStack(), await opened(world)];
  disposing.use(emulator);
  disposing.use(world);
  disposing.use(screens);
  const toVendor = () => asked.filter((url) => url.startsWith(LAMBDA_URL)).length;
  return { emulator, screens, launch, sleep, toVendor, [Symbol.asyncDispose]: () => disposing.disposeAsync() };
}

test.each([
  ['it was ended elsewhere', (told) => told.ended(0)],
  ['of an end elsewhere something is left', (told) => told.ended(1)],
  ['it was ordered anew', (told) => told.ordered(2)],
  ['it was raised', (told) => told.raised(2)],
  ['a machine stands otherwise', (told) => told.step('node-0', 'delete:begun')],
  ['a run began that deploys it', (told) => told.run()],
  ['another machine is recorded', (_, world) => record(world, ['node-0', 'node-1'])],
] satisfies [string, (told: Awaited<ReturnType<typeof tell>>, world: ReturnType<typeof wishing>) => unknown][])(
  'what was asked before is no fact any more once %s',
  async (_what, change) => {
    using world = wishing();
    vendor(world, ['node-0']);
    record(world, ['node-0']);
    await using screens = await opened(world);
    const production = await tell(screens.app, 'production');
    await production.step('node-0', 'booting', 60);
    await screens.environments.askAll();
    expect(await rowOf(screens, 'production')).toMatchObject({ heard: { isOutdated: false } });
    await change(production, world);
    expect(await rowOf(screens, 'production')).toMatchObject({ heard: { isOutdated: true } });
    world.clock = passed(world.clock, MINUTE_MS);
    await screens.environments.ask('production');
    expect(await rowOf(screens, 'production')).toMatchObject({ heard: { isOutdated: false, at: world.clock } });
  },
);

test('a run that ends after it was asked makes it no fact; a machine that boots on, and a rehearsal, do not', async () => {
  using world = wishing();
  vendor(world, ['node-0']);
  await using screens = await opened(world);
  const production = await tell(screens.app, 'production');
  const rehearsal = await tell(screens.app, 'production', 1);
  const run = await production.run();
  await production.step('node-0', 'booting', 60);
  await screens.environments.askAll();
  await production.step('node-0', 'booting', 120);
  await rehearsal.step('node-0', 'active');
  await rehearsal.ended(0);
  expect(await rowOf(screens, 'production')).toMatchObject({ heard: { isOutdated: false } });
  await screens.actions.cancel(run);
  expect(await rowOf(screens, 'production')).toMatchObject({ heard: { isOutdated: true } });
});

test('what it had come to stays what it was when it was asked, however long ago', async () => {
  using world = wishing();
  vendor(world, ['node-0']);
  record(world, ['node-0']);
  await using screens = await opened(world);
  await screens.environments.askAll();
  const before = await rowOf(screens, 'production');
  world.clock = passed(world.clock, 8 * MINUTE_MS);
  expect((await rowOf(screens, 'production'))?.heard).toEqual(before?.heard);
  await screens.environments.ask('production');
  const priced = await rowOf(screens, 'production');
  expect(priced?.heard?.bill.soFarCents).toBeGreaterThan(before?.heard?.bill.soFarCents ?? Number.NaN);
  expect([before?.pricedAt, priced?.pricedAt]).toEqual([undefined, world.clock]);
});

test('an answer to an earlier question that comes later is none', () => {
  const answers = openAnswered();
  const bill = (soFarCents: number) => ({
    bill: { machines: [], centsPerHour: 0, soFarCents, unread: 0 },
    strays: [],
    locks: [],
  });
  answers.hear('production', { at: instant(2000), mark: 'b' }, bill(2));
  answers.hear('production', { at: instant(1000), mark: 'b' }, bill(1));
  expect(answers.heard('production', 'b')).toMatchObject({ at: instant(2000), bill: { soFarCents: 2, unread: 0 } });
});

test('a rehearsal at work is asked when it is seen, then every few seconds and on each change; the vendor never', async () => {
  await using rehearsed = await rehearsing();
  const { screens, emulator } = rehearsed;
  const { environments } = screens;
  const rehearsal = await tell(screens.app, 'production', 1);
  await rehearsal.run();
  const asks = async () => {
    await environments.all();
    return environments.keepUp();
  };
  expect(await asks()).toBe(true);
  expect(await rowOf(screens, 'production rehearsal')).toMatchObject({
    heard: { bill: { machines: [{ name: 'node' }] }, isOutdated: false },
  });
  expect(await asks()).toBe(false);
  await rehearsal.step('node-0', 'create:done');
  expect(await asks()).toBe(true);
  expect(await asks()).toBe(false);
  // Told nowhere, as by a `gpu kill-all`.
  for (const { id } of await emulator.alive()) await emulator.befall(id, 'terminated');
  await rehearsed.sleep(5000);
  expect(await asks()).toBe(true);
  expect(await rowOf(screens, 'production rehearsal')).toMatchObject({
    heard: { bill: { machines: [], centsPerHour: 0 }, isOutdated: false },
  });
  expect(rehearsed.toVendor()).toBe(0);
  expect(await emulator.left()).toEqual({ alive: 0, centsPerHour: 0 });
});

test('a rehearsal that was ended from here stays, with what came of it and what bills then, until it is deployed again', async () => {
  await using rehearsed = await rehearsing();
  const { screens, emulator } = rehearsed;
  const rehearsal = await tell(screens.app, 'production', 1);
  await rehearsal.run();
  const said = /^ended, as the emulator says: 1 machine, which came to \$0\.\d\d/;
  expect(await screens.environments.destroy('production rehearsal')).toMatch(said);
  const row = await rowOf(screens, 'production rehearsal');
  expect(row).toMatchObject({ heard: { bill: { machines: [] }, isOutdated: false }, nodes: [] });
  expect(row?.outcome?.text).toMatch(said);
  expect(row?.outcome?.text).toMatch(/; nothing of it billed then$/);
  await rehearsal.run();
  expect((await rowOf(screens, 'production rehearsal'))?.outcome).toBeUndefined();
  expect(await rowOf(screens, 'production')).toMatchObject({ outcome: undefined });
  expect(rehearsed.toVendor()).toBe(0);
  expect(await emulator.left()).toEqual({ alive: 0, centsPerHour: 0 });
});

test('what could not be ended is told beside what bills on', async () => {
  await using rehearsed = await rehearsing();
  const { screens, emulator } = rehearsed;
  await (await tell(screens.app, 'production', 1)).run();
  const answer = { what: 'answer', status: 400, code: 'global/invalid-parameters' } as const;
  await emulator.fault({ method: 'POST', path: 'terminate$', ...answer });
  await expect(screens.environments.destroy('production rehearsal')).rejects.toMatchObject({ exit: 'billing' });
  const row = await rowOf(screens, 'production rehearsal');
  expect(row?.outcome?.text).toMatch(/^not ended: may bill on: .*; 1 machine billed on then, \$3\.29 an hour$/);
  expect(await emulator.left()).toEqual({ alive: 1, centsPerHour: 329 });
});

test('what is to be kept is known though nothing is left of it', async () => {
  using world = wishing();
  await using screens = await opened(world);
  const rooms = screens.app.owned[0];
  const names = async (kept: readonly string[]) =>
    (await (await rooms?.deploys())?.known([], kept))?.map(({ environment, file }) => [environment, file]);
  const wished = [
    ['production', 'deploy/production.yaml'],
    ['staging', 'deploy/staging.yaml'],
  ];
  expect(await names([])).toEqual(wished);
  expect(await names(['gone'])).toEqual([['gone', null], ...wished]);
});
