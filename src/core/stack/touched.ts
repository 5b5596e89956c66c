import type { Context } from '../context/index.ts';
import { type Place, pathsOf } from './engine.ts';

type TouchDeps = Pick<Context, 'files'>;

/**
 * Whether something that was done to an environment did not come to its end. A plugin that is killed leaves no trace of what it
 * launched, and an engine that is killed a record that is not true any more: nothing is believed then that was not looked at.
 */
export async function isTouched({ files }: TouchDeps, place: Place): Promise<boolean> {
  return (await files.kindOf(pathsOf(place).touched)) !== undefined;
}

/** The environments of a folder of which that is so. */
export async function touchedNames(deps: TouchDeps, folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const environment of await deps.files.list(folder))
    if (await isTouched(deps, { folder, environment })) names.push(environment);
  return names;
}

export async function touch({ files }: TouchDeps, place: Place): Promise<void> {
  await files.create(pathsOf(place).touched, '');
}

/** All of it has come to its end. */
export async function untouch({ files }: TouchDeps, place: Place): Promise<void> {
  await files.remove(pathsOf(place).touched);
}
