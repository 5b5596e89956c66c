import { dirname } from 'node:path';
import type { z as zod } from 'zod';
import type { Context } from '../context/index.ts';
import { UserError } from '../errors/index.ts';
import { type Place, pathsOf } from './engine.ts';

/** A machine as the engine has written it down. */
export interface RecordedMachine {
  /** Its name in the environment, such as `node-0`. */
  readonly name: string;
  readonly urn: string;
  readonly id: string;
  readonly type: string;
  readonly region: string;
  readonly centsPerHour: number;
  /** Seconds since 1970. */
  readonly expiresAt: number | null;
  readonly generation: number;
  /** It was launched, and was no use yet when it was last looked at. */
  readonly isUnready: boolean;
}

/** What the engine knows of an environment, read without it. */
export interface Recorded {
  readonly machines: readonly RecordedMachine[];
  /** Everything, machines included. */
  readonly resources: number;
  /** What the engine was about to do when it was killed: whether it was done it cannot tell. */
  readonly pending: number;
}

const NOTHING: Recorded = { machines: [], resources: 0, pending: 0 };
const MACHINE = 'sophialambda:index:Instance';

/** UserError `config` where what is written cannot be read: what lives is then known to the vendor alone. */
export async function recordedOf(deps: Pick<Context, 'files'>, place: Place): Promise<Recorded> {
  const latest = await latestOf(deps, place);
  if (!latest) return NOTHING;
  const { resources, pending_operations } = latest;
  const made = resources.filter(({ type }) => !type.startsWith('pulumi:'));
  return { machines: made.flatMap(machineIn), resources: made.length, pending: pending_operations.length };
}

/** What the passphrase was salted with by which all of it is sealed; undefined where nothing was recorded. Throws as above. */
export async function saltOf(deps: Pick<Context, 'files'>, place: Place): Promise<string | undefined> {
  return (await latestOf(deps, place))?.secrets_providers?.state?.salt;
}

async function latestOf({ files }: Pick<Context, 'files'>, place: Place) {
  const { checkpoint, backups } = pathsOf(place);
  const text = await files.readText(checkpoint);
  if (text === undefined) return undefined;
  const { z } = await import('zod');
  const { data } = checkpointSchema(z).safeParse(parsed(text));
  if (!data)
    throw new UserError('config', `what is recorded of ${place.environment} cannot be read: ${checkpoint}`, [
      `put the newest file of ${backups} in its place`,
      `sophia gpu ls --stack ${place.environment}   shows what bills, without it`,
    ]);
  return data.checkpoint.latest ?? undefined;
}

/** Names of the environments of which something is, or was, written down in that folder. */
export async function recordedNames({ files }: Pick<Context, 'files'>, folder: string): Promise<string[]> {
  const names = await files.list(dirname(pathsOf({ folder, environment: '' }).checkpoint));
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
}

type Resource = zod.output<ReturnType<typeof resourceSchema>>;

function machineIn({ urn, type, id, inputs = {}, outputs = {}, initErrors = [] }: Resource): RecordedMachine[] {
  if (type !== MACHINE || id === undefined) return [];
  const { type: kind = '', region = '' } = outputs;
  // One that did not come to its end says no price of its own: the dearest that it may have.
  const { centsPerHour = Math.max(0, ...(inputs.candidates ?? []).map((each) => each.centsPerHour)) } = outputs;
  const name = urn.split('::').at(-1) ?? urn;
  const { expiresAt = null, generation = 0 } = inputs;
  const isUnready = initErrors.length > 0;
  return [{ ...{ name, urn, id, type: kind, region, centsPerHour, expiresAt, generation, isUnready } }];
}

function resourceSchema(z: typeof zod) {
  return z.object({
    urn: z.string(),
    type: z.string(),
    id: z.string().optional(),
    inputs: z
      .object({
        ...{ expiresAt: z.number().optional(), generation: z.number().optional() },
        candidates: z.array(z.object({ centsPerHour: z.number() })).optional(),
      })
      .optional(),
    outputs: z
      .object({ type: z.string().optional(), region: z.string().optional(), centsPerHour: z.number().optional() })
      .optional(),
    initErrors: z.array(z.unknown()).optional(),
  });
}

function checkpointSchema(z: typeof zod) {
  const latest = z.object({
    resources: z
      .array(resourceSchema(z))
      .nullish()
      .transform((all) => all ?? []),
    pending_operations: z
      .array(z.unknown())
      .nullish()
      .transform((all) => all ?? []),
    secrets_providers: z.object({ state: z.object({ salt: z.string().optional() }).nullish() }).nullish(),
  });
  return z.object({ checkpoint: z.object({ latest: latest.nullish() }) });
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
