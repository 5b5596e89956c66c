import { join } from 'node:path';
import type { Context } from '../context/index.ts';
import { UserError } from '../errors/index.ts';

/** Pulumi's own program, which keeps the state of an environment and drives the plugin. */
export interface Engine {
  readonly path: string;
  readonly version: string;
}

type EngineDeps = Pick<Context, 'programs' | 'files'>;

/** The oldest that this was built and tested with. */
const OLDEST = '3.259.0';

export const GET_IT = [
  'install Pulumi: https://www.pulumi.com/docs/install   it is one program, and needs no account',
  'or set SOPHIA_PULUMI to the file of one that is installed',
];

/**
 * The engine: the one that `named` says, or the first in PATH. Nothing is ever fetched. UserError `config` where there is
 * none, it does not run, or is older than what this was tested with.
 */
export async function findEngine({ programs, files }: EngineDeps, named: string | undefined): Promise<Engine> {
  const path = named === undefined ? await programs.find('pulumi') : files.resolve(named);
  if (path === undefined)
    throw new UserError('config', "Pulumi's engine, which makes and ends machines, is not in PATH", GET_IT);
  const env = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
  const { code, stdout } = await programs.run({ program: path, args: ['version'], cwd: files.places.here, env });
  const [, version] = /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout.trim()) ?? [];
  if (code !== 0 || version === undefined)
    throw new UserError('config', `${path} does not run as Pulumi's engine`, GET_IT);
  if (isOlder(version, OLDEST))
    throw new UserError('config', `${path} is Pulumi ${version}: ${OLDEST} is the oldest that this was tested with`, [
      'bring it up to date: https://www.pulumi.com/docs/install',
    ]);
  if (!version.startsWith('3.'))
    throw new UserError('config', `${path} is Pulumi ${version}: nobody has tried this with another than 3`, GET_IT);
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

export function pathsOf({ folder, environment }: Place) {
  const state = join(folder, 'state');
  const work = join(folder, environment);
  return {
    ...{ state, work, home: join(folder, 'home') },
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
