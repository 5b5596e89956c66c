import type { Selectable } from 'kysely';
import type { ActorId, Fingerprint, Instant, OwnerId } from '../../domain/index.ts';
import { UsageError, UserError } from '../../errors/index.ts';
import {
  type Backtest,
  type ForeignFile,
  fingerprintOf,
  loadLearning,
  type ModelFile,
  type Unable,
} from '../../risk/index.ts';
import { acquireLease, type Journal, type LeaseDeps, type Reader, type Tables } from '../../store/index.ts';

/** A model of one owner, beside the scorecard that everybody has. */
export interface Model {
  readonly version: number;
  readonly name: string;
  readonly kind: 'logit' | 'onnx';
  readonly state: 'candidate' | 'active' | 'retired';
  readonly hash: Fingerprint;
  /** It is not what was kept: its hash is another one, and it ranks nobody. */
  readonly changed: boolean;
  readonly madeAt: Instant;
  readonly madeBy: ActorId;
  readonly promotedAt: Instant | null;
  readonly promotedBy: ActorId | null;
}

/** What is kept of a model: what was learned here, or by another program. */
export type KeptFile = ModelFile | ForeignFile;

export interface ModelDeps extends LeaseDeps {
  readonly journal: Pick<Journal, 'appendIn'>;
}

/** All of a row but the bytes that a foreign model came in, which may be many. */
export type ModelRow = Omit<Selectable<Tables['model']>, 'artifact'>;

const columns = [
  ...(['owner', 'version', 'name', 'kind', 'state', 'sha256', 'body', 'made_at', 'made_by'] as const),
  ...(['promoted_at', 'promoted_by'] as const),
];

function rowsIn(read: Reader, owner: OwnerId) {
  return read.selectFrom('model').select(columns).where('owner', '=', owner);
}

/** Newest first. */
export async function modelsOf(read: Reader, owner: OwnerId): Promise<Model[]> {
  const rows = await rowsIn(read, owner).orderBy('version', 'desc').execute();
  return rows.map(modelOf);
}

/** With its file, once that is proved to be what was stored. UsageError when there is none of that version. */
export async function readModel(
  read: Reader,
  owner: OwnerId,
  version: number,
): Promise<{ readonly model: Model; readonly file: KeptFile }> {
  const row = await rowOf(read, owner, version);
  return { model: modelOf(row), file: await fileIn(row, owner) };
}

/** UsageError when there is none of that version. */
export async function rowOf(read: Reader, owner: OwnerId, version: number): Promise<ModelRow> {
  const row = await rowsIn(read, owner).where('version', '=', version).executeTakeFirst();
  if (!row) throw new UsageError(`there is no model ${version}`, ['sophia churn models list']);
  return row;
}

export async function activeModel(read: Reader, owner: OwnerId): Promise<ModelRow | undefined> {
  return rowsIn(read, owner).where('state', '=', 'active').executeTakeFirst();
}

/** UserError `incompatible` for one that was changed, that another sophia wrote, or that is not this owner's. */
export async function fileIn(
  { body, sha256, kind }: Pick<ModelRow, 'body' | 'sha256' | 'kind'>,
  owner: OwnerId,
): Promise<KeptFile> {
  const { openForeign, openModel } = await loadLearning();
  return (kind === 'onnx' ? openForeign : openModel)(body, { hash: sha256, owner });
}

/** How the head was judged that lets a model rank. */
export function judgedIn(file: KeptFile): Backtest | Unable | undefined {
  return file.kind === 'onnx' ? file.judged : file.metrics.leave;
}

/** Keeps what was learned as a candidate, under the next version. */
export async function keepModel(deps: ModelDeps, make: (version: number) => ModelFile): Promise<Model> {
  const { store, clock, owner, actor, journal } = deps;
  await using lease = await leaseOf(deps);
  const version = ((await modelsOf(store.read, owner))[0]?.version ?? 0) + 1;
  const file = make(version);
  const hash = fingerprintOf(file);
  const { rows, cases } = file.heads.leave.trainedOn;
  const row = {
    ...{ owner, version, name: file.name, kind: file.kind, state: 'candidate' as const, sha256: hash },
    ...{ body: JSON.stringify(file), artifact: null, made_at: clock.now(), made_by: actor.id },
    ...{ promoted_at: null, promoted_by: null },
  };
  await lease.write(async (tx) => {
    await tx.insertInto('model').values(row).execute();
    await journal.appendIn(tx, { kind: 'model.trained', body: { version, hash, rows, exits: cases } });
  });
  return modelOf(row);
}

