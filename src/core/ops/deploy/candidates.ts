import type { InstanceType } from '../../cloud/index.ts';
import type { Plan } from '../../deploy/index.ts';
import { nearest, UsageError } from '../../errors/index.ts';

export interface Asked {
  readonly type: string;
  readonly region: string;
}

export type Size = Pick<InstanceType, 'name' | 'gpu' | 'gpus' | 'vcpus' | 'memoryGib'>;

/** `gpu_8x_h100_sxm5:us-east-1,gpu_8x_h100_sxm5:us-west-3` */
export function candidatesIn(text: string): Asked[] {
  return text
    .split(',')
    .filter((each) => each.trim() !== '')
    .map((each) => {
      const [, type, region] = /^\s*([\w-]+):([\w-]+)\s*$/.exec(each) ?? [];
      if (type && region) return { type, region };
      throw new UsageError(`--candidates: "${each.trim()}" is not a type and a region`, [
        '--candidates gpu_8x_h100_sxm5:us-east-1,gpu_8x_h100_sxm5:us-west-3',
      ]);
    });
}

/** Whether a machine will do where another was planned: what was packed onto that has room on it, and the same GPUs. */
export function isInPlaceOf(planned: Size, other: Size): boolean {
  if (planned.name === other.name) return true;
  const isSameModel = planned.gpu?.toLowerCase() === other.gpu?.toLowerCase();
  const isNoSmaller = (['gpus', 'vcpus', 'memoryGib'] as const).every((of) => other[of] >= planned[of]);
  return isSameModel && isNoSmaller;
}

/** Regions that others have met: one in which nothing is shown just now may be waited for. Source: SkyPilot's catalogue. */
const MET = [
  ...['us-east-1', 'us-east-2', 'us-east-3', 'us-west-1', 'us-west-2', 'us-west-3', 'us-south-1', 'us-south-2'],
  ...['us-south-3', 'us-midwest-1', 'europe-central-1', 'europe-south-1', 'me-west-1', 'asia-south-1'],
  ...['asia-northeast-1', 'asia-northeast-2', 'australia-east-1'],
];

interface Sold {
  readonly sold: readonly (Size & { readonly centsPerHour: number })[];
  /** Regions in which anything is sold, or something of the account lives; none: nobody can tell. */
  readonly regions: readonly string[];
}

/** UsageError for a candidate of a kind or region that there is not, or that would do for no node of the fleet. */
export async function mustSuit(
  candidates: readonly Asked[],
  fleet: NonNullable<Plan['fleet']>,
  { sold, regions }: Sold,
): Promise<void> {
  const planned = [...new Map(fleet.map(({ type }) => [type.name, type])).values()];
  for (const { type, region } of candidates) {
    const found = sold.find(({ name }) => name === type);
    if (!found)
      throw await unknown(
        `${type} is not sold`,
        type,
        sold.map(({ name }) => name),
        (name) => `${name}:${region}`,
      );
    if (found.centsPerHour <= 0)
      throw new UsageError(`--candidates: ${type} is listed without a price, and is not launched`);
    if (!planned.some((each) => isInPlaceOf(each, found)))
      throw new UsageError(
        `--candidates: ${type} will not do for any node: it would have to be ${planned.map(sized).join(', or ')}, or no smaller of the same GPU`,
        planned.map(({ name }) => `--candidates ${name}:${region}`),
      );
    const known = [...new Set([...regions, ...MET])];
    if (regions.length > 0 && !known.includes(region))
      throw await unknown(`there is no region ${region}`, region, known, (name) => `${type}:${name}`);
  }
}

async function unknown(
  what: string,
  asked: string,
  known: readonly string[],
  told: (name: string) => string,
): Promise<UsageError> {
  const near = (await nearest(asked, known)).map((name) => `--candidates ${told(name)}`);
  return new UsageError(`--candidates: ${what}`, near.length > 0 ? near : [`there is ${known.join(', ')}`]);
}

function sized({ name, gpu, gpus, vcpus, memoryGib }: Size): string {
  const has = gpus > 0 ? `${gpus} ${gpu}, ` : '';
  return `${name} (${has}${vcpus} vCPUs, ${memoryGib} GiB)`;
}
