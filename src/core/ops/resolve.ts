import type { Owner } from '../config/index.ts';
import { isId, type OwnerId, type RunId } from '../domain/index.ts';
import { UsageError } from '../errors/index.ts';
import type { ImportSummary, Portfolio, PropertyName, TenantLabel } from '../portfolio/index.ts';
import { idsOf, ownerOf, type Store } from '../store/index.ts';
import { quoted } from './quoted.ts';

/** One allowed owner, with a door that opens when it is knocked at. */
export interface OwnedPortfolio {
  readonly owner: Owner;
  portfolio(): Promise<Portfolio>;
}

export interface Resolved<T> {
  readonly owner: OwnerId;
  readonly found: T;
}

/**
 * The property that `text` means: its id, or the customer's own id or name, whatever the case. An id leads to its
 * owner through the directory; other words are looked up with one owner after the other. UsageError when it is
 * unknown (with the nearest names) or ambiguous (with the candidates).
 */
export async function resolveProperty(
  store: Store,
  owned: readonly OwnedPortfolio[],
  text: string,
): Promise<Resolved<PropertyName>> {
  const wanted = text.toLowerCase();
  const all = await gather(await narrowed(store, owned, 'property', text), (portfolio) => portfolio.properties());
  const exact = all.filter(({ found }) => found.id === text || found.key.toLowerCase() === wanted);
  const named = exact.length > 0 ? exact : all.filter(({ found }) => found.name.toLowerCase() === wanted);
  const [only, ...others] = named;
  if (only && others.length === 0) return only;
  if (only) throw ambiguous('property', text, named);
  throw new UsageError(`no property "${text}"`, await nearest(text, all));
}

/** The tenant that `text` means: id, own id, or full name. Errors as `resolveProperty`. */
export async function resolveTenant(
  store: Store,
  owned: readonly OwnedPortfolio[],
  text: string,
): Promise<Resolved<TenantLabel>> {
  const found = await gather(await narrowed(store, owned, 'tenant', text), (portfolio) =>
    portfolio.tenantsCalled(text),
  );
  const only = onlyTenant(text, found);
  if (only) return only;
  const near = await gather(owned, (portfolio) => portfolio.tenantsLike(text));
  throw new UsageError(`no tenant "${text}"`, [
    ...near.slice(0, MAX_SUGGESTIONS).map(({ found: { key, name } }) => suggestion(key, name)),
    'sophia churn analyze <property>   shows ids',
  ]);
}

/**
 * The same, of whomever an import ever named: what was decided about a tenant outlives their rows. Who is known now comes
 * first; of whom no row is kept any more the id alone is known.
 */
export async function resolveFormerTenant(
  store: Store,
  owned: readonly OwnedPortfolio[],
  text: string,
): Promise<Resolved<TenantLabel>> {
  const where = await narrowed(store, owned, 'tenant', text);
  const only =
    onlyTenant(text, await gather(where, (portfolio) => portfolio.tenantsCalled(text))) ??
    onlyTenant(text, await gather(where, (portfolio) => portfolio.tenantsEverCalled(text)));
  if (only) return only;
  const owner = await ownerOf(store.read, 'tenant', text);
  if (owner && isId<'tenant'>(text) && owned.some((each) => each.owner.id === owner))
    return { owner, found: { id: text, key: text, name: text } };
  return resolveTenant(store, owned, text);
}

function onlyTenant(text: string, found: readonly Resolved<TenantLabel>[]): Resolved<TenantLabel> | undefined {
  if (found.length > 1) throw ambiguous('tenant', text, found);
  return found[0];
}

/** Whose run it is. UsageError, with the nearest ids, when no allowed owner has it. */
export async function resolveRun(
  store: Store,
  owned: readonly OwnedPortfolio[],
  text: string,
): Promise<Resolved<RunId>> {
  const owner = await ownerOf(store.read, 'run', text);
  if (owner && isId<'run'>(text) && owned.some((each) => each.owner.id === owner)) return { owner, found: text };
  const ids = await idsOf(
    store.read,
    'run',
    owned.map(({ owner }) => owner.id),
  );
  throw new UsageError(`no run "${text}"`, [...(await nearIds(text, ids)), 'sophia runs list']);
}

