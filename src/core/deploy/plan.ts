import type { Catalogue, InstanceType } from '../cloud/index.ts';
import { dollars, plural } from '../domain/index.ts';
import { nearest } from '../errors/index.ts';
import { type Finding, fleetFindings, priceFindings, wishFindings } from './findings.ts';
import {
  type Boot,
  bootSeconds,
  centsOf,
  type Fleet,
  fleetOf,
  gpusOf,
  isFleet,
  lossesOf,
  machinesOf,
  type NodeGroup,
  priced,
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
  /** Whether all of it still has room when any one node is lost. */
  readonly survivesNodeLoss: boolean;
  readonly boot: Boot | null;
  readonly findings: readonly Finding[];
}

export function isRefused({ findings }: Plan): boolean {
  return findings.some(({ severity }) => severity === 'refused');
}

export function quoteOf(fleet: Fleet): Quote {
  return quoteFor(centsOf(fleet));
}

export function quoteFor(centsPerHour: number): Quote {
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
  const survivesNodeLoss = fits && survivesLoss(wish, fleet, mechanism);
  findings.push(...fleetFindings(located, fleet, demand.gpus), ...priceFindings(located, fleet, quote.centsPerHour));
  if (!fits) findings.push(doesNotFit(located, catalogue, { fleet, mechanism, demand, unplaced }));
  else if (!survivesNodeLoss)
    findings.push({
      ...{ code: 'no-spare-node', severity: wish.survivesNodeLoss ? 'refused' : 'note', at: at('survive_node_loss') },
      what: 'when one node is lost, what ran on it has no room on the others until it is replaced',
      fix: wish.survivesNodeLoss ? [...moreNodes(wish, fleet, mechanism), 'survive_node_loss: false'] : [],
    });
  return { fleet, quote, demand, nodes, unplaced, survivesNodeLoss, boot: bootSeconds(fleet), findings };
}

/** Whether all of it has room when one node is lost, of whichever type. */
export function survivesLoss({ services }: Wish, fleet: Fleet, mechanism: Mechanism): boolean {
  return lossesOf(fleet).every((left) => isWhole(packed(services, left, mechanism)));
}

/** How many of the same kind would do for the loss of one. */
function moreNodes(wish: Wish, fleet: Fleet, mechanism: Mechanism): string[] {
  const [own] = fleet;
  if (!own || wish.pools.length > 0) return [];
  const nodes = leastNodes(own.type, wish, mechanism, (fleet) => survivesLoss(wish, fleet, mechanism));
  return nodes === undefined ? [] : [`nodes: ${nodes}   ${told({ type: own.type, nodes })}`];
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
  const gpus = gpusOf(fleet);
  const has = fleet.map(({ type, nodes }) => `${nodes} x ${type.name}`).join(' and ');
  const lacks =
    demand.gpus > gpus
      ? `${plural(demand.hundredths / 100, 'GPU')} asked for take ${demand.gpus}, and there are ${gpus} in ${has}`
      : `no way was found to put all of it onto ${has}`;
  const fix = wish.pools.length > 0 ? [] : roomier(wish, types, fleet, mechanism);
  return {
    ...{ code: 'demand-does-not-fit', severity: 'refused', at: at(wish.pools.length > 0 ? 'pools' : 'nodes') },
    what: `${lacks}; without room: ${left.join(', ')}`,
    fix:
      fix.length > 0
        ? fix
        : ['sophia deploy plan <environment> --suggest   shows what would hold it, if anything does'],
  };
}

/** More nodes of the same kind, or as many larger ones. */
function roomier(wish: Wish, types: readonly InstanceType[], fleet: Fleet, mechanism: Mechanism): string[] {
  const [own] = fleet;
  if (!own) return [];
  const holds = (fleet: Fleet) => isWhole(packed(wish.services, machinesOf(fleet), mechanism));
  const fixes: string[] = [];
  const nodes = leastNodes(own.type, wish, mechanism, holds);
  if (nodes !== undefined) fixes.push(`nodes: ${nodes}   ${told({ type: own.type, nodes })}`);
  const larger = priced(types)
    .filter(({ gpu, gpus }) => gpu?.toLowerCase() === wish.gpu.toLowerCase() && gpus > own.type.gpus)
    .sort((a, b) => a.gpus - b.gpus || a.centsPerHour - b.centsPerHour)
    .find((type) => holds([{ type, nodes: own.nodes }]));
  if (larger) fixes.push(`gpus_per_node: ${larger.gpus}   ${told({ type: larger, nodes: own.nodes })}`);
  return fixes;
}

const MOST_NODES = 1000;

/** The fewest nodes of a type that are enough: looked for from where they could be on, in growing steps. */
export function leastNodes(
  type: InstanceType,
  { services }: Pick<Wish, 'services'>,
  mechanism: Mechanism,
  isEnough: (fleet: Fleet) => boolean,
): number | undefined {
  const needed = gpusFor(services, mechanism);
  if (needed > 0 && type.gpus === 0) return undefined;
  let none = Math.max(0, Math.ceil(needed / Math.max(type.gpus, 1)) - 1);
  if (type.gpus === 0) none = 0;
  let all: number | undefined;
  for (let step = 1; all === undefined && none < MOST_NODES; step *= 2) {
    const tried = Math.min(none + step, MOST_NODES);
    if (isEnough([{ type, nodes: tried }])) all = tried;
    else none = tried;
  }
  if (all === undefined) return undefined;
  while (all - none > 1) {
    const middle = Math.floor((none + all) / 2);
    if (isEnough([{ type, nodes: middle }])) all = middle;
    else none = middle;
  }
  return all;
}

function told({ type, nodes }: NodeGroup): string {
  return `${nodes} x ${type.name}, ${dollars(type.centsPerHour * nodes)} an hour`;
}
