import type { Catalogue, InstanceType } from '../cloud/index.ts';
import { writeYaml } from '../config/index.ts';
import { dollars, isIdle } from './findings.ts';
import { afterLoss, centsOf, type Fleet, gpusOf, machinesOf, nodesOf } from './fleet.ts';
import { gpusFor, isWhole, packed } from './pack.ts';
import { leastNodes, mechanismOf, type Quote, quoteOf } from './plan.ts';
import type { Located, Service, Wish } from './wish.ts';

/** A wish that can be granted, near to the one that was asked for. */
export interface Suggestion {
  readonly name: string;
  /** What is other than wished for, and why one would want it. */
  readonly why: string;
  readonly quote: Quote;
  readonly survivesNodeLoss: boolean;
  /** Whole, as a file: a plan of it is refused nothing. */
  readonly text: string;
}

/** More nodes than these are not tried one by one. */
const MOST_TRIED = 16;

/**
 * The cheapest that hold what was wished for, each priced: without GPUs that nothing computes on, on as few nodes as
 * wished for, and with room for the loss of a node. None twice, the cheapest first.
 */
export async function suggestionsOf({ wish }: Located, { types }: Catalogue): Promise<Suggestion[]> {
  const startable: Wish = { ...wish, clusterType: 'on-demand', spot: false, spotFallback: undefined };
  const idle = wish.services.filter(({ image, gpu }) => gpu > 0 && isIdle(image)).map(({ name }) => name);
  const lean = startable.services.map((each): Service => (idle.includes(each.name) ? { ...each, gpu: 0 } : each));
  const kept: Wish = { ...startable, idleGpus: wish.idleGpus || idle.length > 0 };
  const nodes = wish.pools.reduce((sum, pool) => sum + pool.nodes, wish.nodes);
  const leaner = { name: 'lean', why: `No GPU for what computes on none: ${idle.join(', ')}` };
  const kinds: { name: string; why: string; wish: Wish; most?: number }[] = [
    ...(idle.length > 0 ? [{ ...leaner, wish: { ...startable, services: lean } }] : []),
    { name: 'as-shared', why: 'All shares of GPUs as wished for, on the cheapest nodes', wish: kept },
    { name: 'few-nodes', why: `All shares of GPUs as wished for, on ${nodes} nodes or fewer`, wish: kept, most: nodes },
  ];
  const tried = await Promise.all(
    kinds.flatMap(({ name, why, wish, ...limits }) => [
      suggested(name, why, wish, types, limits),
      suggested(`${name}-spare`, `${why}, with room for the loss of a node`, wish, types, { ...limits, isSpare: true }),
    ]),
  );
  const found = tried.filter((each) => each !== undefined);
  const first = (each: Suggestion) => found.find(({ text }) => withoutHead(text) === withoutHead(each.text)) === each;
  return found.filter(first).sort((a, b) => a.quote.centsPerHour - b.quote.centsPerHour);
}

interface Limits {
  readonly isSpare?: boolean;
  readonly most?: number;
}

async function suggested(
  name: string,
  why: string,
  wish: Wish,
  types: readonly InstanceType[],
  limits: Limits = {},
): Promise<Suggestion | undefined> {
  const needsGpu = wish.services.some(({ gpu }) => gpu > 0);
  const fitting = types.filter((type) =>
    needsGpu ? type.gpu?.toLowerCase() === wish.gpu.toLowerCase() : type.gpus === 0,
  );
  const fleet = cheapestFleet(wish, fitting, limits);
  if (!fleet) return undefined;
  const quote = quoteOf(fleet);
  const perGpu = gpusOf(fleet) > 0 ? Math.ceil(quote.centsPerHour / gpusOf(fleet)) : undefined;
  const granted: Wish = {
    ...wish,
    pools: fleet.map(({ type, nodes }) => ({ instanceType: type.name, nodes })),
    targetCents:
      wish.targetCents === undefined || perGpu === undefined ? undefined : Math.max(wish.targetCents, perGpu),
    maxHourlyCents: quote.centsPerHour,
    survivesNodeLoss: limits.isSpare ?? false,
  };
  const head = `# ${why}\n# ${dollars(quote.centsPerHour)} an hour, ${dollars(quote.centsPerMonth)} a month of 730 hours.\n`;
  const survivesNodeLoss = isWhole(packed(wish.services, afterLoss(fleet), mechanismOf(wish)));
  return { name, why, quote, survivesNodeLoss, text: head + (await writeYaml(fileOf(granted))) };
}

function cheapestFleet(
  wish: Wish,
  types: readonly InstanceType[],
  { isSpare = false, most }: Limits,
): Fleet | undefined {
  const mechanism = mechanismOf(wish);
  const isEnough = (fleet: Fleet) =>
    isWhole(packed(wish.services, isSpare ? afterLoss(fleet) : machinesOf(fleet), mechanism));
  const alike = types.flatMap((type): Fleet[] => {
    const nodes = leastNodes(type, (type, nodes) => isEnough([{ type, nodes }]));
    return nodes !== undefined && nodes <= (most ?? nodes) ? [[{ type, nodes }]] : [];
  });
  const needed = gpusFor(wish.services, mechanism);
  const mixed =
    most === undefined || most > MOST_TRIED ? [] : mixes(types, most).filter((fleet) => gpusOf(fleet) >= needed);
  return [...alike, ...mixed]
    .sort((a, b) => centsOf(a) - centsOf(b) || nodesOf(a) - nodesOf(b))
    .find((fleet) => isEnough(fleet));
}

/** All ways to have up to `most` nodes of these types. */
function mixes([type, ...others]: readonly InstanceType[], most: number): Fleet[] {
  if (!type) return [[]];
  return Array.from({ length: most + 1 }, (_, nodes) =>
    mixes(others, most - nodes).map((rest) => (nodes === 0 ? rest : [{ type, nodes }, ...rest])),
  ).flat();
}

/** As the file says it: what is usual is left out. */
function fileOf(wish: Wish): Record<string, unknown> {
  const { targetCents, maxHourlyCents } = wish;
  return {
    cluster_type: wish.clusterType,
    gpu: wish.gpu,
    pools: wish.pools.map(({ instanceType, nodes }) => ({ instance_type: instanceType, nodes })),
    ...(targetCents !== undefined && { target_price_per_gpu_hour: targetCents / 100 }),
    ...(maxHourlyCents !== undefined && { max_hourly: maxHourlyCents / 100 }),
    spot_instances: false,
    auto_scaling: wish.autoScaling,
    ...(wish.sharing !== 'kai' && { gpu_sharing: wish.sharing }),
    ...(wish.survivesNodeLoss && { survive_node_loss: true }),
    ...(wish.idleGpus && { idle_gpus: true }),
    services: Object.fromEntries(
      wish.services.map(({ name, image, replicas, gpu, vcpus, memoryGib }) => {
        return [name, { image, replicas, gpu: gpu / 100, vcpus, memory_gib: memoryGib }];
      }),
    ),
  };
}

function withoutHead(text: string): string {
  return text.replace(/^#.*\n/gm, '');
}
