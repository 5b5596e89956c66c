// Builds into dist/<hash of the sources>/ and then points dist/cli.js to it, by one rename. Does nothing when that build
// is there. A running process keeps the chunks of the build it began with: the one before the newest is left in place.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const KEPT = 2;

const hash = createHash('sha256');
const inputs = [
  'package.json',
  'package-lock.json',
  'tsup.config.ts',
  'tsconfig.json',
  ...globSync('src/**/*', { cwd: root }),
];
for (const name of inputs.filter((each) => !each.endsWith('.test.ts') && statSync(join(root, each)).isFile()).sort()) {
  hash.update(`${name}\0`).update(readFileSync(join(root, name)));
}
const name = `build-${hash.digest('hex').slice(0, 16)}`;
const entry = `export * from './${name}/cli.js';\n`;

if (!existsSync(join(dist, name, 'cli.js'))) build();
if (!existsSync(join(dist, 'cli.js')) || readFileSync(join(dist, 'cli.js'), 'utf8') !== entry) {
  const beside = join(dist, `cli-${process.pid}.tmp`);
  writeFileSync(beside, entry);
  renameSync(beside, join(dist, 'cli.js'));
}
removeOld();

function build() {
  mkdirSync(dist, { recursive: true });
  const beside = join(dist, `tmp-${process.pid}`);
  const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsup, '--out-dir', beside, '--silent'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) {
    console.error(`${stdout}${stderr}`);
    rmSync(beside, { recursive: true, force: true });
    process.exit(1);
  }
  try {
    renameSync(beside, join(dist, name));
  } catch {
    rmSync(beside, { recursive: true, force: true }); // another build of the same sources was there first
  }
}

function removeOld() {
  const builds = readdirSync(dist)
    .filter((each) => each.startsWith('build-') && each !== name)
    .map((each) => ({ each, at: statSync(join(dist, each)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { each } of builds.slice(KEPT - 1)) rmSync(join(dist, each), { recursive: true, force: true });
}
