import { join, sep } from 'node:path';
import type { Context } from '../context/index.ts';
import { UserError } from '../errors/index.ts';

/** Pulumi's own program, which keeps the state of an environment and drives the plugin. */
export interface Engine {
  readonly path: string;
  readonly version: string;
}

type EngineDeps = Pick<Context, 'programs' | 'files'>;

/** The oldest that this was built and tested with, and the one that is offered where there is none. */
export const TRIED = '3.259.0';

export const BY_HAND = [
  'install Pulumi yourself: https://www.pulumi.com/docs/install   it is one program, and needs no account',
  'or set SOPHIA_PULUMI to the file of one that is installed',
];
const GET_IT = ['sophia deploy engine   shows from where it would be fetched, and asks before it is', ...BY_HAND];

/** Where the one lies that was fetched for this user, after a yes. */
export function fetchedFile({ places }: Pick<Context['files'], 'places'>): string {
  return join(places.data, 'engine', TRIED, 'pulumi');
}

export interface EngineFile {
  readonly path: string;
  /** By what it was found. */
  readonly by: 'SOPHIA_PULUMI' | 'PATH' | 'fetched';
}

/** The one that `named` says, or the first in PATH, or the one that was fetched for this user. */
export async function engineFile(
  { programs, files }: EngineDeps,
  named: string | undefined,
): Promise<EngineFile | undefined> {
  if (named !== undefined) return { path: files.resolve(named), by: 'SOPHIA_PULUMI' };
  const installed = await programs.find('pulumi');
  if (installed !== undefined) return { path: installed, by: 'PATH' };
  const fetched = fetchedFile(files);
  return (await files.kindOf(fetched)) === 'file' ? { path: fetched, by: 'fetched' } : undefined;
}

/**
 * The engine. Nothing is fetched here. UserError `config` where there is none, it does not run, or is older than what this
 * was tested with.
 */
export async function findEngine(deps: EngineDeps, named: string | undefined): Promise<Engine> {
  const { programs, files } = deps;
  const { path, by } = (await engineFile(deps, named)) ?? {};
  if (path === undefined)
    throw new UserError('config', "Pulumi's engine, which makes and ends machines, is not in PATH", GET_IT);
  const another = [
    'bring it up to date: https://www.pulumi.com/docs/install',
    by === 'SOPHIA_PULUMI'
      ? 'or have SOPHIA_PULUMI name another'
      : 'or move it away: sophia deploy engine then offers one',
  ];
  const env = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
  const { code, stdout } = await programs.run({ program: path, args: ['version'], cwd: files.places.here, env });
  const [, version] = /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout.trim()) ?? [];
  if (code !== 0 || version === undefined)
    throw new UserError('config', `${path} does not run as Pulumi's engine`, another);
  if (isOlder(version, TRIED))
    throw new UserError(
      'config',
      `${path} is Pulumi ${version}: ${TRIED} is the oldest that this was tested with`,
      another,
    );
  if (!version.startsWith('3.'))
    throw new UserError('config', `${path} is Pulumi ${version}: nobody has tried this with another than 3`, another);
  return { path, version };
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((each) => each.split(/[.-]/).slice(0, 3).map(Number));
  const at = a?.findIndex((part, index) => part !== b?.[index]) ?? -1;
  return at >= 0 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}

/** Where the state of all environments of a workspace lies, and what belongs to one of them. */
export interface Place {
  /** A folder that this user alone can enter. */
  readonly folder: string;
  readonly environment: string;
}

export const PROJECT = 'sophia';

/** UserError `config` for a folder that the engine's SDK would take for another: it reads each \\ as a /. */
export function mustBeReachable({ folder }: Pick<Place, 'folder'>): void {
  if (sep !== '/' || !folder.includes('\\')) return;
  throw new UserError('config', `nothing can be deployed from a folder with a \\ in its name: ${folder}`, [
    'move the workspace into a folder without one',
  ]);
}

export function pathsOf({ folder, environment }: Place) {
  const state = join(folder, 'state');
  const work = join(folder, environment);
  return {
    ...{ state, work, home: join(folder, 'home') },
    /** What the passphrase is salted with. The same stands in the record. */
    salt: join(work, `Pulumi.${environment}.yaml`),
    /** Of the backend itself. */
    meta: join(state, '.pulumi/meta.yaml'),
    checkpoint: join(state, '.pulumi/stacks', PROJECT, `${environment}.json`),
    backups: join(state, '.pulumi/backups', PROJECT, environment),
    locks: join(state, '.pulumi/locks/organization', PROJECT, environment),
    /** Is there while something is done to it, and stays where that did not come to its end. */
    touched: join(work, 'touched'),
    /** Which processes are at it. */
    atWork: join(work, 'at-work.json'),
    plugin: join(work, 'plugin'),
  };
}
