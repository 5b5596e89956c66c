import type { Workspace } from '../config/index.ts';
import type { Files } from '../context/index.ts';
import { type IsoDay, type PropertyId, type RunId, type TenantId, UNSEEN } from '../domain/index.ts';
import { UsageError } from '../errors/index.ts';
import { churn } from '../flows/churn.ts';
import { auditOf, type Case, type FairnessAudit, type Policy, type Proposal } from '../policy/index.ts';
import type { Portfolio } from '../portfolio/index.ts';
import type { Ranking } from '../risk/index.ts';
import type { RunSummary, Runs } from '../runs/index.ts';
import { firstDayOf } from './proposals/proposed.ts';
import { unless } from './unless.ts';

interface Rooms {
  readonly today: IsoDay;
  policy(): Promise<Policy>;
  portfolio(): Promise<Portfolio>;
  runs(): Promise<Runs>;
}

/** The groups of tenants, by the customer's own ids or ours, as counsel hands them over. Held for one audit, kept nowhere. */
export type Groups = ReadonlyMap<string, string>;

export interface OwnersAudit extends FairnessAudit {
  /** Tenants who were compared and of whom the file says no group; null without one. */
  readonly ungrouped: number | null;
  /** Lines of the file that name nobody who was compared. */
  readonly unmatched: number;
  /** Analyses in the place of which others were asked, as this program cannot read them any more. */
  readonly unreadable: number;
}

interface Window {
  readonly from: IsoDay;
  readonly to: IsoDay;
}

/**
 * What was done about the tenants of one owner in a window, by property and by group. Compared are all whom the first or
 * the last analysis of the window that can be read ranked, and those proposed in it.
 */
export async function auditFor(
  rooms: Rooms,
  { timeZone }: Pick<Workspace, 'timeZone'>,
  { from, to }: Window,
  groups: Groups | undefined,
): Promise<OwnersAudit> {
  const [portfolio, runs] = [await rooms.portfolio(), await rooms.runs()];
  const isWithin = (day: IsoDay) => day >= from && day <= to;
  const proposals = (await (await rooms.policy()).proposals()).filter((each) =>
    isWithin(firstDayOf(each, timeZone, rooms.today)),
  );
  const analyses = (await runs.list({ status: 'succeeded' })).filter(
    ({ workflow, input }) => workflow === churn.name && input.proposes === 1 && isWithin(input.day as IsoDay),
  );
  const cases: Case[] = [];
  let [ungrouped, unreadable] = [0, 0];
  const unmatched = new Set(groups?.keys());
  for (const { id: property, key: name } of await portfolio.properties()) {
    const here = proposals.filter((each) => each.property === property);
    const ranked = await rankedIn(runs, analyses, property);
    unreadable += ranked.unreadable;
    const tenants = [...new Set([...ranked.tenants, ...here.map(({ tenant }) => tenant)])];
    const files = await portfolio.filesOf(tenants, to);
    const offers = await offersIn(portfolio, property, { from, to });
    for (const tenant of tenants) {
      const key = files.get(tenant)?.key ?? '';
      const group = groups?.get(key) ?? groups?.get(tenant);
      for (const name of [key, tenant]) unmatched.delete(name);
      if (group === undefined) ungrouped += 1;
      const proposal = here.find((each) => each.tenant === tenant);
      const acted = await actedOn(runs, proposal);
      cases.push({ property: name, group, ...acted, offered: offers.get(tenant) ?? null });
    }
  }
  return { ...auditOf(cases), ungrouped: groups ? ungrouped : null, unmatched: unmatched.size, unreadable };
}

async function rankedIn(runs: Runs, analyses: readonly RunSummary[], property: PropertyId) {
  const here = analyses.filter(({ input }) => input.property === property).map(({ id }) => id);
  const read = new Map<RunId, readonly TenantId[] | undefined>();
  for (const from of [here, here.toReversed()])
    for (const id of from) {
      if (!read.has(id)) read.set(id, await rankedBy(runs, id));
      if (read.get(id)) break;
    }
  const ranked = [...read.values()];
  return {
    tenants: ranked.flatMap((tenants) => tenants ?? []),
    unreadable: ranked.filter((tenants) => tenants === undefined).length,
  };
}

async function rankedBy(runs: Runs, run: RunId): Promise<TenantId[] | undefined> {
  const { ranking }: { readonly ranking?: Ranking } = await unless('incompatible', runs.state(run), {});
  return ranking?.tenants.map(({ tenant }) => tenant);
}

async function actedOn(runs: Runs, proposal: Proposal | undefined): Promise<Omit<Case, 'property' | 'offered'>> {
  if (!proposal?.runId) return { proposed: false, decision: null, hours: null };
  const { approvals } = await runs.show(proposal.runId);
  const answered = approvals.find(({ decision }) => decision !== undefined);
  const { decision = null, answeredAt } = answered ?? {};
  const hours = answeredAt ? (Date.parse(answeredAt) - Date.parse(proposal.firstAt)) / MS_PER_HOUR : null;
  return { proposed: true, decision, hours };
}

const MS_PER_HOUR = 3_600_000;

/** Renewal offers of the window against the rent that runs, in percent. */
async function offersIn(portfolio: Portfolio, property: PropertyId, { from, to }: Window) {
  const [snapshot] = await unless('insufficient', portfolio.snapshots(property, [to]), []);
  return new Map(
    (snapshot?.tenancies ?? []).flatMap(({ tenant, rent, offer }) =>
      offer && offer.on >= from && offer.on <= to && rent > 0 ? [[tenant, (offer.rent / rent - 1) * 100] as const] : [],
    ),
  );
}

/**
 * The groups in a file with the columns `tenant_id` and `group`. UsageError where it is none; what stands in it is quoted
 * nowhere, for it says of people what may be kept nowhere.
 */
export async function readGroups(files: Pick<Files, 'readText'>, path: string): Promise<Groups> {
  const text = await files.readText(path);
  if (text === undefined) throw new UsageError(`there is no file ${path}`, ['--groups <file>   names a CSV file']);
  const { CsvError, parse } = await import('csv-parse/sync');
  const mending = ['it needs the columns tenant_id and group, and one line for each tenant'];
  try {
    const rows: Record<string, string>[] = parse(text, {
      columns: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
    });
    const groups = new Map<string, string>();
    for (const [at, { tenant_id: tenant, group }] of rows.entries()) {
      if (!tenant || !group) throw new UsageError(`${path}: row ${at + 1} lacks a tenant_id or a group`, mending);
      // A name with a line break would stand as a line of what was found.
      if (UNSEEN.test(group))
        throw new UsageError(`${path}: row ${at + 1} has control or invisible characters in its group`, mending);
      if (groups.has(tenant)) throw new UsageError(`${path}: row ${at + 1} names a tenant a second time`, mending);
      groups.set(tenant, group);
    }
    if (groups.size === 0) throw new UsageError(`${path} names no tenant`, mending);
    return groups;
  } catch (thrown) {
    if (thrown instanceof CsvError) throw new UsageError(`${path} cannot be read as CSV (${thrown.code})`, mending);
    throw thrown;
  }
}
