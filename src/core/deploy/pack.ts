import type { InstanceType } from '../cloud/index.ts';
import type { Mechanism, Slice } from './sharing.ts';
import type { Service } from './wish.ts';

/** Replicas that share one GPU, or one that has whole ones to itself, or none. They go to one node together. */
interface Group {
  readonly gpus: number;
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly replicas: readonly Replica[];
}

interface Replica {
  readonly service: string;
  readonly gpu: number;
}

export interface PackedNode {
  readonly type: string;
  /** By GPU, in the order in which they are filled, the replicas that share it: their services and hundredths. */
  readonly gpus: readonly (readonly Replica[])[];
  /** Replicas without a GPU. */
  readonly others: readonly Replica[];
}

export interface Packing {
  readonly nodes: readonly PackedNode[];
  /** Which services have replicas for which there is no room, and how many. */
  readonly unplaced: Readonly<Record<string, number>>;
}

/** Of each node, for the system, Kubernetes and the drivers. Our own reckoning, measured nowhere. */
const RESERVED = { vcpus: 0.5, memoryGib: 1 };

interface Room {
  readonly type: string;
  readonly size: number;
  gpus: number;
  vcpus: number;
  memoryGib: number;
  readonly groups: Group[];
}

/**
 * Puts replicas onto nodes: shares are packed into GPUs, and what shares one onto the node that it leaves the least room
 * in, the largest first (best fit decreasing). Shares that the mechanism does not offer are the caller's to refuse.
 * Source for the rule and its bound of 11/9: Johnson 1974, SIAM Journal on Computing 3.
 */
export function packed(services: readonly Service[], nodes: readonly InstanceType[], mechanism: Mechanism): Packing {
  const most = nodes.reduce(
    (least, { vcpus, memoryGib }) => ({
      vcpus: Math.max(least.vcpus, vcpus - RESERVED.vcpus),
      memoryGib: Math.max(least.memoryGib, memoryGib - RESERVED.memoryGib),
    }),
    { vcpus: 0, memoryGib: 0 },
  );
  const groups = groupsOf(services, mechanism, most).sort(
    (a, b) => b.gpus - a.gpus || b.memoryGib - a.memoryGib || b.vcpus - a.vcpus,
  );
  const rooms = nodes.map(
    ({ name, gpus, vcpus, memoryGib }): Room => ({
      ...{ type: name, size: gpus, gpus, groups: [] },
      ...{ vcpus: vcpus - RESERVED.vcpus, memoryGib: memoryGib - RESERVED.memoryGib },
    }),
  );
  const unplaced: Record<string, number> = {};
  for (const group of groups) {
    const room = roomFor(group, rooms);
    if (room) {
      room.gpus -= group.gpus;
      room.vcpus -= group.vcpus;
      room.memoryGib -= group.memoryGib;
      room.groups.push(group);
    } else for (const { service } of group.replicas) unplaced[service] = (unplaced[service] ?? 0) + 1;
  }
  return { nodes: rooms.map(nodeOf), unplaced };
}

export function isWhole({ unplaced }: Packing): boolean {
  return Object.keys(unplaced).length === 0;
}

/** GPUs that hold all of them, however many nodes that takes. */
export function gpusFor(services: readonly Service[], mechanism: Mechanism): number {
  const endless = { vcpus: Number.POSITIVE_INFINITY, memoryGib: Number.POSITIVE_INFINITY };
  return groupsOf(services, mechanism, endless).reduce((sum, { gpus }) => sum + gpus, 0);
}

function roomFor(group: Group, rooms: readonly Room[]): Room | undefined {
  let best: Room | undefined;
  for (const room of rooms) {
    if (room.gpus < group.gpus || room.vcpus < group.vcpus || room.memoryGib < group.memoryGib) continue;
    // What needs no GPU leaves those that have one to who does.
    if (!best || room.gpus < best.gpus || (room.gpus === best.gpus && room.memoryGib < best.memoryGib)) best = room;
  }
  return best;
}

interface Shared {
  free: Slice;
  vcpus: number;
  memoryGib: number;
  readonly replicas: Replica[];
}

/** `most`: what the roomiest node has. Who shares a GPU shares its node. */
function groupsOf(
  services: readonly Service[],
  { whole, sliceOf }: Mechanism,
  most: Pick<Group, 'vcpus' | 'memoryGib'>,
): Group[] {
  const groups: Group[] = [];
  const shared: Shared[] = [];
  for (const { name: service, replicas, gpu, vcpus, memoryGib } of [...services].sort((a, b) => b.gpu - a.gpu)) {
    const slice = gpu > 0 && gpu < 100 ? sliceOf(gpu) : undefined;
    for (let replica = 0; replica < replicas; replica++) {
      if (!slice) groups.push({ gpus: gpu / 100, vcpus, memoryGib, replicas: [{ service, gpu }] });
      else {
        const onto = bestOf(shared, slice, most, { vcpus, memoryGib });
        if (onto) {
          onto.free = { memory: onto.free.memory - slice.memory, compute: onto.free.compute - slice.compute };
          onto.vcpus += vcpus;
          onto.memoryGib += memoryGib;
          onto.replicas.push({ service, gpu });
        } else {
          const free = { memory: whole.memory - slice.memory, compute: whole.compute - slice.compute };
          shared.push({ free, vcpus, memoryGib, replicas: [{ service, gpu }] });
        }
      }
    }
  }
  return [...groups, ...shared.map(({ vcpus, memoryGib, replicas }) => ({ gpus: 1, vcpus, memoryGib, replicas }))];
}

function bestOf(
  shared: readonly Shared[],
  slice: Slice,
  most: Pick<Group, 'vcpus' | 'memoryGib'>,
  asks: Pick<Group, 'vcpus' | 'memoryGib'>,
): Shared | undefined {
  let best: Shared | undefined;
  for (const each of shared) {
    const { free, vcpus, memoryGib } = each;
    if (free.memory < slice.memory || free.compute < slice.compute) continue;
    if (vcpus + asks.vcpus > most.vcpus || memoryGib + asks.memoryGib > most.memoryGib) continue;
    if (!best || free.memory < best.free.memory) best = each;
  }
  return best;
}

function nodeOf({ type, size, groups }: Room): PackedNode {
  const gpus = groups.flatMap(({ gpus, replicas }) => Array.from({ length: gpus }, () => replicas));
  return {
    type,
    gpus: [...gpus, ...Array.from({ length: size - gpus.length }, () => [])],
    others: groups.flatMap((group) => (group.gpus === 0 ? group.replicas : [])),
  };
}
