import { createHash } from 'node:crypto';
import type { z as zod } from 'zod';
import {
  adoptOrLaunch,
  endInstances,
  type Instance,
  isEnding,
  NotUsable,
  untilActive,
} from '../../core/cloud/index.ts';
import { type Doing, type Made, NotReady, type Properties, type Resource } from '../resource.ts';
import { UNGUARDED } from './firewall-ruleset.ts';

interface Inputs {
  readonly name: string;
  readonly stack: string;
  readonly home: string;
  readonly sshKey: string;
  readonly image?: string | undefined;
  readonly userData?: string | undefined;
  readonly generation: number;
  readonly candidates: readonly { readonly type: string; readonly region: string; readonly centsPerHour: number }[];
  readonly bootPatienceS: number;
  /** Seconds since 1970. It is written at birth and never again: another moment means another machine. */
  readonly expiresAt?: number | undefined;
  /** By id, and by the name that the vendor knows them by. Both are attached at its launch alone. */
  readonly rulesets?: readonly string[] | undefined;
  readonly filesystems?: readonly string[] | undefined;
}

/** Below half an hour a machine with eight GPUs is given up on while it boots. */
const BOOT_PATIENCE_S = 2700;

/** A machine. What it costs an hour at most stands in its candidates, and is held to at its launch. */
export const instance: Resource<Inputs> = {
  schema(z: typeof zod) {
    const text = z.string().min(1, 'must not be empty');
    // In which order they are named means nothing: another one is no reason for another machine.
    const attached = z.array(text).transform((all) => [...new Set(all)].sort());
    const inputs = z.object({
      name: text.max(64, 'has 64 characters at most'),
      ...{ stack: text.max(128), home: text.max(128), sshKey: text },
      ...{ image: text.optional(), userData: z.string().max(1_000_000, 'is larger than 1 MB').optional() },
      generation: z.int().min(0).default(0),
      candidates: z
        .array(z.object({ type: text, region: text, centsPerHour: z.int().min(0) }))
        .min(1, 'must name at least one type and region'),
      bootPatienceS: z.number().min(60).default(BOOT_PATIENCE_S),
      expiresAt: z.int().optional(),
      ...{ rulesets: attached.optional(), filesystems: attached.optional() },
    });
    return inputs
      .refine(isWhereItsBelongingsAre, {
        ...{ path: ['candidates'], error: 'must all be of one region: rulesets and filesystems are' },
      })
      .refine(isGuarded, { path: ['rulesets'], error: `firewall rules do not apply in ${UNGUARDED}` });
  },
  unknown: ['ip', 'status', 'type', 'region', 'centsPerHour'],
  differs(news, olds, outputs) {
    const replaces: string[] = [];
    for (const key of ['userData', 'sshKey', 'image', 'generation', 'stack', 'home', 'expiresAt'] as const)
      if (news[key] !== olds[key]) replaces.push(key);
    for (const key of ['rulesets', 'filesystems'] as const)
      if (String(news[key] ?? []) !== String(olds[key] ?? [])) replaces.push(key);
    const isCandidate = news.candidates.some(({ type, region }) => type === outputs.type && region === outputs.region);
    if (!isCandidate) replaces.push('candidates');
    return { replaces, isChanged: news.name !== olds.name };
  },
  async create(doing, inputs) {
    const { bootPatienceS: _, generation: __, ...order } = inputs;
    const launched = await adoptOrLaunch(doing, { ...order, token: tokenOf(doing.urn, inputs) });
    const { id, type, region } = launched;
    doing.tell(launched.isAdopted ? `${id} lives already: taken up` : `${id} launched: ${type} in ${region}`);
    return ready(doing, { id, outputs: { type, region } }, inputs);
  },
  async read({ lambda, signal }, { id, outputs }) {
    const found = await lambda.instance(id, signal);
    return found && !isEnding(found) ? madeOf(found, outputs) : undefined;
  },
  update: (doing, made, inputs) => ready(doing, made, inputs),
  async remove(doing, { id }) {
    const { left } = await endInstances(doing, [id]);
    const [one] = left;
    if (one) throw new Error(`machine ${id} may bill on: ${one.why}; sophia gpu ls shows what does`);
  },
};

/** What is the same each time that this launch is tried, and another for a machine that is to take its place. */
function tokenOf(urn: string, inputs: Inputs): string {
  const { userData, sshKey, image, generation, stack, expiresAt, rulesets = [], filesystems = [] } = inputs;
  const spec = [urn, userData ?? null, sshKey, image ?? null, generation, stack, expiresAt ?? null];
  const text = JSON.stringify([...spec, rulesets, filesystems]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function isWhereItsBelongingsAre({ candidates, rulesets = [], filesystems = [] }: Inputs): boolean {
  const regions = new Set(candidates.map(({ region }) => region));
  return regions.size <= 1 || rulesets.length + filesystems.length === 0;
}

function isGuarded({ candidates, rulesets = [] }: Inputs): boolean {
  return rulesets.length === 0 || candidates.every(({ region }) => region !== UNGUARDED);
}

/** Waits until it is of use. From here on it has an id, which must not be lost whatever happens. */
async function ready(doing: Doing, made: Made, { name, bootPatienceS }: Inputs): Promise<Made> {
  const { id } = made;
  try {
    const tell = (status: string, seconds: number) => doing.tell(`${id} is ${status}, ${Math.round(seconds)} s`);
    const active = await untilActive(doing, { id, patienceS: bootPatienceS, tell });
    return madeOf(active.name === name ? active : await doing.lambda.rename(id, name), made.outputs);
  } catch (thrown) {
    const last = thrown instanceof NotUsable && thrown.instance ? madeOf(thrown.instance, made.outputs) : made;
    throw new NotReady(last, thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}

/** The price is that of its launch: what the vendor lists today is not what this one costs. */
function madeOf({ id, status, ip, region, type }: Instance, before: Properties): Made {
  const centsPerHour = typeof before.centsPerHour === 'number' ? before.centsPerHour : type.centsPerHour;
  return { id, outputs: { status, ip: ip ?? '', region, type: type.name, centsPerHour } };
}
