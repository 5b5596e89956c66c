import { dirname } from 'node:path';
import type { Context, Files } from '../context/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { writeWhole } from './store/beside.ts';

/** The path of a file that is to be made. UsageError where its folder is not there; UserError `refused` where it is. */
export async function freePath(files: Files, asked: string): Promise<string> {
  const path = files.resolve(asked);
  if ((await files.kindOf(dirname(path))) !== 'folder')
    throw new UsageError(`there is no folder ${dirname(path)}`, ['name a file in a folder that is there']);
  if ((await files.kindOf(path)) !== undefined) throw taken(path);
  return path;
}

/** Writes a file that only this user can read, whole or not at all. UserError `refused` where one is there by now. */
export async function writeNew(deps: Pick<Context, 'files' | 'random'>, path: string, text: string): Promise<void> {
  if (!(await writeWhole(deps, path, (part) => deps.files.append(part, text, 'private')))) throw taken(path);
}

function taken(path: string): UserError {
  return new UserError('refused', `${path} is there already, and is not written over`, ['name another file']);
}
