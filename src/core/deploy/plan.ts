import type { Catalogue, InstanceType } from '../cloud/index.ts';
import { nearest } from '../errors/index.ts';
import { dollars, type Finding, priceFindings, wishFindings } from './findings.ts';
import {
  afterLoss,
  bootSeconds,
  centsOf,
  type Fleet,
  fleetOf,
  gpusOf,
  isFleet,
  machinesOf,
  type NodeGroup,
  type Unsold,
} from './fleet.ts';
import { gpusFor, isWhole, type PackedNode, packed } from './pack.ts';
import { type Mechanism, mechanismFor } from './sharing.ts';
import type { Located, Wish } from './wish.ts';

/** Hours of an average month. */
const MONTH_HOURS = 730;

export interface Quote {
  readonly centsPerHour: number;
  /** Of 730 hours, in which nothing is ended. */
  readonly centsPerMonth: number;
}

/** What a wish comes to. Nothing is started by it. */
export interface Plan {
  /** Null where a kind of node is not sold: nothing can be priced then. */
  readonly fleet: Fleet | null;
  readonly quote: Quote | null;
  /** What all replicas ask for, in hundredths of a GPU, and how many GPUs that takes. */
  readonly demand: { readonly hundredths: number; readonly gpus: number };
  readonly nodes: readonly PackedNode[];
  readonly unplaced: Readonly<Record<string, number>>;
  /** Whether all of it still has room when a largest node is lost. */
  readonly survivesNodeLoss: boolean;
  readonly boot: { readonly least: number; readonly most: number } | null;
  readonly findings: readonly Finding[];
}

export function isRefused({ findings }: Plan): boolean {
  return findings.some(({ severity }) => severity === 'refused');
}

export function quoteOf(fleet: Fleet): Quote {
  const centsPerHour = centsOf(fleet);
  return { centsPerHour, centsPerMonth: centsPerHour * MONTH_HOURS };
}

/** How replicas of a wish share GPUs. */
export function mechanismOf({ sharing, services }: Wish): Mechanism {
  return mechanismFor(
    sharing,
    services.flatMap(({ gpu }) => (gpu > 0 && gpu < 100 ? [gpu] : [])),
  );
}

/** Prices what was wished for, packs it, and says what stands in its way. */
export async function planOf(located: Located, catalogue: Catalogue): Promise<Plan> {
  const { wish, at } = located;
  const mechanism = mechanismOf(wish);
  const findings = wishFindings(located, mechanism);
  if (catalogue.recordedFrom !== null)
    findings.push({
      ...{ code: 'prices-are-recorded', severity: 'note', at: at('gpu') },
      what: `prices are of ${catalogue.readOn}, not of today: ${catalogue.recordedFrom}`,
      fix: [],
    });
  const demand = {
    hundredths: wish.services.reduce((sum, { gpu, replicas }) => sum + gpu * replicas, 0),
    gpus: gpusFor(wish.services, mechanism),
  };
  const fleet = fleetOf(wish, catalogue);
  if (!isFleet(fleet)) {
    const none = { fleet: null, quote: null, nodes: [], unplaced: {}, survivesNodeLoss: false, boot: null };
    return { ...none, demand, findings: [...findings, await unsold(located, fleet)] };
  }
  const quote = quoteOf(fleet);
  const { nodes, unplaced } = packed(wish.services, machinesOf(fleet), mechanism);
  const fits = Object.keys(unplaced).length === 0;
  const survivesNodeLoss = isWhole(packed(wish.services, afterLoss(fleet), mechanism));
  findings.push(...priceFindings(located, fleet, quote.centsPerHour));
  if (!fits) findings.push(doesNotFit(located, catalogue, { fleet, mechanism, demand, unplaced }));
  else if (!survivesNodeLoss)
    findings.push({
      ...{ code: 'no-spare-node', severity: wish.survivesNodeLoss ? 'refused' : 'note', at: at('survive_node_loss') },
      what: 'when one node is lost, what ran on it has no room on the others until it is replaced',
      fix: wish.survivesNodeLoss ? ['more nodes, or survive_node_loss: false'] : [],
    });
  return { fleet, quote, demand, nodes, unplaced, survivesNodeLoss, boot: bootSeconds(fleet), findings };
}

async function unsold({ at }: Located, { key, asked, sold }: Unsold): Promise<Finding> {
  const [near] = await nearest(asked, sold);
  const fix = near ?? sold[0];
  return {
    ...{ code: 'not-sold', severity: 'refused', at: at(key) },
    what: `${key}: ${asked} is not sold; there is ${sold.join(', ')}`,
    fix: fix === undefined ? [] : [`${key.replace(/^.*\./, '')}: ${fix}`],
  };
}

interface Short {
  readonly fleet: Fleet;
  readonly mechanism: Mechanism;
  readonly demand: Plan['demand'];
  readonly unplaced: Plan['unplaced'];
}

function doesNotFit({ wish, at }: Located, { types }: Catalogue, short: Short): Finding {
  const { fleet, mechanism, demand, unplaced } = short;
  const left = Object.entries(unplaced).map(([service, count]) => `${count} of ${service}`);
  const has = fleet.map(({ type, nodes }) => `${nodes} x ${type.name}`).join(' and ');
  const gpus = gpusOf(fleet);
  const lacks =
    demand.gpus > gpus
      ? `${demand.hundredths / 100} GPUs are asked for, which takes ${demand.gpus}, and ${has} ${gpus === 1 ? 'has' : 'have'} ${gpus}`
      : `${has} has too few processors, too little memory, or GPUs on the wrong nodes`;
  return {
    ...{ code: 'demand-does-not-fit', severity: 'refused', at: at(wish.pools.length > 0 ? 'pools' : 'nodes') },
    what: `${lacks}; without room: ${left.join(', ')}`,
    fix: wish.pools.length > 0 ? ['more nodes in pools'] : roomier(wish, types, fleet, mechanism),
  };
}

/** More nodes of the same kind, or as many larger ones. */
function roomier(wish: Wish, types: readonly InstanceType[], fleet: Fleet, mechanism: Mechanism): string[] {
  const [own] = fleet;
  if (!own) return [];
  const holds = (type: InstanceType, nodes: number) =>
    isWhole(packed(wish.services, machinesOf([{ type, nodes }]), mechanism));
  const fixes: string[] = [];
  const more = leastNodes(own.type, holds);
  if (more !== undefined) fixes.push(`nodes: ${more}   ${told({ type: own.type, nodes: more })}`);
  const larger = types
    .filter(({ gpu, gpus }) => gpu === own.type.gpu && gpus > own.type.gpus)
    .sort((a, b) => a.gpus - b.gpus)
    .find((type) => holds(type, own.nodes));
  if (larger) fixes.push(`gpus_per_node: ${larger.gpus}   ${told({ type: larger, nodes: own.nodes })}`);
  return fixes;
}

const MOST_NODES = 1000;

/** The fewest nodes of a type that hold it all. */
export function leastNodes(
  type: InstanceType,
  holds: (type: InstanceType, nodes: number) => boolean,
): number | undefined {
  if (!holds(type, MOST_NODES)) return undefined;
  let [none, all] = [0, MOST_NODES];
  while (all - none > 1) {
    const middle = Math.floor((none + all) / 2);
    if (holds(type, middle)) all = middle;
    else none = middle;
  }
  return all;
}

function told({ type, nodes }: NodeGroup): string {
  return `${nodes} x ${type.name}, ${dollars(type.centsPerHour * nodes)} an hour`;
}
