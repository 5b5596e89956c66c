import { join } from 'node:path';
import { type Instance, openPaced, type Paced } from '../../cloud/index.ts';
import type { OwnerId } from '../../domain/index.ts';
import { findEngine, mustBeReachable, openStack, type Place, type Stack } from '../../stack/index.ts';
import { acquireLease, type Journal, type Store } from '../../store/index.ts';
import { type AccountDeps, lambdaOf } from './account.ts';
import { hearing } from './heard.ts';
import { mustBeNamed } from './names.ts';
import { isOf } from './order.ts';
import { type Practice, practising } from './practice.ts';
import { type Around, pluginFor, type Reached } from './reach.ts';

export interface DeploysDeps extends Around, Pick<AccountDeps, 'key'> {
  readonly store: Store;
  readonly journal: Journal;
  readonly owner: OwnerId;
  /** The folder of the workspace, in which the wishes lie, and the private one in it. */
  readonly root: string;
  readonly hidden: string;
  /** The file of Pulumi's engine, where the user says it. */
  readonly engine: string | undefined;
  passphrase(): Promise<{ reveal(): string }>;
}

/** Which environment is meant, and whether it is a rehearsal. */
export interface Meant {
  readonly environment: string;
  readonly practice: Practice | undefined;
}

/** Who ends machines, or asks what bills, is patient with the vendor. */
export const AGAIN = 4;

/** What all that is done to environments is made of. */
export interface Inside {
  readonly deps: DeploysDeps;
  placeOf(meant: Meant): Place;
  /** The vendor or, in a rehearsal, the emulator; heeded is `signal`, or else that of the command. */
  reaching(practice: Practice | undefined, signal?: AbortSignal): Promise<Reached>;
  /** What lives of this very environment, by the vendor's word. LambdaError where a machine of the account cannot be read. */
  aliveOf(vendor: Reached, meant: Meant, home: string | undefined): Promise<Instance[]>;
  /** The same as far as it can be read, for who ends or tells; `unread`: how many machines of the account cannot be. */
  seenOf(
    vendor: Reached,
    meant: Meant,
    home: string | undefined,
  ): Promise<{ readonly alive: Instance[]; readonly unread: number }>;
  /** `wasted` hears of each machine that is ended for another, with the cents that it had come to. */
  stackOf(meant: Meant, vendor: Reached, wasted?: (id: string, cents: number) => void): Promise<Stack>;
  /** One at a time, wherever they run. UserError `held` for the second. */
  alone<T>(meant: Meant, work: () => Promise<T>): Promise<T>;
}

export function openInside(deps: DeploysDeps): Inside {
  const placeOf = ({ environment, practice }: Meant): Place => {
    mustBeNamed(environment);
    return { environment, folder: join(deps.hidden, practice ? 'rehearsal' : 'deploy') };
  };
  let pace: Paced | undefined;
  return {
    ...{ deps, placeOf },
    async reaching(practice, signal = deps.signal) {
      const around = { ...deps, signal };
      const reached = practice ? await practising(around, practice) : around;
      pace ??= openPaced(reached.clock);
      return { ...reached, pace };
    },
    async aliveOf(vendor, { environment }, home) {
      const listed = await (await lambdaOf(vendor, { again: AGAIN })).instances();
      return home === undefined ? [] : listed.filter(isOf(environment, home));
    },
    async seenOf(vendor, { environment }, home) {
      const { instances, unread } = await (await lambdaOf(vendor, { again: AGAIN })).listed();
      return { alive: home === undefined ? [] : instances.filter(isOf(environment, home)), unread };
    },
    async stackOf(meant, vendor, wasted) {
      mustBeReachable(placeOf(meant));
      const hear = hearing(deps, meant, wasted);
      const engine = await findEngine(deps, deps.engine);
      const passphrase = meant.practice ? 'rehearsal' : (await deps.passphrase()).reveal();
      const plugin = await pluginFor(vendor);
      const { signal } = vendor;
      return openStack({ ...deps, signal }, { engine, place: placeOf(meant), passphrase, plugin, hear });
    },
    async alone(meant, work) {
      const { environment, practice } = meant;
      const name = `${practice ? 'rehearsal' : 'deploy'}:${environment}`;
      await using _ = await acquireLease(deps, name, `the environment ${environment}`);
      // Awaited here: the right to it would be given back before it is done.
      return await work();
    },
  };
}
