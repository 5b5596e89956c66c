import type { z as zod } from 'zod';
import { type Lines, readYamlLines } from '../config/index.ts';
import { type Sharing, sharings } from './sharing.ts';

/** One service of the platform: so many replicas of an image, and what each of them asks for. */
export interface Service {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  /** Hundredths of a GPU: below 100 a share of one, else whole ones on one node. */
  readonly gpu: number;
  readonly vcpus: number;
  readonly memoryGib: number;
}

export interface Pool {
  readonly instanceType: string;
  readonly nodes: number;
}

/** What an environment is wished to be, as `deploy/<env>.yaml` says it. */
export interface Wish {
  readonly clusterType: string;
  readonly gpu: string;
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** Instead of `nodes` of one kind that the planner picks. */
  readonly pools: readonly Pool[];
  readonly targetCents: number | undefined;
  readonly maxHourlyCents: number | undefined;
  readonly spot: boolean;
  readonly spotFallback: 'on-demand' | undefined;
  readonly autoScaling: boolean;
  readonly sharing: Sharing;
  readonly survivesNodeLoss: boolean;
  /** GPUs may be paid for that no image uses. */
  readonly idleGpus: boolean;
  readonly services: readonly Service[];
}

export interface Located {
  readonly wish: Wish;
  /** `deploy/production.yaml:6`, where that key stands; the file where it does not. */
  at(key: string): string;
}

const HELP = ['sophia deploy init another-name   writes one that can be read, to compare with'];

/**
 * Reads what an environment is wished to be. `file` is how it is called in messages. Throws UserError `config` with the
 * line: what is no YAML, an unknown key with the nearest known one, a number out of bounds.
 */
export async function readWish(text: string, file: string): Promise<Located> {
  const lines: Lines<Wish> = await readYamlLines(text, { file, schema: wishSchema, scalars: 'typed', help: HELP });
  const wish = await lines.checked();
  const at = (key: string): string => {
    const found = lines.leaves.find((leaf) => leaf.key === key || leaf.key.startsWith(`${key}.`));
    if (found) return `${file}:${found.line}`;
    // What is not said is told where it would stand.
    return key.includes('.') ? at(key.slice(0, key.lastIndexOf('.'))) : file;
  };
  return { wish, at };
}

const MOST_NODES = 1000;
const MOST_REPLICAS = 10_000;
const MOST_GPUS = 64;

/** The schema of `deploy/<env>.yaml`. Prices are dollars there and cents here. */
export function wishSchema(z: typeof zod) {
  const whole = (from: number, to: number) => {
    const says = `must be a whole number, from ${from} to ${to}`;
    return z.int(says).min(from, says).max(to, says);
  };
  const dollars = z
    .number('must be dollars, like 3.29')
    .positive('must be more than nothing')
    .max(100_000, 'is more than anybody means')
    .refine((price) => isHundredths(price), 'has more than two digits behind the point')
    .transform((price) => Math.round(price * 100));
  const gpu = z
    .number('must be a number, like 0.5')
    .min(0, 'must not be negative')
    .max(MOST_GPUS, `is more than the ${MOST_GPUS} that any node has`)
    .refine((share) => isHundredths(share), 'is finer than hundredths of a GPU')
    .refine((share) => share <= 1 || Number.isInteger(share), 'must be whole GPUs, or a share of one')
    .transform((share) => Math.round(share * 100));
  const amount = (most: number) => z.number('must be a number').positive('must be more than nothing').max(most);
  const word = z.string('must be text').min(1, 'must not be empty').max(200, 'is too long');
  const service = z
    .strictObject({
      image: word,
      replicas: whole(1, MOST_REPLICAS),
      gpu: gpu.default(0),
      vcpus: amount(512).default(1),
      memory_gib: amount(8192).default(2),
    })
    .transform(({ memory_gib: memoryGib, ...rest }) => ({ ...rest, memoryGib }));
  const pool = z
    .strictObject({ instance_type: word, nodes: whole(1, MOST_NODES) })
    .transform(({ instance_type: instanceType, nodes }) => ({ instanceType, nodes }));
  const name = z.string().regex(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be small letters, digits and dashes');
  return z
    .strictObject({
      cluster_type: word.default('on-demand'),
      gpu: word.default('H100'),
      nodes: whole(1, MOST_NODES).optional(),
      gpus_per_node: whole(0, MOST_GPUS).optional(),
      pools: z.array(pool).min(1, 'must name at least one').max(20, 'are too many').optional(),
      target_price_per_gpu_hour: dollars.optional(),
      max_hourly: dollars.optional(),
      spot_instances: z.boolean('must be true or false').default(false),
      spot_fallback: z.literal('on-demand', 'must be on-demand').optional(),
      auto_scaling: z.boolean('must be true or false').default(false),
      gpu_sharing: z.enum(sharings, `must be one of ${sharings.join(', ')}`).default('kai'),
      survive_node_loss: z.boolean('must be true or false').default(false),
      idle_gpus: z.boolean('must be true or false').default(false),
      services: z.record(name, service).refine((all) => Object.keys(all).length > 0, 'must name at least one'),
    })
    .superRefine(({ pools, nodes, gpus_per_node, services }, { addIssue }) => {
      const replicas = Object.values(services).reduce((sum, each) => sum + each.replicas, 0);
      if (replicas > MOST_REPLICAS)
        addIssue({
          code: 'custom',
          path: ['services'],
          message: `have ${replicas} replicas; ${MOST_REPLICAS} is the most`,
        });
      if (!pools && nodes === undefined)
        addIssue({ code: 'custom', path: ['nodes'], message: 'is missing: say how many' });
      if (pools && nodes !== undefined)
        addIssue({ code: 'custom', path: ['nodes'], message: 'and pools say the same twice: leave one out' });
      if (pools && gpus_per_node !== undefined)
        addIssue({ code: 'custom', path: ['gpus_per_node'], message: 'is said by pools already: leave it out' });
    })
    .transform((said): Wish => {
      return {
        ...{ clusterType: said.cluster_type, gpu: said.gpu, nodes: said.nodes ?? 0, pools: said.pools ?? [] },
        gpusPerNode: said.gpus_per_node ?? 1,
        ...{ targetCents: said.target_price_per_gpu_hour, maxHourlyCents: said.max_hourly },
        ...{ spot: said.spot_instances, spotFallback: said.spot_fallback, autoScaling: said.auto_scaling },
        ...{ sharing: said.gpu_sharing, survivesNodeLoss: said.survive_node_loss, idleGpus: said.idle_gpus },
        services: Object.entries(said.services).map(([name, each]) => ({ name, ...each })),
      };
    });
}

function isHundredths(number: number): boolean {
  return Math.abs(number * 100 - Math.round(number * 100)) < 1e-6;
}
