import { addDays, type IsoDay } from '../domain/index.ts';
import { TREND_DAYS, trendsOf } from '../flows/churn.ts';
import type { Portfolio, PropertyName, TenantFile } from '../portfolio/index.ts';
import type { Ranking, Risk } from '../risk/index.ts';

/** The rooms of one owner that know who may leave. */
export interface RiskRooms {
  readonly today: IsoDay;
  portfolio(): Promise<Pick<Portfolio, 'snapshots' | 'filesOf'>>;
  risk(): Promise<Risk>;
}

export interface RankedToday {
  readonly ranking: Ranking;
  /** Change of each index in 30 days; nothing for who was not there. */
  readonly trends: ReturnType<typeof trendsOf>;
}

/**
 * The tenants of a property as an analysis of today would rank them; nothing is recorded or proposed. Errors as
 * `Portfolio.snapshots`, such as UserError `insufficient`.
 */
export async function rankToday(
  { today, portfolio, risk }: RiskRooms,
  property: PropertyName['id'],
): Promise<RankedToday> {
  const [now, before] = await (await portfolio()).snapshots(property, [today, addDays(today, -TREND_DAYS)]);
  if (!now || !before) throw new Error('two days give two snapshots');
  const room = await risk();
  const [ranking, earlier] = [now, before].map((snapshot) => room.rank(room.signals(snapshot), snapshot));
  if (!ranking || !earlier) throw new Error('two snapshots give two rankings');
  return { ranking, trends: trendsOf(ranking, earlier) };
}

/** With what the customer calls those tenants, and the rows that the points rest on. */
export async function filesIn(
  { today, portfolio }: RiskRooms,
  { tenants }: Ranking,
): Promise<ReadonlyMap<string, TenantFile>> {
  return (await portfolio()).filesOf(
    tenants.map(({ tenant }) => tenant),
    today,
  );
}
