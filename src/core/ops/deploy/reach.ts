import type { Reaching } from '../../cloud/index.ts';
import type { Context } from '../../context/index.ts';
import { StackFailed } from '../../stack/index.ts';
import type { AccountDeps } from './account.ts';
import type { Emulated, Practice } from './practice.ts';

/** What deploying takes of the world. */
export type Around = Pick<Context, 'files' | 'programs' | 'processes' | 'machine' | 'random' | 'logger' | 'actor'> &
  Reaching;

/** The vendor, or in a rehearsal the emulator, with the clock that it lives by. */
export type Reached = Around & AccountDeps & { readonly emulated?: Emulated };

/** The plugin is told the key, or where the emulator is, and nothing else. */
export async function pluginFor(vendor: Reached) {
  if (vendor.emulated)
    return { program: 'rehearsal', env: { SOPHIA_REHEARSED: JSON.stringify(vendor.emulated) } } as const;
  const key = (await vendor.key())?.reveal() ?? '';
  return { program: 'provider', env: { LAMBDA_API_KEY: key } } as const;
}

export function withoutMishap(practice: Practice | undefined): Practice | undefined {
  return practice && { speed: practice.speed };
}

/** For these the vendor, or we, said no before anything was launched. */
const REFUSALS: readonly (string | undefined)[] = ['no-capacity', 'price-rose', 'not-sold', 'global/quota-exceeded'];

/** Whether of all that went wrong it is known that nothing came of it. What was in doubt before is in doubt still. */
export function isKnownWhole(thrown: unknown): boolean {
  return (
    thrown instanceof StackFailed &&
    thrown.faults.length > 0 &&
    thrown.faults.every(({ code }) => REFUSALS.includes(code))
  );
}

const CAPACITY_EVERY_MS = 60_000;

/** Again and again, where nothing but capacity is missing, for as long as is asked for. */
export async function insisting<T>(
  { clock, logger }: Reached,
  waitS: number,
  signal: AbortSignal,
  work: () => Promise<T>,
) {
  for (let waited = 0; ; waited += CAPACITY_EVERY_MS)
    try {
      return await work();
    } catch (thrown) {
      const isOfCapacity =
        thrown instanceof StackFailed &&
        thrown.faults.length > 0 &&
        thrown.faults.every(({ code }) => code === 'no-capacity');
      if (!isOfCapacity || waited >= waitS * 1000 || signal.aborted) throw thrown;
      logger.progress('waiting for capacity', waited / (waitS * 1000));
      await clock.sleep(CAPACITY_EVERY_MS, signal);
      signal.throwIfAborted();
    }
}
