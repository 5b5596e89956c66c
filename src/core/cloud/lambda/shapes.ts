import type { z as zod } from 'zod';
import type { InstanceType } from './catalogue.ts';

/** The answers that are read, and of each what is needed: the contract is Lambda Cloud API 1.10.0. */
export interface Instance {
  readonly id: string;
  readonly name: string;
  /** `booting`, `active`, `unhealthy`, `terminating`, `terminated`, `preempted`, or what the vendor has come to say since. */
  readonly status: string;
  /** Null until late in its boot. */
  readonly ip: string | null;
  readonly region: string;
  readonly type: InstanceType;
  /** Written at birth, and never again. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface SshKey {
  readonly id: string;
  readonly name: string;
  readonly publicKey: string;
}

/** What may come in, and from where. */
export interface FirewallRule {
  /** `tcp`, `udp`, `icmp`, or `all`. */
  readonly protocol: string;
  /** The first and the last; `icmp` has none. */
  readonly ports?: readonly number[] | undefined;
  /** A network, such as `198.51.100.0/24`. */
  readonly source: string;
  readonly description: string;
}

/** What machines of one region are launched behind. */
export interface FirewallRuleset {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly rules: readonly FirewallRule[];
}

/** Data that outlives machines. It bills until it is deleted, mounted or not. */
export interface Filesystem {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** Where a machine that is launched with it finds it. */
  readonly mountPoint: string;
}

function typeSchema(z: typeof zod) {
  return z
    .object({
      name: z.string(),
      gpu_description: z.string().default(''),
      price_cents_per_hour: z.int().min(0),
      specs: z.object({ vcpus: z.number(), memory_gib: z.number(), gpus: z.int().min(0) }),
    })
    .transform(
      ({ name, gpu_description, price_cents_per_hour, specs }): InstanceType => ({
        ...{ name, gpu: specs.gpus === 0 ? null : modelIn(gpu_description), gpus: specs.gpus },
        ...{ vcpus: specs.vcpus, memoryGib: specs.memory_gib, centsPerHour: price_cents_per_hour },
      }),
    );
}

/** `H100` of `H100 (80 GB SXM5)`, `V100` of `Tesla V100 (16 GB)`. */
function modelIn(description: string): string {
  return /^(?:(?:NVIDIA|Tesla|Quadro)\s+)*(\S+)/i.exec(description)?.[1] ?? 'unknown';
}

export function typesSchema(z: typeof zod) {
  return z.record(
    z.string(),
    z
      .object({
        instance_type: typeSchema(z),
        regions_with_capacity_available: z.array(z.object({ name: z.string() })),
      })
      .transform(({ instance_type, regions_with_capacity_available: regions }): InstanceType => {
        return { ...instance_type, regions: regions.map(({ name }) => name) };
      }),
  );
}

export function instanceSchema(z: typeof zod) {
  return z
    .object({
      id: z.string(),
      name: z.string().optional(),
      status: z.string(),
      ip: z.string().nullish(),
      region: z.object({ name: z.string() }),
      instance_type: typeSchema(z),
      tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
    })
    .transform(({ id, name = '', status, ip = null, region, instance_type: type, tags = [] }): Instance => {
      return {
        ...{ id, name, status, ip, region: region.name, type },
        tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      };
    });
}

export function sshKeySchema(z: typeof zod) {
  return z
    .object({ id: z.string(), name: z.string(), public_key: z.string() })
    .transform(({ id, name, public_key: publicKey }): SshKey => ({ id, name, publicKey }));
}

const named = (z: typeof zod) => ({ id: z.string(), name: z.string(), region: z.object({ name: z.string() }) });

export function rulesetSchema(z: typeof zod) {
  const rule = z
    .object({
      protocol: z.string(),
      port_range: z.array(z.number()).nullish(),
      source_network: z.string(),
      description: z.string().nullish(),
    })
    .transform(
      ({ protocol, port_range: ports, source_network: source, description }): FirewallRule => ({
        ...{ protocol, ...(ports && { ports }), source, description: description ?? '' },
      }),
    );
  return z
    .object({ ...named(z), rules: z.array(rule) })
    .transform(({ region, ...rest }): FirewallRuleset => ({ ...rest, region: region.name }));
}

/** A rule as the vendor takes it. */
export function ruleBody({ protocol, ports, source, description }: FirewallRule) {
  return { protocol, ...(ports && { port_range: ports }), source_network: source, description };
}

export function filesystemSchema(z: typeof zod) {
  return z
    .object({ ...named(z), mount_point: z.string() })
    .transform(
      ({ region, mount_point: mountPoint, ...rest }): Filesystem => ({ ...rest, region: region.name, mountPoint }),
    );
}
