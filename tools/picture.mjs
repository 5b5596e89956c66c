// Draws what a command prints at a terminal as SVG: the real output, in colour, with ids and paths that do not change.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, processHost } from '../src/cli.ts';

const SGR = new RegExp(`(${String.fromCharCode(27)}\\[\\d+m)`); // what selects a look: the escape character, a number
const colours = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#76e3ea' };
const [CHAR, LINE, PAD] = [8.4, 19, 18];

// The folder that is shown, and one of as many letters that is there: where a line is cut depends on them.
const SHOWN = '/srv/hill-street';
const LAID = '/tmp/hill-';

const machine = {
  node: { version: '24.21.0', file: '/usr/bin/node' },
  platform: 'linux',
  architecture: 'x64',
  freeBytes: async () => 48e9,
  whereabouts: async (path) => ({ path, fileSystem: 0xef53 }),
};

/** A folder, and a terminal of 80 columns in it: command lines run one after the other, always at the same moment. */
export function openStage() {
  const folder = mkdtempSync(LAID);
  let state = 1;
  const host = processHost(join(import.meta.dirname, '..'));
  return {
    folder,
    /** What it prints, without what it says on stderr unless that is asked for too. */
    async run(line, { on = machine, errors = false } = {}) {
      let text = '';
      const write = (written) => {
        text += written;
      };
      const code = await main({
        ...host,
        argv: wordsOf(line),
        ...staged(folder),
        machine: on,
        random: () => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return state / 2 ** 32;
        },
        stdout: { isTTY: true, columns: 80, rows: 24, write },
        stderr: { write: errors ? write : () => undefined },
      });
      return { code, text };
    },
    /** A picture of these lines, as if all had been done in another folder. */
    draw: (lines, told) => {
      const all = lines.flatMap((text) => text.replaceAll(folder, SHOWN).split('\n'));
      return svg(all.flatMap(folded), told, 80);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Where, when and as whom every command of a stage is run. */
export function staged(folder) {
  return {
    env: { HOME: folder, LANG: 'C.UTF-8' },
    cwd: folder,
    ...{ dataHome: `${folder}/.local/share`, configHome: `${folder}/.config`, stateHome: `${folder}/.local/state` },
    ...{ timeZone: 'UTC', user: 'os:ada' },
    clock: {
      now: () => '2026-11-22T09:00:00.000Z',
      sleep: async () => undefined,
      every: () => ({ [Symbol.dispose]: () => undefined }),
    },
  };
}

export const prompt = (line) => `\u001b[2m$\u001b[22m \u001b[1msophia ${line}\u001b[22m`;

/** `before`: command lines that are run unseen. `harm`: what then happens to the folder, and to the machine. */
export async function picture(line, { before = [], harm = () => ({}) } = {}) {
  using stage = openStage();
  for (const each of before) await stage.run(each);
  const { text } = await stage.run(line, { on: { ...machine, ...harm(stage.folder) } });
  return stage.draw([prompt(line), text.trimEnd()], `$ sophia ${line}`);
}

/** What it prints, as it is. */
export async function printed(line) {
  using stage = openStage();
  return (await stage.run(line)).text;
}

function wordsOf(line) {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

const inUse = ['init --yes --no-input', 'portfolio template samples', 'portfolio import samples'];

export function healthyPlace() {
  return picture('doctor', { before: inUse, harm: keptInGit });
}

export function brokenPlace() {
  return picture('doctor', {
    before: inUse,
    harm(folder) {
      keptInGit(folder);
      rmSync(join(folder, '.gitignore'));
      chmodSync(join(folder, '.sophia/sophia.db'), 0o644);
      writeFileSync(join(folder, '.env'), 'SOPHIA_QUIET=perhaps\n', { mode: 0o600 });
      return { freeBytes: async () => 312e6, whereabouts: async (path) => ({ path, fileSystem: 0x6969 }) };
    },
  });
}

function keptInGit(folder) {
  mkdirSync(join(folder, '.git'));
  return {};
}

/** As a terminal does it with what is longer than its lines, and has no look. */
function folded(line) {
  return SGR.test(line) ? [line] : (line.match(/.{1,80}/gu) ?? ['']);
}

/** Lines of a terminal of so many columns. */
export function svg(lines, told, columns) {
  const width = columns * CHAR + 2 * PAD;
  const height = lines.length * LINE + 2 * PAD;
  const rows = lines.map(
    (text, at) => `<text x="${PAD}" y="${PAD + LINE * (at + 0.75)}" xml:space="preserve">${spans(text)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${quoted(told)}">`,
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
      else if (code === '7') look = { ...look, inverse: true };
      else if (code === '27') look = { ...look, inverse: false };
      else look = { ...look, colour: colours[code] };
      return '';
    })
    .join('');
}

function attributes({ bold, dim, inverse, colour }) {
  return [
    inverse ? ' text-decoration="underline"' : '',
    bold ? ' font-weight="700"' : '',
    dim ? ' fill-opacity="0.65"' : '',
    colour ? ` fill="${colour}"` : '',
  ].join('');
}

const quoted = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
