import { createHash } from 'node:crypto';
import { type IsoDay, isIsoDay } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { protectedName } from '../privacy/index.ts';
import type { FeatureSource } from './allowed.ts';
import { bounds } from './features/signal.ts';
import { type Feature, features, type HeadName, headNames, weighable } from './scorecard.ts';

/** What says of a foreign model how it is fed, and what is to come out. */
export interface OnnxManifest {
  readonly schema: 1;
  readonly name: string;
  readonly head: HeadName;
  /** The last day of which its maker's data told anything: what came later is what it is judged by. */
  readonly trainedUntil: IsoDay;
  /** In the order of the model's input. `typical` stands in where a source is not connected. */
  readonly features: readonly { readonly name: Feature; readonly typical: number }[];
  /** Names in the model: floats of rows by features; probabilities, of which the last column counts. */
  readonly input: string;
  readonly output: string;
  /** All that its features may be drawn from. */
  readonly sources: readonly FeatureSource[];
  /** Of the .onnx file. */
  readonly sha256: string;
  /** Rows with what whoever made it saw come out. */
  readonly golden: { readonly tolerance: number; readonly rows: readonly GoldenRow[] };
}

interface GoldenRow {
  /** By name, so that features in another order than the model's come out wrong. */
  readonly x: Readonly<Record<string, number>>;
  readonly p: number;
}

/** As much of onnxruntime as is used. */
export interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Readonly<Record<string, unknown>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, { readonly data?: ArrayLike<unknown>; readonly dims?: readonly number[] }>>>;
}

/** Probabilities of rows, in the order of the manifest's features. */
export type Rate = (rows: readonly (readonly number[])[]) => Promise<number[]>;

const LEAST_GOLDEN = 20;
const WIDEST = 1e-3;
/** What single precision may add to a value. */
const ROUNDING = 1e-6;
/** Rows that are fed at once: a past is larger than what a runtime should hold. */
const BATCH = 4096;
const MEND = ['docs/risk.md tells what a manifest must say'];

/**
 * Checks a manifest and that it speaks of these bytes. Refuses (UserError `incompatible`) another schema, a feature that
 * is protected, stands for something protected, or may not be weighed on that head, a source that is not stated, no day
 * until which it was learned, fewer golden rows than 20, a typical value or a golden row where nobody can be, and another file than the one it was written for.
 */
export function loadManifest(given: unknown, model: Uint8Array): OnnxManifest {
  const told = (given ?? {}) as Partial<OnnxManifest>;
  if (told.schema !== 1) throw refusal(`the schema of its manifest is ${String(told.schema)}, not 1`);
  const { name, head, trainedUntil, input, output, sha256, features: named, sources, golden } = told;
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9.-]{0,59}$/.test(name)) throw refusal('it has no name');
  if (!headNames.some((each) => each === head)) throw refusal(`head must be ${headNames.join(' or ')}`);
  if (typeof trainedUntil !== 'string' || !isIsoDay(trainedUntil))
    throw refusal('"trainedUntil" must be the last day that its maker\'s data tells of, like 2026-06-30');
  for (const [what, text] of Object.entries({ input, output }))
    if (typeof text !== 'string' || text === '') throw refusal(`"${what}" must name the model's ${what}`);
  if (!Array.isArray(named) || named.length === 0) throw refusal('it names no features');
  checkFeatures(named, head as HeadName, Array.isArray(sources) ? sources : []);
  checkGoldenRows(
    golden,
    named.map((each) => each.name),
  );
  const found = createHash('sha256').update(model).digest('hex');
  if (sha256 !== found) throw refusal(`its manifest is of another file: the sha256 of this one is ${found}`);
  return told as OnnxManifest;
}

function checkFeatures(named: OnnxManifest['features'], head: HeadName, sources: readonly unknown[]): void {
  const allowed: readonly Feature[] = weighable[head];
  const seen = new Set<string>();
  for (const each of named) {
    const name = String(each?.name);
    const stands = protectedName(name);
    if (stands !== undefined) throw refusal(`"${name}" stands for ${stands}, which no model may weigh`);
    const feature = allowed.find((other) => other === name);
    if (!feature) throw refusal(`"${name}" is not a feature that the ${head} head may weigh: ${allowed.join(', ')}`);
    if (seen.has(name)) throw refusal(`"${name}" stands there twice`);
    seen.add(name);
    if (!Number.isFinite(each.typical)) throw refusal(`"${name}" has no typical value`);
    refuseBeyond(feature, each.typical, `the typical value of "${name}"`);
    const source = features[feature];
    if (!sources.includes(source)) throw refusal(`"${name}" is drawn from "${source}", which is not among its sources`);
  }
}

