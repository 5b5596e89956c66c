import { describe, expect, test } from 'vitest';
import { newSshKeyPair } from '../../src/core/cloud/index.ts';
import { userDataOf } from '../../src/core/deploy/index.ts';
import { urnOf } from './plugin.ts';
import { H100, idsOf, inputs, key, LAUNCH, NONE, ONE, opened as openedAs, refusedBy } from './world.ts';

const [login, host] = [newSshKeyPair('sophia'), newSshKeyPair('gpu-0')];
const own = { ...key, publicKey: login.publicKey };
const userData = await userDataOf({ hostKey: host });
const gate = { hostKey: host.publicKey, privateKey: login.privateKey, patienceS: 120, replacements: 2 };
const gated = (more: object = {}) => inputs({ userData, gate: { ...gate, ...more } });
const report = { method: 'SSH', path: 'gpu.json' } as const;
/** Booting is waited for elsewhere: here it is short, and so is a machine at trying its GPUs. */
const opened = (settings: Parameters<typeof openedAs>[0] = {}, login = own) =>
  openedAs({ bootS: [{ upTo: 64, seconds: 120 }], reportS: 30, tryS: 20, ...settings }, login);
/** No line of a private key is in what is told. */
const secrets = [login, host].flatMap(({ privateKey }) => privateKey.split('\n').filter((line) => line.length === 70));

