import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openVendor, type Vendor } from './emulator.ts';

const H100 = 'gpu_8x_h100_sxm5';
const NONE = { alive: 0, centsPerHour: 0 };
const ONE = { alive: 1, centsPerHour: 3192 };
const LAUNCH = 'POST /instance-operations/launch';
const launch = { region_name: 'us-west-3', instance_type_name: H100, ssh_key_names: ['own'] };

/** Asks as anybody might, a minute after the question before: no pace stands in the way. */
async function ask(vendor: Vendor, question: string, body?: object, key = vendor.key) {
  const [method = '', path = ''] = question.split(' ');
  await vendor.advance(60);
  const response = await fetch(`${vendor.url}/api/v1${path}`, {
    ...{ method, headers: { authorization: `Bearer ${key}` }, ...(body && { body: JSON.stringify(body) }) },
  });
  const { data, error } = (await response.json()) as { data?: never; error?: { code: string; message: string } };
  return { status: response.status, data: data as unknown, code: error?.code, message: error?.message };
}

async function withKey(settings: Parameters<typeof openVendor>[0] = {}): Promise<Vendor> {
  const vendor = await openVendor(settings);
  await ask(vendor, 'POST /ssh-keys', { name: 'own', public_key: 'ssh-ed25519 AAAA' });
  return vendor;
}

test.each([
  ['a field that nobody knows', { colour: 'red' }, 400, 'global/invalid-parameters'],
  ['more than one at once', { quantity: 2 }, 400, 'global/invalid-parameters'],
  ['two keys', { ssh_key_names: ['own', 'own'] }, 400, 'global/invalid-parameters'],
  ['a key that is not there', { ssh_key_names: ['other'] }, 404, 'global/object-does-not-exist'],
  ['a tag with an underscore', { tags: [{ key: 'managed_by', value: 'x' }] }, 400, 'global/invalid-parameters'],
  ['a tag that is too long', { tags: [{ key: 'by', value: 'x'.repeat(129) }] }, 400, 'global/invalid-parameters'],
  ['user data above 1 MB', { user_data: 'x'.repeat(1_000_001) }, 400, 'global/invalid-parameters'],
  ['a name of 65', { name: 'x'.repeat(65) }, 400, 'global/invalid-parameters'],
  ['a host name with a dot', { hostname: 'a.b' }, 400, 'global/invalid-parameters'],
  ['a type that is not sold', { instance_type_name: 'gpu_9x' }, 404, 'global/object-does-not-exist'],
  ['a region that is nowhere', { region_name: 'moon-1' }, 404, 'global/object-does-not-exist'],
  ['a filesystem that is not there', { file_system_names: ['data'] }, 404, 'global/object-does-not-exist'],
])('refuses a launch with %s, and starts nothing', async (_, more, status, code) => {
  await using vendor = await withKey();
  expect(await ask(vendor, LAUNCH, { ...launch, ...more })).toMatchObject({ status, code });
  expect(await vendor.left()).toEqual(NONE);
});

test('takes no key but its own, and says no to an account that is not active', async () => {
  await using vendor = await withKey();
  expect(await ask(vendor, LAUNCH, launch, 'secret_x_y')).toMatchObject({
    status: 401,
    code: 'global/invalid-api-key',
  });
  await vendor.set({ inactive: true });
  expect(await ask(vendor, LAUNCH, launch)).toMatchObject({ status: 403, code: 'global/account-inactive' });
  expect(await vendor.left()).toEqual(NONE);
});

test('a machine goes its way by the clock, and every minute that has begun is billed', async () => {
  await using vendor = await withKey();
  const { data } = await ask(vendor, LAUNCH, launch);
  const [id = ''] = (data as { instance_ids: string[] }).instance_ids;
  const seen = async () => (await ask(vendor, `GET /instances/${id}`)).data as { status: string; ip?: string };
  expect(await seen()).not.toHaveProperty('ip');
  await vendor.advance(1200 - 60);
  expect(await seen()).toMatchObject({ status: 'active', ip: expect.stringMatching(/^198\.51\.100\./) });
  await ask(vendor, 'POST /instance-operations/terminate', { instance_ids: [id] });
  // 1,320 s since its launch: each question here is asked a minute after the one before.
  expect((await vendor.bill()).cents).toBeCloseTo((22 * 3192) / 60, 6);
  await vendor.advance(3600);
  expect((await vendor.bill()).cents).toBeCloseTo((22 * 3192) / 60, 6);
  expect(await ask(vendor, `GET /instances/${id}`)).toMatchObject({
    status: 404,
    code: 'global/object-does-not-exist',
  });
  expect(await vendor.left()).toEqual(NONE);
});

