import { daysBetween, type IsoDay, type Tenancy } from '../../domain/index.ts';
import { type Measured, upTo } from './signal.ts';

const DAYS_PER_YEAR = 365.25;

/** How long and how often. */
function standing(
  { lease, firstLease, movedIn, leaseStarts, leaseEnds, renewals }: Tenancy,
  day: IsoDay,
): Measured<'lnTenureYears' | 'renewals' | 'termMonths'> {
  const years = Math.max(daysBetween(movedIn, day) / DAYS_PER_YEAR, 1 / 12);
  const [first, newest] = [`lease:${firstLease}`, `lease:${lease}`];
  return {
    // How long somebody has lived here is told by the first lease of the stay; that it goes on, by the newest.
    lnTenureYears: { value: Math.log(years), evidence: [first] },
    renewals: upTo('renewals', renewals, first === newest ? [newest] : [first, newest]),
    termMonths: {
      value: Math.round((daysBetween(leaseStarts, leaseEnds) / DAYS_PER_YEAR) * 12),
      evidence: [newest],
    },
  };
}

/** For how much, by the owner's own offers and asking rents, never by another's. */
function price({ lease, rent, offer, asking }: Tenancy): Measured<'increasePercent' | 'rentVsOwnAsking'> {
  return {
    increasePercent: offer
      ? { value: (offer.rent / rent - 1) * 100, evidence: [`offer:${offer.id}`] }
      : { value: 0, evidence: [] },
    ...(asking &&
      asking.rent > 0 && {
        rentVsOwnAsking: {
          ...{ value: (rent / asking.rent - 1) * 100, evidence: [`asking:${asking.id}`, `lease:${lease}`] },
        },
      }),
  };
}

export const lease = {
  ...{ lnTenureYears: standing, renewals: standing, termMonths: standing },
  ...{ increasePercent: price, rentVsOwnAsking: price },
};