describe('before a machine counts, its GPUs have computed', () => {
  test('a good one is asked until it has written its report, and is the one', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(gated());
    expect(await idsOf(vendor)).toEqual([id]);
    expect(outputs).toMatchObject({ status: 'active', ip: '198.51.100.1', type: H100 });
    // At its address late, and its report later still: it was not there at once.
    expect(await vendor.asked('SSH', /^cat \/var\/lib\/sophia\/gpu\.json$/)).toBeGreaterThan(1);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('one without GPUs has none to lose', async () => {
    const small = 'gpu_0x_none';
    const type = { name: small, gpu: null, gpus: 0, vcpus: 4, memoryGib: 16, centsPerHour: 20 };
    await using world = await opened({ types: [type], capacity: { [small]: { 'us-west-3': 1 } } });
    const { plugin, vendor } = world;
    await plugin.create({ ...gated(), candidates: [{ type: small, region: 'us-west-3', centsPerHour: 20 }] });
    expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: 20 });
  });

  test('a bad one is ended, and another takes its place', async () => {
    await using world = await opened({ badGpuNext: 1 });
    const { plugin, vendor } = world;
    const { id } = await plugin.create(gated());
    const { machines } = await vendor.bill();
    expect(machines.map(({ status }) => status)).toEqual(['terminated', 'active']);
    expect(machines[1]?.id).toBe(id);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('where all are bad no more are paid for than was said, and the last is written down', async () => {
    await using world = await opened({ badGpuNext: 99 });
    const { plugin, vendor } = world;
    const { id, message, outputs } = await refusedBy(plugin.create(gated()));
    const { machines } = await vendor.bill();
    expect(machines.map(({ status }) => status)).toEqual(['terminated', 'terminated', 'active']);
    expect(id).toBe(machines[2]?.id);
    expect(message).toMatch(/^bad-gpu: machine \w+ is active, and can use 0 of its 8 GPUs: cuInit: CUDA error 802/);
    for (const each of machines) expect(message).toContain(each.id);
    expect(message).toContain('--replace');
    expect(outputs).toMatchObject({ status: 'active', type: H100 });
    // Deploying again asks the same one, and pays for no other.
    expect(await refusedBy(plugin.update(id ?? '', gated(), outputs))).toMatchObject({ id });
    expect(await vendor.asked('POST', /launch$/)).toBe(3);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('one that lost what it could do is no longer one of use, however it is looked at', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const { id, outputs } = await plugin.create(gated());
    expect(outputs).toMatchObject({ isReady: true });
    await vendor.fault({ ...report, what: 'drop', times: 99 });
    const lost = await refusedBy(plugin.update(id, gated(), outputs));
    expect(lost).toMatchObject({ id, outputs: { isReady: false, status: 'active' } });
    const looked = await refusedBy(plugin.read(id, lost.outputs));
    expect(looked).toMatchObject({ id, message: expect.stringContaining('was of no use when it was last looked at') });
    expect(looked.outputs).toEqual(lost.outputs);
    // Written down before it was told: whether it is of use nobody knows.
    const { isReady: _, ...old } = outputs;
    expect(await refusedBy(plugin.read(id, old))).toMatchObject({ id });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a bad one that cannot be ended is written down, and no other launched beside it', async () => {
    await using world = await opened({ badGpuNext: 1 });
    const { plugin, vendor } = world;
    const refusal = { what: 'answer', status: 400, code: 'global/invalid-parameters' } as const;
    await vendor.fault({ method: 'POST', path: 'terminate$', ...refusal, times: 99 });
    const { id, message } = await refusedBy(plugin.create(gated()));
    expect(await idsOf(vendor)).toEqual([id]);
    expect(message).toContain(`machine ${id} may bill on`);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('without a gate nobody is asked, and a bad one counts', async () => {
    await using world = await opened({ badGpuNext: 1 });
    const { plugin, vendor } = world;
    await plugin.create(inputs({ userData }));
    expect(await vendor.asked('SSH', /./)).toBe(0);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('what the gate is replaces no machine', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const [news, olds] = [gated({ privateKey: 'other', patienceS: 60 }), gated()];
    expect(await plugin.diff(news, olds, { type: H100, region: 'us-west-3' })).toMatchObject({
      ...{ isChanged: false, replaces: [] },
    });
    expect(await vendor.left()).toEqual(NONE);
  });
});

describe('who is not believed', () => {
  test('somebody who shows another key is a stranger, and is not asked', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const other = newSshKeyPair('gpu-0').publicKey;
    const { id, message } = await refusedBy(plugin.create(gated({ hostKey: other })));
    expect(await idsOf(vendor)).toEqual([id]);
    expect(message).toMatch(/^stranger: .* another host key/);
    expect(await vendor.asked('SSH', /./)).toBe(0);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('one machine of an environment is a stranger at the address of another', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    const second = newSshKeyPair('gpu-1');
    const told = { ...inputs({ userData: await userDataOf({ hostKey: second }) }), name: 'production-gpu-1' };
    await plugin.create({ ...told, gate: { ...gate, hostKey: second.publicKey } }, urnOf('gpu-1'));
    const { message } = await refusedBy(plugin.create({ ...told, gate }, urnOf('gpu-0')));
    expect(message).toMatch(/^stranger: .* another host key/);
    expect(await vendor.left()).toEqual({ alive: 2, centsPerHour: 2 * ONE.centsPerHour });
  });

  test.each([
    ['its report never comes', { reportS: 100_000 }, own.publicKey, userData, /ended with 1/],
    ['it does not let us in', {}, newSshKeyPair('x').publicKey, userData, /does not take the key/],
    ['nobody is at its address', {}, own.publicKey, '#cloud-config\n', /nobody answers/],
  ])('a silence is no answer: %s', async (_, settings, publicKey, told, why) => {
    await using world = await opened(settings, { ...key, publicKey });
    const { plugin, vendor } = world;
    const { id, message } = await refusedBy(plugin.create({ ...gated(), userData: told }));
    expect(await idsOf(vendor)).toEqual([id]);
    expect(message).toMatch(/^gate-silent: .* for 120 s/);
    expect(message).toMatch(why);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a connection that breaks is tried again', async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ ...report, what: 'drop', times: 3 });
    await plugin.create(gated());
    expect(await vendor.left()).toEqual(ONE);
  });

  test('what is secret is in no answer, whatever goes wrong', async () => {
    await using world = await opened({ badGpuNext: 99 });
    const { plugin, vendor } = world;
    const shown = await plugin.create(gated(), urnOf('gpu-0'), true);
    const none = await refusedBy(plugin.create(gated({ privateKey: `${login.privateKey}x`, replacements: 0 })));
    const bad = await refusedBy(plugin.update(none.id ?? '', gated(), none.outputs));
    const told = JSON.stringify([shown, none.message, none.outputs, bad.message, bad.outputs]);
    expect(secrets.length).toBeGreaterThan(0);
    for (const line of secrets) expect(told).not.toContain(line);
    expect(await vendor.left()).toEqual(ONE);
  });
});

describe('whoever is stopped in between loses nothing', () => {
  // Nobody waits for what is not heeded: it would be all that patience.
  test('who cancels while GPUs are tried is answered at once, with the id', { timeout: 30_000 }, async () => {
    await using world = await opened();
    const { plugin, vendor } = world;
    await vendor.fault({ ...report, what: 'hold' });
    const creating = refusedBy(plugin.create(gated()));
    await vendor.held();
    await plugin.cancel();
    const { id, message } = await creating;
    expect(await idsOf(vendor)).toEqual([id]);
    expect(message).toMatch(/^cancelled: .*bills/);
    await vendor.release();
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each([
    ['while its GPUs are tried', report],
    // The price is asked before each launch: nothing lives.
    ['between the end of a bad one and the next launch', { method: 'GET', path: 'instance-types$', after: 1 }],
    ['when the next is launched, and nobody has heard of it', { ...LAUNCH, what: 'hold-answer', after: 1 }],
    ['when the next is launched, and boots', { method: 'GET', path: 'instances/', after: 36 }],
  ] as const)('the plugin is killed %s: exactly one lives in the end', async (_, fault) => {
    await using world = await opened({ badGpuNext: 1 });
    const { plugin, vendor } = world;
    await vendor.fault({ what: 'hold', ...fault });
    const lost = plugin.create(gated()).catch(() => undefined);
    await vendor.held();
    await plugin.kill();
    await lost;
    await vendor.release();
    const { id } = await (await world.again()).create(gated());
    expect(await idsOf(vendor)).toEqual([id]);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('one of an earlier attempt that lives beside a later one is ended, and the later taken up', async () => {
    await using world = await opened({ badGpuNext: 1 });
    const { plugin, vendor } = world;
    // The second attempt is launched, and whoever launched it is killed; the next does not see it in the list.
    await vendor.fault({ ...LAUNCH, what: 'hold-answer', after: 1 });
    const lost = plugin.create(gated()).catch(() => undefined);
    await vendor.held();
    const [second = ''] = await idsOf(vendor);
    await plugin.kill();
    await lost;
    await vendor.release();
    await vendor.set({ listLagS: 100_000 });
    const next = await world.again();
    const first = await next.create(gated());
    expect(await idsOf(vendor)).toEqual([second, first.id]);
    await vendor.set({ listLagS: 0 });
    expect((await next.create(gated())).id).toBe(second);
    expect(await idsOf(vendor)).toEqual([second]);
    expect(await vendor.left()).toEqual(ONE);
  });
});
