import { isOfDead, isTouched, locksOf, recordedOf } from '../../stack/index.ts';
import { accountIn, lambdaOf } from './account.ts';
import { billOf } from './bill.ts';
import type { Deploys } from './deploys.ts';
import { homeOf } from './home.ts';
import { AGAIN, type Inside } from './inside.ts';
import { isNamed, isOf } from './order.ts';
import { withoutMishap } from './reach.ts';

/** What is looked at of an environment, and changes nothing of it. A machine of the account that cannot be read stops none of it. */
export function openLooks({
  deps,
  placeOf,
  reaching,
  seenOf,
}: Inside): Pick<Deploys, 'bill' | 'isInDoubt' | 'standing'> {
  return {
    async bill(meant) {
      // Asked when all else has stopped, and then above all.
      const vendor = await reaching(withoutMishap(meant.practice), new AbortController().signal);
      const home = await homeOf(deps, placeOf(meant).folder, false);
      const { alive, unread } = await seenOf(vendor, meant, home);
      return billOf(alive, vendor.clock.now(), unread);
    },
    async isInDoubt(meant) {
      const place = placeOf(meant);
      const recorded = await recordedOf(deps, place).catch(() => undefined);
      return !recorded || ((await isTouched(deps, place)) && recorded.pending + recorded.machines.length > 0);
    },
    async standing(meant) {
      const { environment } = meant;
      const vendor = await reaching(withoutMishap(meant.practice));
      const place = placeOf(meant);
      const home = await homeOf(deps, place.folder, false);
      const { instances, unread } = await (await lambdaOf(vendor, { again: AGAIN })).listed();
      const named = instances.filter(isNamed(environment));
      const alive = home === undefined ? [] : named.filter(isOf(environment, home));
      const others = accountIn(named.filter((each) => !alive.includes(each)));
      const elsewhere = { machines: others.machines.length, centsPerHour: others.centsPerHour };
      const recorded = await recordedOf(deps, place);
      const strays = alive.map(({ id }) => id).filter((id) => !recorded.machines.some((each) => each.id === id));
      const locks = (await locksOf(deps, place)).map((lock) => ({ ...lock, isDead: isOfDead(deps, lock) }));
      const isUnsettled = await isTouched(deps, place);
      const bill = billOf(alive, vendor.clock.now(), unread);
      return { environment, recorded, bill, strays, elsewhere, locks, isUnsettled };
    },
  };
}
