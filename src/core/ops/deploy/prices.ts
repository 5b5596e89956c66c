import type { Catalogue } from '../../cloud/index.ts';
import type { Files } from '../../context/index.ts';
import { isIsoDay } from '../../domain/index.ts';
import { UserError } from '../../errors/index.ts';
import { templateText } from '../template.ts';

/** What is sold and what it costs, as it was recorded on a day: nobody is asked. */
export async function recordedPrices(files: Files): Promise<Catalogue> {
  const { readOn, from, types } = JSON.parse(await templateText(files, 'deploy/catalogue.json'));
  if (!isIsoDay(readOn)) throw new UserError('config', 'the recorded prices have no day: install sophia again');
  return { types, readOn, recordedFrom: from };
}
