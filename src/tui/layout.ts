import type { Size } from './screens.ts';

/** Lines that stand around a screen: where one is, and what the keys do. */
export const AROUND = 2;

const ROOMY = { width: 80, height: 20 - AROUND };
const LEAST = { width: 20, height: 5 - AROUND };

/** Whether a screen says what it must in fewer words and lines. */
export function isCompact({ width, height }: Size): boolean {
  return width < ROOMY.width || height < ROOMY.height;
}

/** Whether a row has room for what it is about, and for little else. */
export function isNarrow(width: number): boolean {
  return width < 60;
}

/** What is shown in the place of all where nothing can be told apart any more; `undefined` where it can. */
export function tooSmall({ width, height }: Size): string | undefined {
  if (width >= LEAST.width && height >= LEAST.height) return undefined;
  const least = `${LEAST.width}x${LEAST.height + AROUND}`;
  const words = [`This terminal is too small: ${least} at least.`, `too small: ${least}`, 'too small', least];
  return words.find((text) => text.length <= width) ?? '!';
}
