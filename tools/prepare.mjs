// Runs from "prepare": two repairs that make one `npm ci` enough with npm 10 (which Node 20 brings) as well as npm 11,
// then a build if the sources have changed since the last one. `--check` changes nothing and fails if a repair is due.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const check = process.argv.includes('--check');
const problems = [];
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

// 1. npm does not record "gypfile": false in the lock file, so `npm ci` runs node-gyp (and needs Python)
//    for a package that ships its binaries. npm drops the flag at every install: set it again.
if (existsSync('package-lock.json')) {
  const lock = json('package-lock.json');
  const missing = Object.entries(lock.packages).filter(
    ([path, entry]) =>
      path.includes('node_modules/') &&
      !entry.link &&
      entry.gypfile !== false &&
      existsSync(`${path}/package.json`) &&
      json(`${path}/package.json`).gypfile === false,
  );
  if (missing.length > 0) {
    problems.push(`package-lock.json: "gypfile": false missing for ${missing.map(([path]) => path).join(', ')}`);
    for (const [, entry] of missing) entry.gypfile = false;
    if (!check) writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
  }
}

// 2. npm 10 leaves node_modules/.bin/node out when several platform packages carry that name: scripts then run on the
//    old Node.
const link = 'node_modules/.bin/node';
const platform =
  existsSync('node_modules') &&
  readdirSync('node_modules').find(
    (name) =>
      name.endsWith(`-${process.platform}-${process.arch}`) &&
      /^node-(bin-)?/.test(name) &&
      existsSync(`node_modules/${name}/bin/node`),
  );
if (platform && process.platform !== 'win32' && !lstatSync(link, { throwIfNoEntry: false })) {
  problems.push(`${link} is missing`);
  if (!check) {
    mkdirSync('node_modules/.bin', { recursive: true });
    symlinkSync(`../${platform}/bin/node`, link);
  }
}

for (const problem of problems) console.error(`${check ? 'FAIL' : 'repaired'} ${problem}`);
if (check) {
  if (problems.length > 0) process.exitCode = 1;
} else {
  // This process may be an old Node still: the build needs the new one.
  const node = platform ? join('node_modules', platform, 'bin/node') : process.execPath;
  const { status } = spawnSync(node, ['tools/build.mjs'], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
