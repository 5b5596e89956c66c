import type { Catalogue, Instance, Reaching } from '../../cloud/index.ts';
import type { Context } from '../../context/index.ts';
import { type Located, type Plan, planOf, readWish, type Suggestion, suggestionsOf } from '../../deploy/index.ts';
import { type IsoDay, isIsoDay } from '../../domain/index.ts';
import { ExternalError, UserError } from '../../errors/index.ts';
import { templateText } from '../template.ts';
import { fileOf } from './names.ts';

export interface PlanRequest {
  readonly environment: string;
  /** By the prices that were recorded, without asking anybody. */
  readonly offline: boolean;
  readonly suggest: boolean;
  readonly maxHourlyCents?: number | undefined;
}

/** A machine of the account that bills just now. */
export interface Billing {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly status: Instance['status'];
  readonly centsPerHour: number;
}

export interface PlanReport extends Plan {
  readonly environment: string;
  readonly file: string;
  readonly prices: { readonly readOn: IsoDay; readonly recorded: boolean };
  /** Of this environment, and how many others of the account bill; null where nobody was asked. */
  readonly billing: { readonly own: readonly Billing[]; readonly others: number; readonly centsPerHour: number } | null;
  readonly suggestions?: readonly Suggestion[];
}

type PlanDeps = Pick<Context, 'files'> &
  Reaching & {
    readonly today: IsoDay;
    /** The key of the vendor, where the user has one. */
    key(): Promise<{ reveal(): string } | undefined>;
  };

/** No wish is longer: what is was not meant. */
const MOST_BYTES = 256 * 1024;

/** What an environment comes to: priced, packed, with what stands in its way. Starts nothing and writes nothing. */
export async function planDeploy(deps: PlanDeps, request: PlanRequest): Promise<PlanReport> {
  const { environment, offline, suggest } = request;
  const file = fileOf(environment);
  const located = limited(await readWish(await wishText(deps, environment, file), file), request);
  const { catalogue, instances } = await (offline ? recorded(deps) : live(deps));
  const plan = await planOf(located, catalogue);
  return {
    ...{ environment, file, prices: { readOn: catalogue.readOn, recorded: catalogue.recordedFrom !== null } },
    ...plan,
    billing: instances ? billingIn(instances, environment) : null,
    ...(suggest && { suggestions: await suggestionsOf(located, catalogue) }),
  };
}

async function wishText({ files }: PlanDeps, environment: string, file: string): Promise<string> {
  const path = files.resolve(file);
  const facts = await files.factsOf(path);
  if (!facts)
    throw new UserError('config', `there is no ${file} in this folder`, [
      `sophia deploy init ${environment}   writes one to begin from`,
    ]);
  if (facts.bytes > MOST_BYTES)
    throw new UserError('config', `${file} is larger than ${MOST_BYTES / 1024} KiB`, ['leave in it what it is for']);
  return (await files.readText(path)) ?? '';
}

/** What is asked for in the command line is a limit beside the one of the file, whichever is less. */
function limited({ wish, at }: Located, { maxHourlyCents }: PlanRequest): Located {
  const most = Math.min(wish.maxHourlyCents ?? Number.POSITIVE_INFINITY, maxHourlyCents ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(most) || most === wish.maxHourlyCents) return { wish, at };
  return {
    wish: { ...wish, maxHourlyCents: most },
    at: (key) => (key === 'max_hourly' ? '--max-hourly' : at(key)),
  };
}

interface Asked {
  readonly catalogue: Catalogue;
  /** Undefined where nobody was asked. */
  readonly instances?: readonly Instance[];
}

async function recorded({ files }: PlanDeps): Promise<Asked> {
  const { readOn, from, types } = JSON.parse(await templateText(files, 'deploy/catalogue.json'));
  if (!isIsoDay(readOn)) throw new UserError('config', 'the recorded prices have no day: install sophia again');
  return { catalogue: { types, readOn, recordedFrom: from } };
}

async function live(deps: PlanDeps): Promise<Asked> {
  const key = await deps.key();
  if (!key)
    throw new ExternalError(
      'auth',
      'Lambda Cloud tells its prices to who has a key: LAMBDA_API_KEY is not set',
      false,
      undefined,
      ['set LAMBDA_API_KEY to a key of your account', 'add --offline   to plan by recorded prices'],
    );
  const { openLambda } = await import('../../cloud/index.ts');
  const lambda = openLambda({ ...deps, key: key.reveal() });
  const types = await lambda.types();
  return { catalogue: { types, readOn: deps.today, recordedFrom: null }, instances: await lambda.instances() };
}

/** By the tag that a machine of ours is born with. */
const STACK_TAG = 'sophia:stack';

function billingIn(instances: readonly Instance[], environment: string): NonNullable<PlanReport['billing']> {
  const live = instances.filter(({ status }) => status !== 'terminated');
  const own = live.filter(({ tags }) => tags[STACK_TAG] === environment);
  return {
    own: own.map(({ id, name, status, type }) => {
      return { id, name, type: type.name, status, centsPerHour: type.centsPerHour };
    }),
    others: live.length - own.length,
    centsPerHour: live.reduce((sum, { type }) => sum + type.centsPerHour, 0),
  };
}
