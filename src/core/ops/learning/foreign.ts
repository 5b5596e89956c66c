import type { Context } from '../../context/index.ts';
import type { Fingerprint, IsoDay } from '../../domain/index.ts';
import { UsageError, UserError } from '../../errors/index.ts';
import {
  type ForeignFile,
  fingerprintOf,
  type HeadName,
  loadForeign,
  loadLearning,
  type OnnxRuntime,
  type Ranker,
  scorecard,
  type TenantMonth,
} from '../../risk/index.ts';
import { acquireLease, type Journal, type LeaseDeps } from '../../store/index.ts';
import { refusalOf } from './models.ts';

export interface ForeignDeps extends LeaseDeps, Pick<Context, 'files' | 'moduleIn'> {
  readonly journal: Pick<Journal, 'appendIn'>;
  /** In which, or above which, the runtime is installed. */
  readonly folder: string;
}

interface JudgeDeps extends ForeignDeps {
  readonly months: () => Promise<readonly TenantMonth[]>;
  readonly capacity: number;
}

export interface ForeignRequest {
  /** The .onnx file, and the manifest that speaks of it. */
  readonly file: string;
  readonly manifest: string;
  readonly dryRun: boolean;
}

/** A model that another program learned. Its points cannot be told: nothing stands in for them. */
export interface Foreign {
  readonly name: string;
  readonly head: HeadName;
  readonly features: readonly string[];
  readonly hash: Fingerprint;
  /** Null in a rehearsal of one that is not kept yet. */
  readonly version: number | null;
  /** It had been imported before: nothing was kept anew. */
  readonly known: boolean;
  readonly golden: { readonly rows: number; readonly farthest: number };
  /** Rows in which no complaint lowered what it gives. */
  readonly probed: number;
  readonly trainedUntil: IsoDay;
  readonly judged: ForeignFile['judged'];
  /** Why it may not rank; null when it may. */
  readonly refusal: string | null;
  readonly attribution: 'none';
  readonly dryRun: boolean;
}

const RUNTIME = 'onnxruntime-node';
const MOST_BYTES = 100 * 2 ** 20;

/**
 * Keeps a foreign model as a candidate, once it is proved to be the one its manifest speaks of, with how it was judged by
 * the owner's own past. UserError `incompatible` when it is another, as `loadManifest`, `openOnnx` and `checkGolden` say;
 * `refused` when it punishes complaints; `config` where the runtime is not installed.
 */
export async function importForeign(deps: JudgeDeps, request: ForeignRequest): Promise<Foreign> {
  const { file, dryRun } = request;
  const [{ checkGolden, loadManifest, openOnnx }, learning] = await Promise.all([loadForeign(), loadLearning()]);
  const given = await readManifest(deps.files, request.manifest);
  const model = await readModel(deps.files, file);
  const manifest = loadManifest(given, model);
  const rate = await openOnnx(await runtimeIn(deps), model, manifest);
  const farthest = await checkGolden(rate, manifest);
  const months = await deps.months();
  const probed = await learning.probe(rate, manifest, learning.rowsFor(manifest, months));
  const options = { leastCases: learning.LEAST_EXITS, capacity: deps.capacity };
  const verdict = await learning.judgeForeign(months, manifest, rate, scorecard, options);
  const { owner } = deps;
  const body: ForeignFile = { schema: 1, kind: 'onnx', owner, scorecard: scorecard.name, manifest, ...verdict, probed };
  const hash = fingerprintOf(body);
  const kept = await keep(deps, { name: manifest.name, body, hash, model, dryRun });
  return {
    ...{ name: manifest.name, head: manifest.head, features: manifest.features.map(({ name }) => name), hash, ...kept },
    golden: { rows: manifest.golden.rows.length, farthest },
    ...{ probed, trainedUntil: manifest.trainedUntil, judged: verdict.judged },
    refusal: (await refusalOf(body)) ?? null,
    ...{ attribution: 'none', dryRun },
  };
}

/**
 * What tenants are ranked by, by a foreign model that was promoted: opened again as it was kept, and held to its golden rows
 * by the runtime that is to run it. Errors as `importForeign`: where it cannot be run, nothing stands in for it.
 */
