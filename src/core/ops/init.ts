import { dirname, join } from 'node:path';
import { nearestWorkspace } from '../config/index.ts';
import type { Files } from '../context/index.ts';
import { UserError } from '../errors/index.ts';
import { filled, templateText } from './template.ts';

export interface InitRequest {
  readonly folder: string;
  readonly ownerName: string;
  readonly timeZone: string;
  /** Share of proposals withheld; 0 for none. */
  readonly holdout: number;
  readonly version: string;
  /** Salt of the draw that decides who is withheld. */
  readonly salt: string;
}

export interface InitReport {
  readonly folder: string;
  /** The folder of another workspace that this one lies in, if any. */
  readonly within: string | null;
  readonly ownerId: string;
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Makes a workspace: the lines that keep data out of version control first, then config and an empty `data/`.
 * Nothing that exists is overwritten; `.gitignore` gets the lines it lacks. UserError `refused` in a workspace.
 */
export async function initWorkspace(files: Files, request: InitRequest): Promise<InitReport> {
  const { folder, ownerName, timeZone, holdout, version, salt } = request;
  const at = (name: string) => join(folder, name);
  const template = (name: string) => templateText(files, join('workspace', name));
  await refuseWorkspace(files, folder);
  const report = { written: [] as string[], kept: [] as string[] };
  const create = async (name: string, text: string) => {
    ((await files.create(at(name), text)) ? report.written : report.kept).push(name);
  };

  const ignored = (await files.readText(at('.gitignore'))) ?? '';
  const wanted = await template('gitignore.txt');
  const missing = wanted.split('\n').filter((line) => line !== '' && !ignored.split('\n').includes(line));
  if (missing.some((line) => !line.startsWith('#'))) {
    const gap = ignored === '' || ignored.endsWith('\n') ? '' : '\n';
    await files.append(at('.gitignore'), `${gap}${missing.join('\n')}\n`, 'usual');
    report.written.push('.gitignore');
  } else report.kept.push('.gitignore');

  const ownerId = slug(ownerName);
  const values = {
    ownerId,
    ownerName: JSON.stringify(ownerName),
    timeZone,
    holdout: holdout > 0 ? `${holdout}` : 'false',
    salt,
  };
  await create('data/README.md', await template('data-readme.md'));
  await create('package.json', filled(await template('package.json.txt'), { version }));
  await create('sophia.yaml', filled(await template('sophia.yaml'), values));
  const within = (await nearestWorkspace(files, dirname(folder))) ?? null;
  return { folder, within, ownerId, ...report };
}

/** UserError `refused` for a folder that is a workspace already: nothing there is written over. */
export async function refuseWorkspace(files: Files, folder: string): Promise<void> {
  if ((await files.kindOf(join(folder, 'sophia.yaml'))) !== undefined)
    throw new UserError(
      'refused',
      `${folder} is a workspace already: it has a sophia.yaml, which is never overwritten`,
      ['sophia portfolio list'],
    );
}

/** `Hill Street Homes, LLC` becomes `hill-street-homes-llc`. */
function slug(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return words.slice(0, 60) || 'owner';
}
