import { describe, expect, onTestFinished, test } from 'vitest';
import { openLambda } from '../src/core/cloud/index.ts';
import { LAMBDA_URL } from '../src/core/cloud/lambda/wire.ts';
import { instant } from '../src/core/domain/index.ts';
import { NOON, openVendor, type Vendor } from './cloud/emulator.ts';
import { virtualTime } from './cloud/virtual.ts';
import { openWorld, runSophia, type World } from './sophia.ts';

const HOUR_MS = 3_600_000;
const TYPE = 'gpu_1x_h100_pcie';
const CENTS = 329;
const TERMINATE = { method: 'POST', path: 'terminate$' } as const;
const REFUSED = { ...TERMINATE, what: 'answer', status: 400, code: 'global/invalid-parameters' } as const;

const ours = (stack: string, more: object = {}) => ({ 'managed-by': 'sophia', 'sophia:stack': stack, ...more });
const until = (ms: number) => ({ 'sophia:expires-at': String(ms / 1000) });

interface Report {
  readonly machines: { id: string }[];
  readonly ended: { id: string }[];
  readonly left: { id: string; why: string }[];
  readonly untouched: object;
  readonly billing: object;
}

/** A vendor that runs a machine for each of `all`, by the tags that it bears, and a world an hour later. */
async function open(all: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const vendor = await openVendor();
  onTestFinished(() => vendor[Symbol.asyncDispose]());
  const time = virtualTime(NOON);
  const { signal } = new AbortController();
  const lambda = openLambda({
    ...time,
    key: vendor.key,
    rehearsal: vendor.url,
    signal,
    patienceS: undefined,
    again: 4,
  });
  await lambda.addSshKey({ name: 'own', publicKey: 'ssh-ed25519 AAAA' });
  const ids: Record<string, string> = {};
  for (const [name, tags] of Object.entries(all))
    ids[name] = await lambda.launch({ type: TYPE, region: 'us-west-3', name, sshKey: 'own', tags });
  const world = openWorld();
  onTestFinished(() => world[Symbol.dispose]());
  world.env.LAMBDA_API_KEY = vendor.key;
  world.meanwhile = async () => 'go on';
  come(world, vendor, NOON + HOUR_MS);
  const names = async () => (await vendor.alive()).map(({ name }) => name).sort();
  return { vendor, world, ids, names };
}

/** The moment at which the next command begins, and how wrong the clock of this machine is. */
function come(world: World, { url }: Vendor, atMs: number, wrongMs = 0): void {
  const time = virtualTime(atMs);
  const { clock } = time;
  world.time = { ...clock, now: () => instant(Date.parse(clock.now()) + wrongMs) };
  world.fetch = (asked, init) => time.fetch(String(asked).replace(LAMBDA_URL, url), init);
}

type Row = Record<string, unknown> & { readonly id: string; readonly name: string };

/** The vendor lists otherwise than agreed: what is told of the list is each row, and how often it was asked for before. */
function listing(world: World, change: (row: Row, before: number) => object | undefined): void {
  const { fetch } = world;
  let before = 0;
  world.fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!String(url).endsWith('/instances') || !response.ok) return response;
    const { data } = (await response.json()) as { data: Row[] };
    const rows = data.flatMap((row) => change(row, before) ?? []);
    before += 1;
    return Response.json({ data: rows }, { headers: response.headers });
  };
}

async function report(line: string, world: World): Promise<Report & { code: number }> {
  const { code, stdout } = await runSophia(`${line} --json`, world);
  return { ...JSON.parse(stdout), code };
}

const some = { a: ours('production'), b: ours('staging'), mine: {}, like: { 'sophia:stack': 'production' } };

