import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UNKNOWN } from '../../src/provider/operations.ts';
import type { Vendor } from '../cloud/emulator.ts';
import { type Plugin, urnOf } from './plugin.ts';
import { H100, inputs, NONE, ONE, opened, refusedBy } from './world.ts';

const whose = { name: 'production-nodes', stack: 'production', home: 'h1', region: 'us-west-3' };
const API_PORT = { protocol: 'tcp', ports: [6443, 6443], source: '198.51.100.0/24', description: 'the API' };
const PING = { protocol: 'icmp', source: '0.0.0.0/0', description: '' };
const guarded = (rules: object[] = [API_PORT, PING]) => ({ ...whose, rules });
const [guardUrn, dataUrn] = [urnOf('nodes', 'FirewallRuleset'), urnOf('data', 'Filesystem')];

let world: Awaited<ReturnType<typeof opened>>;
let vendor: Vendor;
let plugin: Plugin;
beforeEach(async () => {
  world = await opened();
  ({ vendor, plugin } = world);
});
/** No machine lives at the end: most tests launch none, and two end theirs. */
afterEach(async () => {
  await using ending = world;
  expect(await ending.vendor.left()).toEqual(NONE);
});

/** Somebody else of the same account does something, by hand. */
async function byHand(method: string, path: string, body?: object): Promise<{ id: string }> {
  await vendor.advance(60);
  const init = {
    method,
    headers: { authorization: `Bearer ${vendor.key}` },
    ...(body && { body: JSON.stringify(body) }),
  };
  const response = await fetch(`${vendor.url}/api/v1${path}`, init);
  expect(response.status).toBe(200);
  return ((await response.json()) as { data: { id: string } }).data;
}

const kinds = [
  { kind: 'ruleset', urn: guardUrn, wish: guarded(), listed: 'rulesets', path: '/firewall-rulesets' },
  { kind: 'filesystem', urn: dataUrn, wish: whose, listed: 'filesystems', path: '/filesystems' },
] as const;
const idsOf = async (listed: 'rulesets' | 'filesystems') => (await vendor.belongings())[listed].map(({ id }) => id);

