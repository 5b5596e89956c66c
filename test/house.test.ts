import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { preProcessFile } from 'typescript';
import { expect, test } from 'vitest';
import { packageRoot } from './sophia.ts';

const source = join(packageRoot, 'src');
const files = globSync(`${source}/**/*.{ts,tsx}`).filter((file) => !file.endsWith('.test.ts'));

/** `core/risk` for a file of that room, `cli` for `cli.ts`, `core/app` for `core/app.ts`. */
function roomOf(file: string): string {
  const [floor = '', second = ''] = relative(source, file).split('/');
  return (floor === 'core' ? `core/${second}` : floor).replace(/\.tsx?$/, '');
}

/** Every import that leaves its room: static, lazy and of types alike. */
const arrows = files
  .flatMap((file) => {
    const { importedFiles } = preProcessFile(readFileSync(file, 'utf8'), true, true);
    const local = importedFiles.map(({ fileName }) => fileName).filter((name) => /^\..*\.tsx?$/.test(name));
    return local.map((name) => ({ file, from: roomOf(file), target: join(dirname(file), name) }));
  })
  .map((arrow) => ({ ...arrow, to: roomOf(arrow.target) }))
  .filter(({ from, to }) => from !== to);

/** The table of ARCHITECTURE.md: floor, room, rooms that it imports. */
const drawn = [
  ...readFileSync(join(packageRoot, 'ARCHITECTURE.md'), 'utf8').matchAll(/^\| (\d) \| `([^`]+)` \| (.*)\|$/gm),
].map(([, floor, room = '', imports = '']) => ({
  floor: Number(floor),
  room,
  imports: [...imports.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).sort(),
}));

test('rooms import each other exactly as ARCHITECTURE.md says', () => {
  const real = Map.groupBy(arrows, ({ from }) => from);
  const imports = drawn.map(({ room }) => [room, [...new Set(real.get(room)?.map(({ to }) => to))].sort()]);
  expect(drawn.length).toBeGreaterThan(10);
  expect(Object.fromEntries(imports)).toEqual(Object.fromEntries(drawn.map((row) => [row.room, row.imports])));
  expect([...real.keys()].filter((room) => !drawn.some((row) => row.room === room))).toEqual([]);
});

test('no import points up, and capabilities do not know each other, but for runs and its checkpoints', () => {
  const floors = new Map(drawn.map(({ room, floor }) => [room, floor]));
  const CAPABILITIES = 3;
  const wrong = arrows.filter(({ from, to }) => {
    if (from === 'core/runs' && to === 'core/checkpoint') return false;
    const [below = 9, above = 0] = [floors.get(to), floors.get(from)];
    return below > above || (below === CAPABILITIES && above === CAPABILITIES);
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('a room of core is entered through its door', () => {
  const doorless = ['core/app', 'core/flows', 'core/ops'];
  const throughWalls = arrows.filter(
    ({ to, target }) => to.startsWith('core/') && !doorless.includes(to) && basename(target) !== 'index.ts',
  );
  expect(throughWalls.map(({ file, target }) => `${file} -> ${target}`)).toEqual([]);
});

test('how the demo truly was is known to its generator alone', () => {
  const knowing = files.filter((file) => /\btruth\b|fixtures\//.test(readFileSync(file, 'utf8')));
  expect([...new Set(knowing.map((file) => dirname(relative(source, file))))]).toEqual(['core/portfolio/demo']);
});

test('no file of the house is longer than 300 lines', () => {
  const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 300);
  expect(long.map((file) => relative(source, file))).toEqual([]);
});

/** The driver of PostgreSQL has limits of its own; clients of clouds keep to the rule below. */
test('none but the clients of clouds reach for the network', () => {
  const listenOrConnect = ['core/ops/worker/health.ts', 'core/store/postgres/pool.ts'];
  // After a yes, and without a secret: an engine of Pulumi from its makers.
  const afterAYes = ['core/stack/download.ts'];
  const reaches = files.filter((file) => {
    // The one listens, to this machine alone; the other hands the driver a socket that a signal can close.
    if (
      ['core/context', 'core/cloud', 'emulator', 'provider'].includes(roomOf(file)) ||
      [...listenOrConnect, ...afterAYes].some((end) => file.endsWith(end))
    )
      return false;
    const text = readFileSync(file, 'utf8');
    const { importedFiles } = preProcessFile(text, true, true);
    const modules = importedFiles.map(({ fileName }) => fileName.replace('node:', ''));
    return (
      /\bfetch\b|\bWebSocket\b/.test(text) || modules.some((name) => /^(https?|http2|net|tls|dgram|dns)\b/.test(name))
    );
  });
  expect(reaches).toEqual([]);
});

test('whoever asks over the network does so for a limited time, and takes the key nowhere else', () => {
  const asking = files.filter((file) => roomOf(file) === 'core/cloud' && /\bfetch\(/.test(readFileSync(file, 'utf8')));
  expect(asking.length).toBeGreaterThan(0);
  for (const file of asking) {
    const calls = readFileSync(file, 'utf8')
      .split(/\bfetch\(/)
      .slice(1);
    for (const call of calls) {
      expect(call.slice(0, 500), file).toContain("redirect: 'error'");
      expect(call.slice(0, 500), file).toContain('signal: AbortSignal.any([heeded, patience.signal])');
    }
  }
});
