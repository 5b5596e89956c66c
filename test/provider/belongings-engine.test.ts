import type { Output } from '@pulumi/pulumi/output.js';
import { CustomResource } from '@pulumi/pulumi/resource.js';
import { expect, test } from 'vitest';
import { openVendor } from '../cloud/emulator.ts';
import { describeEngine } from '../engine.ts';
import { urnOf } from './plugin.ts';
import { Environment, H100, KEY, Key, Machine } from './stack.ts';

const NOTHING = { filesystems: [], rulesets: [], sshKeys: [] };
const whose = { stack: 'production', home: 'h1', region: 'us-west-3' };

class Guard extends CustomResource {
  constructor(name: string, inputs: object) {
    super('sophialambda:index:FirewallRuleset', name, { ...inputs, knownAs: undefined });
  }
}

class Data extends CustomResource {
  declare readonly knownAs: Output<string>;

  constructor(name: string, inputs: object) {
    super('sophialambda:index:Filesystem', name, { ...inputs, knownAs: undefined, mountPoint: undefined });
  }
}

/** A machine with data of its own, which only those of one network reach. */
function guardedMachine(source: string): void {
  const rules = [{ protocol: 'tcp', ports: [6443, 6443], source }];
  const guard = new Guard('nodes', { ...whose, name: 'production-nodes', rules });
  const data = new Data('data', { ...whose, name: 'production-data' });
  new Machine('gpu-0', {
    ...{
      name: 'production-gpu-0',
      stack: 'production',
      home: 'h1',
      sshKey: new Key('key', KEY).id.apply(() => KEY.name),
    },
    ...{ candidates: [{ type: H100, region: 'us-west-3', centsPerHour: 3192 }] },
    ...{ rulesets: [guard.id], filesystems: [data.knownAs] },
  });
}

describeEngine("Pulumi's engine makes a machine with a ruleset and a filesystem", (engine) => {
  test('shown, made, left alone, opened to others in place, and ended: nothing is left', async () => {
    await using vendor = await openVendor();
    let source = '198.51.100.0/24';
    using environment = new Environment(engine, vendor, () => guardedMachine(source));
    const stack = await environment.stack();
    expect((await stack.preview()).changeSummary).toMatchObject({ create: 5 });
    expect(await vendor.belongings()).toMatchObject(NOTHING);
    await stack.up();
    const [machine = ''] = environment.recorded();
    const { filesystems, rulesets } = await vendor.belongings();
    expect([filesystems.length, rulesets.length]).toEqual([1, 1]);
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 5 });
    source = '203.0.113.0/24';
    expect((await stack.preview()).changeSummary).toEqual({ update: 1, same: 4 });
    expect((await stack.up()).summary.resourceChanges).toEqual({ update: 1, same: 4 });
    expect(await vendor.belongings()).toMatchObject({
      rulesets: [{ id: rulesets[0]?.id, rules: [{ source_network: '203.0.113.0/24' }] }],
    });
    expect((await stack.refresh()).summary.resourceChanges).toMatchObject({ same: 5 });
    const forced = await stack.up({ replace: [urnOf('data', 'Filesystem')] });
    expect(forced.summary.resourceChanges).toMatchObject({ replace: 1 });
    expect((await vendor.belongings()).filesystems).toEqual(filesystems);
    expect(environment.recorded()).toEqual([machine]);
    expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: 3192 });
    await stack.destroy();
    expect(await vendor.belongings()).toMatchObject(NOTHING);
    expect(await vendor.left()).toEqual({ alive: 0, centsPerHour: 0 });
  });

  test('killed while it makes a filesystem: deployed again there is one, and destroying leaves none', async () => {
    await using vendor = await openVendor();
    using environment = new Environment(engine, vendor, () => guardedMachine('198.51.100.0/24'));
    const stack = await environment.stack();
    await vendor.fault({ method: 'POST', path: '/filesystems$', what: 'hold-answer' });
    const lost = stack.up().then(
      () => undefined,
      (error: Error) => error,
    );
    await vendor.held();
    environment.kill('plugin');
    expect(await lost).toBeInstanceOf(Error);
    await vendor.release();
    await stack.up();
    const { filesystems, rulesets } = await vendor.belongings();
    expect([filesystems.length, rulesets.length]).toEqual([1, 1]);
    await stack.destroy();
    expect(await vendor.belongings()).toMatchObject(NOTHING);
    expect(await vendor.left()).toEqual({ alive: 0, centsPerHour: 0 });
  });
});
