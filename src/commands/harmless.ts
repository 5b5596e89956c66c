import { stripVTControlCharacters } from 'node:util';
import { UNSEEN } from '../core/domain/index.ts';

/** Without what a terminal would obey instead of showing. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replaceAll(new RegExp(UNSEEN, 'gu'), (found) => (found === '\n' ? '\n' : ''));
}

/** JSON in one line, with the same left out of sight: escaped, so that whoever parses it gets every letter. */
export function harmlessJson(value: object): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replaceAll(new RegExp(UNSEEN, 'gu'), escaped);
}
