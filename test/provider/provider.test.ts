import { describe, expect, test } from 'vitest';
import { openVendor } from '../cloud/emulator.ts';
import { endsWithParent } from '../processes.ts';
import { urnOf } from './plugin.ts';
import { H100, idsOf, inputs, key, keyUrn, LAUNCH, NONE, ONE, opened, refusedBy } from './world.ts';

describe('what the engine is told before anything is done', () => {
  test('inputs come back with their defaults; what is wrong with them is told by property', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { generation: _, bootPatienceS: __, ...bare } = inputs();
    expect(await plugin.check(bare)).toEqual({ inputs: inputs(), failures: [] });
    const { failures } = await plugin.check({ ...inputs(), candidates: [], name: 'x'.repeat(65) });
    expect(failures).toEqual([
      { property: 'name', reason: 'has 64 characters at most' },
      { property: 'candidates', reason: 'must name at least one type and region' },
    ]);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('a preview asks nobody anything, and says what is not known yet', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const before = (await vendor.log()).requests.length;
    const { id, outputs } = await plugin.create(inputs(), urnOf('gpu-0'), true);
    expect(id).toBe('');
    expect(outputs).toMatchObject({ name: 'production-gpu-0', ip: '04da6b54-80e4-46f7-96ec-b56ff0331ba9' });
    await plugin.update('0'.repeat(32), inputs(), { ip: '198.51.100.1' }, urnOf('gpu-0'), true);
    expect((await vendor.log()).requests.length).toBe(before);
    expect(await vendor.left()).toEqual(NONE);
  });

  const outputs = { type: H100, region: 'us-west-3', status: 'active', ip: '198.51.100.1', centsPerHour: 3192 };
  test.each([
    ['nothing', {}, { isChanged: false, replaces: [] }],
    ['the name', { name: 'other' }, { isChanged: true, replaces: [] }],
    ['what it boots with', { userData: '#cloud-config\n# v2\n' }, { isChanged: true, replaces: ['userData'] }],
    ['its generation', { generation: 1 }, { isChanged: true, replaces: ['generation'] }],
    ['its key', { sshKey: 'other' }, { isChanged: true, replaces: ['sshKey'] }],
    [
      'a price that fell',
      { candidates: [{ type: H100, region: 'us-west-3', centsPerHour: 3000 }] },
      { isChanged: false, replaces: [] },
    ],
    [
      'where it may stand',
      { candidates: [{ type: H100, region: 'us-south-2', centsPerHour: 3192 }] },
      { isChanged: true, replaces: ['candidates'] },
    ],
  ])('what changes: %s', async (_, more, expected) => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const told = await plugin.diff(inputs(more), inputs(), outputs);
    // The old machine goes when the new one is there: capacity may not come back.
    expect(told).toEqual({ ...expected, deletesFirst: false });
    expect(await vendor.left()).toEqual(NONE);
  });

  test('what it is, and which kinds there are', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { resources } = JSON.parse((await plugin.schema()).getSchema());
    expect(Object.keys(resources)).toEqual(
      expect.arrayContaining(['sophialambda:index:Instance', 'sophialambda:index:SshKey']),
    );
    expect(await refusedBy(plugin.create({}, urnOf('x', 'Other')))).toMatchObject({
      message: 'sophialambda:index:Other is nothing that sophialambda knows',
    });
    expect(await vendor.left()).toEqual(NONE);
  });
});

