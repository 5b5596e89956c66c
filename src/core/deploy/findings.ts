import { dollars } from '../domain/index.ts';
import type { Fleet } from './fleet.ts';
import { centsOf, gpusOf } from './fleet.ts';
import type { Mechanism } from './sharing.ts';
import type { Located } from './wish.ts';

/** Why a wish cannot be granted as it stands, or what to know before it is. */
export interface Finding {
  readonly code:
    | 'cluster-type-has-no-api'
    | 'not-sold'
    | 'price-above-target'
    | 'above-max-hourly'
    | 'spot-unsupported'
    | 'spot-falls-back'
    | 'fraction-not-offered'
    | 'gpu-not-used'
    | 'demand-does-not-fit'
    | 'no-spare-node'
    | 'nodes-do-not-scale'
    | 'shares-not-isolated'
    | 'no-capacity-shown'
    | 'gpus-idle'
    | 'services-not-started'
    | 'prices-are-recorded';
  /** What is refused is not deployed. */
  readonly severity: 'refused' | 'note';
  /** File and line that it is about. */
  readonly at: string;
  readonly what: string;
  /** The edits that resolve it, each of them alone. */
  readonly fix: readonly string[];
}

/** What can be started by the API. Clusters are sold by hand, with an invoice. */
const STARTABLE = 'on-demand';
/** Images of ours, by their last word. None of the three computes on a GPU. */
const WITHOUT_GPU = ['mcp-mesh', 'agent-swarm', 'memory-layer'];
const OURS = 'ghcr.io/sophia-aios/';

export const isIdle = (image: string) =>
  image.startsWith(OURS) && WITHOUT_GPU.includes(image.slice(OURS.length).replace(/[:@].*$/, ''));

/** What is said of a wish before anything of the catalogue is looked at. */
export function wishFindings({ wish, at }: Located, mechanism: Mechanism): Finding[] {
  const found: Finding[] = [];
  if (wish.clusterType !== STARTABLE)
    found.push({
      ...{ code: 'cluster-type-has-no-api', severity: 'refused', at: at('cluster_type') },
      what: `"${wish.clusterType}" is nothing that Lambda's API can start: its clusters and managed Kubernetes are sold by hand`,
      fix: [`cluster_type: ${STARTABLE}   instances, with Kubernetes of our own on them`],
    });
  if (wish.spot)
    found.push({
      ...{ code: wish.spotFallback ? 'spot-falls-back' : 'spot-unsupported', at: at('spot_instances') },
      severity: wish.spotFallback ? 'note' : 'refused',
      what: 'Lambda sells no spot instances; all are on demand, at one price',
      fix: wish.spotFallback ? [] : ['spot_instances: false', 'spot_fallback: on-demand'],
    });
  for (const { name, gpu } of wish.services)
    if (gpu > 0 && gpu < 100 && !mechanism.sliceOf(gpu))
      found.push({
        ...{ code: 'fraction-not-offered', severity: 'refused', at: at(`services.${name}.gpu`) },
        what: `${wish.sharing} offers no share of ${gpu / 100} GPU; it offers ${mechanism.offered.map((each) => each / 100).join(', ')}`,
        fix: [`gpu: ${nextAbove(gpu, mechanism.offered) / 100}`, 'gpu_sharing: kai   takes any share'],
      });
  const idle = wish.services.filter(({ image, gpu }) => gpu > 0 && isIdle(image));
  if (!wish.idleGpus)
    for (const { name, image, gpu, replicas } of idle)
      found.push({
        ...{ code: 'gpu-not-used', severity: 'refused', at: at(`services.${name}.gpu`) },
        what: `${image} computes on no GPU: ${replicas} x ${gpu / 100} GPU would be paid for and stand idle`,
        fix: ['gpu: 0', 'idle_gpus: true   pays for them all the same'],
      });
  if (wish.autoScaling)
    found.push({
      ...{ code: 'nodes-do-not-scale', severity: 'note', at: at('auto_scaling') },
      what: 'replicas scale within these nodes; nodes are neither added nor ended, and nothing spends unasked',
      fix: [],
    });
  if (wish.sharing !== 'mig' && wish.services.some(({ gpu }) => gpu > 0 && gpu < 100))
    found.push({
      ...{ code: 'shares-not-isolated', severity: 'note', at: at('gpu_sharing') },
      what: `shares by ${wish.sharing} are a matter of scheduling: neighbours on a GPU can take each other's memory`,
      fix: [],
    });
  if (wish.services.length > 0)
    found.push({
      ...{ code: 'services-not-started', severity: 'note', at: at('services') },
      what: 'machines alone are made: services are planned for, and not started yet',
      fix: [],
    });
  return found;
}

