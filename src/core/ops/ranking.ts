import { addDays, type IsoDay, type Snapshot } from '../domain/index.ts';
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

/** With all that was known on that day. */
export interface RankedOn extends RankedToday {
  readonly snapshot: Snapshot;
}

/**
 * The tenants of a property as an analysis of that day would rank them; nothing is recorded or proposed. Errors as
 * `Portfolio.snapshots`, such as UserError `insufficient`, and as `Risk.rank`.
 */
export async function rankOn(
  { portfolio, risk }: Pick<RiskRooms, 'portfolio' | 'risk'>,
  property: PropertyName['id'],
  day: IsoDay,
): Promise<RankedOn> {
  const [now, before] = await (await portfolio()).snapshots(property, [day, addDays(day, -TREND_DAYS)]);
  if (!now || !before) throw new Error('two days give two snapshots');
  const room = await risk();
  const ranked = (snapshot: Snapshot) => room.rank(room.signals(snapshot), snapshot);
  const [ranking, earlier] = [await ranked(now), await ranked(before)];
  return { ranking, trends: trendsOf(ranking, earlier), snapshot: now };
}

/** The same for today, without the snapshot: who keeps many of these keeps no ledgers. */
export async function rankToday(rooms: RiskRooms, property: PropertyName['id']): Promise<RankedToday> {
  const { ranking, trends } = await rankOn(rooms, property, rooms.today);
  return { ranking, trends };
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