describe('creating', () => {
  test('ends with a machine that is active, and a price that stays', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(inputs());
    expect(outputs).toEqual({
      status: 'active',
      ip: expect.any(String),
      region: 'us-west-3',
      type: H100,
      centsPerHour: 3192,
      isReady: true,
    });
    await vendor.set({ types: [] });
    expect(await plugin.read(id, outputs)).toEqual({ id, outputs });
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each([
    ['is lost', 'lose', 0],
    ['is lost, and the list lags 25 s', 'lose', 25],
    ['is no JSON', 'malformed', 0],
  ] as const)('an answer to the launch that %s: one machine, recorded', async (_, what, listLagS) => {
    await using world = await opened({ listLagS });
    const { plugin, vendor } = world;
    await vendor.fault({ ...LAUNCH, what });
    const { id } = await plugin.create(inputs());
    expect(await idsOf(vendor)).toEqual([id]);
    expect(await vendor.asked('POST', /launch$/)).toBe(1);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a connection that broke before anything was done: in doubt, and the next try makes one machine', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ ...LAUNCH, what: 'drop' });
    expect((await refusedBy(plugin.create(inputs()))).message).toMatch(/^in-doubt: /);
    await plugin.create(inputs());
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a vendor that stays in doubt: a plain error that says so, and nothing lives', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ ...LAUNCH, what: 'answer', status: 503, code: 'provider/internal-unavailable', times: 9 });
    const { id, message } = await refusedBy(plugin.create(inputs()));
    expect(id).toBeUndefined();
    expect(message).toMatch(/^in-doubt: a machine may have been launched, and bill: .*provider\/internal-unavailable/);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('no capacity in the first region: the second', async () => {
    await using world = await opened({ capacity: { [H100]: { 'us-west-3': 0, 'us-east-1': 1 } } });
    const { plugin, vendor } = world;
    expect((await plugin.create(inputs())).outputs).toMatchObject({ region: 'us-east-1' });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('no capacity anywhere: a code, and what was tried', async () => {
    await using world = await opened({ capacity: { [H100]: { 'us-west-3': 0, 'us-east-1': 0 } } });
    const { plugin, vendor } = world;
    const { id, message } = await refusedBy(plugin.create(inputs()));
    expect({ id, message }).toMatchObject({
      id: undefined,
      message: expect.stringMatching(/^no-capacity: .*us-west-3.*us-east-1/),
    });
    expect(await vendor.left()).toEqual(NONE);
  });

  test('a quota: one attempt', async () => {
    await using world = await opened({ quotaGpus: 7 });
    const { plugin, vendor } = world;
    expect((await refusedBy(plugin.create(inputs()))).message).toContain('global/quota-exceeded');
    expect(await vendor.asked('POST', /launch$/)).toBe(1);
    expect(await vendor.left()).toEqual(NONE);
  });

  test.each([
    ['a key that is refused', 401, 'global/invalid-api-key'],
    ['an account without rights', 403, 'global/account-inactive'],
  ])('%s: nothing lives', async (_, status, code) => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ ...LAUNCH, what: 'answer', status, code });
    expect((await refusedBy(plugin.create(inputs()))).message).toContain(code);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('a price that rose between quote and launch: refused, nothing lives', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const candidates = [{ type: H100, region: 'us-west-3', centsPerHour: 2392 }];
    expect((await refusedBy(plugin.create(inputs({ candidates })))).message).toMatch(
      /^price-rose: .*\$31\.92.*\$23\.92/,
    );
    expect(await vendor.asked('POST', /launch$/)).toBe(0);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('one too many of others beside us is waited out', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ ...LAUNCH, what: 'answer', status: 429, times: 3 });
    await vendor.fault({ method: 'GET', path: '.', what: 'answer', status: 429, times: 4 });
    await plugin.create(inputs());
    expect(await vendor.left()).toEqual(ONE);
  });

  test('three side by side keep their distance: none is one too many', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const made = await Promise.all(
      [0, 1, 2].map((at) => plugin.create(inputs({ name: `gpu-${at}` }), urnOf(`gpu-${at}`))),
    );
    expect((await idsOf(vendor)).sort()).toEqual(made.map(({ id }) => id).sort());
    const { requests, refused } = await vendor.log();
    expect(refused).toEqual({ questions: 0, launches: 0 });
    const at = requests.flatMap((each) => (each.path.endsWith('/launch') ? each.at : []));
    for (const [index, moment] of at.entries())
      if (index > 0) expect(moment - (at[index - 1] ?? 0)).toBeGreaterThanOrEqual(12_000);
    expect(await vendor.left()).toEqual({ alive: 3, centsPerHour: 3 * ONE.centsPerHour });
  });

  test('two that live of one launch are named, and no third is started', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    // Twice into the same hole, with a list that shows nothing in time: it happens to whoever is unlucky.
    await vendor.set({ listLagS: 100_000 });
    await vendor.fault({ ...LAUNCH, what: 'lose', times: 2 });
    for (const _ of [1, 2]) expect((await refusedBy(plugin.create(inputs()))).message).toMatch(/^in-doubt: /);
    await vendor.set({ listLagS: 0 });
    const { message } = await refusedBy(plugin.create(inputs()));
    for (const id of await idsOf(vendor)) expect(message).toContain(id);
    expect(message).toMatch(/^twins: 2 machines live of one launch/);
    expect((await vendor.left()).alive).toBe(2);
  });
});

