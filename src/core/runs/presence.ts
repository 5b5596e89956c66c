import type { OwnerId } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { acquireLease, isHeld, type Lease, type LeaseDeps } from '../store/index.ts';

/** More workers than that on one store belong to an engine that is made for it. */
const MOST_WORKERS = 64;

const prefix = (owner: OwnerId) => `worker:${owner}:`;

/** How soon a worker that has lost its place, as it slept with its machine, takes another one. */
const LOOK_MS = 10_000;

/** Says that a worker is here, until it is disposed of: whoever looks sees that. UserError `held` beyond 64. */
export async function attend(deps: LeaseDeps): Promise<AsyncDisposable> {
  let place = await takePlace(deps);
  let moving: Promise<void> | undefined;
  const move = async () => {
    // Where the store is away it is tried again at the next look.
    place = await takePlace(deps).catch(() => place);
    moving = undefined;
  };
  const look = deps.clock.every(LOOK_MS, () => {
    if (place.lost.aborted) moving ??= move();
  });
  return {
    async [Symbol.asyncDispose]() {
      look[Symbol.dispose]();
      await moving;
      await place[Symbol.asyncDispose]();
    },
  };
}

async function takePlace(deps: LeaseDeps): Promise<Lease> {
  for (let place = 1; place <= MOST_WORKERS; place++) {
    try {
      return await acquireLease(deps, `${prefix(deps.owner)}${place}`, 'the place of a worker');
    } catch (thrown) {
      if (!(thrown instanceof UserError && thrown.exit === 'held')) throw thrown;
    }
  }
  throw new UserError('held', `${MOST_WORKERS} workers serve ${deps.owner} already`, ['end one of them']);
}

/** Whether a worker is there for this owner. Only a hint: it may have gone before it is read. */
export async function isAttended(deps: LeaseDeps): Promise<boolean> {
  const begin = prefix(deps.owner);
  const leases = await deps.store.read
    .selectFrom('lease')
    .selectAll()
    .where('name', '>', begin)
    // The letter after the colon: all names that begin so.
    .where('name', '<', begin.replace(/:$/, ';'))
    .execute();
  return leases.some((lease) => isHeld(lease, deps));
}
