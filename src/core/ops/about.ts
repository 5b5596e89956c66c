import type { IsoDay, RunId, TenantId } from '../domain/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import type { RunSummary } from '../runs/index.ts';

interface AboutDeps {
  readonly today: IsoDay;
  portfolio(): Promise<Pick<Portfolio, 'properties' | 'filesOf'>>;
}

/** What each run is about, in the customer's own ids: the property and the day, the tenant, or the environment; else all that it was given. */
export async function aboutEach(
  { portfolio, today }: AboutDeps,
  runs: readonly Pick<RunSummary, 'id' | 'input'>[],
): Promise<ReadonlyMap<RunId, string>> {
  const known = await portfolio();
  const properties = new Map((await known.properties()).map(({ id, key }) => [String(id), key]));
  const tenants = runs.flatMap(({ input }) => ('tenant' in input ? [input.tenant as TenantId] : []));
  const files = await known.filesOf([...new Set(tenants)], today);
  return new Map(
    runs.map(({ id, input }) => {
      const { property, tenant, day, environment, speed } = input;
      if (environment !== undefined) return [id, `${environment}${Number(speed) > 0 ? ' (rehearsal)' : ''}`];
      if (tenant !== undefined) return [id, files.get(tenant as TenantId)?.key ?? String(tenant)];
      const house = properties.get(String(property)) ?? String(property ?? '');
      return [id, `${house} ${day ?? ''}`.trim() || Object.values(input).join(' ')];
    }),
  );
}
