// Draws what a command prints at a terminal as SVG: the real output, in colour, with ids that do not change.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { main, processHost } from '../src/cli.ts';

const SGR = new RegExp(`(${String.fromCharCode(27)}\\[\\d+m)`); // what selects a look: the escape character, a number
const colours = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341' };
const [CHAR, LINE, PAD] = [8.4, 19, 18];

export async function picture(line) {
  const home = mkdtempSync(join(tmpdir(), 'sophia-picture-'));
  let text = '';
  let state = 1;
  const host = processHost(join(import.meta.dirname, '..'));
  await main({
    ...host,
    argv: [...line.split(' '), '--color', 'always'],
    env: {},
    cwd: home,
    dataHome: home,
    clock: { ...host.clock, now: () => '2026-11-22T09:00:00.000Z' },
    random: () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    },
    stdout: {
      write: (written) => {
        text += written;
      },
    },
    stderr: { write: () => undefined },
  });
  rmSync(home, { recursive: true });
  return svg([`\u001b[2m$\u001b[22m \u001b[1msophia ${line}\u001b[22m`, ...text.trimEnd().split('\n')]);
}

function svg(lines) {
  const width = 80 * CHAR + 2 * PAD;
  const height = lines.length * LINE + 2 * PAD;
  const rows = lines.map(
    (text, at) => `<text x="${PAD}" y="${PAD + LINE * (at + 0.75)}" xml:space="preserve">${spans(text)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${quoted(plain(lines[0]))}">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function spans(text) {
  let look = {};
  return text
    .split(SGR)
    .map((part) => {
      const code = SGR.test(part) ? part.slice(2, -1) : undefined;
      if (code === undefined) return part === '' ? '' : `<tspan${attributes(look)}>${quoted(part)}</tspan>`;
      if (code === '1') look = { ...look, bold: true };
      else if (code === '2') look = { ...look, dim: true };
      else if (code === '22') look = { ...look, bold: false, dim: false };
      else look = { ...look, colour: colours[code] };
      return '';
    })
    .join('');
}

function attributes({ bold, dim, colour }) {
  return [bold ? ' font-weight="700"' : '', dim ? ' fill-opacity="0.65"' : '', colour ? ` fill="${colour}"` : ''].join(
    '',
  );
}

const plain = (text) => stripVTControlCharacters(text);
const quoted = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
