import { costOf, endInstances, type Instance } from '../../cloud/index.ts';
import { dollars, plural } from '../../domain/index.ts';
import { ExternalError } from '../../errors/index.ts';
import { isTouched, type Order, recordedOf, StackFailed, touch, untouch } from '../../stack/index.ts';
import { lambdaOf } from './account.ts';
import type { Doing, Raised, Wanted } from './deploys.ts';
import { LAG_MS } from './ending.ts';
import { birthsFor } from './home.ts';
import { AGAIN, type Inside } from './inside.ts';
import { isAllAlive, isOf, mustLive, withMoments } from './order.ts';
import { insisting, isKnownWhole, withoutMishap } from './reach.ts';
import { plus, sumOf, type Wasted, wastedBetween } from './wasted.ts';

/** Makes an environment as it was ordered. Whatever it throws, something may bill. */
export async function raiseAll(
  { deps, placeOf, reaching, aliveOf, stackOf, alone }: Inside,
  order: Order,
  { practice, waitS, expiresS }: Pick<Wanted, 'practice' | 'waitS' | 'expiresS'>,
  { agreedCents, signal }: Doing,
): Promise<Raised> {
  const meant = { environment: order.environment, practice };
  const vendor = await reaching(withoutMishap(practice));
  return alone(meant, async () => {
    const paid = new Map<string, number>();
    const gone = new Map<string, number>();
    const stack = await stackOf(meant, vendor, (id, cents) => paid.set(id, cents));
    const place = placeOf(meant);
    const names = order.machines.map(({ name }) => name);
    const births = await birthsFor(deps, place, names);
    const wasTouched = await isTouched(deps, place);
    // What an earlier try launched may be missing from the list for a while, and would be launched again.
    if (wasTouched) await vendor.clock.sleep(LAG_MS, signal);
    // Of a run that was killed, and is gone on with here.
    const earlier = await wastedBetween(deps.journal, meant, order.after, await deps.journal.head());
    const wasted = () => plus(earlier, sumOf(paid.values()));
    const lived = await aliveOf(vendor, meant, order.home);
    // As soon as it is seen: later on it would seem to have cost more. What was ended for another is in the other sum.
    const miss = (alive: readonly Instance[]) => {
      for (const each of lived)
        if (!alive.some(({ id }) => id === each.id) && !paid.has(each.id) && !gone.has(each.id))
          gone.set(each.id, costOf(each, vendor.clock.now()));
    };
    const lambda = await lambdaOf(vendor, { again: AGAIN });
    const changes = await insisting(vendor, waitS, signal, async () => {
      await touch(deps, place);
      // One that was ended behind our back stands in the record still, and would be left alone.
      const lives = (await lambda.instances()).filter(isOf(order.environment, order.home));
      miss(lives);
      const before = await recordedOf(deps, place);
      const looks = wasTouched || !isAllAlive(before, lives);
      const now = Math.floor(Date.parse(lambda.now()) / 1000);
      const timed = withMoments(order, before, lives, { expiresS, now });
      try {
        return await stack.raise(timed, { agreedCents, looks, births, signal });
      } catch (thrown) {
        // It settles what was begun here, and nothing that was in doubt before.
        if (!wasTouched && isKnownWhole(thrown) && (await recordedOf(deps, place)).pending === 0)
          await untouch(deps, place);
        throw thrown;
      }
    }).catch((thrown: unknown) => {
      throw withSums(thrown, wasted(), sumOf(gone.values()));
    });
    const recorded = await recordedOf(deps, place);
    const alive = await aliveOf(vendor, meant, order.home);
    mustLive(order, recorded, alive);
    const strays = alive.filter(({ id }) => !recorded.machines.some((each) => each.id === id));
    const { ended, left } = await endInstances(
      { lambda, clock: vendor.clock, signal },
      strays.map(({ id }) => id),
    );
    const [one] = left;
    if (one) throw new ExternalError('failed', `${one.id}, of an earlier try, may bill on: ${one.why}`, true);
    await untouch(deps, place);
    miss(alive.filter(({ id }) => !ended.includes(id)));
    return {
      ...{ environment: order.environment, changes, strays: ended, wasted: wasted() },
      gone: sumOf(gone.values()),
    };
  });
}

/** What was paid for is told also where nothing came of it. */
function withSums(thrown: unknown, wasted: Wasted, gone: Wasted): unknown {
  if (!(thrown instanceof StackFailed)) return thrown;
  const told = [
    ...(wasted.machines > 0 ? [endedTold(wasted, ' of no use')] : []),
    ...(gone.machines > 0 ? [endedTold(gone, ' of before')] : []),
  ];
  return new StackFailed([thrown.message, ...told].join('; '), thrown.faults, thrown.cause);
}

function endedTold({ machines, cents }: Wasted, which: string): string {
  return `${plural(machines, 'machine')}${which} ${machines === 1 ? 'was' : 'were'} ended on the way and had come to ${dollars(cents)}`;
}
