import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { packageRoot } from './sophia.ts';

/** Prints every module that one command line loads. */
const trace = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
  const { main, processHost } = await import('./src/cli.ts');
  await main({ ...processHost('.'), argv: [process.env.LINE], stdout: { write() {} } });
  console.log(loaded.join('\\n'));`;

test.each(['--help', '--version'])('%s loads commander and these files, nothing more', (line) => {
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', trace], {
    cwd: packageRoot,
    env: { ...process.env, LINE: line },
    encoding: 'utf8',
  });
  const urls = loaded.split('\n').filter((url) => url.startsWith('file:'));
  const packages = urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  expect([...new Set(packages)]).toEqual(['commander']);

  const ours = urls
    .filter((url) => !url.includes('node_modules'))
    .map((url) => url.replace(/^.*\/(?=src\/|package)/, ''));
  expect(ours.sort()).toEqual([
    'package.json',
    'src/cli.ts',
    'src/commands/definition.ts',
    'src/commands/registry.ts',
    'src/commands/style.ts',
    'src/core/context/files.ts',
    'src/core/context/host.ts',
    'src/core/context/index.ts',
    'src/core/domain/ids.ts',
    'src/core/domain/index.ts',
    'src/core/domain/portfolio.ts',
    'src/core/domain/values.ts',
    'src/core/errors/exit.ts',
    'src/core/errors/index.ts',
  ]);
});