describe('sophia gpu kill-all', () => {
  test('ends what sophia started, whichever environment it is of, and nothing else', async () => {
    const { vendor, world, ids, names } = await open({ ...some, other: { 'managed-by': 'terraform' } });
    const told = await report('gpu kill-all --confirm everything', world);
    expect(told.ended.map(({ id }) => id).sort()).toEqual([ids.a, ids.b].sort());
    expect(told).toMatchObject({
      ...{ code: 0, left: [], untouched: { others: 0, notOurs: 3, unreadable: 0 } },
      billing: { machines: 3, centsPerHour: 3 * CENTS, isAsked: true },
    });
    expect(await names()).toEqual(['like', 'mine', 'other']);
    expect(await vendor.left()).toEqual({ alive: 3, centsPerHour: 3 * CENTS });
  });

  test('with --stack ends one environment, whose name must be given', async () => {
    const { vendor, world, names } = await open(some);
    for (const name of ['everything', 'staging', 'Production'])
      expect(await runSophia(`gpu kill-all --stack production --confirm ${name}`, world)).toMatchObject({
        ...{ code: 2, stdout: '' },
        stderr: expect.stringContaining('--confirm production'),
      });
    expect((await vendor.left()).alive).toBe(4);
    const { code, stdout } = await runSophia('gpu kill-all --stack production --confirm production', world);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Ended, as the vendor says: 1 machine, which had come to \$\d+\.\d\d\./);
    expect(stdout).toContain('Not touched: 2 machines that sophia did not start, 1 other machine of sophia.');
    expect(stdout).toContain('What bills now in the account: 3 machines, $9.87 an hour.');
    expect(await names()).toEqual(['b', 'like', 'mine']);
    expect((await vendor.left()).centsPerHour).toBe(3 * CENTS);
  });

  test('without the name ends nothing: --yes is none, and what would end is shown', async () => {
    const { vendor, world } = await open(some);
    for (const flags of ['', '--yes', '--no-input', '--yes --json', '--stack production --yes'])
      expect(await runSophia(`gpu kill-all ${flags}`, world)).toMatchObject({ code: 8, stdout: '' });
    expect(await runSophia('gpu kill-all --confirm production', world)).toMatchObject({ code: 2, stdout: '' });
    const { stderr } = await runSophia('gpu kill-all --yes', world);
    expect(stderr).toContain('To be ended: 2 machines, $6.58 an hour.');
    expect(stderr).toContain('--confirm everything');
    expect(await vendor.asked('POST', /terminate$/)).toBe(0);
    expect(await vendor.left()).toEqual({ alive: 4, centsPerHour: 4 * CENTS });
  });

  test('is told neither the name nor the world by a variable: who set one is refused', async () => {
    const { vendor, world } = await open(some);
    for (const [twin, value] of [
      ['SOPHIA_CONFIRM', 'everything'],
      ['SOPHIA_REHEARSE', '1'],
    ] as const) {
      world.env[twin] = value;
      const stderr = expect.stringContaining(`${twin}: cannot be set`);
      expect(await runSophia('gpu kill-all', world)).toMatchObject({ code: 2, stdout: '', stderr });
      delete world.env[twin];
    }
    world.env.SOPHIA_REHEARSE = '1';
    expect(await runSophia('gpu ls', world)).toMatchObject({ code: 2, stdout: '' });
    expect(await vendor.left()).toEqual({ alive: 4, centsPerHour: 4 * CENTS });
  });

  test('rehearsed, ends nothing, though the name is given', async () => {
    const { vendor, world, ids } = await open(some);
    const told = await report('gpu kill-all --stack staging --dry-run --confirm staging', world);
    expect(told).toMatchObject({
      ...{ code: 0, dryRun: true, stack: 'staging', centsPerHour: CENTS, ended: [], left: [] },
      ...{ machines: [{ id: ids.b, environment: 'staging' }], untouched: { others: 1, notOurs: 2 } },
    });
    const { stdout } = await runSophia('gpu kill-all --dry-run', world);
    expect(stdout).toContain('Nothing was changed: this was a dry run.');
    expect(await vendor.asked('POST', /terminate$/)).toBe(0);
    expect(await vendor.left()).toEqual({ alive: 4, centsPerHour: 4 * CENTS });
  });

  test('looks whether a machine ended whose end was asked for and not answered', async () => {
    const { vendor, world } = await open(some);
    await vendor.fault({ ...TERMINATE, what: 'drop' });
    await vendor.fault({ ...TERMINATE, what: 'lose' });
    expect(await report('gpu kill-all --confirm everything', world)).toMatchObject({ code: 0, left: [] });
    expect(await vendor.left()).toEqual({ alive: 2, centsPerHour: 2 * CENTS });
  });

  test('names what could not be ended, ends the rest, and says that it bills on', async () => {
    const { vendor, world, ids } = await open({ ...some, c: ours('staging') });
    // All at once, and then the first of them alone.
    await vendor.fault({ ...REFUSED, times: 2 });
    const told = await report('gpu kill-all --confirm everything', world);
    expect(told).toMatchObject({ code: 20, left: [{ why: expect.stringContaining('global/invalid-parameters') }] });
    expect(told.ended).toHaveLength(2);
    expect(told.billing).toEqual({ machines: 3, centsPerHour: 3 * CENTS, unpriced: 0, isAsked: true });
    const alive = (await vendor.alive()).map(({ id }) => id);
    expect(alive.sort()).toEqual([ids.mine, ids.like, told.left[0]?.id].sort());
    await vendor.fault(REFUSED);
    const words = await runSophia('gpu kill-all --confirm everything', world);
    expect(words).toMatchObject({ code: 20, stdout: expect.stringContaining('may bill on: ') });
    expect(await vendor.left()).toEqual({ alive: 3, centsPerHour: 3 * CENTS });
  });

  test('says so where there is nothing to end, and asks for no name', async () => {
    const { vendor, world } = await open({ mine: {}, b: ours('staging') });
    expect(await runSophia('gpu kill-all --stack production', world)).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: [
        'Nothing that sophia started bills for production.',
        'Not touched: 1 machine that sophia did not start, 1 other machine of sophia.\n',
      ].join('\n'),
    });
    expect(await vendor.left()).toEqual({ alive: 2, centsPerHour: 2 * CENTS });
  });

  test('tells of a machine that was started while the others ended', async () => {
    const { vendor, world, ids } = await open(some);
    await vendor.set({ terminateS: 0 });
    // As if the vendor had not listed it at first.
    const { fetch } = world;
    let lists = 0;
    world.fetch = async (url, init) => {
      if (!String(url).endsWith('/instances')) return fetch(url, init);
      lists += 1;
      const { data } = (await (await fetch(url, init)).json()) as { data: { id: string }[] };
      return Response.json({ data: lists > 1 ? data : data.filter(({ id }) => id !== ids.b) });
    };
    expect(await report('gpu kill-all --confirm everything', world)).toMatchObject({
      ...{ code: 20, ended: [{ id: ids.a }], left: [{ id: ids.b, why: 'was started meanwhile' }] },
    });
    expect(await vendor.left()).toEqual({ alive: 3, centsPerHour: 3 * CENTS });
  });

  test('one odd machine hides and saves none of the others: what is not told is told as such', async () => {
    const { vendor, world, ids, names } = await open(some);
    const type = { name: TYPE, price_cents_per_hour: 31.5, specs: { vcpus: 26, memory_gib: 225, gpus: 1 } };
    listing(world, ({ instance_type: _, region, ...row }) => {
      if (row.id === ids.a) return { ...row, region, instance_type: type };
      if (row.id === ids.b) return row;
      return { ...row, region, status: 'contactable', instance_type: { ...type, price_cents_per_hour: 'much' } };
    });
    const { code, stdout } = await runSophia('gpu ls --json', world);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, centsPerHour: 32, unread: 0 });
    expect(JSON.parse(stdout).machines).toHaveLength(4);
    expect(JSON.parse(stdout).machines).toContainEqual(
      expect.objectContaining({ id: ids.b, type: null, region: null, centsPerHour: null, environment: 'staging' }),
    );
    const words = (await runSophia('gpu ls', world)).stdout;
    expect(words).toContain('4 machines: $0.32 an hour, $7.68 a day, and 3 of which the price is not told.');
    expect(words).toMatch(/type not told +region not told +active +price not told/);
    expect(await report('gpu kill-all --confirm everything', world)).toMatchObject({
      ...{ code: 0, left: [], billing: { machines: 2, centsPerHour: 0, unpriced: 2 } },
    });
    expect(await names()).toEqual(['like', 'mine']);
    expect(await vendor.left()).toEqual({ alive: 2, centsPerHour: 2 * CENTS });
  });

  test.each(['id', 'status', 'tags'])(
    'a machine that is listed without a readable %s is told of, and counts as one that may bill',
    async (key) => {
      const { vendor, world, ids, names } = await open(some);
      listing(world, (row) => (row.id === ids.mine ? { ...row, [key]: 7 } : row));
      const line = '1 machine could not be read: look at cloud.lambda.ai.';
      expect(await runSophia('gpu ls', world)).toMatchObject({ code: 0, stdout: expect.stringContaining(line) });
      expect(await runSophia('gpu reap', world)).toMatchObject({ code: 20, stdout: expect.stringContaining(line) });
      const told = await report('gpu kill-all --confirm everything', world);
      expect(told).toMatchObject({ code: 20, left: [], unread: 1 });
      expect(told.ended).toHaveLength(2);
      expect(await runSophia('gpu kill-all --confirm everything', world)).toMatchObject({
        ...{ code: 20, stdout: expect.stringContaining(line) },
      });
      expect(await names()).toEqual(['like', 'mine']);
      expect(await vendor.left()).toEqual({ alive: 2, centsPerHour: 2 * CENTS });
    },
  );

  test('what is ending already bills nothing, wherever it is asked', async () => {
    const { vendor, world, ids } = await open(some);
    await vendor.set({ terminateS: 1e6 });
    listing(world, (row) => (row.id === ids.a ? { ...row, status: 'terminating' } : row));
    expect(JSON.parse((await runSophia('gpu ls --json', world)).stdout)).toMatchObject({ centsPerHour: 3 * CENTS });
    expect(await report('gpu kill-all --stack production --dry-run', world)).toMatchObject({
      ...{ machines: [], billing: { machines: 3, centsPerHour: 3 * CENTS } },
    });
    expect((await vendor.left()).alive).toBe(4);
  });

  test('what is said to have ended, and is listed still, has not', async () => {
    const { vendor, world, ids } = await open(some);
    const { fetch } = world;
    const answer = { data: { terminated_instances: [] } };
    world.fetch = async (url, init) => (String(url).endsWith('/terminate') ? Response.json(answer) : fetch(url, init));
    // The plan and the first look see it, the second does not.
    listing(world, (row, before) => (before === 2 && row.id !== ids.mine ? undefined : row));
    const told = await report('gpu kill-all --confirm everything', world);
    expect(told).toMatchObject({ code: 20, ended: [] });
    expect(told.left.map(({ why }) => why)).toEqual(['is listed still', 'is listed still']);
    expect(await vendor.left()).toEqual({ alive: 4, centsPerHour: 4 * CENTS });
  });

  test('what could not be ended, and is listed no more, has: unless it may be what cannot be read', async () => {
    for (const isRead of [true, false]) {
      const { vendor, world, ids } = await open({ a: ours('production'), mine: {} });
      const { fetch } = world;
      world.fetch = async (url, init) => {
        if (String(url).endsWith('/terminate') && isRead) await vendor.befall(ids.a ?? '', 'terminated');
        return fetch(url, init);
      };
      await vendor.fault(REFUSED);
      listing(world, (row, before) => (isRead || before === 0 || row.id !== ids.a ? row : { ...row, status: 7 }));
      const told = await report('gpu kill-all --confirm everything', world);
      expect(told).toMatchObject(isRead ? { code: 0, ended: [{ id: ids.a }], left: [] } : { code: 20, ended: [] });
      expect((await vendor.left()).alive).toBe(isRead ? 1 : 2);
    }
  });

  test('interrupted, says what ended and what bills on', async () => {
    const { vendor, world } = await open({ ...some, c: ours('staging') });
    // Refused for all, granted for one: then somebody stops it.
    await vendor.fault(REFUSED);
    world.meanwhile = async () => ((await vendor.asked('POST', /terminate$/)) > 1 ? 'stop' : 'go on');
    await vendor.set({ terminateS: 0 });
    const told = await report('gpu kill-all --confirm everything', world);
    expect(told).toMatchObject({ code: 20, billing: { isAsked: false } });
    expect(told.ended.length + told.left.length).toBe(3);
    for (const { why } of told.left) expect(why).toBe('is not confirmed to have ended');
    // What is alive is among what may bill on: nothing is taken for ended that is not.
    const alive = new Set((await vendor.alive()).map(({ id }) => id));
    expect(told.ended.filter(({ id }) => alive.has(id))).toEqual([]);
    expect(await vendor.left()).toEqual({ alive: 4, centsPerHour: 4 * CENTS });
  });

  test('without a key, with one that is refused, and without a vendor ends as such', async () => {
    const { vendor, world } = await open(some);
    world.env.LAMBDA_API_KEY = 'another';
    for (const verb of ['kill-all --confirm everything', 'reap'])
      expect(await runSophia(`gpu ${verb}`, world)).toMatchObject({ code: 4, stdout: '' });
    delete world.env.LAMBDA_API_KEY;
    expect(await runSophia('gpu reap', world)).toMatchObject({ code: 4, stdout: '' });
    world.env.LAMBDA_API_KEY = vendor.key;
    await vendor.fault({ method: 'GET', path: 'instances$', what: 'answer', status: 502, times: 10 });
    for (const verb of ['kill-all --confirm everything', 'reap'])
      expect(await runSophia(`gpu ${verb}`, world)).toMatchObject({ code: 5, stdout: '' });
    expect(await vendor.left()).toEqual({ alive: 4, centsPerHour: 4 * CENTS });
  });
});

