import { daysBetween, type IsoDay, type Tenancy } from '../../domain/index.ts';
import { type Measured, upTo } from './signal.ts';

const DAYS_PER_YEAR = 365.25;

type Lease = 'lnTenureYears' | 'renewals' | 'termMonths' | 'increasePercent' | 'rentVsOwnAsking';

/** How long, how often and for how much: by the owner's own leases, offers and asking rents, never by another's. */
export function lease(tenancy: Tenancy, day: IsoDay): Measured<Lease> {
  const { lease, movedIn, leaseStarts, leaseEnds, renewals, rent, offer, asking } = tenancy;
  const years = Math.max(daysBetween(movedIn, day) / DAYS_PER_YEAR, 1 / 12);
  const evidence = [`lease:${lease}`];
  return {
    lnTenureYears: { value: Math.log(years), evidence },
    renewals: upTo('renewals', renewals, evidence),
    termMonths: { value: Math.round((daysBetween(leaseStarts, leaseEnds) / DAYS_PER_YEAR) * 12), evidence },
    increasePercent: offer
      ? { value: (offer.rent / rent - 1) * 100, evidence: [`offer:${offer.id}`] }
      : { value: 0, evidence: [] },
    ...(asking &&
      asking.rent > 0 && {
        rentVsOwnAsking: { value: (rent / asking.rent - 1) * 100, evidence: [`asking:${asking.id}`, ...evidence] },
      }),
  };
}
