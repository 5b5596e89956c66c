import type { Clock } from '../../context/index.ts';
import { addDays, addMs, type IsoDay } from '../../domain/index.ts';
import type { Portfolio } from '../../portfolio/index.ts';
import {
  type Backtest,
  type Drift,
  type ForeignFile,
  loadLearning,
  type ModelFile,
  openRisk,
  type Ranker,
  type Risk,
  scorecard,
  type TenantMonth,
  type Unable,
} from '../../risk/index.ts';
import type { Foreign, ForeignDeps, ForeignRequest } from './foreign.ts';
import {
  activeModel,
  fileIn,
  type KeptFile,
  keepModel,
  lastMeasured,
  type Model,
  type ModelDeps,
  type ModelRow,
  modelsOf,
  promoteModel,
  readModel,
  refusalOf,
  rollBack,
  rolledBack,
  rowOf,
} from './models.ts';

export type { KeptFile, Model } from './models.ts';

/** Tenants are looked at anew so long after the last time. */
const MEASURED_FOR_MS = 30 * 86_400_000;
/** So many days hold the first of a month: on the newest one tenants are compared with those that a model learned from. */
const RECENT_DAYS = 31;

export interface Trained {
  readonly file: ModelFile;
  /** Null in a rehearsal. */
  readonly model: Model | null;
  /** Why it may not rank; null when it may. */
  readonly refusal: string | null;
}

export interface Judged {
  readonly leave: Backtest | Unable;
  readonly arrears: Backtest | Unable;
}

/** What is learned from the past of one owner, and never from another's. */
export interface Learning {
  /** What ranks: the promoted model, or the scorecard. Asked anew each time, as a worker stays for weeks. */
  risk(): Promise<Risk>;
  train(request: { readonly leastExits: number; readonly dryRun: boolean }): Promise<Trained>;
  backtest(): Promise<Judged>;
  models(): Promise<Model[]>;
  show(version: number): Promise<{ readonly model: Model; readonly file: KeptFile; readonly refusal: string | null }>;
  active(): Promise<{ readonly model: Model; readonly file: KeptFile } | undefined>;
  /** Keeps a model of another program as a candidate. */
  importForeign(request: ForeignRequest): Promise<Foreign>;
  promote(version: number): Promise<Model>;
  rollBack(request: { readonly dryRun: boolean }): Promise<{ readonly from: Model; readonly to: Model | null }>;
  /**
   * Whether tenants are as those that the promoted model was learned from; `undefined` where the scorecard ranks, or a
   * model of another program, which is not watched, as it proposes nothing anyway. It is written down: from then on it holds for what ranks.
   */
  drift(): Promise<Drift | undefined>;
  /** The same, where that was last done a month ago. */
  watch(): Promise<void>;
}

interface LearningDeps extends ModelDeps, ForeignDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly today: () => IsoDay;
  readonly portfolio: () => Promise<Pick<Portfolio, 'properties' | 'past'>>;
  /** Proposals that a property's team can see to in a week. */
  readonly capacity: number;
}