describe('sophia gpu reap', () => {
  const AT = NOON + 2 * HOUR_MS;

  test('ends a machine when its moment has come, and not a second before', async () => {
    const { vendor, world, ids, names } = await open({
      ...{ a: ours('production', until(AT)), b: ours('production', until(AT + 1000)) },
      ...{ mine: until(NOON), like: { ...some.like, ...until(NOON) } },
    });
    come(world, vendor, AT - 60_000);
    // As cron asks, whose every line is a letter.
    expect(await runSophia('gpu reap --quiet', world)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    come(world, vendor, AT - 1000);
    expect(await report('gpu reap', world)).toMatchObject({ code: 0, machines: [], untouched: { others: 2 } });
    expect((await vendor.left()).alive).toBe(4);
    // Both moments at once: of the one it has come, of the other it comes a second later.
    come(world, vendor, AT);
    expect(await report('gpu reap', world)).toMatchObject({
      code: 0,
      ended: [{ id: ids.a }],
      untouched: { others: 1 },
    });
    expect(await names()).toEqual(['b', 'like', 'mine']);
    expect(await vendor.left()).toEqual({ alive: 3, centsPerHour: 3 * CENTS });
  });

  test('a clock of this machine that is wrong ends nothing too early, and nothing too late', async () => {
    const { vendor, world, ids } = await open({ a: ours('production', until(AT)), b: ours('production') });
    come(world, vendor, AT - 1000, 72 * HOUR_MS);
    expect(await report('gpu reap', world)).toMatchObject({ code: 0, machines: [], untouched: { others: 2 } });
    come(world, vendor, AT, -72 * HOUR_MS);
    expect(await report('gpu reap', world)).toMatchObject({ code: 0, ended: [{ id: ids.a }] });
    expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: CENTS });
  });

  test('never ends a machine without a moment, or with one that cannot be read, of which it tells', async () => {
    const odd = ['', 'never', '-1', '0', '1e9', '1795338000.5', ' 1795338000', '2026-11-27T00:00:00Z'];
    const all = odd.map((text, at) => [`odd-${at}`, ours('production', { 'sophia:expires-at': text })]);
    const { vendor, world } = await open({ a: ours('production'), ...Object.fromEntries(all) });
    come(world, vendor, NOON + 1e6 * HOUR_MS);
    expect(await report('gpu reap', world)).toMatchObject({
      ...{ code: 0, machines: [], untouched: { others: 9, unreadable: 8 } },
    });
    // Also where nothing else is to be told.
    for (const line of ['gpu reap', 'gpu reap --quiet'])
      expect((await runSophia(line, world)).stdout).toContain('When to end cannot be read on 8 machines of these');
    expect(await vendor.asked('POST', /terminate$/)).toBe(0);
    expect(await vendor.left()).toEqual({ alive: 9, centsPerHour: 9 * CENTS });
  });

  test('of one environment alone, rehearsed, and where one cannot be ended', async () => {
    const { vendor, world, ids, names } = await open({
      ...{ a: ours('production', until(NOON)), b: ours('staging', until(NOON)), c: ours('staging', until(NOON)) },
    });
    expect(await report('gpu reap --dry-run', world)).toMatchObject({ code: 0, dryRun: true, ended: [] });
    expect((await vendor.left()).alive).toBe(3);
    await report('gpu reap --stack production', world);
    expect(await names()).toEqual(['b', 'c']);
    await vendor.fault({ ...REFUSED, times: 2 });
    const told = await report('gpu reap', world);
    expect(told).toMatchObject({ code: 20, billing: { machines: 1, centsPerHour: CENTS } });
    expect([...told.ended, ...told.left].map(({ id }) => id).sort()).toEqual([ids.b, ids.c].sort());
    expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: CENTS });
  });
});
