import type { IsoDay, LedgerLine, LedgerLineId, PropertyId, Snapshot, TenantId } from '../domain/index.ts';
import { believedOn, believing, ofKind } from './history.ts';
import { type LeaseTerm, type Outcome, outcomeOf } from './outcomes.ts';
import type { Version } from './rows.ts';
import type { SeenOn } from './sightings.ts';
import { snapshotOf } from './snapshot.ts';

/** Which days of a property can be learned from. */
export interface PastSpan {
  /** The first day on which any source was connected: of before, rows were kept only of those who stayed. */
  readonly first: IsoDay;
  /** The last day of which it is known who had left by then, and who had paid. */
  readonly left: IsoDay;
  readonly paid: IsoDay;
}

/**
 * The past of one property, to be learned from. Two sides that do not meet: `on` tells what was known on a day, as
 * `snapshots` does; `became` and `ledgerOf` tell what came of it, as it is known now.
 */
export interface Past {
  readonly property: PropertyId;
  readonly span?: PastSpan;
  /** Days must rise from call to call. */
  on(day: IsoDay): Snapshot;
  became(tenant: TenantId, day: IsoDay): Outcome;
  /** Oldest first. */
  ledgerOf(tenant: TenantId): readonly LedgerLine[];
}

const EVER = '9999-12-31' as IsoDay;

/**
 * `versions`: all that is stored of the property and of those who ever signed there, oldest version first; `sightings`:
 * what files said of it again, on any day.
 */
export function pastOf(property: PropertyId, versions: readonly Version[], sightings: SeenOn): Past {
  const now = believedOn(versions, EVER);
  const terms = Map.groupBy(ofKind(now, 'lease'), ({ subject }) => subject as TenantId);
  const leases = new Map(
    [...terms].map(([tenant, of]) => [tenant, of.map(({ property, body }): LeaseTerm => ({ property, ...body }))]),
  );
  const ledgers = Map.groupBy(ofKind(now, 'line'), ({ subject }) => subject as TenantId);
  const span = spanOf(now, seenOn(property, versions, sightings, EVER));
  const believed = believing(versions);
  return {
    property,
    ...(span && { span }),
    on: (day) => snapshotOf(property, day, believed(day)),
    became: (tenant, day) => outcomeOf(leases.get(tenant) ?? [], property, day),
    ledgerOf: (tenant) =>
      (ledgers.get(tenant) ?? [])
        .map(({ id, body }): LedgerLine => ({ id: id as LedgerLineId, ...body }))
        .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)),
  };
}

/**
 * The last day of which it was known on `day` who had left the property by then; of `versions` and `sightings` as
 * `pastOf` has them, the latter of days up to `day` only.
 */
export function leftKnownUntil(
  property: PropertyId,
  versions: readonly Version[],
  sightings: SeenOn,
  day: IsoDay,
): IsoDay | undefined {
  const seen = seenOn(property, versions, sightings, day);
  return seen.lease && knownUntil(believedOn(versions, day), seen)?.left;
}

/**
 * When files last had leases of the property, and payments there. A row that a file says again unchanged is kept once,
 * from its first file: that it was seen again is told by the sightings, which imports of before 0.5.0 did not leave.
 */
function seenOn(property: PropertyId, versions: readonly Version[], sightings: SeenOn, day: IsoDay): SeenOn {
  const seen: { -readonly [K in keyof SeenOn]: SeenOn[K] } = { ...sightings };
  for (const { kind, observedOn, ...version } of versions) {
    if (kind !== 'line' && !(kind === 'lease' && version.property === property)) continue;
    if (observedOn <= day && observedOn > (seen[kind] ?? '')) seen[kind] = observedOn;
  }
  return seen;
}

function spanOf(now: readonly Version[], seen: SeenOn): PastSpan | undefined {
  const known = knownUntil(now, seen);
  const [first] = ofKind(now, 'source')
    .map(({ body }) => body.from)
    .sort();
  if (first === undefined || known === undefined || known.newest < first) return undefined;
  return { first, left: known.left, paid: known.paid };
}

/** Of the days after the newest row nothing is known, whenever its file was seen: that nobody is said to have left says nothing. */
function knownUntil(now: readonly Version[], { lease = EVER, line = lease }: SeenOn) {
  const latest = lease > line ? lease : line;
  const days = now.flatMap(({ body }) => daysIn(body)).filter((day) => day <= latest);
  const newest = days.reduce<IsoDay | undefined>(
    (last, day) => (last !== undefined && last > day ? last : day),
    undefined,
  );
  if (newest === undefined) return undefined;
  const earlier = (seen: IsoDay) => (seen < newest ? seen : newest);
  return { newest, left: earlier(lease), paid: earlier(line) };
}

/** The days on which a row says that something happened. */
function daysIn(body: Version['body']): IsoDay[] {
  const { on, openedOn, closedOn, noticeOn, movedOutOn } = body as Partial<
    Record<'on' | 'openedOn' | 'closedOn' | 'noticeOn' | 'movedOutOn', IsoDay>
  >;
  return [on, openedOn, closedOn, noticeOn, movedOutOn].filter((day) => day !== undefined);
}
