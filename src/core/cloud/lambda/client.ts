import type { z as zod } from 'zod';
import type { Context } from '../../context/index.ts';
import { ExternalError } from '../../errors/index.ts';
import type { InstanceType } from './catalogue.ts';

/** The answers that are read, and of each what is needed: the contract is Lambda Cloud API 1.10.0. */
export interface Instance {
  readonly id: string;
  readonly name: string;
  /** `booting`, `active`, `unhealthy`, `terminating`, `terminated`, `preempted`, or what the vendor has come to say since. */
  readonly status: string;
  readonly region: string;
  readonly type: InstanceType;
  /** Written at birth, and never again. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface Lambda {
  /** What is sold, with the regions in which capacity is shown just now. */
  types(): Promise<InstanceType[]>;
  /** Every machine of the account, whoever started it. */
  instances(): Promise<Instance[]>;
}

/** What it takes to ask somebody: a network, and a limit to patience. */
export type Reaching = Pick<Context, 'fetch' | 'clock' | 'signal' | 'patienceS'>;

interface LambdaDeps extends Reaching {
  /** Revealed to the wire alone. */
  readonly key: string;
}

export const LAMBDA_URL = 'https://cloud.lambda.ai';
/** One request a second is taken, counted here from the last answer: counted from the question, two may collide. */
const PACE_MS = 1050;
const PATIENCE_S = 30;

/** The part of Lambda Cloud's API that only reads. Each call throws ExternalError: `auth`, `unreachable` or `failed`. */
export function openLambda(deps: LambdaDeps): Lambda {
  const { clock, signal } = deps;
  let before: Promise<unknown> = Promise.resolve();
  let answeredAt: number | undefined;
  const paced = <T>(ask: () => Promise<T>): Promise<T> => {
    const mine = before.then(async () => {
      const wait = answeredAt === undefined ? 0 : answeredAt + PACE_MS - Date.parse(clock.now());
      if (wait > 0) await clock.sleep(wait, signal);
      signal.throwIfAborted();
      try {
        return await ask();
      } finally {
        answeredAt = Date.parse(clock.now());
      }
    });
    // One that failed holds up none of those behind it.
    before = mine.catch(() => undefined);
    return mine;
  };
  const get = async <T>(path: string, schema: (z: typeof zod) => zod.ZodType<T>): Promise<T> => {
    const answer = await paced(() => asked(deps, path));
    const { z } = await import('zod');
    const parsed = z.object({ data: schema(z) }).safeParse(answer);
    if (parsed.success) return parsed.data.data;
    const [issue] = parsed.error.issues;
    throw new ExternalError('failed', `Lambda answered ${path} otherwise than agreed: ${issue?.path.join('.')}`, false);
  };
  return {
    types: async () => Object.values(await get('/instance-types', typesSchema)),
    instances: () => get('/instances', (z) => z.array(instanceSchema(z))),
  };
}

async function asked(deps: LambdaDeps, path: string): Promise<unknown> {
  const { fetch, clock, signal, key, patienceS = PATIENCE_S } = deps;
  // What no header may hold would be refused as a network that is down.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new ExternalError(
      'auth',
      'LAMBDA_API_KEY holds what no key of Lambda Cloud does',
      false,
      undefined,
      KEY_HELP,
    );
  const patience = new AbortController();
  using _ = clock.every(patienceS * 1000, () => patience.abort());
  try {
    const response = await fetch(`${LAMBDA_URL}/api/v1${path}`, {
      headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
      // It would carry the key to wherever it leads.
      redirect: 'error',
      signal: AbortSignal.any([signal, patience.signal]),
    });
    // A body may stall as well as a head: both are waited for within the same limit.
    const body = parsed(await response.text());
    if (response.ok) return body;
    throw refusal(response.status, codeIn(body, response.status));
  } catch (thrown) {
    if (thrown instanceof ExternalError) throw thrown;
    signal.throwIfAborted();
    const why = patience.signal.aborted ? `was silent for ${patienceS} s` : 'could not be reached';
    throw new ExternalError('unreachable', `Lambda Cloud ${why}`, true, thrown, ['try again in a while']);
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeIn(body: unknown, status: number): string {
  const code = (body as { error?: { code?: unknown } } | undefined)?.error?.code;
  return typeof code === 'string' && /^[\w/-]{1,80}$/.test(code) ? code : `HTTP ${status}`;
}

const KEY_HELP = ['set LAMBDA_API_KEY to a key of your account: cloud.lambda.ai, API keys'];

/** By status and code alone: what is told in words may be told otherwise tomorrow. */
function refusal(status: number, code: string): ExternalError {
  if (status === 401)
    return new ExternalError('auth', `Lambda Cloud refused the key (${code})`, false, undefined, KEY_HELP);
  if (status === 403)
    return new ExternalError('auth', `Lambda Cloud lets this account do nothing (${code})`, false, undefined, [
      'look at cloud.lambda.ai whether the account is active and has a billing address',
    ]);
  if (status === 429)
    return new ExternalError('unreachable', 'Lambda Cloud takes one request a second, and others ask too', true);
  if (status >= 500) return new ExternalError('unreachable', `Lambda Cloud is in trouble (${code})`, true);
  return new ExternalError('failed', `Lambda Cloud refused (${code})`, false);
}

function typeSchema(z: typeof zod) {
  return z
    .object({
      name: z.string(),
      gpu_description: z.string().default(''),
      price_cents_per_hour: z.int().min(0),
      specs: z.object({ vcpus: z.number(), memory_gib: z.number(), gpus: z.int().min(0) }),
    })
    .transform(
      ({ name, gpu_description, price_cents_per_hour, specs }): InstanceType => ({
        ...{ name, gpu: specs.gpus === 0 ? null : modelIn(gpu_description), gpus: specs.gpus },
        ...{ vcpus: specs.vcpus, memoryGib: specs.memory_gib, centsPerHour: price_cents_per_hour },
      }),
    );
}

/** `H100` of `H100 (80 GB SXM5)`, `V100` of `Tesla V100 (16 GB)`. */
function modelIn(description: string): string {
  return /^(?:(?:NVIDIA|Tesla|Quadro)\s+)*(\S+)/i.exec(description)?.[1] ?? 'unknown';
}

function typesSchema(z: typeof zod) {
  return z.record(
    z.string(),
    z
      .object({
        instance_type: typeSchema(z),
        regions_with_capacity_available: z.array(z.object({ name: z.string() })),
      })
      .transform(({ instance_type, regions_with_capacity_available: regions }): InstanceType => {
        return { ...instance_type, regions: regions.map(({ name }) => name) };
      }),
  );
}

function instanceSchema(z: typeof zod) {
  return z
    .object({
      id: z.string(),
      name: z.string().optional(),
      status: z.string(),
      region: z.object({ name: z.string() }),
      instance_type: typeSchema(z),
      tags: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
    })
    .transform(({ id, name = '', status, region, instance_type: type, tags = [] }): Instance => {
      return {
        ...{ id, name, status, region: region.name, type },
        tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      };
    });
}
