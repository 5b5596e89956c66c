// Licences of every package whose code is in the bundle, read off the bundle itself. `text()` is written to
// THIRD-PARTY-NOTICES.txt by `npm run docs`. Fails for a package without a licence text or with one not on the list.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import licences from './licences.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');

/** Folders of the packages that the newest build holds code of. */
function bundled() {
  const [, build] = /\.\/(build-\w+)\//.exec(readFileSync(join(root, 'dist/cli.js'), 'utf8')) ?? [];
  const { inputs } = JSON.parse(readFileSync(join(root, 'dist', build, 'metafile-esm.json'), 'utf8'));
  const folders = Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

export function notices() {
  const parts = bundled().map((folder) => {
    const {
      name,
      version,
      license: says = 'none',
    } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const read = licences.readByUs[name];
    const license = read?.says === says ? read.is : says;
    if (!licences.shipped.includes(license)) throw new Error(`${name}: the licence ${license} is not on the list`);
    const files = readdirSync(join(root, folder)).filter((each) => /^(licen[cs]e|copying)/i.test(each));
    const notice = join(root, folder, 'NOTICE');
    const text = [
      ...files.map((each) => readFileSync(join(root, folder, each), 'utf8')),
      ...(files.length > 0 ? [] : [`Licensed under ${license}; the package carries no text of it.`]),
      ...(existsSync(notice) ? [readFileSync(notice, 'utf8')] : []),
    ];
    return [`${name} ${version} (${license})`, '', ...text.map((each) => each.replaceAll('\r', '').trim())].join('\n');
  });
  const rule = `\n\n${'-'.repeat(79)}\n\n`;
  return `${['The program in dist/ is bundled with code of these packages.', ...parts].join(rule)}\n`;
}