describe('from the moment that there is an id, it is never lost', () => {
  test.each([
    ['it becomes unhealthy', { unhealthyNext: 1 }, 'unhealthy', 'unhealthy'],
    ['it boots too slowly', { bootS: [{ upTo: 64, seconds: 4000 }] }, 'slow-boot', 'booting'],
  ] as const)('%s', async (_, settings, code, status) => {
    await using world = await opened(settings);
    const { plugin, vendor } = world;
    const { id, message, outputs } = await refusedBy(plugin.create(inputs()));
    expect(await idsOf(vendor)).toEqual([id]);
    expect(message).toMatch(new RegExp(`^${code}: machine ${id}`));
    expect(outputs).toMatchObject({ status, type: H100, region: 'us-west-3' });
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each([
    ['fails', { what: 'answer', status: 500 }],
    ['is no JSON', { what: 'malformed' }],
    ['breaks', { what: 'drop' }],
  ] as const)('the first look at it %s, again and again', async (_, fault) => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ method: 'GET', path: 'instances/', times: 50, ...fault });
    const { id, message, outputs } = await refusedBy(plugin.create(inputs()));
    expect(await idsOf(vendor)).toEqual([id]);
    expect(message).toMatch(/^unreadable: /);
    expect(outputs).toEqual({ type: H100, region: 'us-west-3', isReady: false });
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each(['preempted', 'terminated'] as const)('something befalls it while it boots: %s', async (fate) => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ method: 'GET', path: 'instances/', what: 'hold', after: 3 });
    const creating = refusedBy(plugin.create(inputs()));
    await vendor.held();
    const [one = ''] = await idsOf(vendor);
    await vendor.befall(one, fate);
    await vendor.release();
    expect(await creating).toMatchObject({
      id: one,
      message: expect.stringMatching(fate === 'terminated' ? /^ended: / : /^preempted: /),
    });
    expect(await vendor.left()).toEqual(fate === 'terminated' ? NONE : ONE);
  });

  // Nobody waits for what is not heeded: it would be the boot.
  test('whoever cancels is answered at once, and so is what waits, with the id', { timeout: 30_000 }, async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ method: 'GET', path: 'instances/', what: 'hold', after: 2 });
    const creating = refusedBy(plugin.create(inputs()));
    await vendor.held();
    await plugin.cancel();
    // The question is still held: nobody waited for its answer.
    const { id, message } = await creating;
    expect(await idsOf(vendor)).toEqual([id]);
    expect(message).toMatch(/^cancelled: .*bills/);
    await vendor.release();
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each(['hold-answer', 'hold-lose'] as const)(
    'a launch under way when somebody cancels is heard to its end, or looked for, and recorded (%s)',
    async (what) => {
      await using world = await opened();
      const { plugin, vendor } = world;
      await vendor.fault({ ...LAUNCH, what });
      const creating = refusedBy(plugin.create(inputs()));
      await vendor.held();
      await plugin.cancel();
      await vendor.release();
      const { id } = await creating;
      expect(await idsOf(vendor)).toEqual([id]);
      expect(await vendor.left()).toEqual(ONE);
    },
  );

  test('who waits for a turn to launch when somebody cancels launches nothing', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ ...LAUNCH, what: 'hold' });
    const creating = [0, 1, 2].map((at) => refusedBy(plugin.create(inputs(), urnOf(`gpu-${at}`))));
    await vendor.held();
    await plugin.cancel();
    await vendor.release();
    const recorded = (await Promise.all(creating)).flatMap(({ id }) => id ?? []);
    expect(recorded).toEqual(await idsOf(vendor));
    expect(recorded).toHaveLength(1);
    expect(await vendor.left()).toEqual(ONE);
  });
});

