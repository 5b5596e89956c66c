import type {
  ActorId,
  Band,
  Fingerprint,
  ImportId,
  Instant,
  IsoDay,
  KeptOut,
  PropertyId,
  RunId,
  Stage,
  TenantId,
} from '../domain/index.ts';
import { churn } from '../flows/churn.ts';
import type { Portfolio, Remembered, Seen } from '../portfolio/index.ts';
import {
  type Attribution,
  againstUsual,
  attributionIn,
  type Contribution,
  type Head,
  type HeadName,
  headNames,
  type Ranking,
} from '../risk/index.ts';
import type { RunStatus, RunSummary, Runs } from '../runs/index.ts';
import type { Journal, JournalEvent } from '../store/index.ts';
import { keptOutOf } from './kept-out.ts';
import type { Evidence } from './proposals/proposed.ts';
import { unless } from './unless.ts';

/** With fewer neighbours than these, no number is told that rests on them: it would tell what one of them is like. */
export const FEWEST_PEERS = 5;

/** A row that a point rests on, as the analysis saw it, and what has become of it since. */
export interface ShownRow extends Evidence {
  /** `gone`: withdrawn, or of somebody else by now; null for a row of the unit, which is not looked up. */
  readonly since: 'unchanged' | 'corrected' | 'gone' | null;
  /** Its own day as it is believed now, where that is another. */
  readonly nowOn?: IsoDay;
}

/** What was reckoned with, and what each of it rests on. */
export interface Used extends Pick<Contribution, 'feature' | 'value'> {
  readonly head: HeadName;
  /** Log-odds against the mean neighbour; null where that is the mean of too few. */
  readonly logOdds: number | null;
  /** Log-odds against the usual tenant of the scorecard; null where the model is another than that of this program. */
  readonly againstUsual: number | null;
  readonly evidence: readonly ShownRow[];
}

/** One analysis that ranked the tenant. */
export interface RankedBy {
  readonly run: RunId;
  readonly status: RunStatus;
  readonly property: PropertyId;
  /** What was known on that day was looked at. */
  readonly day: IsoDay;
  readonly at: Instant;
  /** Who had it made. */
  readonly by: ActorId | null;
  readonly model: string;
  /** Fingerprints of the model and of what it was given, as the audit stream has them; null before 0.5.0. */
  readonly modelHash: Fingerprint | null;
  readonly inputs: string | null;
  readonly stage: Stage;
  readonly peers: number;
  readonly band: Band;
  /** Null where there were fewer than `FEWEST_PEERS` neighbours. */
  readonly index: Readonly<Record<HeadName, number | null>>;
  /** Log-odds that are not told apart, or null as the index: with the points of `used` they add up to it. */
  readonly shared: Readonly<Record<HeadName, number | null>>;
  /** `none`: by a model of another program; nobody can tell what it made of what it was given. */
  readonly attribution: Attribution;
  /** As staff were shown it: see `TenantScore`. It rests on no neighbour. */
  readonly p90: number | null;
  readonly used: readonly Used[];
  /** Null where the rows of then are kept no more. */
  readonly keptOut: Readonly<Partial<Record<KeptOut, number>>> | null;
}

export interface RankedRooms {
  readonly today: IsoDay;
  portfolio(): Promise<Portfolio>;
  runs(): Promise<Runs>;
  journal(): Promise<Journal>;
}

export interface RankedIn {
  readonly analyses: readonly RankedBy[];
  /** Analyses that cannot be read any more, so that nobody knows whom they ranked. */
  readonly unreadable: number;
}

/**
 * All analyses that ranked a tenant, oldest first, by what each of them recorded: where the tenant is believed to have
 * lived by now says nothing about them. Rows are told as the analysis could read them.
 */
export async function rankedIn(rooms: RankedRooms, tenant: TenantId): Promise<RankedIn> {
  const [runs, portfolio] = [await rooms.runs(), await rooms.portfolio()];
  const past = await pastOf(rooms, await portfolio.remembered(tenant));
  const found: { readonly seq: number; readonly told: RankedBy }[] = [];
  let unreadable = 0;
  for (const run of (await runs.list({})).filter(({ workflow }) => workflow === churn.name)) {
    const ranking = await rankingOf(runs, run);
    if (ranking === 'unreadable') {
      unreadable += 1;
      continue;
    }
    const score = ranking?.tenants.find((each) => each.tenant === tenant);
    if (!ranking || !score) continue;
    const lines = await Array.fromAsync(runs.events(run.id));
    found.push({ seq: lines[0]?.seq ?? 0, told: rankedBy(run, ranking, score, lines, past) });
  }
  return { analyses: found.toSorted((a, b) => a.seq - b.seq).map(({ told }) => told), unreadable };
}

type Recorded = Pick<Ranking, 'model' | 'tenants' | 'attribution'>;
type Score = Recorded['tenants'][number];

/** What the run recorded; nothing of one that has not come so far. */
async function rankingOf(runs: Runs, { id, status }: RunSummary): Promise<Recorded | 'unreadable' | undefined> {
  const said = await unless('config', runs.said(id, 'score'), {});
  const { ranking } = (said ?? {}) as { readonly ranking?: Recorded };
  return ranking ?? (said || status === 'succeeded' ? 'unreadable' : undefined);
}