test('one question a second, one launch in twelve seconds: what is more is refused, in no JSON', async () => {
  await using vendor = await withKey();
  await vendor.advance(60);
  const get = () => fetch(`${vendor.url}/api/v1/regions`, { headers: { authorization: `Bearer ${vendor.key}` } });
  expect((await get()).status).toBe(200);
  const second = await get();
  expect([second.status, await second.text()]).toEqual([429, 'Rate limited']);
  expect((await vendor.log()).refused).toEqual({ questions: 1, launches: 0 });
  expect(await vendor.left()).toEqual(NONE);
});

test('filesystems and rulesets: in the region of the machine, and not removed while one uses them', async () => {
  await using vendor = await withKey();
  const made = async (question: string, body: object) => (await ask(vendor, question, body)).data as { id: string };
  const filesystem = await made('POST /filesystems', { name: 'data', region: 'us-west-3' });
  const rules = [{ protocol: 'tcp', port_range: [6443, 6443], source_network: '198.51.100.1/32' }];
  const ruleset = await made('POST /firewall-rulesets', { name: 'nodes', region: 'us-west-3', rules });
  const uses = { ...launch, file_system_names: ['data'], firewall_rulesets: [{ id: ruleset.id }] };
  const elsewhere = await ask(vendor, LAUNCH, { ...uses, region_name: 'us-east-1' });
  expect(elsewhere.code).toBe('instance-operations/launch/file-system-in-wrong-region');
  const { data } = await ask(vendor, LAUNCH, uses);
  const ids = (data as { instance_ids: string[] }).instance_ids;
  const remove = async () => [
    (await ask(vendor, `DELETE /filesystems/${filesystem.id}`)).code ?? 'done',
    (await ask(vendor, `DELETE /firewall-rulesets/${ruleset.id}`)).code ?? 'done',
  ];
  expect(await remove()).toEqual(['filesystems/filesystem-in-use', 'firewall-rulesets/firewall-ruleset-in-use']);
  expect((await ask(vendor, `PATCH /firewall-rulesets/${ruleset.id}`, { rules: [] })).data).toMatchObject({
    rules: [],
  });
  await ask(vendor, 'POST /instance-operations/terminate', { instance_ids: ids });
  expect(await remove()).toEqual(['done', 'done']);
  expect(await vendor.left()).toEqual(NONE);
});

test('an account that is kept in a file goes on where it was left, and so does its bill', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-account-'));
  try {
    const file = join(dir, 'account.json');
    let before: unknown;
    {
      await using vendor = await openVendor({}, { file });
      await ask(vendor, 'POST /ssh-keys', { name: 'own', public_key: 'ssh-ed25519 AAAA' });
      await ask(vendor, LAUNCH, launch);
      await vendor.advance(600);
      before = await vendor.bill();
      expect(await vendor.left()).toEqual(ONE);
    }
    await using vendor = await openVendor({}, { file });
    expect(await vendor.bill()).toEqual(before);
    expect(await vendor.left()).toEqual(ONE);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('where it runs by itself, nobody moves its time', async () => {
  await using vendor = await openVendor({}, { speed: 1 });
  const { now } = (await vendor.bill()) as unknown as { now: number };
  await vendor.advance(86_400);
  expect(((await vendor.bill()) as unknown as { now: number }).now - now).toBeLessThan(86_400_000);
  expect(await vendor.left()).toEqual(NONE);
});

const asked = (vendor: Vendor) => vendor.left();
const posted = ({ url }: Vendor) => fetch(`${url}/api/v1/instance-operations/launch`, { method: 'POST' });
test.each([
  ['never', []],
  ['before the time goes on', [asked, (vendor: Vendor) => vendor.advance(1)]],
  ['before a launch that was held is let go', [asked, (vendor: Vendor) => vendor.release()]],
  ['before somebody asks for a launch', [asked, posted]],
])('a test that asks what lives, and what it costs, %s, fails', async (_, steps) => {
  const ended = async () => {
    await using vendor = await openVendor();
    for (const step of steps) await step(vendor);
  };
  await expect(ended()).rejects.toThrow('nobody asked at the end what lives, and what it costs');
});
