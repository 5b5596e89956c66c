import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { silent } from '../../src/commands/progress.ts';
import { newSshKeyPair } from '../../src/core/cloud/index.ts';
import { processHost } from '../../src/core/context/host.ts';
import { openContext } from '../../src/core/context/index.ts';
import { userDataOf } from '../../src/core/deploy/index.ts';
import { findEngine, type Order, openStack } from '../../src/core/stack/index.ts';
import { openVendor } from '../cloud/emulator.ts';
import { describeEngine } from '../engine.ts';
import { build } from '../kill/life.ts';
import { packageRoot } from '../sophia.ts';
import { CENTS, childrenOf, H100 } from './house.ts';

beforeAll(build, 300_000);

/** How a process was started and all that it started, as anybody on this machine can read it. */
function calledBelow(pid: number): string[] {
  return childrenOf(pid).flatMap((child) => [readFileSync(`/proc/${child}/cmdline`, 'utf8'), ...calledBelow(child)]);
}

describeEngine('what is recorded of an environment is sealed', (path) => {
  test('by a passphrase that no process is called with; with another nothing is touched, and it is said how to go on', async () => {
    await using vendor = await openVendor({}, { speed: 600 });
    const dir = mkdtempSync(join(tmpdir(), 'sophia-sealed-'));
    const context = openContext(processHost(packageRoot), dir, silent);
    const engine = await findEngine(context, path);
    const place = { environment: 'production', folder: join(dir, 'deploy') };
    const told = JSON.stringify({ url: vendor.url, key: vendor.key, speed: 600 });
    const plugin = { program: 'rehearsal', env: { SOPHIA_REHEARSED: told } } as const;
    const opened = (passphrase: string) =>
      openStack(context, { engine, place, passphrase, plugin, hear: () => undefined });
    const [login, hostKey] = [newSshKeyPair('sophia'), newSshKeyPair('host')];
    const candidates = [{ type: H100, region: 'us-west-3', centsPerHour: CENTS }];
    const order: Order = {
      ...{ environment: 'production', home: 'h1', sshKey: { name: 'sophia', publicKey: login.publicKey } },
      machines: [{ name: 'node-0', candidates }],
    };
    const gate = { hostKey: hostKey.publicKey, privateKey: login.privateKey };
    const births = { 'node-0': { userData: await userDataOf({ hostKey }), gate } };
    const { signal } = new AbortController();
    const raise = (passphrase: string) =>
      opened(passphrase).raise(order, { agreedCents: CENTS, looks: false, births, signal });
    await vendor.fault({ method: 'POST', path: 'launch$', what: 'hold' });
    const raising = raise('quiet otter of the river');
    await vendor.held();
    const called = calledBelow(process.pid).join('\n');
    expect(called).toContain('rehearsal.js');
    for (const secret of ['quiet otter', vendor.key, login.privateKey.split('\n')[1] ?? ''])
      expect(called.includes(secret), secret).toBe(false);
    await vendor.release();
    await raising;
    const said = { exit: 'config', next: expect.arrayContaining(['set SOPHIA_DEPLOY_PASSPHRASE to it']) };
    await expect(raise('another')).rejects.toMatchObject(said);
    await expect(opened('another').end(signal)).rejects.toMatchObject(said);
    expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: CENTS });
    await opened('quiet otter of the river').end(signal);
    expect(await vendor.left()).toEqual({ alive: 0, centsPerHour: 0 });
    // Also where nothing is there any more, and what the engine keeps beside the record was left half.
    const salt = join(place.folder, 'production/Pulumi.production.yaml');
    const [whole, posted] = [readFileSync(salt, 'utf8'), await vendor.asked('POST', /./)];
    writeFileSync(salt, whole.slice(0, 40));
    await expect(raise('another')).rejects.toMatchObject(said);
    expect(await vendor.asked('POST', /./)).toBe(posted);
    writeFileSync(salt, whole.slice(0, -3));
    await raise('quiet otter of the river');
    expect(readFileSync(salt, 'utf8')).toBe(whole);
    expect(await vendor.left()).toEqual({ alive: 1, centsPerHour: CENTS });
    await opened('quiet otter of the river').end(signal);
    expect(await vendor.left()).toEqual({ alive: 0, centsPerHour: 0 });
    rmSync(dir, { recursive: true });
  });
});