describe.each(kinds)('a $kind', ({ urn, wish, listed, path }) => {
  const POST = { method: 'POST', path: `${path}$` } as const;
  const DELETE = { method: 'DELETE', path: `${path}/` } as const;

  test('is made once, under a name that says whose it is, and whoever comes again takes it up', async () => {
    expect(await plugin.check(wish, urn)).toEqual({ inputs: wish, failures: [] });
    const { id, outputs } = await plugin.create(wish, urn);
    expect(outputs).toMatchObject({
      knownAs: expect.stringMatching(/^production-nodes-[0-9a-f]{8}$/),
      region: 'us-west-3',
    });
    expect(await plugin.read(id, outputs, urn)).toEqual({ id, outputs });
    expect((await (await world.again()).create(wish, urn)).id).toBe(id);
    expect(await idsOf(listed)).toEqual([id]);
  });

  test('is not made by a preview, which asks nobody anything', async () => {
    const before = (await vendor.log()).requests.length;
    const { id, outputs } = await plugin.create(wish, urn, true);
    expect(id).toBe('');
    expect(outputs).toMatchObject({ name: 'production-nodes', knownAs: UNKNOWN });
    expect((await vendor.log()).requests.length).toBe(before);
    expect(await idsOf(listed)).toEqual([]);
  });

  test.each([
    ['is lost', 'lose', 0],
    ['is lost, and the list lags 25 s', 'lose', 25],
    ['is no JSON', 'malformed', 0],
    ['is an error, though it was done', 'done-answer', 0],
  ] as const)('of which the answer %s: one, recorded', async (_, what, listLagS) => {
    await vendor.set({ listLagS });
    await vendor.fault({ ...POST, what });
    const { id } = await plugin.create(wish, urn);
    expect(await idsOf(listed)).toEqual([id]);
    expect(await vendor.asked('POST', new RegExp(POST.path))).toBe(1);
  });

  test('of which nobody knows whether it was made: said to be in doubt, and the next try makes one', async () => {
    await vendor.fault({ ...POST, what: 'drop' });
    const { id, message } = await refusedBy(plugin.create(wish, urn));
    expect({ id, message }).toMatchObject({ id: undefined, message: expect.stringMatching(/^in-doubt: /) });
    await plugin.create(wish, urn);
    expect(await idsOf(listed)).toHaveLength(1);
  });

  test('that a plugin was making when it was killed is taken up by the next', async () => {
    await vendor.fault({ ...POST, what: 'hold-answer' });
    const lost = plugin.create(wish, urn).catch(() => undefined);
    await vendor.held();
    await plugin.kill();
    await lost;
    await vendor.release();
    const { id } = await (await world.again()).create(wish, urn);
    expect(await idsOf(listed)).toEqual([id]);
  });

  test('that is refused is told as what it was refused for, and there is none', async () => {
    await vendor.fault({ ...POST, what: 'answer', status: 400, code: 'global/quota-exceeded' });
    const { id, message } = await refusedBy(plugin.create(wish, urn));
    expect({ id, message }).toMatchObject({ id: undefined, message: expect.stringContaining('global/quota-exceeded') });
    expect(await vendor.asked('POST', new RegExp(POST.path))).toBe(1);
    expect(await idsOf(listed)).toEqual([]);
  });

  test('for which somebody cancels before its turn has come is not made', async () => {
    await vendor.fault({ method: 'GET', path: '.', what: 'hold' });
    const creating = refusedBy(plugin.create(wish, urn));
    await vendor.held();
    await plugin.cancel();
    await vendor.release();
    expect((await creating).id).toBeUndefined();
    expect(await vendor.asked('POST', new RegExp(POST.path))).toBe(0);
    expect(await idsOf(listed)).toEqual([]);
  });

  test('of the same name that is somebody else`s is left as it is: ours is made beside it', async () => {
    const strange = await byHand('POST', path, {
      name: whose.name,
      region: whose.region,
      ...('rules' in wish && { rules: [] }),
    });
    const before = (await vendor.belongings())[listed];
    const { id, outputs } = await plugin.create(wish, urn);
    const other = await plugin.create({ ...wish, home: 'h2' }, urn);
    expect(new Set([strange.id, id, other.id]).size).toBe(3);
    await plugin.remove(id, urn, outputs);
    expect(await idsOf(listed)).toEqual([strange.id, other.id]);
    expect((await vendor.belongings())[listed]).toEqual(expect.arrayContaining([...before]));
  });

  test('that has taken our very name elsewhere is left as it is, and ours is refused by that name', async () => {
    const { id, outputs } = await plugin.create(wish, urn);
    await plugin.remove(id, urn, outputs);
    const body = { name: outputs.knownAs, region: 'us-east-1', ...('rules' in wish && { rules: [] }) };
    const strange = await byHand('POST', path, body);
    const { id: none, message } = await refusedBy(plugin.create(wish, urn));
    expect(none).toBeUndefined();
    expect(message).toMatch(new RegExp(`^taken: .* named ${outputs.knownAs}, which is left as it is`));
    expect(await idsOf(listed)).toEqual([strange.id]);
  });

  test.each([
    ['region', { region: 'us-east-1' }],
    ['home', { home: 'h2' }],
    ['stack', { stack: 'staging' }],
  ])('of another %s is another one, made before the old one goes', async (property, more) => {
    const { id, outputs } = await plugin.create(wish, urn);
    const told = await plugin.diff({ ...wish, ...more }, wish, outputs, urn);
    expect(told).toEqual({ isChanged: true, replaces: [property], deletesFirst: false });
    const next = await plugin.create({ ...wish, ...more }, urn);
    await plugin.remove(id, urn, outputs);
    expect(await idsOf(listed)).toEqual([next.id]);
  });

  test('that vanished behind our back is gone: no id; and is made anew', async () => {
    const { id, outputs } = await plugin.create(wish, urn);
    await byHand('DELETE', `${path}/${id}`);
    expect(await plugin.read(id, outputs, urn)).toMatchObject({ id: '' });
    await plugin.create(wish, urn);
    expect(await idsOf(listed)).toHaveLength(1);
  });

  test.each([
    ['an answer that is lost', { what: 'lose' }],
    ['a connection that broke before anything was done', { what: 'drop', times: 3 }],
    ['a vendor in trouble', { what: 'answer', status: 500, times: 3 }],
  ] as const)('is removed for certain in spite of %s; twice does no harm', async (_, fault) => {
    const { id, outputs } = await plugin.create(wish, urn);
    await vendor.fault({ ...DELETE, ...fault });
    await plugin.remove(id, urn, outputs);
    expect(await idsOf(listed)).toEqual([]);
    await plugin.remove(id, urn, outputs);
  });

  test('that is taken up in the place of itself stays, with all that is on it', async () => {
    const { id, outputs } = await plugin.create(wish, urn);
    const next = await world.again();
    // So the engine asks where a replacement is forced: another one first, then the end of the old one.
    expect((await next.create(wish, urn)).id).toBe(id);
    await next.remove(id, urn, outputs);
    expect(await idsOf(listed)).toEqual([id]);
    await (await world.again()).remove(id, urn, outputs);
    expect(await idsOf(listed)).toEqual([]);
  });

  test('that a machine uses is not removed, and goes when the machine has ended', async () => {
    const { id, outputs } = await plugin.create(wish, urn);
    const uses = listed === 'rulesets' ? { rulesets: [id] } : { filesystems: [outputs.knownAs] };
    const candidates = [{ type: H100, region: 'us-west-3', centsPerHour: 3192 }];
    const machine = await plugin.create(inputs({ candidates, ...uses }));
    const { message } = await refusedBy(plugin.remove(id, urn, outputs));
    expect(message).toMatch(
      new RegExp(`in-use: the .*${outputs.knownAs} is in use, and stays as it is; next: end the machines`),
    );
    expect(await idsOf(listed)).toEqual([id]);
    expect(await vendor.left()).toEqual(ONE);
    await plugin.remove(machine.id);
    await plugin.remove(id, urn, outputs);
    expect(await idsOf(listed)).toEqual([]);
    expect(await vendor.left()).toEqual(NONE);
  });
});

