import { describe, expect, test } from 'vitest';
import {
  adoptOrLaunch,
  endInstances,
  type Launching,
  NotLaunched,
  NotUsable,
  type Order,
  openLambda,
  untilActive,
} from '../../src/core/cloud/index.ts';
import { NOON, openVendor, type Vendor } from './emulator.ts';
import { virtualTime } from './virtual.ts';

const NONE = { alive: 0, centsPerHour: 0 };
const ONE = { alive: 1, centsPerHour: 3192 };
const LAUNCH = { method: 'POST', path: 'launch$' } as const;
const order: Order = {
  ...{
    token: 't1',
    stack: 'production',
    home: 'h1',
    name: 'production-gpu-0',
    sshKey: 'sophia',
    userData: '#cloud-config',
  },
  candidates: [
    { type: 'gpu_8x_h100_sxm5', region: 'us-west-3', centsPerHour: 3192 },
    { type: 'gpu_8x_h100_sxm5', region: 'us-east-1', centsPerHour: 3192 },
  ],
};

/** Somebody who launches, beside the vendor. Each lives in a time of its own, as processes do. */
async function launcher(vendor: Vendor): Promise<Launching & { readonly stop: AbortController }> {
  const stop = new AbortController();
  const time = virtualTime(NOON);
  const lambda = openLambda({
    ...{ ...time, key: vendor.key, rehearsal: vendor.url, signal: stop.signal, patienceS: undefined, again: 4 },
  });
  if ((await lambda.sshKeys()).length === 0) await lambda.addSshKey({ name: 'sophia', publicKey: 'ssh-ed25519 AAAA' });
  return { lambda, clock: time.clock, signal: stop.signal, stop };
}

