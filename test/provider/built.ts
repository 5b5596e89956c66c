import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../sophia.ts';

/** A program of the build that is shipped. */
export function builtFile(name: string): string {
  const [, build = ''] = /'\.\/(.+)\/cli\.js'/.exec(readFileSync(join(packageRoot, 'dist/cli.js'), 'utf8')) ?? [];
  return join(packageRoot, 'dist', build, `${name}.js`);
}