describe('rules', () => {
  const rules = async () => (await vendor.belongings()).rulesets.map((each) => each.rules);

  test('are changed in place, and so is the name; in another order they are the same', async () => {
    const { id, outputs } = await plugin.create(guarded(), guardUrn);
    expect(await plugin.diff(guarded([PING, API_PORT]), guarded(), outputs, guardUrn)).toMatchObject({
      isChanged: false,
    });
    const news = { ...guarded([API_PORT]), name: 'nodes' };
    expect(await plugin.diff(news, guarded(), outputs, guardUrn)).toMatchObject({ isChanged: true, replaces: [] });
    expect(await plugin.update(id, news, outputs, guardUrn)).toMatchObject({
      ...{ knownAs: expect.stringMatching(/^nodes-[0-9a-f]{8}$/), rules: [API_PORT] },
    });
    expect(await idsOf('rulesets')).toEqual([id]);
    expect(await rules()).toEqual([
      [{ protocol: 'tcp', port_range: [6443, 6443], source_network: '198.51.100.0/24', description: 'the API' }],
    ]);
  });

  test('that were changed behind our back are seen by a look, and changed back', async () => {
    const { id, outputs } = await plugin.create(guarded(), guardUrn);
    await byHand('PATCH', `/firewall-rulesets/${id}`, { rules: [] });
    const seen = await plugin.read(id, outputs, guardUrn);
    expect(seen).toMatchObject({ id, outputs: { rules: [] } });
    expect(await plugin.diff(guarded(), guarded(), seen.outputs, guardUrn)).toMatchObject({
      isChanged: true,
      replaces: [],
    });
    await plugin.update(id, guarded(), seen.outputs, guardUrn);
    expect(await plugin.read(id, outputs, guardUrn)).toEqual({ id, outputs });
  });

  test('that are not known yet will be others', async () => {
    const { outputs } = await plugin.create(guarded(), guardUrn);
    for (const rules of [UNKNOWN, [{ ...API_PORT, source: UNKNOWN }], [UNKNOWN]]) {
      const news = { ...whose, rules };
      expect(await plugin.check(news, guardUrn)).toEqual({ inputs: news, failures: [] });
      expect(await plugin.diff(news, guarded(), outputs, guardUrn)).toMatchObject({ isChanged: true, replaces: [] });
    }
  });

  test('of one that is taken up are made as they were asked for; where that fails, its id is kept', async () => {
    const { id } = await plugin.create(guarded([]), guardUrn);
    const PATCH = { method: 'PATCH', path: 'firewall-rulesets/' } as const;
    await vendor.fault({ ...PATCH, what: 'answer', status: 400, code: 'global/invalid-parameters' });
    const refused = await refusedBy(plugin.create(guarded(), guardUrn));
    expect(refused).toMatchObject({ id, message: expect.stringContaining('global/invalid-parameters') });
    await vendor.fault({ ...PATCH, what: 'lose' });
    expect(await plugin.update(id, guarded(), refused.outputs, guardUrn)).toMatchObject({ rules: [API_PORT, PING] });
    expect(await idsOf('rulesets')).toEqual([id]);
  });

  test('of one that is gone cannot be changed, and that is said, with its id', async () => {
    const { id, outputs } = await plugin.create(guarded(), guardUrn);
    await byHand('DELETE', `/firewall-rulesets/${id}`);
    const { id: told, message } = await refusedBy(plugin.update(id, guarded([]), outputs, guardUrn));
    expect({ told, message }).toMatchObject({ told: id, message: expect.stringContaining('is gone') });
  });

  test('two of our name are told by their ids, and no third is made', async () => {
    await vendor.set({ listLagS: 100_000 });
    await vendor.fault({ method: 'POST', path: 'firewall-rulesets$', what: 'lose', times: 2 });
    for (const _ of [1, 2])
      expect((await refusedBy(plugin.create(guarded(), guardUrn))).message).toMatch(/^in-doubt: /);
    await vendor.set({ listLagS: 0 });
    const { message } = await refusedBy(plugin.create(guarded(), guardUrn));
    for (const id of await idsOf('rulesets')) expect(message).toContain(id);
    expect(message).toMatch(/^twins: /);
    expect(await idsOf('rulesets')).toHaveLength(2);
  });
});

