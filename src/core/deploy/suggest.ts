import type { Catalogue, InstanceType } from '../cloud/index.ts';
import { writeYaml } from '../config/index.ts';
import { dollars, plural } from '../domain/index.ts';
import { isIdle } from './findings.ts';
import { centsOf, cheapest, type Fleet, gpusOf, machinesOf, nodesOf } from './fleet.ts';
import { gpusFor, isWhole, packed } from './pack.ts';
import { isRefused, leastNodes, mechanismOf, planOf, type Quote, quoteOf, survivesLoss } from './plan.ts';
import { type Located, readWish, type Service, type Wish } from './wish.ts';

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
const MOST_TRIED = 8;

/**
 * The cheapest that were found to hold what was wished for, each priced: without GPUs that nothing computes on, on as few
 * nodes as wished for, and with room for the loss of a node, which is all there is where that was wished for. No limit of
 * the wish is raised but the target for a GPU hour, and the head of the file says so. None twice, the cheapest first.
 */
export async function suggestionsOf({ wish }: Located, catalogue: Catalogue): Promise<Suggestion[]> {
  const { types } = catalogue;
  const { sliceOf } = mechanismOf(wish);
  const isOffered = wish.services.every(({ gpu }) => gpu === 0 || gpu >= 100 || sliceOf(gpu) !== undefined);
  const startable: Wish = {
    ...{ ...wish, clusterType: 'on-demand', spot: false, spotFallback: undefined },
    sharing: isOffered && (wish.sharing !== 'mig' || wish.gpu.toUpperCase() === 'H100') ? wish.sharing : 'kai',
  };
  const idle = wish.services.filter(({ image, gpu }) => gpu > 0 && isIdle(image)).map(({ name }) => name);
  const lean = startable.services.map((each): Service => (idle.includes(each.name) ? { ...each, gpu: 0 } : each));
  const kept: Wish = { ...startable, idleGpus: wish.idleGpus || idle.length > 0 };
  const nodes = wish.pools.reduce((sum, pool) => sum + pool.nodes, wish.nodes);
  const by = startable.sharing === wish.sharing ? '' : `, by ${startable.sharing}`;
  const kinds: { name: string; why: string; wish: Wish; most?: number }[] = [
    ...(idle.length > 0
      ? [
          {
            name: 'lean',
            why: `No GPU for what computes on none: ${idle.join(', ')}`,
            wish: { ...startable, services: lean },
          },
        ]
      : []),
    { name: 'as-shared', why: `All that was asked for${by}`, wish: kept },
    {
      name: 'few-nodes',
      why: `All that was asked for${by}, on ${plural(nodes, 'node')} or fewer`,
      wish: kept,
      most: nodes,
    },
  ];
  const tried = kinds.flatMap(({ name, why, wish, most }) => [
    ...(wish.survivesNodeLoss ? [] : [{ name, why, wish, limits: { most, isSpare: false } }]),
    ...[
      { name: `${name}-spare`, why: `${why}, with room for the loss of a node`, wish, limits: { most, isSpare: true } },
    ],
  ]);
  const found: Suggestion[] = [];
  for (const { name, why, wish, limits } of tried) {
    const each = await suggested(name, why, wish, types, limits);
    // What it says is what is tried: a file that would be refused is no suggestion.
    const isGranted = each && !isRefused(await planOf(await readWish(each.text, name), catalogue));
    if (isGranted && !found.some(({ text }) => withoutHead(text) === withoutHead(each.text))) found.push(each);
  }
  return found.sort((a, b) => a.quote.centsPerHour - b.quote.centsPerHour);
}

interface Limits {
  readonly isSpare: boolean;
  readonly most: number | undefined;
}

async function suggested(
  name: string,
  why: string,
  wish: Wish,
  types: readonly InstanceType[],
  limits: Limits,
): Promise<Suggestion | undefined> {
  const fleet = cheapestFleet(wish, types, limits);
  if (!fleet) return undefined;
  const quote = quoteOf(fleet);
  const perGpu = gpusOf(fleet) > 0 ? Math.ceil(quote.centsPerHour / gpusOf(fleet)) : undefined;
  const isDearer = wish.targetCents !== undefined && perGpu !== undefined && perGpu > wish.targetCents;
  const granted: Wish = {
    ...wish,
    pools: fleet.map(({ type, nodes }) => ({ instanceType: type.name, nodes })),
    targetCents: isDearer ? perGpu : wish.targetCents,
    survivesNodeLoss: limits.isSpare,
  };
  const head = [
    `# ${why}.`,
    `# ${dollars(quote.centsPerHour)} an hour, ${dollars(quote.centsPerMonth)} a month of 730 hours.`,
    ...(perGpu === undefined ? [`# There is no GPU in this one, and so no ${wish.gpu}.`] : []),
    ...(isDearer
      ? [`# A GPU hour at ${dollars(perGpu)}, where ${dollars(wish.targetCents ?? 0)} was wished for.`]
      : []),
    ...(wish.idleGpus ? ['# idle_gpus: GPUs are paid for though nothing computes on them.'] : []),
  ];
  const survivesNodeLoss = survivesLoss(wish, fleet, mechanismOf(wish));
  return {
    name,
    why,
    quote,
    survivesNodeLoss,
    text: `${head.join('\n')}\n${await writeYaml(fileOf(granted, perGpu !== undefined))}`,
  };
}