/** Ids are made by chance: one that is more than a slip away is another one. */
async function nearIds(text: string, ids: readonly string[]): Promise<string[]> {
  const { distance } = await import('fastest-levenshtein');
  const wanted = text.toLowerCase();
  const away = (id: string) => (wanted.length >= PART_OF_ID && id.includes(wanted) ? 0 : distance(id, wanted));
  return ids
    .map((id) => ({ id, away: away(id) }))
    .filter(({ away }) => away <= SLIP)
    .sort((a, b) => a.away - b.away)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ id }) => id);
}

/**
 * The import that `text` is the id of; `last` is the newest that still counts. UsageError when no allowed owner has it,
 * as if it were nobody's.
 */
export async function resolveImport(owned: readonly OwnedPortfolio[], text: string): Promise<Resolved<ImportSummary>> {
  const all = await gather(owned, (portfolio) => portfolio.imports());
  const one = text === 'last' ? newestLive(all) : all.find(({ found }) => found.id === text);
  if (one) return one;
  if (text === 'last') throw new UsageError('no import counts: there is none to undo', ['sophia portfolio imports']);
  throw new UsageError(`no import "${text}"`, ['sophia portfolio imports']);
}

/** Each owner's come oldest first. */
function newestLive(all: readonly Resolved<ImportSummary>[]): Resolved<ImportSummary> | undefined {
  return all
    .filter(({ found }) => found.state === 'live')
    .toSorted((a, b) =>
      a.found.finishedAt < b.found.finishedAt ? -1 : a.found.finishedAt > b.found.finishedAt ? 1 : 0,
    )
    .at(-1);
}

/** An id names its owner: then nobody else's room is opened. */
async function narrowed(
  store: Store,
  owned: readonly OwnedPortfolio[],
  kind: 'property' | 'tenant',
  text: string,
): Promise<readonly OwnedPortfolio[]> {
  const owner = await ownerOf(store.read, kind, text);
  const his = owned.filter((each) => each.owner.id === owner);
  return his.length > 0 ? his : owned;
}

async function gather<T>(
  owned: readonly OwnedPortfolio[],
  look: (portfolio: Portfolio) => Promise<readonly T[]>,
): Promise<Resolved<T>[]> {
  const all: Resolved<T>[] = [];
  for (const { owner, portfolio } of owned)
    for (const found of await look(await portfolio())) all.push({ owner: owner.id, found });
  return all;
}

function ambiguous(what: string, text: string, found: readonly Resolved<{ id: string; key: string }>[]): UsageError {
  return new UsageError(
    `"${text}" is the name of more than one ${what}`,
    found.map(({ owner, found: { id, key } }) => `${id}   (${key}, of ${owner})`),
  );
}

const MAX_SUGGESTIONS = 3;
/** How many letters of an id may be wrong, and how many of them are a part that says which is meant. */
const SLIP = 3;
const PART_OF_ID = 5;

/** As it can be typed; the name beside it where that says more. */
function suggestion(key: string, name: string): string {
  return key === name ? quoted(key) : `${quoted(key)}   (${name})`;
}

/** Up to three names that are likely meant; all names, when there are few. */
async function nearest(text: string, all: readonly Resolved<PropertyName>[]): Promise<string[]> {
  if (all.length === 0) return ['sophia portfolio import <folder>   brings your properties in'];
  const { distance } = await import('fastest-levenshtein');
  const wanted = text.toLowerCase();
  // What was typed may be the beginning of a longer name; a whole name that is as near comes first.
  const away = ({ key, name }: PropertyName) =>
    Math.min(
      ...[key, name].flatMap((known) => {
        const whole = known.toLowerCase();
        return [distance(whole, wanted), distance(whole.slice(0, wanted.length), wanted) + 0.5];
      }),
    );
  return all
    .map(({ found }) => ({ ...found, away: away(found) }))
    .sort((a, b) => a.away - b.away || (a.key < b.key ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ key, name }) => suggestion(key, name));
}
