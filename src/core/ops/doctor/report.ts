import { join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import type { Chosen, Said } from '../../config/index.ts';
import type { Context, Files } from '../../context/index.ts';
import type { Instant } from '../../domain/index.ts';
import { asSophiaError, exits } from '../../errors/index.ts';
import { contentsOf, kindNames, kindsIn } from '../../store/index.ts';
import { writeNew } from '../new-file.ts';
import { isStill } from '../store/beside.ts';
import type { Scene } from './diagnose.ts';
import type { Check, Fact, Facts } from './findings.ts';

/**
 * What a stranger may see of a place, to find a fault of sophia. It is put together from what is known to name nobody;
 * no path, message or value that somebody wrote is taken over, so that none has to be made out and blackened.
 */
export interface Report {
  readonly version: 1;
  readonly at: Instant;
  readonly sophia: string;
  readonly node: Shaped | undefined;
  readonly platform: Shaped | undefined;
  readonly checks: readonly (Pick<Check, 'name' | 'state'> & { readonly facts?: Facts | undefined })[];
  readonly settings: readonly Setting[];
  /** `null` while there is none. */
  readonly store: Readonly<Record<string, Fact | Shaped | Facts | undefined>> | null;
  /** What the last log of `--debug` tells. */
  readonly log: readonly Noted[];
}

interface Setting {
  readonly key: string;
  readonly from: Said['from'];
  /** Only of those that can name nobody. */
  readonly value?: Fact | Shaped | undefined;
}

declare const shape: unique symbol;
/** Text of a list that is known, or of a shape that names do not have. */
type Shaped = string & { readonly [shape]: true };
type Noted = Readonly<Record<string, Fact | Shaped | readonly Shaped[] | undefined>>;

function shaped(text: unknown, wanted: RegExp): Shaped | undefined {
  return typeof text === 'string' && wanted.test(text) ? (text as Shaped) : undefined;
}

function among(known: readonly string[], text: unknown): Shaped | undefined {
  return known.find((each) => each === text) as Shaped | undefined;
}

export async function reportOf(scene: Scene, checks: readonly Check[]): Promise<Report> {
  const { deps, request, settings } = scene;
  return {
    version: 1,
    at: deps.clock.now(),
    sophia: request.sophia,
    node: shaped(deps.machine.node.version, /^[\d.]+$/),
    platform: shaped(deps.machine.platform, /^[a-z\d]+$/),
    checks: checks.map(({ name, state, facts }) => ({ name, state, facts })),
    settings: settings.flatMap((each) => settingOf(each)),
    store: await storeOf(scene),
    log: await lastLog(deps.files, request.commands),
  };
}

/** Texts that are chosen and not made up: the schema has seen to it. */
const chosen = ['color', 'time_zone'];

function settingOf({ key, from, value }: Chosen): Setting[] {
  if (from === undefined) return [];
  if (typeof value === 'number' || typeof value === 'boolean') return [{ key, from, value }];
  if (Array.isArray(value)) return [{ key, from, value: value.length }];
  return [{ key, from, value: chosen.includes(key) ? shaped(value, /^[A-Za-z_/+\-\d]+$/) : undefined }];
}

/** How many rows and lines there are of each kind. Names of tables and kinds that are not ours are not told. */
async function storeOf({ deps, workspace, places: { storeFile } }: Scene): Promise<Report['store']> {
  const { database } = workspace ?? {};
  try {
    if (!database) await deps.files.needPlain(storeFile);
    if (!database && (await deps.files.kindOf(storeFile)) === undefined) return null;
    await using look = database
      ? await deps.lookAtServer(database)
      : await deps.lookAtStore(storeFile, await isStill(deps.files, storeFile));
    const { seen, lacks, store } = look;
    // Those that are not ours would have been refused.
    const version = { schema: shaped(seen.at(-1), /^\d{4}-[a-z-]+$/), lacks: lacks.length };
    if (lacks.length > 0) return version;
    const strange = await look.strange();
    const { tables, owners } = await contentsOf(store.read);
    const own = tables.filter(({ table }) => !strange.includes(table));
    const kinds = await kindsIn(store.read);
    return {
      ...{ ...version, owners: owners.length, strange: strange.length },
      tables: Object.fromEntries(own.map(({ table, rows }) => [table, rows])),
      events: Object.fromEntries(kindNames.flatMap((kind) => (kinds.has(kind) ? [[kind, kinds.get(kind) ?? 0]] : []))),
    };
  } catch (thrown) {
    return { exit: asSophiaError(thrown).exit };
  }
}

/** Of the newest log that has an end: the others are of commands that run, this one perhaps. */
async function lastLog(files: Files, commands: readonly string[]): Promise<readonly Noted[]> {
  const folder = join(files.places.state, 'log');
  const names = await files.list(folder).catch(() => []);
  for (const name of names.toReversed().filter((each) => each.endsWith('.jsonl'))) {
    const text = await files.readText(join(folder, name)).catch(() => undefined);
    const lines = (text ?? '').trim().split('\n').map(parsed);
    if (lines.at(-1)?.event !== 'ended') continue;
    return lines.map((line) => noted(line, commands));
  }
  return [];
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}

/** A log names nobody; but anything can be written into a file, and so only words are told that are ours or the system's. */
function noted(line: Readonly<Record<string, unknown>>, commands: readonly string[]): Noted {
  const { error, options } = line;
  const { kind, exit, class: name, errno, frames } = Object(error);
  const count = (value: unknown) => (typeof value === 'number' ? value : undefined);
  const told: Noted = {
    event: among(['started', 'opened', 'ended'], line.event),
    run: among(
      commands.map((name) => `sophia ${name}`),
      line.run,
    ),
    ...{ ms: count(line.ms), words: count(line.words), code: count(line.code) },
    options: Array.isArray(options) ? options.length : undefined,
    kind: among(['usage', 'user', 'external', 'bug'], kind),
    exit: among(Object.keys(exits), exit),
    class: among(classes, name),
    errno: among(['ERR_SQLITE_ERROR', ...[...getSystemErrorMap().values()].map(([code]) => code)], errno),
    frames: Array.isArray(frames) ? framesIn(frames) : undefined,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

const classes = ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'AggregateError', 'AbortError'];

/** Places in the program itself: the log has them as they are seen from its own folder. */
function framesIn(frames: readonly unknown[]): Shaped[] {
  return frames.flatMap((frame) => {
    const [, inside] = /[ (]([^ ()]+)\)?$/.exec(String(frame)) ?? [];
    return shaped(inside, /^(dist|src|node_modules)\/[\w@./-]+:\d+:\d+$/) ?? [];
  });
}

export async function writeReport(deps: Pick<Context, 'files' | 'random'>, path: string, report: Report) {
  await writeNew(deps, path, `${JSON.stringify(report, null, 2)}\n`);
}
