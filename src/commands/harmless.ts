import { stripVTControlCharacters } from 'node:util';
import { UNSEEN } from '../core/domain/index.ts';

/** Without what a terminal would obey instead of showing. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replaceAll(new RegExp(UNSEEN, 'gu'), (found) => (found === '\n' ? '\n' : ''));
}
