import { daysBetween, type Engagement, type IsoDay, type Tenancy } from '../../domain/index.ts';
import { type Measured, RECENT_DAYS, type Signal, upTo } from './signal.ts';

/**
 * How the portal is used, as it stood on the day: the newest row of the last 90 days that says so. Never by today's
 * master record, in which autopay is off for everybody who has left.
 */
function portal(
  { engagement: rows = [] }: Tenancy,
  day: IsoDay,
): Measured<'portalLogins30d' | 'surveyAnswer' | 'autopay'> {
  const recent = rows.filter(({ on }) => daysBetween(on, day) <= RECENT_DAYS);
  const newest = (says: (row: Engagement) => number | undefined): Signal | undefined => {
    const row = recent.findLast((each) => says(each) !== undefined);
    return row && { value: says(row) ?? 0, evidence: [`engagement:${row.id}`] };
  };
  const logins = newest(({ portalLogins }) => portalLogins);
  const survey = newest(({ survey }) => survey);
  const autopay = newest(({ autopay }) => (autopay === undefined ? undefined : Number(autopay)));
  return {
    ...(logins && { portalLogins30d: upTo('portalLogins30d', logins.value, logins.evidence) }),
    ...(survey && { surveyAnswer: survey }),
    ...(autopay && { autopay }),
  };
}

export const engagement = { portalLogins30d: portal, surveyAnswer: portal, autopay: portal };