describe('adopt or launch', () => {
  test('launches once, with all that a machine must carry from its birth', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const { id, isAdopted } = await adoptOrLaunch(deps, { ...order, expiresAt: 1_795_000_000 });
    expect(isAdopted).toBe(false);
    const [machine] = await deps.lambda.instances();
    expect(machine).toMatchObject({
      ...{ id, name: 'production-gpu-0', status: 'booting', region: 'us-west-3', ip: null },
      tags: {
        ...{ 'managed-by': 'sophia', 'sophia:stack': 'production', 'sophia:home': 'h1', 'sophia:launch': 't1' },
        ...{ 'sophia:launched-at': expect.stringMatching(/^\d{10}$/), 'sophia:expires-at': '1795000000' },
      },
    });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('whoever comes again, in another process, takes what was launched before', async () => {
    await using vendor = await openVendor();
    const first = await adoptOrLaunch(await launcher(vendor), order);
    const second = await adoptOrLaunch(await launcher(vendor), order);
    expect(second).toEqual({ ...first, isAdopted: true });
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each([0, 25])(
    'an answer that is lost costs nothing twice, though the list lags %i s behind',
    async (listLagS) => {
      await using vendor = await openVendor({ listLagS });
      await vendor.fault({ ...LAUNCH, what: 'lose' });
      const { id, isAdopted } = await adoptOrLaunch(await launcher(vendor), order);
      expect(isAdopted).toBe(true);
      expect((await vendor.alive()).map((each) => each.id)).toEqual([id]);
      expect(await vendor.asked('POST', /launch$/)).toBe(1);
      expect(await vendor.left()).toEqual(ONE);
    },
  );

  test.each([
    { what: 'malformed' },
    { what: 'done-answer', status: 500 },
    { what: 'done-answer', status: 400, code: 'global/unknown' },
  ] as const)('a launch that was done, whatever was answered, is found: $what $status $code', async (fault) => {
    await using vendor = await openVendor();
    await vendor.fault({ ...LAUNCH, ...fault });
    const { id } = await adoptOrLaunch(await launcher(vendor), order);
    expect((await vendor.alive()).map((each) => each.id)).toEqual([id]);
    expect(await vendor.asked('POST', /launch$/)).toBe(1);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a launch of which nothing is known is not asked for again: it is said, and the next try launches', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    await vendor.fault({ ...LAUNCH, what: 'drop' });
    await expect(adoptOrLaunch(deps, order)).rejects.toMatchObject({ code: 'in-doubt', retryable: true });
    expect(await vendor.left()).toEqual(NONE);
    await adoptOrLaunch(deps, order);
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a launch that was done before all went silent: it is said that something may bill, and the next try finds it', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    await vendor.fault({ ...LAUNCH, what: 'lose' });
    await vendor.fault({ method: 'GET', path: 'instances$', what: 'drop', after: 1, times: 20 });
    const thrown = await adoptOrLaunch(deps, order).catch((error: NotLaunched) => error);
    expect(thrown).toMatchObject({
      code: 'in-doubt',
      message: expect.stringContaining('may have been launched, and bill'),
    });
    expect((await vendor.left()).alive).toBe(1);
    expect(await adoptOrLaunch(deps, order)).toMatchObject({ isAdopted: true });
  });

  test('a price that rises while a launch waits for its turn launches nothing more', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const dearer = (await (await fetch(`${vendor.url}/__emu/types`)).json()) as { centsPerHour: number }[];
    await vendor.fault({ ...LAUNCH, what: 'hold-answer' });
    const asked = ['t1', 't2'].map((token) =>
      adoptOrLaunch(deps, { ...order, token }).catch((error: NotLaunched) => error),
    );
    await vendor.held();
    await vendor.set({ types: dearer.map((type) => ({ ...type, centsPerHour: type.centsPerHour * 2 })) as never });
    await vendor.release();
    const [first, second] = await Promise.all(asked);
    expect(first).toMatchObject({ isAdopted: false });
    expect(second).toMatchObject({ code: 'price-rose' });
    expect((await vendor.left()).alive).toBe(1);
  });

  test('where the vendor stays in doubt, it is said, and nothing lives', async () => {
    await using vendor = await openVendor();
    await vendor.fault({ ...LAUNCH, what: 'answer', times: 9 });
    await expect(adoptOrLaunch(await launcher(vendor), order)).rejects.toMatchObject({
      code: 'in-doubt',
      retryable: true,
    });
    expect(await vendor.left()).toEqual(NONE);
    expect(await vendor.asked('POST', /launch$/)).toBe(1);
  });

  test('two that live of one launch are named, and neither is touched', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const { token, stack, home } = order;
    const tags = { 'managed-by': 'sophia', 'sophia:stack': stack, 'sophia:home': home, 'sophia:launch': token };
    const request = { ...{ type: 'gpu_8x_h100_sxm5', region: 'us-west-3', name: 'twin', sshKey: 'sophia' }, tags };
    const ids = [await deps.lambda.launch(request), await deps.lambda.launch(request)];
    const thrown = await adoptOrLaunch(deps, order).catch((error: NotLaunched) => error);
    expect(thrown).toBeInstanceOf(NotLaunched);
    for (const id of ids) expect(String(thrown)).toContain(id);
    expect((await vendor.left()).alive).toBe(2);
  });

  test('a machine of an earlier attempt, which was of no use, is not taken up again while it is listed', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const bad = await adoptOrLaunch(deps, order);
    const next = await adoptOrLaunch(deps, { ...order, attempt: 1 });
    expect(next).toMatchObject({ isAdopted: false, attempt: 1 });
    expect(next.id).not.toBe(bad.id);
    expect(await vendor.left()).toEqual({ alive: 2, centsPerHour: 2 * 3192 });
  });

  test('one of this launch of which not all is told is neither taken nor launched beside', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const { id } = await adoptOrLaunch(deps, order);
    const odd = async () =>
      (await deps.lambda.instances()).map((each) => ({ ...each, region: '', untold: ['region'] }));
    const lambda = { ...deps.lambda, instances: odd } as unknown as Launching['lambda'];
    await expect(adoptOrLaunch({ ...deps, lambda }, order)).rejects.toMatchObject({
      ...{ code: 'unreadable', message: expect.stringContaining(id) },
    });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('the machine of another workspace, or of somebody else, is not taken for it', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const other = await adoptOrLaunch(deps, { ...order, home: 'h2' });
    const own = await adoptOrLaunch(deps, order);
    expect(own).toMatchObject({ isAdopted: false });
    expect(own.id).not.toBe(other.id);
    expect(await vendor.left()).toEqual({ alive: 2, centsPerHour: 2 * 3192 });
  });

  test('without capacity the next candidate is asked for; without any it says which were tried', async () => {
    await using vendor = await openVendor({
      capacity: { gpu_8x_h100_sxm5: { 'us-west-3': 0, 'us-east-1': 1 } },
    });
    const deps = await launcher(vendor);
    await adoptOrLaunch(deps, order);
    expect(await vendor.alive()).toMatchObject([{ region: 'us-east-1' }]);
    await expect(adoptOrLaunch(deps, { ...order, token: 't2' })).rejects.toThrow(
      'there is no capacity for gpu_8x_h100_sxm5 in us-west-3, gpu_8x_h100_sxm5 in us-east-1',
    );
    expect(await vendor.left()).toEqual(ONE);
  });

  test('a quota is a wall: no other region is tried', async () => {
    await using vendor = await openVendor({ quotaGpus: 4 });
    await expect(adoptOrLaunch(await launcher(vendor), order)).rejects.toMatchObject({ code: 'global/quota-exceeded' });
    expect(await vendor.asked('POST', /launch$/)).toBe(1);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('a price above the one that was agreed to launches nothing', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const [, ...rest] = order.candidates;
    const cheaper = {
      ...order,
      candidates: [{ type: 'gpu_8x_h100_sxm5', region: 'us-west-3', centsPerHour: 3191 }, ...rest],
    };
    await expect(adoptOrLaunch(deps, cheaper)).rejects.toThrow('now costs $31.92 an hour; $31.91 was agreed to');
    expect(await vendor.asked('POST', /launch$/)).toBe(0);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('what is listed without a price is not launched, whatever was agreed to', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const types = (await (await fetch(`${vendor.url}/__emu/types`)).json()) as { centsPerHour: number }[];
    await vendor.set({ types: types.map((type) => ({ ...type, centsPerHour: 0 })) as never });
    await expect(adoptOrLaunch(deps, order)).rejects.toMatchObject({
      ...{ code: 'not-sold', message: expect.stringContaining('without a price') },
    });
    expect(await vendor.asked('POST', /launch$/)).toBe(0);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('one too many is asked again, and launches keep their distance', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    await vendor.fault({ ...LAUNCH, what: 'answer', status: 429, times: 2 });
    await Promise.all([0, 1, 2].map((at) => adoptOrLaunch(deps, { ...order, token: `t${at}` })));
    expect((await vendor.left()).alive).toBe(3);
    // The two were the fault's; of our own making is none.
    expect((await vendor.log()).refused).toEqual({ questions: 0, launches: 0 });
  });
});

describe('until it is active', () => {
  const launched = async (vendor: Vendor) => {
    const deps = await launcher(vendor);
    return { deps, id: (await adoptOrLaunch(deps, order)).id };
  };

  test('waits for the address too, and says meanwhile how it stands', async () => {
    await using vendor = await openVendor();
    const { deps, id } = await launched(vendor);
    const told: string[] = [];
    const found = await untilActive(deps, {
      id,
      patienceS: 1800,
      tell: (status, s) => told.push(`${status} ${Math.round(s)}`),
    });
    expect(found).toMatchObject({ status: 'active', ip: expect.stringMatching(/^198\.51\.100\./) });
    expect(told[0]).toBe('booting 1');
    expect(told.length).toBeGreaterThan(90);
    expect(await vendor.left()).toEqual(ONE);
  });

  test.each([
    ['unhealthy', { unhealthyNext: 1 }],
    ['slow-boot', { bootS: [{ upTo: 64, seconds: 4000 }] }],
  ] as const)('a machine that is no use keeps its id: %s', async (code, settings) => {
    await using vendor = await openVendor(settings);
    const { deps, id } = await launched(vendor);
    const thrown = await untilActive(deps, { id, patienceS: 1800 }).catch((error: NotUsable) => error);
    expect(thrown).toBeInstanceOf(NotUsable);
    expect(thrown).toMatchObject({ code, id });
    expect((await vendor.left()).centsPerHour).toBe(3192);
  });

  test('a vendor that fails right after the launch costs the id of nothing', async () => {
    await using vendor = await openVendor();
    const { deps, id } = await launched(vendor);
    await vendor.fault({ method: 'GET', path: `instances/${id}`, what: 'answer', status: 500, times: 9 });
    await expect(untilActive(deps, { id, patienceS: 1800 })).rejects.toMatchObject({ code: 'unreadable', id });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('one that is unknown for a while after its launch is waited for', async () => {
    await using vendor = await openVendor({ lookLagS: 25 });
    const { deps, id } = await launched(vendor);
    expect(await untilActive(deps, { id, patienceS: 1800 })).toMatchObject({ id, status: 'active' });
    expect(await vendor.left()).toEqual(ONE);
  });

  test('whoever stops waiting leaves at once, with the id', async () => {
    await using vendor = await openVendor();
    const { deps, id } = await launched(vendor);
    await vendor.fault({ method: 'GET', path: `instances/${id}`, what: 'hold', after: 3 });
    const waiting = untilActive(deps, { id, patienceS: 1800 }).catch((error: NotUsable) => error);
    await vendor.held();
    deps.stop.abort();
    expect(await waiting).toMatchObject({ code: 'cancelled', id, instance: { status: 'booting' } });
    await vendor.release();
    expect(await vendor.left()).toEqual(ONE);
  });
});

describe('ending', () => {
  test.each(['unknown', 'terminated'] as const)(
    'is over when the vendor says so (%s), and twice does no harm',
    async (endedIs) => {
      await using vendor = await openVendor({ endedIs });
      const deps = await launcher(vendor);
      const { id } = await adoptOrLaunch(deps, order);
      await vendor.fault({ method: 'POST', path: 'terminate$', what: 'lose' });
      expect(await endInstances(deps, [id])).toEqual({ ended: [id], left: [] });
      expect((await vendor.bill()).machines).toMatchObject([{ id, status: 'terminated' }]);
      expect(await endInstances(deps, [id])).toEqual({ ended: [id], left: [] });
      expect(await vendor.left()).toEqual(NONE);
      expect((await vendor.bill()).cents).toBeGreaterThan(0);
    },
  );

  test('one that was launched a moment ago, and is unknown yet to whoever looks, is ended and not taken for gone', async () => {
    await using vendor = await openVendor({ lookLagS: 25 });
    const deps = await launcher(vendor);
    const { id } = await adoptOrLaunch(deps, order);
    expect(await endInstances(deps, [id])).toEqual({ ended: [id], left: [] });
    expect(await vendor.left()).toEqual(NONE);
  });

  test('a vendor that does not know what to say is asked again; of one that is gone, that is enough', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const { id } = await adoptOrLaunch(deps, order);
    const fault = { method: 'POST', path: 'terminate$', what: 'answer', status: 400, code: 'global/unknown' } as const;
    await vendor.fault({ ...fault, times: 2 });
    expect(await endInstances(deps, [id])).toEqual({ ended: [id], left: [] });
    await vendor.fault({ ...fault, times: 99 });
    expect(await endInstances(deps, [id])).toEqual({ ended: [id], left: [] });
    expect(await vendor.left()).toEqual(NONE);
  });

  test('a 404 that is not the vendor`s ends nothing', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const { id } = await adoptOrLaunch(deps, order);
    await vendor.fault({ method: 'GET', path: 'instances/', what: 'answer', status: 404, code: '-', times: 99 });
    const { left } = await endInstances(deps, [id]);
    expect(left).toMatchObject([{ id }]);
    expect((await vendor.left()).alive).toBe(1);
  });

  test('one that is refused is named, and holds up none of the others', async () => {
    await using vendor = await openVendor();
    const deps = await launcher(vendor);
    const ids = [(await adoptOrLaunch(deps, order)).id, (await adoptOrLaunch(deps, { ...order, token: 't2' })).id];
    await vendor.fault({
      method: 'POST',
      path: 'terminate$',
      what: 'answer',
      status: 400,
      code: 'global/invalid-parameters',
      // Both at once, and then the first alone.
      times: 2,
    });
    const { ended, left } = await endInstances(deps, ids);
    expect(ended).toEqual([ids[1]]);
    expect(left).toEqual([{ id: ids[0], why: expect.stringContaining('global/invalid-parameters') }]);
    expect((await vendor.alive()).map((each) => each.id)).toEqual([ids[0]]);
    expect(await vendor.left()).toEqual(ONE);
  });
});
