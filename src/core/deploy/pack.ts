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

type Resources = Pick<Group, 'gpus' | 'vcpus' | 'memoryGib'>;
type Weight = (of: Resources) => number;

/**
 * Puts replicas onto nodes: shares are packed into GPUs, and what shares one onto the node that it leaves the least room
 * in, the largest first (best fit decreasing). GPUs, processors and memory all count, and no one order is best for all
 * three, so several are tried, and two ways to share. It may miss a way that there is. Shares that the mechanism does
 * not offer take a whole GPU here, and are the caller's to refuse.
 */
export function packed(services: readonly Service[], nodes: readonly InstanceType[], mechanism: Mechanism): Packing {
  const free = nodes.map(freeOn);
  const roomiest = largestOf(free);
  const perGpu = largestOf(free.map(({ gpus, vcpus, memoryGib }) => perOne(gpus, { gpus: 1, vcpus, memoryGib })));
  const weights: Weight[] = [
    ({ memoryGib }) => memoryGib,
    ({ vcpus }) => vcpus,
    ({ vcpus, memoryGib }) => Math.max(vcpus / (roomiest.vcpus || 1), memoryGib / (roomiest.memoryGib || 1)),
  ];
  let best: Packing | undefined;
  for (const most of [roomiest, perGpu]) {
    const groups = groupsOf(services, mechanism, most);
    for (const weight of weights) {
      const found = placed(groups, nodes, weight);
      if (isWhole(found)) return found;
      if (!best || leftIn(found) < leftIn(best)) best = found;
      // However they are ordered, there is not enough of it.
      if (exceeds(groups, free)) return best;
    }
  }
  return best as Packing;
}

function placed(groups: readonly Group[], nodes: readonly InstanceType[], weight: Weight): Packing {
  const rooms = nodes.map((node): Room => ({ ...{ type: node.name, size: node.gpus, groups: [] }, ...freeOn(node) }));
  const unplaced = new Map<string, number>();
  for (const group of groups.toSorted((a, b) => b.gpus - a.gpus || weight(b) - weight(a))) {
    const room = roomFor(group, rooms, weight);
    if (room) {
      room.gpus -= group.gpus;
      room.vcpus -= group.vcpus;
      room.memoryGib -= group.memoryGib;
      room.groups.push(group);
    } else for (const { service } of group.replicas) unplaced.set(service, (unplaced.get(service) ?? 0) + 1);
  }
  return { nodes: rooms.map(nodeOf), unplaced: Object.fromEntries(unplaced) };
}

/** What a node has for replicas. */
function freeOn({ gpus, vcpus, memoryGib }: InstanceType): Resources {
  return { gpus, vcpus: vcpus - RESERVED.vcpus, memoryGib: memoryGib - RESERVED.memoryGib };
}

function leftIn({ unplaced }: Packing): number {
  return Object.values(unplaced).reduce((sum, count) => sum + count, 0);
}

function sumOf(all: readonly Resources[]): Resources {
  return all.reduce(
    (sum, { gpus, vcpus, memoryGib }) => {
      return { gpus: sum.gpus + gpus, vcpus: sum.vcpus + vcpus, memoryGib: sum.memoryGib + memoryGib };
    },
    { gpus: 0, vcpus: 0, memoryGib: 0 },
  );
}

function exceeds(groups: readonly Resources[], free: readonly Resources[]): boolean {
  const [asked, there] = [sumOf(groups), sumOf(free)];
  return asked.gpus > there.gpus || asked.vcpus > there.vcpus || asked.memoryGib > there.memoryGib;
}

function largestOf(all: readonly Resources[]): Resources {
  return all.reduce(
    (most, { gpus, vcpus, memoryGib }) => ({
      gpus: Math.max(most.gpus, gpus),
      vcpus: Math.max(most.vcpus, vcpus),
      memoryGib: Math.max(most.memoryGib, memoryGib),
    }),
    { gpus: 0, vcpus: 0, memoryGib: 0 },
  );
}

function perOne(gpus: number, { vcpus, memoryGib }: Resources): Resources {
  return { gpus: 1, vcpus: vcpus / (gpus || 1), memoryGib: memoryGib / (gpus || 1) };
}

export function isWhole({ unplaced }: Packing): boolean {
  return Object.keys(unplaced).length === 0;
}

/** GPUs that hold all of them, however many nodes that takes. */
export function gpusFor(services: readonly Service[], mechanism: Mechanism): number {
  const endless = { vcpus: Number.POSITIVE_INFINITY, memoryGib: Number.POSITIVE_INFINITY };
  return groupsOf(services, mechanism, endless).reduce((sum, { gpus }) => sum + gpus, 0);
}

function roomFor(group: Group, rooms: readonly Room[], weight: Weight): Room | undefined {
  let best: Room | undefined;
  for (const room of rooms) {
    if (room.gpus < group.gpus || room.vcpus < group.vcpus || room.memoryGib < group.memoryGib) continue;
    // What needs no GPU leaves those that have one to who does.
    if (!best || room.gpus < best.gpus || (room.gpus === best.gpus && weight(room) < weight(best))) best = room;
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
  /** By the units of memory that each still has: the fullest that will do is looked for. */
  const byFree = Array.from({ length: whole.memory + 1 }, (): Shared[] => []);
  for (const { name: service, replicas, gpu, vcpus, memoryGib } of [...services].sort((a, b) => b.gpu - a.gpu)) {
    const slice = gpu > 0 && gpu < 100 ? sliceOf(gpu) : undefined;
    for (let replica = 0; replica < replicas; replica++) {
      if (!slice) {
        groups.push({ gpus: Math.ceil(gpu / 100), vcpus, memoryGib, replicas: [{ service, gpu }] });
        continue;
      }
      const fits = ({ free, ...taken }: Shared) =>
        free.compute >= slice.compute &&
        taken.vcpus + vcpus <= most.vcpus &&
        taken.memoryGib + memoryGib <= most.memoryGib;
      const onto = takenOut(byFree, slice.memory, fits) ?? { free: whole, vcpus: 0, memoryGib: 0, replicas: [] };
      onto.free = { memory: onto.free.memory - slice.memory, compute: onto.free.compute - slice.compute };
      onto.vcpus += vcpus;
      onto.memoryGib += memoryGib;
      onto.replicas.push({ service, gpu });
      byFree[onto.free.memory]?.push(onto);
    }
  }
  const shared = byFree.flat().map(({ vcpus, memoryGib, replicas }) => ({ gpus: 1, vcpus, memoryGib, replicas }));
  return [...groups, ...shared];
}

function takenOut(byFree: readonly Shared[][], from: number, fits: (each: Shared) => boolean): Shared | undefined {
  for (let free = from; free < byFree.length; free++) {
    const here = byFree[free] ?? [];
    const at = here.findIndex(fits);
    if (at >= 0) return here.splice(at, 1)[0];
  }
  return undefined;
}

function nodeOf({ type, size, groups }: Room): PackedNode {
  const gpus = groups.flatMap(({ gpus, replicas }) => Array.from({ length: gpus }, () => replicas));
  return {
    type,
    gpus: [...gpus, ...Array.from({ length: size - gpus.length }, () => [])],
    others: groups.flatMap((group) => (group.gpus === 0 ? group.replicas : [])),
  };
}
