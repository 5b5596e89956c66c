import { join } from 'node:path';
import type { Files } from '../../context/index.ts';
import { UserError } from '../../errors/index.ts';
import { templateText } from '../template.ts';
import { fileOf } from './names.ts';

/**
 * Writes the wish that an environment begins from, below the folder in which it is looked for. UserError `refused` where
 * there is one: it is never written over.
 */
export async function initDeploy(
  files: Files,
  folder: string,
  environment: string,
): Promise<{ readonly file: string }> {
  const file = fileOf(environment);
  const text = await templateText(files, 'deploy/production.yaml');
  const own = text.replaceAll('deploy plan production', `deploy plan ${environment}`);
  if (await files.create(join(folder, file), own)) return { file };
  throw new UserError('refused', `${file} is there already, and is left as it is`, [
    `sophia deploy plan ${environment} --offline   says what it comes to`,
  ]);
}
