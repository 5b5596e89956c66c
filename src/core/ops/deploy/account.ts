import { type Instance, isOurs, type Paced, type Reaching, tags } from '../../cloud/index.ts';
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
  readonly type: string;
  readonly region: string;
  readonly status: Instance['status'];
  readonly centsPerHour: number;
  /** The environment that it was started for; null where sophia did not start it. */
  readonly environment: string | null;
  /** As it was written on it at birth: the vendor tells no moment. */
  readonly launchedAt: Instant | null;
  readonly expiresAt: Instant | null;
}

export interface Account {
  /** Dearest first. */
  readonly machines: readonly Machine[];
  readonly centsPerHour: number;
}

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
  return accountIn(await (await lambdaOf(deps)).instances());
}

export function accountIn(instances: readonly Instance[]): Account {
  const machines = instances
    .filter(({ status }) => status !== 'terminated')
    .map((instance): Machine => {
      const { id, name, type, region, status, tags: written } = instance;
      return {
        ...{ id, name, type: type.name, region, status, centsPerHour: type.centsPerHour },
        environment: isOurs(instance) ? (written[tags.stack] ?? null) : null,
        ...{ launchedAt: momentIn(written[tags.launchedAt]), expiresAt: momentIn(written[tags.expiresAt]) },
      };
    })
    .sort((a, b) => b.centsPerHour - a.centsPerHour || (a.id < b.id ? -1 : 1));
  return { machines, centsPerHour: centsOf(machines) };
}

export function centsOf(machines: readonly Machine[]): number {
  return machines.reduce((sum, { centsPerHour }) => sum + centsPerHour, 0);
}

/** Seconds since 1970, as a tag has room for. */
function momentIn(text = ''): Instant | null {
  return /^\d{9,11}$/.test(text) ? instant(Number(text) * 1000) : null;
}