export async function rankerIn(deps: ForeignDeps, version: number, file: ForeignFile): Promise<Ranker> {
  const [{ checkGolden, loadManifest, openOnnx }, { foreignRankerOf }] = await Promise.all([
    loadForeign(),
    loadLearning(),
  ]);
  const { artifact } = await deps.store.read
    .selectFrom('model')
    .select('artifact')
    .where('owner', '=', deps.owner)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  const bytes = artifact ?? new Uint8Array();
  const manifest = loadManifest(file.manifest, bytes);
  const runtime = await runtimeIn(deps, 'sophia churn models rollback   lets what ranked before rank again');
  const rate = await openOnnx(runtime, bytes, manifest);
  await checkGolden(rate, manifest);
  return foreignRankerOf(file, scorecard, rate);
}

interface Keeping {
  readonly name: string;
  readonly body: object;
  readonly hash: Fingerprint;
  readonly model: Uint8Array;
  readonly dryRun: boolean;
}

async function keep(deps: ForeignDeps, { name, body, hash, model, dryRun }: Keeping) {
  const { store, clock, owner, actor, journal } = deps;
  const versions = () =>
    store.read
      .selectFrom('model')
      .select(['version', 'sha256'])
      .where('owner', '=', owner)
      .orderBy('version')
      .execute();
  const versionOf = (all: Awaited<ReturnType<typeof versions>>) => all.find(({ sha256 }) => sha256 === hash)?.version;
  const before = versionOf(await versions());
  if (before !== undefined || dryRun) return { version: before ?? null, known: before !== undefined };
  await using lease = await acquireLease(deps, `models:${owner}`, 'the models of this portfolio');
  const all = await versions();
  const beside = versionOf(all);
  if (beside !== undefined) return { version: beside, known: true };
  const version = (all.at(-1)?.version ?? 0) + 1;
  const row = {
    ...{ owner, version, name, kind: 'onnx' as const, state: 'candidate' as const, sha256: hash },
    ...{ body: JSON.stringify(body), artifact: model, made_at: clock.now(), made_by: actor.id },
    ...{ promoted_at: null, promoted_by: null },
  };
  await lease.write(async (tx) => {
    await tx.insertInto('model').values(row).execute();
    await journal.appendIn(tx, { kind: 'model.imported', body: { version, hash, bytes: model.length } });
  });
  return { version, known: false };
}

async function readManifest(files: Context['files'], asked: string): Promise<unknown> {
  const text = await files.readText(files.resolve(asked));
  if (text === undefined) throw new UsageError(`there is no file "${asked}"`);
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('incompatible', `${asked} is not JSON`, ['write the manifest anew: docs/risk.md says how']);
  }
}

async function readModel(files: Context['files'], asked: string): Promise<Uint8Array> {
  const path = files.resolve(asked);
  const facts = await files.factsOf(path);
  if (facts?.kind !== 'file' || !facts.isRegular) throw new UsageError(`there is no file "${asked}"`);
  if (facts.bytes > MOST_BYTES)
    throw new UserError('refused', `${asked} is larger than ${MOST_BYTES / 2 ** 20} MB`, ['prune the model']);
  return Buffer.concat(await Array.fromAsync(files.stream(path)));
}

async function runtimeIn({ moduleIn, folder }: ForeignDeps, ...more: readonly string[]): Promise<OnnxRuntime> {
  const found = (await moduleIn(folder, RUNTIME).catch((thrown: unknown) => {
    throw new UserError('config', `${RUNTIME} is installed and cannot be loaded: ${String(thrown).split('\n')[0]}`, [
      INSTALL,
      ...more,
    ]);
  })) as Partial<OnnxRuntime> | undefined;
  if (!found?.InferenceSession || !found.Tensor)
    throw new UserError('config', `a foreign model needs ${RUNTIME}, and it is not installed in ${folder}`, [
      INSTALL,
      ...more,
    ]);
  return found as OnnxRuntime;
}

const INSTALL = `ONNXRUNTIME_NODE_INSTALL=skip npm install --no-save ${RUNTIME}@1.30.0   in that folder, 290 MB`;
