import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** Of a frame: how fresh it is. */
const HEALTH = 1;
const MARK = '› ';
/** Drawn beside what is told, or where one types: a voice would name each of them. */
const PICTURES = / *(?:[█▓▒░▁▂▃▄▅▆▇▏·]{2,}|[█▓▒░▁▂▃▄▅▆▇▏])/g;
/** Room for whole rows, with what they rest on: a terminal that has less of it goes on in its next line. */
const LEAST = { columns: 160, rows: 24 };

/** A line as it is told: what stands below what is no matter to who hears it. */
function heard(line: string): string {
  return line.replaceAll(PICTURES, '').replaceAll(/(?<=\S) {3,}/g, '  ');
}

/** Whether it is the chosen one or not. */
function bare(line: string): string {
  return (line.startsWith(MARK) ? line.slice(MARK.length) : line).trim();
}

/**
 * Of a frame what has not been told yet: lines that are new or have changed, wherever they stand by now, and the one that
 * has become chosen. All of it where another screen is opened, but for how fresh that is.
 */
export function untold(frame: readonly string[], before: readonly string[], isOpened: boolean): string[] {
  const known = new Set(isOpened ? before.slice(HEALTH, HEALTH + 1).map(bare) : before.map(bare));
  const chosen = bare(before.find((line) => line.startsWith(MARK)) ?? '');
  return frame
    .map((line) => ({ text: bare(line), isChosen: line.startsWith(MARK) }))
    .filter(({ text, isChosen }) => text !== '' && (!known.has(text) || (isChosen && text !== chosen)))
    .map(({ text, isChosen }) => (isChosen ? `${MARK}${text}` : text));
}

/**
 * A terminal for Ink that takes whole frames, and prints of each what is new: no line is drawn over, and nothing but text is
 * sent. `scene` is what the frame shows; a frame without one is not told.
 */
export function openSpoken(stdout: NodeJS.WriteStream, scene: () => unknown): NodeJS.WriteStream {
  let [before, shown]: [readonly string[], unknown] = [[], undefined];
  let [drawn, isDue]: [string | undefined, boolean] = [undefined, false];
  const tell = () => {
    isDue = false;
    const now = scene();
    if (drawn === undefined || now === undefined) return;
    const frame = drawn.split('\n').map(heard);
    const lines = untold(frame, before, now !== shown);
    [before, shown, drawn] = [frame, now, undefined];
    stdout.write(lines.map((line) => `${line}\n`).join(''));
  };
  const frames = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      // Who writes nothing waits until all is written.
      if (chunk === '') {
        tell();
        stdout.write('', () => done());
        return;
      }
      const text = stripVTControlCharacters(String(chunk));
      // Each part of a screen draws a frame when it hears of what is new: the last one has all of it.
      if (text !== '') drawn = text;
      if (!isDue) setImmediate(tell);
      isDue = true;
      done();
    },
  });
  const { columns = 0, rows = 0 } = stdout;
  const size = { columns: Math.max(columns, LEAST.columns), rows: Math.max(rows, LEAST.rows) };
  return Object.assign(frames, size, { isTTY: true }) as unknown as NodeJS.WriteStream;
}
