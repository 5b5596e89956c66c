import { dirname, join } from 'node:path';
import type { Files } from '../context/index.ts';
import { type IsoDay, isIsoDay } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { type Config, configOf, configSchema, type Owner } from './schema.ts';
import { readYaml } from './yaml.ts';

export { type Config, configSchema, type Owner } from './schema.ts';
export { readYaml } from './yaml.ts';

/** Where a command works: the user's folder, or the demo that is shipped. */
export interface Workspace extends Config {
  /** Everything in it is invented. */
  readonly synthetic: boolean;
  readonly storeFile: string;
  readonly dataFolder: string;
  /** Where results for humans go: reject files, drafts. */
  readonly outFolder: string;
  /** "Today" of a portfolio that ends on a day; absent when today is today. */
  readonly endDay?: IsoDay;
}

const CONFIG = 'sophia.yaml';

/**
 * Reads the `sophia.yaml` of the user's folder or the nearest one above it. Without one the demo stands in (`any`), with a store of its own in the user's data folder, or
 * the command is refused (`own`) with UserError `config`.
 */
export async function openWorkspace(files: Files, place: 'any' | 'own'): Promise<Workspace> {
  const { here, data } = files.places;
  const workspace = await nearestWorkspace(files, here);
  if (workspace === undefined) {
    if (place === 'any') return openDemo(files, join(data, 'demo'));
    throw new UserError(
      'config',
      `there is no ${CONFIG} in ${here} nor above it, and the demo portfolio is not changed`,
      ['sophia init   makes a workspace here', '--cwd <dir>   works in another folder'],
    );
  }
  const file = join(workspace, CONFIG);
  return {
    ...(await readConfig(file, (await files.readText(file)) ?? '')),
    synthetic: false,
    storeFile: join(workspace, '.sophia/sophia.db'),
    dataFolder: join(workspace, 'data'),
    outFolder: join(workspace, 'out'),
  };
}

/** The nearest folder with a `sophia.yaml`, from `folder` upwards. */
async function nearestWorkspace(files: Files, folder: string): Promise<string | undefined> {
  if ((await files.kindOf(join(folder, CONFIG))) !== undefined) return folder;
  return dirname(folder) === folder ? undefined : nearestWorkspace(files, dirname(folder));
}

async function openDemo(files: Files, home: string): Promise<Workspace> {
  const folder = join(files.places.templates, 'demo');
  const file = join(folder, CONFIG);
  const { endDay } = JSON.parse((await files.readText(join(folder, 'demo.json'))) ?? '{}');
  if (!isIsoDay(String(endDay))) throw new UserError('config', `${folder} is incomplete: install sophia again`);
  return {
    ...(await readConfig(file, (await files.readText(file)) ?? '')),
    synthetic: true,
    storeFile: join(home, 'sophia.db'),
    dataFolder: join(folder, 'data'),
    outFolder: join(home, 'out'),
    endDay,
  };
}

async function readConfig(file: string, text: string): Promise<Config> {
  return configOf(await readYaml(text, { file, schema: configSchema, scalars: 'typed', help: HELP }));
}

const HELP = ['mend that line; the comments in a fresh file explain each setting: sophia init <other-dir>'];

/** The owners that a command may act for: the one asked for by id or name, else all of them. */
export function allowedOwners({ owners }: Config, asked: string | undefined): readonly Owner[] {
  if (asked === undefined) return owners;
  const chosen = owners.filter(({ id, name }) => id === asked || name.toLowerCase() === asked.toLowerCase());
  if (chosen.length > 0) return chosen;
  throw new UsageError(
    `no owner "${asked}" in this workspace`,
    owners.map(({ id }) => `--owner ${id}`),
  );
}