/** From now on it ranks. UserError `refused` for one that was not better than the scorecard on months it had not seen. */
export async function promoteModel(deps: ModelDeps, version: number): Promise<Model> {
  const { store, clock, owner, actor, journal } = deps;
  await using lease = await leaseOf(deps);
  const { model, file } = await readModel(store.read, owner, version);
  if (model.state === 'active') throw new UserError('refused', `${model.name} ranks already`);
  const refusal = await refusalOf(file);
  if (refusal !== undefined)
    throw new UserError('refused', `${model.name} is not promoted: ${refusal}`, [
      `sophia churn models show ${version}   shows how it was judged`,
      'the scorecard ranks on',
    ]);
  const before = (await activeModel(store.read, owner))?.version;
  const promoted = { promoted_at: clock.now(), promoted_by: actor.id };
  await lease.write(async (tx) => {
    await tx
      .updateTable('model')
      .set({ state: 'retired' })
      .where('owner', '=', owner)
      .where('state', '=', 'active')
      .execute();
    await tx
      .updateTable('model')
      .set({ state: 'active', ...promoted })
      .where('owner', '=', owner)
      .where('version', '=', version)
      .execute();
    const body = { version, hash: model.hash, ...(before !== undefined && { before }) };
    await journal.appendIn(tx, { kind: 'model.promoted', body });
  });
  return { ...model, state: 'active', promotedAt: promoted.promoted_at, promotedBy: promoted.promoted_by };
}

/** Why a model may not rank; `undefined` when it may. */
export async function refusalOf(file: KeptFile): Promise<string | undefined> {
  const { isBacktest, mayRank } = await loadLearning();
  const judged = judgedIn(file);
  if (mayRank(judged)) return undefined;
  if (judged === undefined || !isBacktest(judged)) return 'there is too little past to judge it by';
  if (judged.leaks) return 'it is too good to be true, so that a feature is likely to know what came of it';
  return 'it did not beat the scorecard in both Brier score and AUC among peers';
}

/** Takes back the last promotion: the model before ranks again, or the scorecard. */
export async function rollBack(deps: ModelDeps): Promise<{ readonly from: Model; readonly to: Model | null }> {
  const { store, owner, journal } = deps;
  await using lease = await leaseOf(deps);
  const [from, to] = await rolledBack(store.read, owner);
  await lease.write(async (tx) => {
    const of = tx.updateTable('model').where('owner', '=', owner);
    await of.set({ state: 'retired' }).where('version', '=', from.version).execute();
    if (to) await of.set({ state: 'active' }).where('version', '=', to.version).execute();
    const body = { version: from.version, ...(to && { to: to.version }) };
    await journal.appendIn(tx, { kind: 'model.rolled_back', body });
  });
  return { from: { ...from, state: 'retired' }, to: to ? { ...to, state: 'active' } : null };
}

/** Which model would end, and which would rank again. UserError `refused` when the scorecard ranks already. */
export async function rolledBack(read: Reader, owner: OwnerId): Promise<[from: Model, to: Model | undefined]> {
  const all = await modelsOf(read, owner);
  const from = all.find(({ state }) => state === 'active');
  if (!from) throw new UserError('refused', 'no model ranks but the scorecard: there is nothing to go back to');
  const standing = await standingPromotions(read, owner);
  // Where the lines tell of another one, nobody knows what ranked before: the scorecard is what everybody has.
  const before = standing.at(-1) === from.version ? standing.at(-2) : undefined;
  return [from, all.find(({ version }) => version === before)];
}

/** Versions in the order of their promotions, without those that were taken back: the last one ranks. */
async function standingPromotions(read: Reader, owner: OwnerId): Promise<number[]> {
  const lines = await read
    .selectFrom('event')
    .select(['kind', 'body'])
    .where('owner', '=', owner)
    .where('kind', 'in', ['model.promoted', 'model.rolled_back'])
    .orderBy('seq')
    .execute();
  const standing: number[] = [];
  for (const { kind, body } of lines)
    if (kind === 'model.promoted') standing.push((JSON.parse(body) as { version: number }).version);
    else standing.pop();
  return standing;
}

function leaseOf(deps: LeaseDeps) {
  return acquireLease(deps, `models:${deps.owner}`, 'the models of this portfolio');
}

function modelOf(row: ModelRow): Model {
  return {
    changed: isChanged(row),
    ...{ version: row.version, name: row.name, kind: row.kind, state: row.state, hash: row.sha256 as Fingerprint },
    ...{ madeAt: row.made_at, madeBy: row.made_by, promotedAt: row.promoted_at, promotedBy: row.promoted_by },
  };
}

function isChanged({ body, sha256 }: Pick<ModelRow, 'body' | 'sha256'>): boolean {
  try {
    return fingerprintOf(JSON.parse(body)) !== sha256;
  } catch {
    return true;
  }
}

interface Measured {
  readonly at: Instant;
  readonly stops: boolean;
}

/** When it was looked last whether tenants are as those that a model was learned from, and what came of it. */
export async function lastMeasured(read: Reader, owner: OwnerId, version: number): Promise<Measured | undefined> {
  const last = await read
    .selectFrom('event')
    .select(['at', 'body'])
    .where('owner', '=', owner)
    .where('kind', '=', 'model.measured')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const body = JSON.parse(last?.body ?? '{}') as { version?: number; stops?: number };
  return last && body.version === version ? { at: last.at, stops: body.stops === 1 } : undefined;
}