export function openLearning(deps: LearningDeps): Learning {
  const { store, owner, clock, signal, today, capacity } = deps;
  const { read } = store;
  const byScorecard = openRisk();
  let byModel: { readonly key: string; readonly risk: Risk } | undefined;

  const pastsOf = async function* () {
    const portfolio = await deps.portfolio();
    for (const { id } of await portfolio.properties()) {
      signal.throwIfAborted();
      yield await portfolio.past(id);
    }
  };
  const months = async (): Promise<TenantMonth[]> => {
    const { monthsOf } = await loadLearning();
    const all: TenantMonth[] = [];
    for await (const past of pastsOf()) for (const month of monthsOf(past)) all.push(month);
    return all.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  };
  const drift = async (file: ModelFile): Promise<Drift> => {
    const { driftOf, firstsOf, monthsOf, openTableOf, tenantsOn } = await loadLearning();
    const [now, later]: [TenantMonth[], TenantMonth[]] = [[], []];
    const newest = [...firstsOf(addDays(today(), -RECENT_DAYS), today())].at(-1) ?? today();
    for await (const past of pastsOf()) {
      for (const month of monthsOf(past, file.heads.leave.trainedOn.to)) later.push(month);
      const recent = await (await deps.portfolio()).past(past.property);
      now.push(...tenantsOn(recent, newest));
    }
    return driftOf(file, openTableOf(now, 'leave'), later, today());
  };

  /** The promoted model that was learned here: that one is watched. */
  const watched = async () => {
    const active = await activeModel(read, owner);
    return active?.kind === 'logit' ? active : undefined;
  };
  const learnedIn = async ({ body, sha256 }: ModelRow) =>
    (await loadLearning()).openModel(body, { hash: sha256, owner });
  const foreignRanker = async (version: number, file: ForeignFile): Promise<Ranker> =>
    (await import('./foreign.ts')).rankerIn(deps, version, file);
  const rankerOf = async (active: ModelRow, stopped: boolean): Promise<Ranker> => {
    const file = await fileIn(active, owner);
    if (file.kind === 'onnx') return foreignRanker(active.version, file);
    return (await loadLearning()).rankerOf(file, scorecard, stopped);
  };

  const measured = async (version: number, file: ModelFile): Promise<Drift> => {
    const found = await drift(file);
    const body = { version, tenants: found.tenants, stops: found.stops ? 1 : 0 };
    await store.write((tx) => deps.journal.appendIn(tx, { kind: 'model.measured', body }));
    return found;
  };

  return {
    async risk() {
      const active = await activeModel(read, owner);
      if (!active) return byScorecard;
      const stopped = (await lastMeasured(read, owner, active.version))?.stops === true;
      const key = `${active.sha256} ${stopped}`;
      if (byModel?.key !== key) byModel = { key, risk: openRisk(await rankerOf(active, stopped)) };
      return byModel.risk;
    },
    async train({ leastExits, dryRun }) {
      const { trainModel } = await loadLearning();
      const all = await months();
      const make = (version: number) =>
        trainModel(all, scorecard, { name: `logit-${version}`, owner, leastCases: leastExits, capacity });
      if (dryRun) {
        const file = make(((await modelsOf(read, owner))[0]?.version ?? 0) + 1);
        return { file, model: null, refusal: (await refusalOf(file)) ?? null };
      }
      const model = await keepModel(deps, make);
      const file = await learnedIn(await rowOf(read, owner, model.version));
      return { file, model, refusal: (await refusalOf(file)) ?? null };
    },
    async backtest() {
      const { backtest, LEAST_EXITS } = await loadLearning();
      const all = await months();
      const options = { leastCases: LEAST_EXITS, capacity };
      return {
        leave: backtest(all, 'leave', scorecard, options),
        arrears: backtest(all, 'arrears', scorecard, options),
      };
    },
    models: () => modelsOf(read, owner),
    async show(version) {
      const found = await readModel(read, owner, version);
      return { ...found, refusal: (await refusalOf(found.file)) ?? null };
    },
    async active() {
      const active = await activeModel(read, owner);
      return active && readModel(read, owner, active.version);
    },
    importForeign: async (request) => (await import('./foreign.ts')).importForeign({ ...deps, months }, request),
    async promote(version) {
      const { file } = await readModel(read, owner, version);
      // What cannot be run here would rank nobody.
      if (file.kind === 'onnx' && (await refusalOf(file)) === undefined) await foreignRanker(version, file);
      return promoteModel(deps, version);
    },
    async rollBack({ dryRun }) {
      if (!dryRun) return rollBack(deps);
      const [from, to] = await rolledBack(read, owner);
      return { from, to: to ?? null };
    },
    async drift() {
      const active = await watched();
      return active && measured(active.version, await learnedIn(active));
    },
    async watch() {
      const active = await watched();
      if (!active) return;
      const last = await lastMeasured(read, owner, active.version);
      if (last && addMs(last.at, MEASURED_FOR_MS) > clock.now()) return;
      await measured(active.version, await learnedIn(active));
    },
  };
}