describe('processes that die', () => {
  test.each([
    ['before the vendor has done it', 'hold', 1],
    ['when it is done, and not answered', 'hold-answer', 0],
  ] as const)(
    'the plugin is killed at a launch, %s: the next takes up what there is',
    async (_, what, launchesMore) => {
      await using world = await opened();
      const { plugin, vendor } = world;
      await vendor.fault({ ...LAUNCH, what });
      const lost = plugin.create(inputs()).catch(() => undefined);
      await vendor.held();
      await plugin.kill();
      await lost;
      if (what === 'hold') {
        // Nobody is there to hear the answer; the vendor does it all the same when it comes to it.
        await vendor.release();
      }
      const next = await world.again();
      const { id } = await next.create(inputs());
      expect(await idsOf(vendor)).toEqual([id]);
      expect(await vendor.asked('POST', /launch$/)).toBeLessThanOrEqual(1 + launchesMore);
      expect(await vendor.left()).toEqual(ONE);
    },
  );

  test('the plugin is killed while a machine boots: the next waits for the same', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ method: 'GET', path: 'instances/', what: 'hold', after: 4 });
    const lost = plugin.create(inputs()).catch(() => undefined);
    await vendor.held();
    const before = await idsOf(vendor);
    await plugin.kill();
    await lost;
    await vendor.release();
    const { id } = await (await world.again()).create(inputs());
    expect([id]).toEqual(before);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a plugin whose engine is gone ends itself', async () => {
    await using vendor = await openVendor();
    const env = { EMULATOR_URL: vendor.url, EMULATOR_KEY: vendor.key };
    expect(await endsWithParent('test/provider/entry.ts', env)).toBe(true);
    expect(await vendor.left()).toEqual(NONE);
  });
});

