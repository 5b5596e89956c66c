import { join } from 'node:path';
import type { Catalogue } from '../../cloud/index.ts';
import type { Context } from '../../context/index.ts';
import {
  LIMIT_FLAG,
  type Located,
  type Plan,
  planOf,
  priced,
  readWish,
  type Suggestion,
  suggestionsOf,
} from '../../deploy/index.ts';
import type { IsoDay } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import { type Account, type AccountDeps, accountIn, lambdaOf, type Machine, WITHOUT_KEY } from './account.ts';
import { fileOf } from './names.ts';
import { recordedPrices } from './prices.ts';

export interface PlanRequest {
  readonly environment: string;
  /** By the prices that were recorded, without asking anybody. */
  readonly offline: boolean;
  readonly suggest: boolean;
  readonly maxHourlyCents?: number | undefined;
  /** What can be done without a key. */
  readonly without?: readonly string[];
}

export interface PlanReport extends Plan {
  readonly environment: string;
  readonly file: string;
  /** Of the file or the command line, whichever is less; null where neither says one. */
  readonly maxHourlyCents: number | null;
  /** Who says so: a place in the file, or the flag. */
  readonly maxHourlyAt: string | null;
  /** For a GPU hour, as the file says it; null where it does not. */
  readonly targetCents: number | null;
  readonly prices: { readonly readOn: IsoDay; readonly recorded: boolean };
  /** Of this environment, and how many others of the account bill; null where nobody was asked. */
  readonly billing: { readonly own: readonly Machine[]; readonly others: number; readonly centsPerHour: number } | null;
  readonly suggestions?: readonly Suggestion[];
}

export type PlanDeps = Pick<Context, 'files'> &
  AccountDeps & {
    readonly today: IsoDay;
    /** The folder below which wishes lie. */
    readonly folder: string;
  };

/** No wish is longer: what is was not meant. */
const MOST_BYTES = 256 * 1024;
/** A line of a file that wishes for nothing, where all are such. */
const SAYS_NOTHING = /^\s*(#|$)/;

/** What an environment comes to: priced, packed, with what stands in its way. Starts nothing and writes nothing. */
export async function planDeploy(deps: PlanDeps, request: PlanRequest): Promise<PlanReport> {
  const { environment, offline, suggest } = request;
  const file = fileOf(environment);
  const located = limited(await readWish(await wishText(deps, environment, file), file), request);
  const { catalogue, account }: Asked = offline
    ? { catalogue: await recordedPrices(deps.files) }
    : await live(deps, request);
  const plan = await planOf(located, catalogue);
  return {
    ...{ environment, file, maxHourlyCents: located.wish.maxHourlyCents ?? null },
    maxHourlyAt: located.wish.maxHourlyCents === undefined ? null : located.at('max_hourly'),
    targetCents: located.wish.targetCents ?? null,
    ...{ prices: { readOn: catalogue.readOn, recorded: catalogue.recordedFrom !== null } },
    ...plan,
    billing: account ? billingIn(account, environment) : null,
    ...(suggest && { suggestions: await suggestionsOf(located, catalogue) }),
  };
}

async function wishText({ files, folder }: PlanDeps, environment: string, file: string): Promise<string> {
  const path = join(folder, file);
  const facts = await files.factsOf(path);
  // A pipe is waited for, and a device has no end.
  if (facts && (facts.kind !== 'file' || !facts.isRegular))
    throw new UserError('config', `${file} is no plain file, and is not read`, [
      'put a plain file in its place, or a link to one',
    ]);
  if (!facts)
    throw new UserError('config', `there is no ${file} in ${folder}`, [
      `sophia deploy init ${environment}   writes one to begin from`,
    ]);
  if (facts.bytes > MOST_BYTES)
    throw new UserError('config', `${file} is larger than ${MOST_BYTES / 1024} KiB`, ['leave in it what it is for']);
  const text = (await files.readText(path)) ?? '';
  if (text.split('\n').every((line) => SAYS_NOTHING.test(line)))
    throw new UserError('config', `${file} is empty`, [
      `rm ${file} && sophia deploy init ${environment} --small   writes one to begin from`,
    ]);
  return text;
}

/** What is asked for in the command line is a limit beside the one of the file, whichever is less. */
function limited({ wish, at }: Located, { maxHourlyCents }: PlanRequest): Located {
  const most = Math.min(wish.maxHourlyCents ?? Number.POSITIVE_INFINITY, maxHourlyCents ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(most) || most === wish.maxHourlyCents) return { wish, at };
  return {
    wish: { ...wish, maxHourlyCents: most },
    at: (key) => (key === 'max_hourly' ? LIMIT_FLAG : at(key)),
  };
}

interface Asked {
  readonly catalogue: Catalogue;
  /** Undefined where nobody was asked. */
  readonly account?: Account;
}

async function live(deps: PlanDeps, { without = [WITHOUT_KEY] }: PlanRequest): Promise<Asked> {
  const lambda = await lambdaOf(deps, { without });
  const types = priced(await lambda.types());
  const account = accountIn(await lambda.instances());
  return { catalogue: { types, readOn: deps.today, recordedFrom: null }, account };
}

function billingIn({ machines, centsPerHour }: Account, environment: string): NonNullable<PlanReport['billing']> {
  const own = machines.filter((each) => each.environment === environment);
  return { own, others: machines.length - own.length, centsPerHour };
}
