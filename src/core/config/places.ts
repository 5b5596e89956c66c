import { dirname, join } from 'node:path';
import type { Files } from '../context/index.ts';

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

export const CONFIG = 'sophia.yaml';

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

/**
 * The nearest folder with a `sophia.yaml`, from `folder` upwards. One that cannot be looked at, like a link to itself, is
 * there: what is wrong with it is told by who reads it.
 */
export async function nearestWorkspace(files: Files, folder: string): Promise<string | undefined> {
  const kind = await files.kindOf(join(folder, CONFIG)).catch(() => 'file');
  if (kind !== undefined) return folder;
  return dirname(folder) === folder ? undefined : nearestWorkspace(files, dirname(folder));
}