test('a filesystem whose name is taken, and that nobody lists, is refused by that name', async () => {
  await vendor.set({ listLagS: 100_000 });
  const { outputs } = await plugin.create(whose, dataUrn);
  const { message } = await refusedBy((await world.again()).create(whose, dataUrn));
  expect(message).toMatch(new RegExp(`^taken: .*${outputs.knownAs}, which is left as it is`));
  expect(await idsOf('filesystems')).toHaveLength(1);
});

test('a filesystem of another name is another one: what is on it cannot be moved', async () => {
  const { outputs } = await plugin.create(whose, dataUrn);
  const told = await plugin.diff({ ...whose, name: 'other' }, whose, outputs, dataUrn);
  expect(told).toEqual({ isChanged: true, replaces: ['name'], deletesFirst: false });
});

describe('what is wrong is told by property, before anything is asked', () => {
  const wrong = async (urn: string, wish: object) =>
    (await plugin.check(wish as Record<string, unknown>, urn)).failures;
  const unguarded = 'firewall rules do not apply in us-south-1';

  test.each([
    ['a region without rules', { region: 'us-south-1' }, 'region', unguarded],
    ['a name that is too long', { name: 'x'.repeat(56) }, 'name', 'has 55 characters at most'],
    ['ports of icmp', { rules: [{ ...PING, ports: [1, 2] }] }, 'rules.0.ports', /of icmp there are none/],
    ['no ports of tcp', { rules: [{ ...PING, protocol: 'tcp' }] }, 'rules.0.ports', /must be said/],
    [
      'ports upside down',
      { rules: [{ ...API_PORT, ports: [2, 1] }] },
      'rules.0.ports',
      'must name the lower port first',
    ],
    ['a source that is no network', { rules: [{ ...PING, source: 'home' }] }, 'rules.0.source', /must be a network/],
  ])('of a ruleset: %s', async (_, more, property, reason) => {
    const told = typeof reason === 'string' ? reason : expect.stringMatching(reason);
    expect(await wrong(guardUrn, { ...guarded(), ...more })).toEqual([{ property, reason: told }]);
  });

  test('of a filesystem: a name that the vendor would not take', async () => {
    expect(await wrong(dataUrn, { ...whose, name: '1st' })).toMatchObject([{ property: 'name' }]);
    expect(await wrong(dataUrn, { ...whose, name: 'x'.repeat(52) })).toMatchObject([{ property: 'name' }]);
    expect(await wrong(dataUrn, { ...whose, name: 'x'.repeat(51) })).toEqual([]);
  });

  test('of a machine: what it is launched with is of one region, and a region in which rules apply', async () => {
    const both = [{ property: 'candidates', reason: 'must all be of one region: rulesets and filesystems are' }];
    expect(await wrong(urnOf('gpu-0'), inputs({ rulesets: ['r'] }))).toEqual(both);
    expect(await wrong(urnOf('gpu-0'), inputs({ filesystems: ['f'] }))).toEqual(both);
    const candidates = [{ type: H100, region: 'us-south-1', centsPerHour: 3192 }];
    expect(await wrong(urnOf('gpu-0'), inputs({ candidates, filesystems: ['f'] }))).toEqual([]);
    expect(await wrong(urnOf('gpu-0'), inputs({ candidates, rulesets: ['r'] }))).toEqual([
      { property: 'rulesets', reason: unguarded },
    ]);
  });
});