/** Models whose MIG profiles are known here. */
const WITH_PROFILES = 'H100';

/** What is said of the nodes themselves, and of what they are for. `needed`: GPUs that are asked for. */
export function fleetFindings({ wish, at }: Located, fleet: Fleet, needed: number): Finding[] {
  const found: Finding[] = [];
  const withGpus = fleet.filter(({ type }) => type.gpus > 0);
  const names = withGpus.map(({ type }) => type.name).join(', ');
  if (withGpus.length > 0 && needed === 0 && !wish.idleGpus)
    found.push({
      ...{ code: 'gpu-not-used', severity: 'refused', at: at('services') },
      what: `no service asks for a GPU, and those of ${names} would be paid for and stand idle`,
      fix: [
        wish.pools.length > 0 ? 'pools of machines without GPUs' : 'gpus_per_node: 0',
        'idle_gpus: true   pays for them all the same',
      ],
    });
  found.push(...idleFindings(at, withGpus, needed, found.length > 0));
  const shares = wish.services.some(({ gpu }) => gpu > 0 && gpu < 100);
  const unprofiled = withGpus.find(({ type }) => type.gpu?.toUpperCase() !== WITH_PROFILES);
  if (wish.sharing === 'mig' && shares && unprofiled)
    found.push({
      ...{ code: 'fraction-not-offered', severity: 'refused', at: at('gpu_sharing') },
      what: `which shares MIG offers is known here of ${WITH_PROFILES} alone, not of ${unprofiled.type.gpu} (${unprofiled.type.name})`,
      fix: ['gpu_sharing: kai   takes any share'],
    });
  const sold = fleet.filter(({ type }) => type.regions?.length === 0);
  if (sold.length > 0)
    found.push({
      ...{ code: 'no-capacity-shown', severity: 'note', at: at(wish.pools.length > 0 ? 'pools' : 'gpu') },
      what: `no region shows capacity for ${sold.map(({ type }) => type.name).join(', ')} just now; that changes by the minute`,
      fix: [],
    });
  return found;
}

/** GPUs that no service asks for bill as the others do. Where that is refused, it has been said. */
function idleFindings(at: Located['at'], withGpus: Fleet, needed: number, isSaid: boolean): Finding[] {
  const gpus = gpusOf(withGpus);
  if (isSaid || needed * 2 >= gpus) return [];
  const cents = Math.round((centsOf(withGpus) * (gpus - needed)) / gpus);
  return [
    {
      ...{ code: 'gpus-idle', severity: 'note', at: at('services') },
      what: `services ask for ${needed} of ${gpus} GPUs; the ${gpus - needed} that stand idle cost ${dollars(cents)} an hour`,
      fix: [],
    },
  ];
}

/** What an hour of these nodes costs beside what was wished for. */
export function priceFindings({ wish, at }: Located, fleet: Fleet, cents: number): Finding[] {
  const found: Finding[] = [];
  const { targetCents, maxHourlyCents } = wish;
  const gpus = gpusOf(fleet);
  // To be met, each GPU hour has to cost the target or less; cents of a machine seldom part evenly.
  if (targetCents !== undefined && gpus > 0 && cents > targetCents * gpus) {
    const perGpu = Math.ceil(cents / gpus);
    const names = fleet.map(({ type }) => type.name).join(', ');
    found.push({
      ...{ code: 'price-above-target', severity: 'refused', at: at('target_price_per_gpu_hour') },
      what: `a GPU hour costs ${dollars(perGpu)} (${names}), ${percentAbove(cents / gpus, targetCents)} above the ${dollars(targetCents)} wished for`,
      fix: [`target_price_per_gpu_hour: ${(perGpu / 100).toFixed(2)}`],
    });
  }
  if (maxHourlyCents !== undefined && cents > maxHourlyCents)
    found.push({
      ...{ code: 'above-max-hourly', severity: 'refused', at: at('max_hourly') },
      what: `all of it costs ${dollars(cents)} an hour, and ${dollars(maxHourlyCents)} is the most that may be spent`,
      fix: [`${at('max_hourly') === LIMIT_FLAG ? `${LIMIT_FLAG} ` : 'max_hourly: '}${(cents / 100).toFixed(2)}`],
    });
  return found;
}

/** Where the limit is said in the command line. */
export const LIMIT_FLAG = '--max-hourly';

function percentAbove(price: number, target: number): string {
  const above = (price / target - 1) * 100;
  return above < 1 ? 'less than 1 %' : `${Math.round(above)} %`;
}

function nextAbove(asked: number, offered: readonly number[]): number {
  return offered.find((each) => each >= asked) ?? 100;
}
