import { stripVTControlCharacters } from 'node:util';
import { UNSEEN } from '../core/domain/index.ts';

/** Without what a terminal would obey instead of showing. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replaceAll(new RegExp(UNSEEN, 'gu'), (found) => (found === '\n' ? '\n' : ''));
}

/** The same escaped, so that it can be seen, told apart and typed: `\u200b`. */
export function escaped(text: string): string {
  const code = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return text.replaceAll(new RegExp(UNSEEN, 'gu'), code);
}

/** JSON in one line, with the same escaped: whoever parses it gets every letter. */
export function harmlessJson(value: object): string {
  return escaped(JSON.stringify(value));
}