describe('a machine with a ruleset and a filesystem', () => {
  const candidates = [{ type: H100, region: 'us-west-3', centsPerHour: 3192 }];

  test('is launched with both; with others it is another machine', async () => {
    const guard = await plugin.create(guarded(), guardUrn);
    const data = await plugin.create(whose, dataUrn);
    const uses = inputs({ candidates, rulesets: [guard.id], filesystems: [data.outputs.knownAs] });
    const { id, outputs } = await plugin.create(uses);
    expect(await byHand('GET', `/instances/${id}`)).toMatchObject({
      ...{ firewall_rulesets: [{ id: guard.id }], file_system_names: [data.outputs.knownAs] },
    });
    for (const [property, more] of [
      ['rulesets', { rulesets: [] }],
      ['filesystems', { filesystems: undefined }],
    ] as const) {
      const news = { ...uses, ...more };
      expect((await plugin.diff(news, uses, outputs)).replaces).toEqual([property]);
      const next = await plugin.create(news);
      expect(next.id).not.toBe(id);
      await plugin.remove(next.id);
    }
    expect(await vendor.left()).toEqual(ONE);
    await plugin.remove(id);
    expect(await vendor.left()).toEqual(NONE);
  });

  test('is the same in whichever order they are named, and without any as with none', async () => {
    const told = await plugin.check(inputs({ candidates, rulesets: ['b', 'a', 'b'], filesystems: [] }));
    expect(told).toEqual({ inputs: inputs({ candidates, rulesets: ['a', 'b'], filesystems: [] }), failures: [] });
    const outputs = { type: H100, region: 'us-west-3' };
    const diff = await plugin.diff(inputs({ filesystems: [] }), inputs(), outputs);
    expect(diff).toMatchObject({ isChanged: false, replaces: [] });
  });
});