interface PastOf {
  /** As it could be read at that line of the journal. */
  at(seq: number, day: IsoDay): Seen;
  readonly now: Seen;
}

/** Lines of the journal are in order, whatever clocks say: an import behind a line was not read before it. */
async function pastOf(rooms: RankedRooms, remembered: Remembered): Promise<PastOf> {
  const [journal, portfolio] = [await rooms.journal(), await rooms.portfolio()];
  const imported = await seqByImport(journal, 'portfolio.imported');
  const withdrawn = await seqByImport(journal, 'portfolio.withdrawn');
  const live = new Set((await portfolio.imports()).filter(({ state }) => state === 'live').map(({ id }) => id));
  return {
    at: (seq, day) => remembered.seen(day, (of) => (imported.get(of) ?? 0) < seq && (withdrawn.get(of) ?? seq) >= seq),
    now: remembered.seen(rooms.today, (of) => live.has(of)),
  };
}

async function seqByImport(journal: Journal, kind: JournalEvent['kind']): Promise<ReadonlyMap<ImportId, number>> {
  const lines = await linesOf(journal, kind);
  return new Map(lines.map(({ seq, body }) => [body.import as ImportId, seq]));
}

/** All lines of one kind. */
export async function linesOf(journal: Journal, kind: JournalEvent['kind']): Promise<JournalEvent[]> {
  const all: JournalEvent[] = [];
  for (;;) {
    const page = await journal.since(all.at(-1)?.seq ?? 0, { kind });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

function rankedBy(
  { id, status, input, createdAt }: RunSummary,
  ranking: Recorded,
  score: Score,
  lines: readonly JournalEvent[],
  past: PastOf,
): RankedBy {
  const { model, tenants } = ranking;
  const told = lines.find(({ kind }) => kind === 'risk.analysed');
  const gathered = lines.find(({ kind, body }) => kind === 'run.node_finished' && body.node === 'gather');
  const { tenant, stage, band } = score;
  const [day, property] = [input.day as IsoDay, input.property as PropertyId];
  const seen = past.at((gathered ?? told ?? lines[0])?.seq ?? 0, day);
  const tenancy = seen.tenancyIn(property);
  const others = tenants.filter((each) => each.stage === stage && each.tenant !== tenant);
  const modelHash = (told?.body.model ?? null) as Fingerprint | null;
  const heads = headNames.map((head) =>
    toldOf(head, score[head], {
      others: others.map((each) => each[head]),
      modelHash,
      shown: (row) => shownRow(row, seen, past.now),
    }),
  );
  const byHead = (of: 'index' | 'shared') =>
    Object.fromEntries(heads.map((each) => [each.head, each[of]])) as RankedBy['index'];
  return {
    ...{ run: id, status, property, day, at: told?.at ?? createdAt, by: (told ?? lines[0])?.actor ?? null },
    ...{ model, modelHash, inputs: told?.body.inputs === undefined ? null : String(told.body.inputs) },
    ...{ stage, peers: others.length, band, index: byHead('index'), shared: byHead('shared') },
    // Versions before 0.5.0 knew no probability.
    p90: score.p90 ?? null,
    attribution: attributionIn(ranking),
    used: heads.flatMap(({ used }) => used),
    keptOut: tenancy ? keptOutOf(tenancy, day) : null,
  };
}

interface Beside {
  /** The neighbours, as that head has them. */
  readonly others: readonly Head[];
  readonly modelHash: Fingerprint | null;
  readonly shown: (row: string) => ShownRow;
}

/** What may be told of a head: a mean of few neighbours, with one's own value, is a neighbour's value. */
function toldOf(head: HeadName, { index, offset, contributions }: Head, { others, modelHash, shown }: Beside) {
  const isFew = others.length < FEWEST_PEERS;
  // A feature may be known of fewer of them than there are.
  const isTold = ({ feature }: Contribution) =>
    others.filter((each) => each.contributions.some((other) => other.feature === feature)).length >= FEWEST_PEERS;
  const untold = contributions.filter((each) => !isTold(each));
  // Their order, too, would tell what stands behind it.
  const ordered = isFew ? contributions : contributions.toSorted((a, b) => weightOf(b) - weightOf(a));
  function weightOf(each: Contribution): number {
    return isTold(each) ? Math.abs(each.logOdds) : 0;
  }
  return {
    head,
    index: isFew ? null : index,
    shared: isFew ? null : untold.reduce((sum, { logOdds }) => sum + logOdds, offset),
    used: ordered.map((each): Used => {
      const { feature, value, logOdds, evidence } = each;
      return {
        ...{ head, feature, value, logOdds: isTold(each) ? logOdds : null },
        againstUsual: againstUsual(modelHash, head, each),
        evidence: evidence.map(shown),
      };
    }),
  };
}

function shownRow(id: string, then: Seen, now: Seen): ShownRow {
  if (id.startsWith('asking:')) return { id, since: null };
  const row = id.slice(id.indexOf(':') + 1);
  const [before, after] = [then.rows.get(row), now.rows.get(row)];
  const label = before && { key: before.key, on: before.on };
  if (!after) return { id, ...label, since: 'gone' };
  if (after.said === before?.said) return { id, ...label, since: 'unchanged' };
  return { id, ...label, since: 'corrected', ...(after.on !== before?.on && { nowOn: after.on }) };
}
