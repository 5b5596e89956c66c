import type { Files } from '../context/index.ts';
import { UserError } from '../errors/index.ts';

/** Writes a file for people, over nothing: UserError `refused` when something else is there. */
export async function handOut(files: Pick<Files, 'place' | 'readText'>, path: string, text: string): Promise<void> {
  // In doubt it is done again: what lies there already, as it should, is left alone.
  if (!(await files.place(path, text)) && (await files.readText(path)) !== text)
    throw new UserError(
      'refused',
      `${path} holds something else than what is to be written there, and is left as it is`,
      ['move it away, or delete it if nobody needs it'],
    );
}
