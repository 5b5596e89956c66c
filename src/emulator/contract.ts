import { z } from 'zod';
import { refusals } from './refusal.ts';

/** What requests may hold: Lambda Cloud API 1.10.0, as read in November 2026. Unknown fields are refused. */
const tag = z.strictObject({
  key: z
    .string()
    .max(55)
    .regex(/^[a-z][a-z0-9-:]+$/),
  value: z.string().max(128),
});
const mount = z.strictObject({
  mount_point: z
    .string()
    .max(256)
    .regex(/^(\/home|\/lambda\/nfs|\/data)[/a-zA-Z0-9-]*$/),
  file_system_id: z.string(),
});
const rule = z
  .strictObject({
    protocol: z.enum(['tcp', 'udp', 'icmp', 'all']),
    port_range: z.tuple([z.int().min(1).max(65_535), z.int().min(1).max(65_535)]).optional(),
    source_network: z.cidrv4(),
    description: z.string().max(128).default(''),
  })
  .refine(({ protocol, port_range }) => (protocol === 'icmp') === (port_range === undefined), 'port_range');
const MOST_USER_DATA = 1_000_000;

const schemas = {
  launch: z.strictObject({
    region_name: z.string(),
    instance_type_name: z.string(),
    ssh_key_names: z.array(z.string()).length(1, 'exactly one SSH key must be specified'),
    name: z.string().max(64).optional(),
    hostname: z
      .string()
      .regex(/^[a-z0-9][0-9a-z-]{0,62}$/)
      .optional(),
    image: z.union([z.strictObject({ id: z.string() }), z.strictObject({ family: z.string() })]).optional(),
    user_data: z
      .string()
      .refine((text) => Buffer.byteLength(text) <= MOST_USER_DATA, 'is too large')
      .optional(),
    file_system_names: z.array(z.string()).default([]),
    file_system_mounts: z.array(mount).optional(),
    tags: z.array(tag).default([]),
    firewall_rulesets: z.array(z.strictObject({ id: z.string() })).default([]),
    // In no schema any more, and still sent by many.
    quantity: z.literal(1, 'Requested too many instances.').optional(),
  }),
  ids: z.strictObject({ instance_ids: z.array(z.string()).min(1) }),
  rename: z.strictObject({ name: z.string().max(64).optional() }),
  sshKey: z.strictObject({ name: z.string().min(1).max(64), public_key: z.string().min(1).max(4096) }),
  filesystem: z.strictObject({
    name: z
      .string()
      .max(60)
      .regex(/^[a-zA-Z]+[0-9a-zA-Z-]*$/),
    region: z.string(),
  }),
  ruleset: z.strictObject({ name: z.string().min(1).max(64), region: z.string(), rules: z.array(rule) }),
  rulesetChange: z.strictObject({ name: z.string().min(1).max(64).optional(), rules: z.array(rule).optional() }),
};
export type LaunchBody = z.infer<typeof schemas.launch>;

/** The body as the contract has it. Throws `global/invalid-parameters`. */
export function checked<K extends keyof typeof schemas>(kind: K, body: unknown): z.infer<(typeof schemas)[K]> {
  const { data, error } = schemas[kind].safeParse(body);
  if (data !== undefined) return data as z.infer<(typeof schemas)[K]>;
  const [issue] = error?.issues ?? [];
  throw refusals.parameters(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'Invalid request data.'}`);
}