/** Where nobody can be, nothing worse can be asked about, and a model says what it likes. */
function refuseBeyond(feature: Feature, value: number, what: string): void {
  const [least, most] = bounds[feature];
  if (value < least - ROUNDING || value > most + ROUNDING)
    throw refusal(`${what} is ${value}, and it can be ${shortly(least)} to ${shortly(most)}`);
}

function checkGoldenRows(golden: Partial<OnnxManifest['golden']> | undefined, names: readonly Feature[]): void {
  const { tolerance, rows } = golden ?? {};
  if (typeof tolerance !== 'number' || !(tolerance > 0 && tolerance <= WIDEST))
    throw refusal(`the tolerance of its golden rows must be above 0 and at most ${WIDEST}`);
  const kinds = new Set(Array.isArray(rows) ? rows.map((row) => JSON.stringify(row?.x)) : []);
  if (kinds.size < LEAST_GOLDEN) throw refusal(`at least ${LEAST_GOLDEN} different golden rows are needed`);
  for (const [at, { x, p }] of (rows ?? []).entries()) {
    if (!names.every((name) => Number.isFinite(x?.[name])) || Object.keys(x).length !== names.length)
      throw refusal(`golden row ${at + 1} must hold a number for each feature, by its name`);
    for (const name of names) refuseBeyond(name, x[name] ?? Number.NaN, `"${name}" of golden row ${at + 1}`);
    if (!(p >= 0 && p <= 1)) throw refusal(`golden row ${at + 1} expects no probability`);
  }
}

/** Opens a model that its manifest speaks of. Refuses what is no model, and other inputs or outputs than it names. */
export async function openOnnx(runtime: OnnxRuntime, model: Uint8Array, manifest: OnnxManifest): Promise<Rate> {
  const { input, output, features } = manifest;
  const session = await runtime.InferenceSession.create(model).catch((thrown: unknown) => {
    throw refusal(`onnxruntime cannot read it: ${firstLine(thrown)}`);
  });
  const { inputNames, outputNames } = session;
  if (inputNames.length !== 1 || inputNames[0] !== input)
    throw refusal(`its input is ${inputNames.join(', ')}, not ${input}`);
  if (!outputNames.includes(output)) throw refusal(`its outputs are ${outputNames.join(', ')}: there is no ${output}`);
  const rated = async (rows: readonly (readonly number[])[]) => {
    const fed = new runtime.Tensor('float32', Float32Array.from(rows.flat()), [rows.length, features.length]);
    const given = await session.run({ [input]: fed }, [output]).catch((thrown: unknown) => {
      throw refusal(`it cannot be fed ${features.length} features a row: ${firstLine(thrown)}`);
    });
    const data = given[output]?.data;
    const width = (data?.length ?? 0) / rows.length;
    if (width !== 1 && width !== 2) throw refusal(`"${output}" is not one probability a row, nor one for each outcome`);
    const p = rows.map((_, row) => Number(data?.[(row + 1) * width - 1]));
    if (!p.every((each) => each >= 0 && each <= 1)) throw refusal(`what comes out of "${output}" is no probability`);
    return p;
  };
  return async (rows) => {
    const p: number[] = [];
    for (let at = 0; at < rows.length; at += BATCH) p.push(...(await rated(rows.slice(at, at + BATCH))));
    return p;
  };
}

/** The farthest that a golden row is off. Refuses a model of which one is off by more than its manifest allows. */
export async function checkGolden(rate: Rate, { golden, features }: OnnxManifest): Promise<number> {
  const found = await rate(golden.rows.map(({ x }) => features.map(({ name }) => x[name] ?? Number.NaN)));
  const off = golden.rows.map(({ p }, at) => Math.abs((found[at] ?? Number.NaN) - p));
  const bad = off.findIndex((each) => !(each <= golden.tolerance));
  if (bad >= 0)
    throw refusal(`golden row ${bad + 1} gives ${found[bad]}, and its manifest expects ${golden.rows[bad]?.p}`);
  return Math.max(...off);
}

function refusal(why: string): UserError {
  return new UserError('incompatible', `this model cannot be used: ${why}`, MEND);
}

const shortly = (value: number) => String(Math.round(value * 100) / 100);

function firstLine(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0] ?? '';
}
