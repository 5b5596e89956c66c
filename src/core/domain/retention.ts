/** Time to the end of the lease. Tenants are compared within one stage of one property only. */
export type Stage = 'month to month' | '0-3 months' | '4-6 months' | '7+ months';

/** By the leave index: `high` above 0.7 on enough sources, `medium` from 0.55, `typical` from 0.45. */
export type Band = 'high' | 'medium' | 'typical' | 'low';

/** What may be proposed for a tenant, and what is suggested beside it. */
export type Action = 'renewal_call' | 'service_check_in';
export type Step = Action | 'watch' | 'none';
