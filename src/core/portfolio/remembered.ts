import type { ImportId, IsoDay, OwnerId, PropertyId, Tenancy, TenantId } from '../domain/index.ts';
import type { Reader } from '../store/index.ts';
import { believedOn, bySubject, tenantsEver, versionsEver } from './history.ts';
import { called, labelOf, type RowLabel, rowLabelOf, type TenantLabel } from './labels.ts';
import { snapshotOf } from './snapshot.ts';

/** A row as it was seen then. */
export interface SeenRow extends RowLabel {
  /** All that it said, to be compared with what it says elsewhere, and told to nobody. */
  readonly said: string;
}

/** What could be read of one tenant, on a day and of some imports. */
export interface Seen {
  /** By our id of the row. */
  readonly rows: ReadonlyMap<string, SeenRow>;
  /** How they lived there; `undefined` where they were not known to. */
  tenancyIn(property: PropertyId): Tenancy | undefined;
}

/** All that was ever said of one tenant. */
export interface Remembered {
  /** What was known on `day`, by those imports that `counted`: the past is told as it was read then. */
  seen(day: IsoDay, counted: (of: ImportId) => boolean): Seen;
}

export async function rememberedOf(read: Reader, owner: OwnerId, tenant: TenantId): Promise<Remembered> {
  const all = await versionsEver(read, owner, tenant);
  return {
    seen(day, counted) {
      const versions = all.filter(({ of }) => counted(of)).map(({ version }) => version);
      const rows = believedOn(versions, day).flatMap((row) => {
        const label = rowLabelOf(row);
        return label ? [[row.id, { ...label, said: JSON.stringify(row.body) }] as const] : [];
      });
      return {
        rows: new Map(rows),
        tenancyIn: (property) => snapshotOf(property, day, bySubject(versions, day)).tenancies[0],
      };
    },
  };
}

/** Tenants whom any import ever named so, withdrawn ones too, as the newest of them calls them. */
export async function everCalled(read: Reader, owner: OwnerId, text: string): Promise<TenantLabel[]> {
  // The newest version of each comes last.
  const newest = new Map((await tenantsEver(read, owner)).map((row) => [row.id, labelOf(row)]));
  return called([...newest.values()], text);
}
