import { NOON, openVendor } from '../test/cloud/emulator.ts';
import { virtualTime } from '../test/cloud/virtual.ts';
import { openPlugin, Refused } from '../test/provider/plugin.ts';
import { inputs, key, keyUrn } from '../test/provider/world.ts';

const EIGHT = 'gpu_8x_h100_sxm5';
const ONE = 'gpu_1x_h100_pcie';
const REGION = 'us-west-3';
const TRIES = 3;
/** Whoever was told that it failed comes back after so long. */
const PAUSE_S = 60;

/** What goes wrong, with one machine, and how often it is tried. */
const cases = [
  { what: 'boots for 20 min, as eight GPUs do', type: EIGHT },
  { what: 'boots for over an hour', type: EIGHT, settings: { slowNext: 1 } },
  { what: 'the answer of the launch is lost', type: ONE, fault: { method: 'POST', path: 'launch$', what: 'lose' } },
  {
    what: 'killed while it boots',
    type: ONE,
    fault: { method: 'GET', path: '^/instances/', what: 'hold', after: 3 },
    isKilled: true,
  },
];

/**
 * A machine as providers usually make one, such as the one for Terraform that there is: it launches, looks every ten
 * seconds, and after ten minutes it gives up. What it launched is known to whoever called it when it is `active`, and not
 * before; what it was told of an earlier try it has no way to find.
 */
function naive(vendor, type) {
  const PATIENCE_MS = 600_000;
  const { clock, fetch } = virtualTime(NOON);
  const asked = async (method, path, body) => {
    const response = await fetch(`${vendor.url}/api/v1${path}`, {
      ...{ method, headers: { authorization: `Bearer ${vendor.key}`, 'content-type': 'application/json' } },
      ...(body && { body: JSON.stringify(body) }),
    });
    const { data, error } = await response.json();
    if (!response.ok) throw new Error(error.code);
    return data;
  };
  return {
    async create() {
      const body = { region_name: REGION, instance_type_name: type, ssh_key_names: [key.name] };
      const { instance_ids: ids } = await asked('POST', '/instance-operations/launch', body);
      const began = Date.parse(clock.now());
      while (Date.parse(clock.now()) - began <= PATIENCE_MS) {
        await clock.sleep(10_000);
        const { status } = await asked('GET', `/instances/${ids[0]}`);
        if (status === 'active') return ids[0];
      }
      throw new Error('timeout while waiting for state to become active');
    },
    // The request under way is never answered: it does nothing more.
    kill: () => undefined,
  };
}

/** Ours, as a process of its own, asked as the engine asks it. */
async function ours(vendor, type) {
  const plugin = await openPlugin(vendor);
  const wished = inputs({ candidates: [{ type, region: REGION, centsPerHour: await centsOf(vendor, type) }] });
  return {
    create: async () => (await plugin.create(wished)).id,
    // What has an id in the record is not made again: it is gone on with.
    goOn: (id) => plugin.update(id, wished),
    kill: () => plugin.kill(),
  };
}

/** One machine is asked for until it is granted, three times at most; and what lives and is recorded then. */
async function after(open, { type, settings, fault, isKilled = false }) {
  await using vendor = await openVendor(settings);
  await withKey(vendor);
  if (fault) await vendor.fault(fault);
  const recorded = new Set();
  for (let tried = 0; tried < TRIES; tried++) {
    const provider = await open(vendor, type);
    const [known] = recorded;
    const made = known ? provider.goOn(known) : provider.create().then((id) => recorded.add(id));
    const isGranted = made.then(
      () => true,
      (thrown) => {
        // By an id that is told with a failure the engine writes it down as well.
        if (thrown instanceof Refused && thrown.id) recorded.add(thrown.id);
        return false;
      },
    );
    const isOver = isKilled && tried === 0 ? await vendor.held() : await isGranted;
    await provider.kill();
    if (isOver === true) break;
    await vendor.advance(PAUSE_S);
  }
  const unrecorded = (await vendor.alive()).filter(({ id }) => !recorded.has(id)).length;
  const centsPerHour = unrecorded * (await centsOf(vendor, type));
  const { alive } = await vendor.left();
  return { alive, recorded: recorded.size, unrecorded, centsPerHour };
}

async function centsOf(vendor, type) {
  const types = await (await fetch(`${vendor.url}/__emu/types`)).json();
  return types.find(({ name }) => name === type).centsPerHour;
}

/** The key with which both launch. It is no matter of theirs here. */
async function withKey(vendor) {
  await using plugin = await openPlugin(vendor);
  await plugin.create(key, keyUrn);
  // The vendor takes a question a second: the next to come is not refused for this one.
  await vendor.advance(PAUSE_S);
}

/** Both, beside the same emulator, in a time that passes at once. */
export async function sideBySide() {
  const rows = [];
  for (const each of cases)
    rows.push({ what: each.what, naive: await after(naive, each), ours: await after(ours, each) });
  return rows;
}

export default async function baseline() {
  const rows = await sideBySide();
  return rows.flatMap(({ what, naive, ours }) => [
    { what: `${what}: usual`, figure: told(naive) },
    { what: `${what}: ours`, figure: told(ours), target: 'none unrecorded', met: ours.unrecorded === 0 },
  ]);
}

function told({ alive, recorded, unrecorded, centsPerHour }) {
  return `${alive} alive, ${recorded} recorded, ${unrecorded} unrecorded: $${(centsPerHour / 100).toFixed(2)} an hour`;
}