describe('what is there already', () => {
  test('a machine that ended behind our back is gone: no id', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(inputs());
    await vendor.befall(id, 'terminated');
    expect(await plugin.read(id, outputs)).toMatchObject({ id: '' });
    const again = await plugin.create(inputs());
    expect(again.id).not.toBe(id);
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each(['unhealthy', 'preempted'] as const)('one that is %s is kept, and told', async (fate) => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(inputs());
    await vendor.befall(id, fate);
    expect(await plugin.read(id, outputs)).toMatchObject({ id, outputs: { status: fate } });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('an update goes on waiting where creating was left', async () => {
    await using world = await opened({ bootS: [{ upTo: 64, seconds: 4000 }] });
    const { plugin, vendor } = world;
    const { id, outputs } = await refusedBy(plugin.create(inputs()));
    expect(await plugin.update(id ?? '', inputs(), outputs)).toMatchObject({
      status: 'active',
      ip: expect.stringMatching(/\d/),
    });
    expect(await idsOf(vendor)).toEqual([id]);
    expect(await vendor.asked('POST', /launch$/)).toBe(1);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('an update that finds it unhealthy keeps its id', async () => {
    await using world = await opened({ unhealthyNext: 1 });
    const { plugin, vendor } = world;
    const { id, outputs } = await refusedBy(plugin.create(inputs()));
    expect(await refusedBy(plugin.update(id ?? '', inputs(), outputs))).toMatchObject({ id });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('another name is given to the same machine', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(inputs());
    await plugin.update(id, inputs({ name: 'gpu-a' }), outputs);
    expect(await vendor.alive()).toMatchObject([{ id, name: 'gpu-a' }]);
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each([
    ['userData', { userData: '#cloud-config\n# v2\n' }],
    ['generation', { generation: 1 }],
    ['image', { image: 'gpu-base-24-04' }],
    ['expiresAt', { expiresAt: 1_795_000_000 }],
    ['stack', { stack: 'staging' }],
    ['home', { home: 'h2' }],
    ['candidates', { candidates: [{ type: 'gpu_1x_h100_pcie', region: 'us-west-3', centsPerHour: 329 }] }],
  ])('what replaces a machine is another one: the old is not taken up for it (%s)', async (key, more) => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(inputs());
    expect((await plugin.diff(inputs(more), inputs(), outputs)).replaces).toEqual([key]);
    const next = await plugin.create(inputs(more));
    expect(next.id).not.toBe(id);
    expect((await vendor.left()).alive).toBe(2);
    await plugin.remove(id);
    expect(await idsOf(vendor)).toEqual([next.id]);
    expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: inputs(more).candidates[0]?.centsPerHour });
  });
});

describe('removing', () => {
  test.each(['unknown', 'terminated'] as const)(
    'is done when the vendor says so (%s); twice does no harm',
    async (endedIs) => {
      await using world = await opened({ endedIs });
      const { plugin, vendor } = world;
      const { id } = await plugin.create(inputs());
      await vendor.fault({ method: 'POST', path: 'terminate$', what: 'lose' });
      await plugin.remove(id);
      expect((await vendor.bill()).machines).toMatchObject([{ id, status: 'terminated' }]);
      await plugin.remove(id);
      expect(await vendor.left()).toEqual(NONE);
    },
  );

  test('while it boots', async () => {
    await using world = await opened({ bootS: [{ upTo: 64, seconds: 4000 }] });
    const { plugin, vendor } = world;
    const { id = '' } = await refusedBy(plugin.create(inputs()));
    await plugin.remove(id);
    expect(await vendor.left()).toEqual(NONE);
  });

  test.each([
    ['a connection that broke before anything was done', { what: 'drop', times: 3 }],
    ['a vendor in trouble', { what: 'answer', status: 500, times: 4 }],
    ['one too many', { what: 'answer', status: 429, times: 4 }],
  ] as const)('%s: asked again until it is over', async (_, fault) => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id } = await plugin.create(inputs());
    await vendor.fault({ method: 'POST', path: 'terminate$', ...fault });
    await plugin.remove(id);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('one that cannot be ended is no success: it may bill on, and is named', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id } = await plugin.create(inputs());
    await vendor.fault({
      method: 'POST',
      path: 'terminate$',
      what: 'answer',
      status: 400,
      code: 'global/invalid-parameters',
      times: 99,
    });
    expect((await refusedBy(plugin.remove(id))).message).toContain(`machine ${id} may bill on`);
    expect(await vendor.left()).toEqual(ONE);
  });
});

describe('SSH keys', () => {
  test('one that is there with the same half is taken up, by whatever it is called behind it', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const first = await plugin.create(key, keyUrn);
    const again = await plugin.create({ ...key, publicKey: 'ssh-ed25519 AAAAC3Nza laptop' }, keyUrn);
    expect(again.id).toBe(first.id);
    expect(await vendor.asked('POST', /ssh-keys$/)).toBe(1);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('one of that name with another half is somebody else`s, and left as it is', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id } = await plugin.create(key, keyUrn);
    const other = plugin.create({ ...key, publicKey: 'ssh-ed25519 BBBB sophia' }, keyUrn);
    expect((await refusedBy(other)).message).toContain('the account has another SSH key named sophia');
    expect(await plugin.read(id, {}, keyUrn)).toMatchObject({ id });
    expect(await vendor.left()).toEqual(NONE);
  });

  test('an answer that is lost makes no second one; a removed one is gone', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ method: 'POST', path: 'ssh-keys$', what: 'lose' });
    const { id, outputs } = await plugin.create({ ...key, name: 'second' }, keyUrn);
    expect(await vendor.asked('POST', /ssh-keys$/)).toBe(2);
    await plugin.remove(id, keyUrn, outputs);
    await plugin.remove(id, keyUrn, outputs);
    expect(await plugin.read(id, outputs, keyUrn)).toMatchObject({ id: '' });
    expect(await vendor.left()).toEqual(NONE);
  });

  test('one that was there before we came stays when we go', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(key, keyUrn);
    expect(outputs).toEqual({ name: 'sophia', isOurs: false });
    await plugin.remove(id, keyUrn, outputs);
    expect(await plugin.read(id, outputs, keyUrn)).toMatchObject({ id });
    expect(await vendor.left()).toEqual(NONE);
  });
});

test('what nobody may read is in no answer: user data, and what the vendor tells of Jupyter', async () => {
  await using world = await opened();
  const { plugin, vendor } = world;
  const { id, outputs } = await plugin.create(inputs({ userData: 'token: top-secret' }));
  const read = await plugin.read(id, outputs);
  expect(JSON.stringify([outputs, read])).not.toMatch(/top-secret|jupyter/);
  expect(await vendor.left()).toEqual(ONE);
});
