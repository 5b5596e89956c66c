import type { Action, IsoDay, LeaseId, PropertyId, TenantId } from '../domain/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import { heardIn } from './heard.ts';

/** Why a proposal does not hold any more. */
export type Lapse = 'gone' | 'notice' | 'other_lease' | 'looks_elsewhere';

/** What a proposal is about. */
export type About = {
  readonly tenant: TenantId;
  readonly lease: LeaseId;
  readonly property: PropertyId;
  readonly action: Action;
};

/**
 * Whether what a proposal rests on is still so today: the tenant lives there under that lease, has not given notice,
 * and may still be offered that action. A question may wait for weeks, and rows may be withdrawn meanwhile.
 */
export async function lapseOf(
  { portfolio, today }: { readonly portfolio: Pick<Portfolio, 'tenancy'>; readonly today: IsoDay },
  { tenant, lease, property, action }: About,
): Promise<Lapse | undefined> {
  const tenancy = await portfolio.tenancy(tenant, property, today);
  if (!tenancy) return 'gone';
  if (tenancy.noticeOn) return 'notice';
  if (tenancy.lease !== lease) return 'other_lease';
  const heard = heardIn({ day: today, tenancies: [tenancy] });
  if (action !== 'service_check_in' && heard[tenant]?.looksElsewhere) return 'looks_elsewhere';
  return undefined;
}
