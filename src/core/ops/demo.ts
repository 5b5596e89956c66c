import { join } from 'node:path';
import type { Files } from '../context/index.ts';
import { addDays, type IsoDay } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { Language } from '../language/index.ts';
import { generate, type Mode } from '../portfolio/index.ts';

export interface DemoRequest {
  readonly seed: number;
  readonly properties: number;
  readonly units: number;
  readonly mode: Mode;
  /** Invents and checks all of it, and writes nothing. */
  readonly dryRun: boolean;
}

const MONTHS = 24;

/**
 * Writes the files of an invented portfolio into a folder of its own, and returns that folder. Its history ends with
 * the last whole month before today. UserError `refused` when the folder holds another one.
 */
export async function writeDemo(
  deps: { readonly today: IsoDay; readonly folder: string; readonly files: Files; readonly language: Language },
  request: DemoRequest,
): Promise<string> {
  const { today, files, language } = deps;
  const { seed, properties, units, mode } = request;
  const scoreSentence = (text: string) => language.scoreCall([{ by: 'resident', text }]).sentiment ?? 0;
  const endDay = addDays(`${today.slice(0, 8)}01` as IsoDay, -1);
  // How it truly was is not taken: no part of the product may know it.
  const { files: texts } = generate({ seed, properties, units, months: MONTHS, endDay, scoreSentence, mode });
  const folder = join(deps.folder, `demo-${mode}-${seed}-${properties}x${units}-${endDay}`);
  for (const [name, text] of Object.entries(texts)) {
    const path = join(folder, name);
    if (!(await files.create(path, text)) && (await files.readText(path)) !== text)
      throw new UserError('refused', `${path} is there and says something else; it is not overwritten`);
  }
  return folder;
}
