import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from './kill/life.ts';
import { packageRoot } from './sophia.ts';

/** Prints every module that one command line loads. */
const trace = `
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
  const { main, processHost } = await import('./src/cli.ts');
  await main({ ...processHost('.'), argv: process.env.LINE.split(' '), stdout: { write() {} } });
  console.log(loaded.join('\\n'));`;

function loadedBy(line: string): { urls: string[]; packages: string[] } {
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', trace], {
    cwd: packageRoot,
    env: { ...process.env, LINE: line },
    encoding: 'utf8',
  });
  const urls = loaded.split('\n').filter((url) => url.startsWith('file:'));
  const packages = urls.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return { urls, packages: [...new Set(packages)] };
}

test.each(['--help', '--version'])('%s loads commander and these files, nothing more', (line) => {
  const { urls, packages } = loadedBy(line);
  expect(packages).toEqual(['commander']);

  const ours = urls
    .filter((url) => !url.includes('node_modules'))
    .map((url) => url.replace(/^.*\/(?=src\/|package)/, ''));
  expect(ours.sort()).toEqual([
    'package.json',
    'src/cli.ts',
    'src/commands/definition.ts',
    'src/commands/harmless.ts',
    'src/commands/registry.ts',
    'src/core/context/clocks.ts',
    'src/core/context/files.ts',
    'src/core/context/host.ts',
    'src/core/context/index.ts',
    'src/core/context/processes.ts',
    'src/core/context/programs.ts',
    'src/core/context/seat.ts',
    'src/core/context/stop.ts',
    'src/core/domain/ids.ts',
    'src/core/domain/index.ts',
    'src/core/domain/language.ts',
    'src/core/domain/money.ts',
    'src/core/domain/plural.ts',
    'src/core/domain/portfolio.ts',
    'src/core/domain/retention.ts',
    'src/core/domain/values.ts',
    'src/core/errors/exit.ts',
    'src/core/errors/index.ts',
  ]);
});

test('config explain loads what it reads files with, and nothing to check values with', () => {
  expect(loadedBy('config explain').packages.sort()).toEqual([
    'commander',
    'fast-string-truncated-width',
    'fast-string-width',
    'yaml',
  ]);
});

interface Output {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

test('the built entry reaches commander, and no other package, before a command is called', () => {
  build();
  const [, name = ''] = /\.\/(build-\w+)\//.exec(readFileSync(join(packageRoot, 'dist/cli.js'), 'utf8')) ?? [];
  const { outputs } = JSON.parse(readFileSync(join(packageRoot, 'dist', name, 'metafile-esm.json'), 'utf8')) as {
    outputs: Readonly<Record<string, Output>>;
  };
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === 'src/cli.ts') ?? [];
  const reached = new Set<string>();
  const reach = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) reach(next);
  };
  reach(entry ?? '');
  const packages = [...reached].flatMap((path) =>
    Object.keys(outputs[path]?.inputs ?? {}).flatMap(
      (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
    ),
  );
  expect([...new Set(packages)]).toEqual(['commander']);
});
