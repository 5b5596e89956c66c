import { type Instance, NotUsable, untilActive, untilHealthy } from '../../core/cloud/index.ts';
import { type Doing, type Made, NotReady, type Properties } from '../resource.ts';
import type { Inputs } from './instance.ts';

/** Waits until it is of use. From here on it has an id, which must not be lost whatever happens. */
export async function ready(doing: Doing, made: Made, { name, bootPatienceS, gate }: Inputs): Promise<Made> {
  const { id } = made;
  try {
    const tell = (status: string, seconds: number) => doing.tell(`${id} is ${status}, ${Math.round(seconds)} s`);
    const active = await untilActive(doing, { id, patienceS: bootPatienceS, tell });
    if (gate) await untilHealthy(doing, { instance: active, gate, tell });
    const named = active.name === name ? active : await doing.lambda.rename(id, name);
    return madeOf(named, { ...made.outputs, isReady: true });
  } catch (thrown) {
    const outputs = { ...made.outputs, isReady: false };
    const last = thrown instanceof NotUsable && thrown.instance ? madeOf(thrown.instance, outputs) : { id, outputs };
    throw new NotReady(last, thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}

/** The price is that of its launch: what the vendor lists today is not what this one costs. */
export function madeOf({ id, status, ip, region, type }: Instance, before: Properties): Made {
  const centsPerHour = typeof before.centsPerHour === 'number' ? before.centsPerHour : type.centsPerHour;
  // Of one that was written down without it nobody knows: it is looked into once more.
  const isReady = before.isReady === true;
  return { id, outputs: { status, ip: ip ?? '', region, type: type.name, centsPerHour, isReady } };
}
