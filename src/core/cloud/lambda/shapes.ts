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
  /** What the vendor did not tell of it, or not so that it can be read: above it is nothing. Absent: all is told. */
  readonly untold?: readonly Untold[];
}

export type Untold = 'price' | 'specs' | 'type' | 'region';

/** What there is in an account, by the vendor's word. */
export interface Listed {
  readonly instances: Instance[];
  /** Of so many machines it cannot be read which they are, or how they stand. */
  readonly unread: number;
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
      price_cents_per_hour: centsSchema(z),
      specs: z.object({ vcpus: z.number(), memory_gib: z.number(), gpus: z.int().min(0) }),
    })
    .transform(
      ({ name, gpu_description, price_cents_per_hour, specs }): InstanceType => ({
        ...{ name, gpu: specs.gpus === 0 ? null : modelIn(gpu_description), gpus: specs.gpus },
        ...{ vcpus: specs.vcpus, memoryGib: specs.memory_gib, centsPerHour: price_cents_per_hour },
      }),
    );
}

/** A part of a cent is a whole one: nothing costs more than it is said to. */
function centsSchema(z: typeof zod) {
  return z
    .number()
    .min(0)
    .transform((cents) => Math.ceil(cents));
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

/** A machine of which all may be missing but what it takes to know and to end it: one odd row must hide no other. */
export function rowSchema(z: typeof zod) {
  const text = z.string().catch('');
  const count = z.number().min(0).nullable().catch(null);
  const nothing = { name: '', gpu_description: '', price_cents_per_hour: null, specs: NO_SPECS };
  const type = z.object({
    ...{ name: text, gpu_description: text, price_cents_per_hour: centsSchema(z).nullable().catch(null) },
    specs: z.object({ vcpus: count, memory_gib: count, gpus: count }).catch(NO_SPECS),
  });
  return z
    .object({
      ...{ id: z.string().min(1), status: z.string().min(1), name: text, ip: z.string().nullable().catch(null) },
      tags: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
      region: z.object({ name: text }).catch({ name: '' }),
      instance_type: type.catch(nothing),
    })
    .transform(({ tags, region, instance_type, ...rest }): Instance => {
      const { name, gpu_description, price_cents_per_hour: cents, specs } = instance_type;
      const { gpus, vcpus, memory_gib: memoryGib } = specs;
      const untold: Untold[] = [
        ...(cents === null ? (['price'] as const) : []),
        ...(gpus === null || vcpus === null || memoryGib === null ? (['specs'] as const) : []),
        ...(name === '' ? (['type'] as const) : []),
        ...(region.name === '' ? (['region'] as const) : []),
      ];
      const gpu = gpus ? modelIn(gpu_description) : null;
      return {
        ...{ ...rest, region: region.name },
        type: { name, gpu, gpus: gpus ?? 0, vcpus: vcpus ?? 0, memoryGib: memoryGib ?? 0, centsPerHour: cents ?? 0 },
        tags: Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value])),
        ...(untold.length > 0 && { untold }),
      };
    });
}

const NO_SPECS = { vcpus: null, memory_gib: null, gpus: null };

/** One machine of which all is told. */
export function instanceSchema(z: typeof zod) {
  return rowSchema(z).refine(({ untold }) => untold === undefined, { error: 'is not told whole' });
}

/** All that can be read, and how many cannot. */
export function listSchema(z: typeof zod) {
  return z.array(rowSchema(z).nullable().catch(null)).transform((rows): Listed => {
    const instances = rows.filter((row) => row !== null);
    return { instances, unread: rows.length - instances.length };
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
