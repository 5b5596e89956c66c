import { type Instance, isEnding, isOurs, momentIn, type Paced, type Reaching, tags } from '../../cloud/index.ts';
import { type Instant, instant } from '../../domain/index.ts';
import { ExternalError } from '../../errors/index.ts';

/** What asks the vendor, and with which key. In a rehearsal it is the emulator, with its own. */
export type AccountDeps = Reaching & {
  /** The key of the vendor, where the user has one. */
  key(): Promise<{ reveal(): string } | undefined>;
  /** In which turns it is asked, where several of one process ask. */
  readonly pace?: Paced;
  /** Where the emulator is, in a rehearsal. */
  readonly rehearsal?: string;
};

/** A machine of the account that bills, or may. */
export interface Machine {
  readonly id: string;
  readonly name: string;
  /** Null where the vendor does not tell it, as those below. */
  readonly type: string | null;
  readonly region: string | null;
  readonly status: Instance['status'];
  readonly centsPerHour: number | null;
  /** The environment that it was started for; null where sophia did not start it. */
  readonly environment: string | null;
  /** As it was written on it at birth: the vendor tells no moment. */
  readonly launchedAt: Instant | null;
  readonly expiresAt: Instant | null;
}

export interface Account {
  /** Dearest first; before those what may cost anything. */
  readonly machines: readonly Machine[];
  /** Of those of which the price is told. */
  readonly centsPerHour: number;
  /** Of so many machines it cannot be read which they are, or how they stand: they may bill as well. */
  readonly unread: number;
}

/** What can be done without a key by who is about to launch something. */
export const WITHOUT_KEY = '--rehearse   does the same against an emulator on this machine';

/**
 * The vendor, asked with the user's key. ExternalError `auth` without one; `without`: what can be done then. `again`: how
 * often who does not answer is asked again.
 */
export async function lambdaOf(
  deps: AccountDeps,
  { without = [], again }: { readonly without?: readonly string[]; readonly again?: number } = {},
) {
  const key = await deps.key();
  if (!key)
    throw new ExternalError('auth', 'Lambda Cloud answers who has a key: LAMBDA_API_KEY is not set', false, undefined, [
      'set LAMBDA_API_KEY to a key of your account, or LAMBDA_API_KEY_FILE to a file that holds it',
      ...without,
    ]);
  const { openLambda } = await import('../../cloud/index.ts');
  return openLambda({ ...deps, key: key.reveal(), ...(again !== undefined && { again }) });
}

/**
 * What bills in the whole account, whoever started it, by the vendor's word alone: no state and no file is read. Whether
 * a machine that is booting or unhealthy bills is not told by the vendor, so it counts.
 */
export async function accountOf(deps: AccountDeps): Promise<Account> {
  const { instances, unread } = await (await lambdaOf(deps)).listed();
  return accountIn(instances, unread);
}

/** What is ending already bills no more. A state that nobody had heard of bills. */
export function accountIn(instances: readonly Instance[], unread = 0): Account {
  const machines = instances
    .filter((each) => !isEnding(each))
    .map((instance): Machine => {
      const { id, name, type, region, status, tags: written, untold = [] } = instance;
      return {
        ...{ id, name, type: type.name || null, region: region || null, status },
        centsPerHour: untold.includes('price') ? null : type.centsPerHour,
        environment: isOurs(instance) ? (written[tags.stack] ?? null) : null,
        ...{ launchedAt: instantIn(written[tags.launchedAt]), expiresAt: instantIn(written[tags.expiresAt]) },
      };
    })
    .sort((a, b) => priceOf(b) - priceOf(a) || (a.id < b.id ? -1 : 1));
  return { machines, centsPerHour: centsOf(machines), unread };
}

export function centsOf(machines: readonly Machine[]): number {
  return machines.reduce((sum, { centsPerHour }) => sum + (centsPerHour ?? 0), 0);
}

/** Of how many the price is not told: they are in no sum. */
export function unpricedIn(machines: readonly Machine[]): number {
  return machines.filter(({ centsPerHour }) => centsPerHour === null).length;
}

function priceOf({ centsPerHour }: Machine): number {
  return centsPerHour ?? Number.MAX_SAFE_INTEGER;
}

function instantIn(text: string | undefined): Instant | null {
  const ms = momentIn(text);
  return ms === undefined ? null : instant(ms);
}
