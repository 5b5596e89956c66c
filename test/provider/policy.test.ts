import { expect, test } from 'vitest';
import type { Agreed } from '../../src/policy/rule.ts';
import { openVendor } from '../cloud/emulator.ts';
import { describeEngine } from '../engine.ts';
import { endsWithParent } from '../processes.ts';
import { builtFile } from './built.ts';
import { Environment } from './stack.ts';

const EACH = 3192;
const NONE = { alive: 0, centsPerHour: 0 };
const TWO = { alive: 2, centsPerHour: 2 * EACH };
const THREE = { alive: 3, centsPerHour: 3 * EACH };
const LAUNCH = /launch$/;
const upTo = (machines: number, there: Agreed['there'] = []): Agreed => ({ capCents: machines * EACH, there });

describeEngine("the second gate of cost, with no other, beside Pulumi's engine", (engine) => {
  test('of three machines two of which were agreed to, the third is launched by no update, whichever comes first', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    const orders = [
      [0, 1, 2],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      environment.machines = order;
      const policyPacks = [environment.gate(upTo(2, environment.there()))];
      await expect(stack.up({ policyPacks })).rejects.toThrow('$63.84 was agreed to; plan anew: sophia deploy plan');
      expect(await vendor.asked('POST', LAUNCH)).toBeLessThanOrEqual(2);
      expect(environment.recorded()).toEqual((await vendor.alive()).map(({ id }) => id).sort());
    }
    expect(await vendor.asked('POST', LAUNCH)).toBe(2);
    expect(await vendor.left()).toEqual(TWO);
  });

  test('an update that goes on after errors launches those that were agreed to, and no other', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    const policyPacks = [environment.gate(upTo(2))];
    await expect(stack.up({ policyPacks, continueOnError: true })).rejects.toThrow('$95.76 an hour would bill');
    expect(await vendor.asked('POST', LAUNCH)).toBe(2);
    expect(environment.recorded()).toHaveLength(2);
    expect(await vendor.left()).toEqual(TWO);
  });

  test('what was agreed to is made, and once it is there an update without a change passes; less is agreed to: it stays', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    await stack.up({ policyPacks: [environment.gate(upTo(3))] });
    expect(await vendor.left()).toEqual(THREE);
    for (const machines of [3, 2]) {
      const policyPacks = [environment.gate(upTo(machines, environment.there()))];
      expect((await stack.up({ policyPacks })).summary.resourceChanges).toEqual({ same: 5 });
    }
    expect(await vendor.asked('POST', LAUNCH)).toBe(3);
    expect(await vendor.left()).toEqual(THREE);
  });

  test('a preview is refused as well', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    await stack.preview({ policyPacks: [environment.gate(upTo(3))] });
    await expect(stack.preview({ policyPacks: [environment.gate(upTo(2))] })).rejects.toThrow('was agreed to');
    expect(await vendor.left()).toEqual(NONE);
  });

  test('a machine that may not be ended is not launched', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    environment.options = { protect: true };
    const stack = await environment.stack();
    await expect(stack.up({ policyPacks: [environment.gate(upTo(3))] })).rejects.toThrow('take protect away');
    expect(await vendor.asked('POST', LAUNCH)).toBe(0);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('where nobody says what was agreed to, nothing at all is made', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    await expect(stack.up({ policyPacks: [environment.gate()] })).rejects.toThrow('nobody said what this may cost');
    expect(await vendor.asked('POST', /./)).toBe(0);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('one that does not start lets nothing through', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    await expect(stack.up({ policyPacks: [environment.gate(upTo(3), '/dev/null')] })).rejects.toThrow(
      'failed to start',
    );
    expect(await vendor.asked('POST', /./)).toBe(0);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('as it is built, with nothing beside it, it lets through what was agreed to and no more', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor);
    const stack = await environment.stack();
    const policyPacks = (agreed: Agreed) => [environment.gate(agreed, builtFile('policy'))];
    await expect(stack.up({ policyPacks: policyPacks(upTo(0)) })).rejects.toThrow('$0.00 was agreed to');
    expect(await vendor.left()).toEqual(NONE);
    await stack.up({ policyPacks: policyPacks(upTo(3)) });
    expect(await vendor.left()).toEqual(THREE);
  });
});

test('a gate whose engine is gone ends itself', async () => {
  expect(await endsWithParent('src/policy/main.ts')).toBe(true);
});
