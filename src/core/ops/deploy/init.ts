import { join } from 'node:path';
import type { Files } from '../../context/index.ts';
import { cheapestSingle } from '../../deploy/index.ts';
import { UserError } from '../../errors/index.ts';
import { filled, templateText } from '../template.ts';
import { fileOf } from './names.ts';
import { recordedPrices } from './prices.ts';

/** Where an editor finds what may stand in the file, if the workspace has sophia installed: seen from the folder above. */
const SCHEMA = 'node_modules/@sophia-aios/sophia/schemas/deploy.schema.json';
/** A limit close to the price is a multiple of so many cents. */
const LIMIT_STEP = 50;

export interface InitWish {
  readonly environment: string;
  /** One machine that can be had, instead of the wish as it was first made. */
  readonly small: boolean;
}

/**
 * Writes the wish that an environment begins from, below the folder in which it is looked for. UserError `refused` where
 * there is one: it is never written over.
 */
export async function initDeploy(
  files: Files,
  folder: string,
  { environment, small }: InitWish,
): Promise<{ readonly file: string }> {
  const file = fileOf(environment);
  const text = small ? await smallWish(files, environment) : await firstWish(files, environment);
  const hasSchema = (await files.kindOf(join(folder, SCHEMA))) === 'file';
  const head = hasSchema ? `# yaml-language-server: $schema=../${SCHEMA}\n` : '';
  if (await files.create(join(folder, file), head + text)) return { file };
  throw new UserError('refused', `${file} is there already, and is left as it is`, [
    `sophia deploy plan ${environment} --offline   says what it comes to`,
  ]);
}

async function firstWish(files: Files, environment: string): Promise<string> {
  return filled(await templateText(files, 'deploy/production.yaml'), { environment });
}

async function smallWish(files: Files, environment: string): Promise<string> {
  const { types, readOn } = await recordedPrices(files);
  const { centsPerHour } = cheapestSingle(types);
  const limitCents = Math.ceil(centsPerHour / LIMIT_STEP) * LIMIT_STEP;
  const prices = { price: written(centsPerHour), maxHourly: written(limitCents), readOn };
  return filled(await templateText(files, 'deploy/small.yaml'), { environment, ...prices });
}

function written(cents: number): string {
  return (cents / 100).toFixed(2);
}
