import { expect, test } from 'vitest';
import { newSshKeyPair } from '../../src/core/cloud/index.ts';
import { userDataOf } from '../../src/core/deploy/index.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import { openVendor } from '../cloud/emulator.ts';
import { describeEngine } from '../engine.ts';
import { Environment, H100, SECRET } from './stack.ts';

const THREE = { alive: 3, centsPerHour: 3 * 3192 };
const NONE = { alive: 0, centsPerHour: 0 };

describeEngine("Pulumi's engine drives the plugin", (engine) => {
  test('shows, makes, leaves alone, looks and ends; nothing that it leaves tells a secret', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    expect((await stack.preview()).changeSummary).toMatchObject({ create: 5 });
    expect(await vendor.left()).toEqual(NONE);
    const told: string[] = [];
    await stack.up({ onEvent: ({ diagnosticEvent }) => void (diagnosticEvent && told.push(diagnosticEvent.message)) });
    const ids = (await vendor.alive()).map(({ id }) => id).sort();
    expect(environment.recorded()).toEqual(ids);
    expect(await vendor.left()).toEqual(THREE);
    // Between the beginning and the end the engine says nothing: what is told is the plugin's.
    expect(told.join('\n')).toMatch(/launched: gpu_8x_h100_sxm5 in us-west-3[\s\S]*is booting, \d+ s/);
    expect((await vendor.log()).refused).toEqual({ questions: 0, launches: 0 });
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 5 });
    expect((await stack.refresh()).summary.resourceChanges).toMatchObject({ same: 5 });
    await stack.destroy();
    expect(await vendor.left()).toEqual(NONE);
    const written = environment.written();
    expect(written.length).toBeGreaterThan(1000);
    for (const hidden of [SECRET, vendor.key, 'jupyter-secret']) expect(written.includes(hidden), hidden).toBe(false);
  });

  test('one whose GPUs are bad is ended and replaced in the same update; no private key is left anywhere', async () => {
    await using vendor = await openVendor({ badGpuNext: 1 });
    using environment = new Environment(engine, vendor);
    const [login, hostKey] = [newSshKeyPair('sophia'), newSshKeyPair('gpu')];
    environment.publicKey = login.publicKey;
    environment.userData = await userDataOf({ hostKey });
    environment.health = { hostKey: hostKey.publicKey, privateKey: login.privateKey };
    const stack = await environment.stack();
    await stack.preview();
    await stack.up();
    expect(environment.recorded()).toEqual((await vendor.alive()).map(({ id }) => id).sort());
    expect((await vendor.bill()).machines.map(({ status }) => status).sort()).toEqual([
      ...['active', 'active', 'active'],
      'terminated',
    ]);
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 5 });
    const written = environment.written();
    const lines = [login, hostKey].flatMap(({ privateKey }) =>
      privateKey.split('\n').filter((line) => !/-{5}/.test(line)),
    );
    for (const line of lines.filter((each) => each.length === 70)) expect(written.includes(line)).toBe(false);
    expect(await vendor.left()).toEqual(THREE);
  });

  const points: readonly [string, Omit<Fault, 'status' | 'code'>][] = [
    ['before the first launch is done', { method: 'POST', path: 'launch$', what: 'hold', after: 0, times: 1 }],
    [
      'when the first launch is done, and not told',
      { method: 'POST', path: 'launch$', what: 'hold-answer', after: 0, times: 1 },
    ],
    [
      'when the last launch is done, and not told',
      { method: 'POST', path: 'launch$', what: 'hold-answer', after: 2, times: 1 },
    ],
    ['while they boot', { method: 'GET', path: 'instances/', what: 'hold', after: 9, times: 1 }],
    ['before it was looked what lives', { method: 'GET', path: 'instances$', what: 'hold', after: 0, times: 1 }],
  ];
  test.each(
    points.flatMap(([when, fault]) => (['engine', 'plugin'] as const).map((which) => [which, when, fault] as const)),
  )(
    'the %s is killed %s: deployed again, three live, each recorded once, and nothing is in doubt',
    async (which, _, fault) => {
      await using vendor = await openVendor();
      using environment = new Environment(engine, vendor);
      const stack = await environment.stack();
      await vendor.fault(fault);
      const lost = stack.up().then(
        () => undefined,
        (error: Error) => error,
      );
      await vendor.held();
      environment.kill(which);
      expect(await lost).toBeInstanceOf(Error);
      await vendor.release();
      // An engine that is killed leaves its lock, and what it was about to create.
      expect(environment.isLocked()).toBe(which === 'engine');
      if (which === 'engine') await stack.cancel();
      await stack.up();
      await stack.refresh({ clearPendingCreates: true });
      expect(environment.recorded()).toEqual((await vendor.alive()).map(({ id }) => id).sort());
      expect(environment.pending()).toBe(0);
      expect(await vendor.left()).toEqual(THREE);
      await stack.destroy();
      expect(await vendor.left()).toEqual(NONE);
    },
  );

  test('a machine that ended behind our back is made again, and it alone', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    await stack.up();
    const [gone = '', ...kept] = environment.recorded();
    await vendor.befall(gone, 'terminated');
    await stack.refresh();
    expect((await stack.up()).summary.resourceChanges).toMatchObject({ create: 1 });
    expect(environment.recorded()).toEqual(expect.arrayContaining(kept));
    expect(environment.recorded()).not.toContain(gone);
    expect(await vendor.left()).toEqual(THREE);
  });

  test('one of three without capacity: the others are recorded, and the next time it is made', async () => {
    await using vendor = await openVendor({ capacity: { [H100]: { 'us-west-3': 2 } } });
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    await expect(stack.up({ continueOnError: true })).rejects.toThrow('no-capacity');
    expect(environment.recorded()).toEqual((await vendor.alive()).map(({ id }) => id).sort());
    await vendor.set({ capacity: { [H100]: { 'us-west-3': 5 } } });
    await stack.up();
    expect(await vendor.left()).toEqual(THREE);
  });

  test('a price that rose since the quote launches nothing', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    environment.centsPerHour = 2392;
    await expect((await environment.stack()).up()).rejects.toThrow('price-rose');
    expect(environment.recorded()).toEqual([]);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('what boots otherwise is made before the old is ended', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    await stack.up();
    const before = environment.recorded();
    environment.userData = `${environment.userData} v2`;
    await stack.up();
    expect(environment.recorded().filter((id) => before.includes(id))).toEqual([]);
    const { requests } = await vendor.log();
    const asked = requests.flatMap(({ path }) => /(launch|terminate)$/.exec(path)?.[1] ?? []);
    expect(asked).toEqual([...Array(6).fill('launch'), ...Array(3).fill('terminate')]);
    expect(await vendor.left()).toEqual(THREE);
  });

  test('a wrong passphrase touches nothing', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    await (await environment.stack()).up();
    await expect(environment.stack('another').then((stack) => stack.destroy())).rejects.toThrow('incorrect passphrase');
    expect(await vendor.left()).toEqual(THREE);
  });
});
