import type { Catalogue, InstanceType } from '../cloud/index.ts';
import type { Wish } from './wish.ts';

/** So many nodes of one type. */
export interface NodeGroup {
  readonly type: InstanceType;
  readonly nodes: number;
}

export type Fleet = readonly NodeGroup[];

/** What was wished for names a kind of machine that is not sold. */
export interface Unsold {
  /** The key of the wish that names it. */
  readonly key: string;
  readonly asked: string;
  /** What is sold instead of it. */
  readonly sold: readonly string[];
}

/** What is listed without a price is no gift: nobody knows what it will cost. */
export function priced<T extends { readonly centsPerHour: number }>(types: readonly T[]): T[] {
  return types.filter(({ centsPerHour }) => centsPerHour > 0);
}

/** The nodes that a wish means, each of the cheapest type that answers to it. */
export function fleetOf({ pools, gpu, nodes, gpusPerNode }: Wish, catalogue: Catalogue): Fleet | Unsold {
  const types = priced(catalogue.types);
  if (pools.length > 0) {
    const groups: NodeGroup[] = [];
    for (const [at, pool] of pools.entries()) {
      const type = types.find(({ name }) => name === pool.instanceType);
      if (!type)
        return { key: `pools.${at}.instance_type`, asked: pool.instanceType, sold: types.map(({ name }) => name) };
      groups.push({ type, nodes: pool.nodes });
    }
    return groups;
  }
  const models = [...new Set(types.flatMap((type) => type.gpu ?? []))];
  if (gpusPerNode > 0 && !models.some((model) => isSame(model, gpu))) return { key: 'gpu', asked: gpu, sold: models };
  const ofModel = types.filter((type) => (gpusPerNode === 0 ? type.gpus === 0 : isSame(type.gpu, gpu)));
  const type = cheapest(ofModel.filter(({ gpus }) => gpus === gpusPerNode));
  const sizes = [...new Set(ofModel.map(({ gpus }) => String(gpus)))];
  return type ? [{ type, nodes }] : { key: 'gpus_per_node', asked: String(gpusPerNode), sold: sizes };
}

export function isFleet(found: Fleet | Unsold): found is Fleet {
  return !('asked' in found);
}

function isSame(model: string | null, asked: string): boolean {
  return model?.toLowerCase() === asked.toLowerCase();
}

export function cheapest(types: readonly InstanceType[]): InstanceType | undefined {
  return priced(types).reduce<InstanceType | undefined>(
    (least, type) => (least && least.centsPerHour <= type.centsPerHour ? least : type),
    undefined,
  );
}

/** The least that has an H100: what one begins with. */
export function cheapestSingle(types: readonly InstanceType[]): InstanceType {
  const single = cheapest(types.filter(({ gpu, gpus }) => gpu === 'H100' && gpus === 1));
  if (!single) throw new Error('no machine with a single H100 is known');
  return single;
}

export function machinesOf(fleet: Fleet): InstanceType[] {
  return fleet.flatMap(({ type, nodes }) => Array.from({ length: nodes }, () => type));
}

/** What is left where one node is lost: by each type of which there are some. */
export function lossesOf(fleet: Fleet): InstanceType[][] {
  return fleet.map((lost) =>
    machinesOf(fleet.map((group) => (group === lost ? { ...group, nodes: group.nodes - 1 } : group))),
  );
}

export function gpusOf(fleet: Fleet): number {
  return fleet.reduce((sum, { type, nodes }) => sum + type.gpus * nodes, 0);
}

export function centsOf(fleet: Fleet): number {
  return fleet.reduce((sum, { type, nodes }) => sum + type.centsPerHour * nodes, 0);
}

export function nodesOf(fleet: Fleet): number {
  return fleet.reduce((sum, { nodes }) => sum + nodes, 0);
}

/** One launch in so many seconds is all that the vendor takes. Source: Lambda Cloud API 1.10.0. */
const LAUNCH_SECONDS = 12;
/**
 * Seconds from launch to a machine that answers, by GPUs, as others met it: 238 to 333 for one H100 (August 2026), 15 to
 * over 20 minutes for eight (dstackai/dstack#2342, #2353). Between the two, and without a GPU, nobody has told.
 */
const BOOT_SECONDS: readonly { readonly upTo: number; readonly least: number; readonly most: number }[] = [
  { upTo: 1, least: 240, most: 360 },
  { upTo: 4, least: 240, most: 1500 },
  { upTo: Number.POSITIVE_INFINITY, least: 900, most: 1500 },
];

export interface Boot {
  readonly least: number;
  readonly most: number;
  /** Whether anybody has told of nodes like these. */
  readonly isMet: boolean;
}

/** How long it takes until all nodes answer: they boot side by side, and are launched one after the other. */
export function bootSeconds(fleet: Fleet): Boot {
  const spread = Math.max(0, nodesOf(fleet) - 1) * LAUNCH_SECONDS;
  const slowest = Math.max(0, ...fleet.map(({ type }) => type.gpus));
  const isMet = fleet.every(({ type }) => type.gpus === 1 || type.gpus === 8);
  const { least, most } = BOOT_SECONDS.find(({ upTo }) => slowest <= upTo) ?? { least: 0, most: 0 };
  return { least: least + spread, most: most + spread, isMet };
}
