import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { packageRoot } from '../sophia.ts';
import { Plugin, urnOf } from './plugin.ts';

/** A program of the build that is shipped, started as it will be. */
function shipped(name: string, word: string) {
  const [, build = ''] = /'\.\/(.+)\/cli\.js'/.exec(readFileSync(join(packageRoot, 'dist/cli.js'), 'utf8')) ?? [];
  const env = { PATH: process.env.PATH, LAMBDA_API_KEY: 'no-key-of-anybody' };
  const file = join(packageRoot, 'dist', build, `${name}.js`);
  return spawn(process.execPath, [file, word], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

test('the plugin as it is built, with nothing beside it, serves an engine', async () => {
  const child = shipped('provider', '127.0.0.1:1');
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  await using plugin = new Plugin(child, port);
  expect(JSON.parse((await plugin.schema()).getSchema())).toMatchObject({ name: 'sophialambda' });
  // What needs no vendor is done; what does is not tried.
  expect((await plugin.check({}, urnOf('key', 'SshKey'))).failures).not.toEqual([]);
});

test('the emulator as it is built listens to this machine alone, and ends with who started it', async () => {
  const start = { templates: join(packageRoot, 'templates'), now: 0 };
  const child = shipped('emulator', JSON.stringify(start));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  expect(JSON.parse(line)).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    key: expect.stringMatching(/^emulator-[0-9a-f]{24}$/),
  });
  const ended = once(child, 'exit');
  child.stdin.end();
  expect(await ended).toEqual([0, null]);
});