/** Of nodes of one kind, of those with machines beside them that have no GPU, and of mixes of few. */
function cheapestFleet(wish: Wish, types: readonly InstanceType[], { isSpare, most }: Limits): Fleet | undefined {
  const mechanism = mechanismOf(wish);
  const isEnough = (fleet: Fleet) => isEnoughFor(wish, fleet, isSpare);
  const plain = types.filter(({ gpus }) => gpus === 0);
  const withGpus = wish.services.filter(({ gpu }) => gpu > 0);
  const modelled = types.filter(({ gpu }) => gpu?.toLowerCase() === wish.gpu.toLowerCase());
  const kinds = withGpus.length > 0 ? modelled : plain;
  const alike = kinds.flatMap((type): Fleet[] => {
    const nodes = leastNodes(type, wish, mechanism, isEnough);
    return nodes === undefined ? [] : [[{ type, nodes }]];
  });
  const beside = withGpus.length === wish.services.length ? undefined : cheapest(plain);
  const parted = !beside
    ? []
    : modelled.flatMap((type): Fleet[] => {
        const only = { ...wish, services: withGpus };
        const nodes = leastNodes(type, only, mechanism, (fleet) => isEnoughFor(only, fleet, isSpare));
        if (nodes === undefined) return [];
        const group = { type, nodes };
        const more = leastNodes(beside, { services: [] }, mechanism, ([each]) =>
          each ? isEnough([group, each]) : false,
        );
        return more === undefined ? [] : [[group, { type: beside, nodes: more }]];
      });
  const needed = gpusFor(wish.services, mechanism);
  const few = Math.min(most ?? wish.nodes, MOST_TRIED);
  const mixed = mixes(beside ? [...modelled, beside] : kinds, few).filter((fleet) => gpusOf(fleet) >= needed);
  return [...alike, ...parted, ...mixed]
    .filter((fleet) => most === undefined || nodesOf(fleet) <= most)
    .sort((a, b) => centsOf(a) - centsOf(b) || nodesOf(a) - nodesOf(b))
    .find((fleet) => fleet.length > 0 && hasSums(wish, fleet) && isEnough(fleet));
}

function isEnoughFor(wish: Wish, fleet: Fleet, isSpare: boolean): boolean {
  const mechanism = mechanismOf(wish);
  return isSpare ? survivesLoss(wish, fleet, mechanism) : isWhole(packed(wish.services, machinesOf(fleet), mechanism));
}

/** Whether there are processors and memory enough, wherever they are: quickly said of many. */
function hasSums({ services }: Wish, fleet: Fleet): boolean {
  const has = (of: 'vcpus' | 'memoryGib') => fleet.reduce((sum, { type, nodes }) => sum + type[of] * nodes, 0);
  const asks = (of: 'vcpus' | 'memoryGib') => services.reduce((sum, each) => sum + each[of] * each.replicas, 0);
  return has('vcpus') >= asks('vcpus') && has('memoryGib') >= asks('memoryGib');
}

/** All ways to have up to `most` nodes of these types. */
function mixes([type, ...others]: readonly InstanceType[], most: number): Fleet[] {
  if (!type) return [[]];
  return Array.from({ length: most + 1 }, (_, nodes) =>
    mixes(others, most - nodes).map((rest) => (nodes === 0 ? rest : [{ type, nodes }, ...rest])),
  ).flat();
}

/** As the file says it: what is usual is left out, and what is about GPUs where there are none. */
function fileOf(wish: Wish, hasGpus: boolean): Record<string, unknown> {
  const { targetCents, maxHourlyCents } = wish;
  return {
    cluster_type: wish.clusterType,
    ...(hasGpus && { gpu: wish.gpu }),
    pools: wish.pools.map(({ instanceType, nodes }) => ({ instance_type: instanceType, nodes })),
    ...(hasGpus && targetCents !== undefined && { target_price_per_gpu_hour: targetCents / 100 }),
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
