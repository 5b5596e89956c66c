import { dirname, join } from 'node:path';
import type { Files } from '../context/index.ts';
import { type IsoDay, isIsoDay } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { type Config, configOf, configSchema, type Owner } from './schema.ts';
import { readYaml } from './yaml.ts';

export { type Config, configSchema, type Owner } from './schema.ts';
export { readYaml } from './yaml.ts';

/** Where things lie, whatever `sophia.yaml` says: in the user's folder, or for the demo that is shipped. */
export interface Places {
  readonly configFile: string;
  /** Everything in it is invented. */
  readonly synthetic: boolean;
  readonly storeFile: string;
  readonly dataFolder: string;
  /** Where results for humans go: reject files, drafts. */
  readonly outFolder: string;
}

/** Where a command works. */
export interface Workspace extends Config, Places {
  /** "Today" of a portfolio that ends on a day; absent when today is today. */
  readonly endDay?: IsoDay;
}

const CONFIG = 'sophia.yaml';

/**
 * The folder of the nearest `sophia.yaml`, from the user's folder upwards. Without one the demo stands in, with a store
 * of its own in the user's data folder.
 */
export async function findPlaces(files: Files): Promise<Places> {
  const { here, data, templates } = files.places;
  const workspace = await nearestWorkspace(files, here);
  const home = workspace === undefined ? join(data, 'demo') : join(workspace, '.sophia');
  const folder = workspace ?? join(templates, 'demo');
  return {
    configFile: join(folder, CONFIG),
    synthetic: workspace === undefined,
    storeFile: join(home, 'sophia.db'),
    dataFolder: join(folder, 'data'),
    outFolder: join(workspace ?? home, 'out'),
  };
}

/** Reads the `sophia.yaml` that counts here. Where only the demo stands in, `own` is refused with UserError `config`. */
export async function openWorkspace(files: Files, place: 'any' | 'own'): Promise<Workspace> {
  const places = await findPlaces(files);
  if (places.synthetic && place === 'own')
    throw new UserError(
      'config',
      `there is no ${CONFIG} in ${files.places.here} nor above it, and the demo portfolio is not changed`,
      ['sophia init   makes a workspace here', '--cwd <dir>   works in another folder'],
    );
  const endDay = places.synthetic ? { endDay: await endOfDemo(files, dirname(places.configFile)) } : {};
  const config = await readConfig(places.configFile, (await files.readText(places.configFile)) ?? '');
  return { ...config, ...places, ...endDay };
}

/** The nearest folder with a `sophia.yaml`, from `folder` upwards. */
async function nearestWorkspace(files: Files, folder: string): Promise<string | undefined> {
  if ((await files.kindOf(join(folder, CONFIG))) !== undefined) return folder;
  return dirname(folder) === folder ? undefined : nearestWorkspace(files, dirname(folder));
}

async function endOfDemo(files: Files, folder: string): Promise<IsoDay> {
  const { endDay } = JSON.parse((await files.readText(join(folder, 'demo.json'))) ?? '{}');
  if (!isIsoDay(String(endDay))) throw new UserError('config', `${folder} is incomplete: install sophia again`);
  return endDay;
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
