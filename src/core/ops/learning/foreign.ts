import type { Context } from '../../context/index.ts';
import type { Fingerprint } from '../../domain/index.ts';
import { UsageError, UserError } from '../../errors/index.ts';
import { fingerprintOf, type HeadName, loadForeign, type OnnxRuntime } from '../../risk/index.ts';
import { acquireLease, type Journal, type LeaseDeps } from '../../store/index.ts';

export interface ForeignDeps extends LeaseDeps, Pick<Context, 'files' | 'moduleIn'> {
  readonly journal: Pick<Journal, 'appendIn'>;
}

export interface ForeignRequest {
  /** The .onnx file, and the manifest that speaks of it. */
  readonly file: string;
  readonly manifest: string;
  /** In which, or above which, the runtime is installed. */
  readonly folder: string;
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
  readonly attribution: 'none';
  readonly dryRun: boolean;
}

const RUNTIME = 'onnxruntime-node';
const MOST_BYTES = 100 * 2 ** 20;

/**
 * Keeps a foreign model as a candidate, once it is proved to be the one its manifest speaks of. UserError `incompatible`
 * when it is not, as `loadManifest`, `openOnnx` and `checkGolden` say; `config` where the runtime is not installed.
 */
export async function importForeign(deps: ForeignDeps, request: ForeignRequest): Promise<Foreign> {
  const { file, folder, dryRun } = request;
  const { checkGolden, loadManifest, openOnnx } = await loadForeign();
  const given = await readManifest(deps.files, request.manifest);
  const model = await readModel(deps.files, file);
  const manifest = loadManifest(given, model);
  const rate = await openOnnx(await runtimeIn(deps, folder), model, manifest);
  const farthest = await checkGolden(rate, manifest);
  const body = { kind: 'onnx', owner: deps.owner, ...manifest } as const;
  const hash = fingerprintOf(body);
  const kept = await keep(deps, { name: manifest.name, body, hash, model, dryRun });
  return {
    ...{ name: manifest.name, head: manifest.head, features: manifest.features.map(({ name }) => name), hash, ...kept },
    golden: { rows: manifest.golden.rows.length, farthest },
    ...{ attribution: 'none', dryRun },
  };
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

async function runtimeIn({ moduleIn }: ForeignDeps, folder: string): Promise<OnnxRuntime> {
  const found = (await moduleIn(folder, RUNTIME).catch((thrown: unknown) => {
    throw new UserError('config', `${RUNTIME} is installed and cannot be loaded: ${String(thrown).split('\n')[0]}`, [
      INSTALL,
    ]);
  })) as Partial<OnnxRuntime> | undefined;
  if (!found?.InferenceSession || !found.Tensor)
    throw new UserError('config', `a foreign model needs ${RUNTIME}, and it is not installed in ${folder}`, [INSTALL]);
  return found as OnnxRuntime;
}

const INSTALL = `ONNXRUNTIME_NODE_INSTALL=skip npm install --no-save ${RUNTIME}@1.30.0   in that folder, 290 MB`;
