import { createHash } from 'node:crypto';
import type { z as zod } from 'zod';
import { endInstances, type Gate, isEnding } from '../../core/cloud/index.ts';
import { NotReady, type Resource } from '../resource.ts';
import { born } from './birth.ts';
import { UNGUARDED } from './firewall-ruleset.ts';
import { madeOf, ready } from './ready.ts';

export interface Inputs {
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
  /**
   * How it is known that its GPUs compute; absent: nobody asks. The public half of the host key that stands in its user
   * data, the private half of the key to log in with, and how many others are tried in the place of one that is of no use.
   */
  readonly gate?: (Gate & { readonly replacements: number }) | undefined;
}

/** Below half an hour a machine with eight GPUs is given up on while it boots. */
const BOOT_PATIENCE_S = 2700;
/** So long may an active machine say nothing of its GPUs, which it tries for five minutes and more. */
const GATE_PATIENCE_S = 900;
const REPLACEMENTS = 2;

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
      gate: z
        .object({
          hostKey: z.string().regex(/^ssh-ed25519 \S+/, 'must be the public half of a key, like ssh-ed25519 AAAA...'),
          privateKey: text,
          patienceS: z.number().min(60).default(GATE_PATIENCE_S),
          replacements: z.int().min(0).max(5).default(REPLACEMENTS),
        })
        .optional(),
    });
    return inputs
      .refine(isWhereItsBelongingsAre, {
        ...{ path: ['candidates'], error: 'must all be of one region: rulesets and filesystems are' },
      })
      .refine(isGuarded, { path: ['rulesets'], error: `firewall rules do not apply in ${UNGUARDED}` });
  },
  unknown: ['ip', 'status', 'type', 'region', 'centsPerHour', 'isReady'],
  hidden: ['userData', 'gate'],
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
  create: (doing, inputs) => born(doing, inputs, tokenOf(doing.urn, inputs)),
  async read({ lambda, signal }, { id, outputs }) {
    const found = await lambda.instance(id, signal);
    if (!found || isEnding(found)) return undefined;
    const made = madeOf(found, outputs);
    // Read without a complaint the engine would take it for one of use, and nobody would look at it again.
    if (!made.outputs.isReady)
      throw new NotReady(made, new Error(`machine ${id} was of no use when it was last looked at`));
    return made;
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
