import type { Account, Machine, Sold } from './account.ts';
import type { Belongings, Filesystem, Ruleset } from './belongings.ts';

/** Answers in the vendor's shape. */
const descriptions: Readonly<Record<string, string>> = {
  'us-south-2': 'North Texas, USA',
  'us-east-1': 'Virginia, USA',
  'us-west-3': 'Utah, USA',
};

export function regionView(name: string) {
  return { name, description: descriptions[name] ?? 'Elsewhere' };
}

/** `H100 (80 GB SXM5)` of `gpu_8x_h100_sxm5`. */
function gpuOf({ name, gpu }: Sold): string {
  if (gpu === null) return 'N/A';
  return `${gpu} (80 GB ${name.endsWith('pcie') ? 'PCIe' : 'SXM5'})`;
}

export function typeView(type: Sold) {
  const { name, gpus, vcpus, memoryGib, centsPerHour } = type;
  return {
    ...{
      name,
      description: `${gpus}x ${gpuOf(type)}`,
      gpu_description: gpuOf(type),
      price_cents_per_hour: centsPerHour,
    },
    specs: { vcpus, memory_gib: memoryGib, storage_gib: 1024, gpus },
  };
}

export function typesView(account: Account) {
  return Object.fromEntries(
    account.types().map((type) => [
      type.name,
      {
        instance_type: typeView(type),
        regions_with_capacity_available: account.regionsShown(type).map(regionView),
      },
    ]),
  );
}

/** Addresses are of the block that is kept for examples: none of them is anybody's. */
export function instanceView(account: Account, machine: Machine) {
  const { id, name, body, type, number } = machine;
  const status = account.statusOf(machine);
  const isUp = status === 'active' || status === 'unhealthy';
  const ends = status === 'terminating' || status === 'terminated';
  const reason = ends ? 'vm-is-terminating' : 'vm-has-not-launched';
  const action = (available: boolean) =>
    available ? { available } : { available, reason_code: reason, reason_description: reason };
  return {
    ...{ id, status, ...(name !== undefined && { name }) },
    ...(isUp &&
      account.hasAddress(machine) && { ip: addressOf(number), private_ip: `10.19.${number >> 8}.${number & 255}` }),
    ...{ ssh_key_names: body.ssh_key_names, file_system_names: body.file_system_names },
    ...(body.file_system_mounts && { file_system_mounts: body.file_system_mounts }),
    ...{ region: regionView(body.region_name), instance_type: typeView(type) },
    hostname: body.hostname ?? addressOf(number).replaceAll('.', '-'),
    // A secret that nobody may print: tests look for it everywhere.
    ...(isUp && {
      jupyter_token: `jupyter-secret-${id}`,
      jupyter_url: `https://example.invalid/?token=jupyter-secret-${id}`,
    }),
    actions: {
      ...{ migrate: action(isUp), rebuild: action(isUp), restart: action(isUp), cold_reboot: action(isUp) },
      terminate: action(!ends),
    },
    ...{ tags: body.tags, firewall_rulesets: body.firewall_rulesets },
  };
}

export function addressOf(number: number): string {
  return `198.51.100.${number % 256}`;
}

export function filesystemView(belongings: Belongings, filesystem: Filesystem) {
  const { id, name, created, region } = filesystem;
  return {
    ...{ id, name, mount_point: `/lambda/nfs/${name}`, created, region: regionView(region) },
    ...{
      created_by: { id, email: 'someone@example.invalid', status: 'active' },
      is_in_use: belongings.isUsed(filesystem),
    },
  };
}

export function rulesetView(belongings: Belongings, ruleset: Ruleset) {
  const { id, name, region, rules, created } = ruleset;
  return { id, name, region: regionView(region), rules, created, instance_ids: belongings.usersOf(ruleset) };
}
