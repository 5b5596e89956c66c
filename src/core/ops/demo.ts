import { join } from 'node:path';
import type { Context } from '../context/index.ts';
import { addDays, type IsoDay } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import type { Language } from '../language/index.ts';
import { type DemoOptions, generating, type Mode } from '../portfolio/index.ts';

export interface DemoRequest {
  readonly seed: number;
  readonly properties: number;
  readonly units: number;
  readonly mode: Mode;
  /** Invents and checks all of it, and writes nothing. */
  readonly dryRun: boolean;
}

const MONTHS = 24;

interface DemoDeps extends Pick<Context, 'files' | 'logger' | 'signal'> {
  readonly today: IsoDay;
  readonly folder: string;
  readonly language: Language;
}

/**
 * Writes the files of an invented portfolio into a folder of its own, and returns that folder. Its history ends with
 * the last whole month before today. UserError `refused` when the folder holds another one; throws the reason of `signal`,
 * which is looked at after each unit.
 */
export async function writeDemo(deps: DemoDeps, request: DemoRequest): Promise<string> {
  const { today, files, language } = deps;
  const { seed, properties, units, mode } = request;
  const scoreSentence = (text: string) => language.scoreCall([{ by: 'resident', text }]).sentiment ?? 0;
  const endDay = addDays(`${today.slice(0, 8)}01` as IsoDay, -1);
  // How it truly was is not taken: no part of the product may know it.
  const texts = await inSteps(deps, { seed, properties, units, months: MONTHS, endDay, scoreSentence, mode });
  const folder = join(deps.folder, `demo-${mode}-${seed}-${properties}x${units}-${endDay}`);
  for (const [name, text] of Object.entries(texts)) {
    deps.signal.throwIfAborted();
    const path = join(folder, name);
    if (!(await files.create(path, text)) && (await files.readText(path)) !== text)
      throw new UserError('refused', `${path} is there and says something else; it is not overwritten`);
  }
  return folder;
}

async function inSteps({ signal, logger }: DemoDeps, options: DemoOptions): Promise<Readonly<Record<string, string>>> {
  const steps = generating(options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value.files;
    logger.progress('inventing tenants', value);
    // A signal of the system, and the spinner, have their turn between two units.
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}
