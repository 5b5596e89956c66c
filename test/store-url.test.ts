import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readDatabaseUrl } from '../src/core/config/database-url.ts';
import type { DatabasePlace } from '../src/core/domain/index.ts';
import { exits } from '../src/core/errors/index.ts';
import { lookAtServer, migrateServer, openServerStore } from '../src/core/store/index.ts';
import { elmConfig } from './elm-house.ts';
import { placeOf } from './server.ts';
import { muteServer, plainServer, silentServer } from './services.ts';
import { ask, openWorld, runSophia, runWords } from './sophia.ts';

const URL = 'postgresql://ada:s3cret-horse@hill.example/homes';

const told = async (world: ReturnType<typeof openWorld>) => {
  const { settings } = await ask<{ settings: unknown[] }>('config explain store.url', world);
  return settings[0];
};

describe('where the store is', () => {
  test('is said by the environment, a file that it names, .env and sophia.yaml, and told without what opens it', async () => {
    using world = openWorld({
      files: {
        'sophia.yaml': `${elmConfig}store:\n  url: postgresql://ada@project.example/homes\n`,
        '.env': 'SOPHIA_DATABASE_URL=postgresql://ada:s3cret-horse@env-file.example/homes',
        'secret/url': `${URL}\n`,
      },
    });
    world.env.SOPHIA_DATABASE_URL_FILE = 'secret/url';
    expect(await told(world)).toMatchObject({
      ...{ value: 'ada@hill.example:5432/homes', from: 'env', at: 'SOPHIA_DATABASE_URL_FILE' },
      over: [
        { value: 'ada@env-file.example:5432/homes', from: '.env' },
        { value: 'ada@project.example:5432/homes', from: 'project' },
      ],
    });
    world.env.SOPHIA_DATABASE_URL = 'postgresql://ada:s3cret-horse@first.example:6000/homes';
    const { stdout } = await runSophia('config explain store.url --json', world);
    expect(stdout).toContain('ada@first.example:6000/homes');
    expect(stdout).not.toContain('s3cret');
  });

  test('never is in the demo, which has a store of its own', async () => {
    using world = openWorld();
    world.env.SOPHIA_DATABASE_URL = URL;
    expect(await told(world)).toEqual({ key: 'store.url', over: [] });
    expect((await runSophia('portfolio list', world)).code).toBe(0);
  });

  test.each([
    ['a password in sophia.yaml', `${elmConfig}store:\n  url: ${URL}\n`, {}, exits.config.code, 'SOPHIA_DATABASE_URL'],
    [
      'one among the parameters',
      `${elmConfig}store:\n  url: postgresql://ada@hill.example/homes?password=s3cret-horse\n`,
      {},
      exits.config.code,
      'a password does',
    ],
    [
      'another kind of database',
      elmConfig,
      { SOPHIA_DATABASE_URL: 'mysql://ada:s3cret-horse@h/d' },
      2,
      'is no URL like',
    ],
    [
      'a slash in a password',
      elmConfig,
      { SOPHIA_DATABASE_URL: 'postgresql://ada:s3cret/horse@h/d' },
      2,
      'write / : @ ? # in a password as %2F %3A %40 %3F %23',
    ],
    ['one behind an @', elmConfig, { SOPHIA_DATABASE_URL: 'postgresql://ada:p@s3cret/horse@h/d' }, 2, 'is no URL like'],
    [
      'an sslmode that is none',
      elmConfig,
      { SOPHIA_DATABASE_URL: `${URL}?sslmode=on` },
      2,
      'sslmode is none of disable',
    ],
    [
      'no number of seconds',
      elmConfig,
      { SOPHIA_DATABASE_URL: `${URL}?connect_timeout=abc` },
      2,
      'is a number of seconds',
    ],
    ['no URL', elmConfig, { SOPHIA_DATABASE_URL: 'ada:s3cret-horse@h' }, 2, 'is no URL like'],
    ['no database', elmConfig, { SOPHIA_DATABASE_URL: 'postgresql://ada:s3cret-horse@h' }, 2, 'is no URL like'],
    ['a file that is not there', elmConfig, { SOPHIA_DATABASE_URL_FILE: 'nowhere' }, 2, 'there is no file'],
  ])('is refused as %s, and not quoted', async (_what, yaml, env, code, words) => {
    using world = openWorld({ files: { 'sophia.yaml': yaml } });
    Object.assign(world.env, env);
    const { settings } = await ask<{ settings: unknown[] }>('config explain store.url', world);
    expect(settings).toMatchObject([{ key: 'store.url', value: '(not shown)' }]);
    for (const command of ['portfolio list', 'portfolio list --json', 'doctor']) {
      const refused = await runSophia(command, world);
      if (command !== 'doctor') expect(refused.code, command).toBe(code);
      expect(refused.stdout + refused.stderr).toContain(words);
      expect(refused.stdout + refused.stderr).not.toContain('s3cret');
    }
  });

  test('as .env says it wrongly is refused with its line', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    writeFileSync(join(world.dir, '.env'), '# ours\nSOPHIA_DATABASE_URL=s3cret-horse\n');
    const { code, stderr } = await runSophia('portfolio list', world);
    expect(code).toBe(exits.config.code);
    expect(stderr).toContain('.env:2');
    expect(stderr).not.toContain('s3cret');
  });
});

describe('a URL of a database', () => {
  test.each([
    ['postgres://ada@h/d', 'h:5432/d', false],
    ['postgresql://ada:pa%2Fss@[::1]:6000/my%20homes', '[::1]:6000/my homes', true],
    ['postgresql:///d?host=/run/postgresql&user=ada&port=5433', '/run/postgresql:5433/d', false],
    ['postgresql://ada:x@/d?host=/run/postgresql', '/run/postgresql:5432/d', true],
    ['postgresql://ada@h/d?sslpassword=x', 'h:5432/d', true],
    ['postgresql://ada:p@s:s@h/d', 'h:5432/d', true],
  ])('%s', (url, name, hasPassword) => {
    expect(readDatabaseUrl(url)).toMatchObject({ name, hasPassword, user: 'ada' });
  });

  test('that asks for TLS has the server verified', () => {
    expect(readDatabaseUrl('postgresql://ada@h/d?sslmode=require')?.url).toContain('sslmode=verify-full');
  });
});

describe('a server without TLS', () => {
  test('that is asked for it is told as such, with what mends it', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const port = await plainServer();
    world.env.SOPHIA_DATABASE_URL = `postgresql://ada@127.0.0.1:${port}/homes?sslmode=require`;
    const { code, stderr } = await runSophia('runs list', world);
    expect(code).toBe(exits.config.code);
    expect(stderr).toContain(`127.0.0.1:${port}/homes: the server speaks no TLS\n  try: ?sslmode=disable`);
  });
});

describe('a server that does not answer', () => {
  test.each([
    ['--timeout 1', {}],
    ['', { SOPHIA_TIMEOUT: '1' }],
  ])('is waited for as long as whoever calls says, whatever the URL does: %s %o', async (flag, env) => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const port = await muteServer();
    const url = `postgresql://ada@127.0.0.1:${port}/homes?sslmode=disable&connect_timeout=3600`;
    Object.assign(world.env, { SOPHIA_DATABASE_URL: url, ...env });
    const { code, stderr } = await runSophia(`runs list ${flag}`, world);
    expect(code).toBe(exits.unreachable.code);
    expect(stderr).toContain(`127.0.0.1:${port}: it does not answer`);
  });

  test.each<[string, (place: DatabasePlace, signal: AbortSignal) => Promise<unknown>]>([
    ['to be opened', (place, signal) => openServerStore({ place, signal, random: () => 0, pause: async () => {} })],
    ['to be looked at', lookAtServer],
    ['to be brought up to date', migrateServer],
  ])('is not waited for %s once a signal has come, and its socket is closed', async (_what, work) => {
    const stop = new AbortController();
    const { port, called, left } = await silentServer();
    const working = work(
      placeOf(`postgresql://ada@127.0.0.1:${port}/homes?sslmode=disable&connect_timeout=3600`),
      stop.signal,
    );
    void called.then(() => stop.abort('sigint'));
    await expect(working).rejects.toBe('sigint');
    await left;
  });

  test('is not waited for by who presses TAB', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const { port } = await silentServer();
    world.env.SOPHIA_DATABASE_URL = `postgresql://ada@127.0.0.1:${port}/homes?sslmode=disable&connect_timeout=3600`;
    // The clock of a test does not wait: the half second is over at once.
    const told = await runWords(['completion', '--complete', '--', 'runs', 'show', ''], world);
    expect(told).toMatchObject({ code: 0, stdout: '' });
  });

  test.each(['0', 'soon', '1.5', '3601'])('is not waited for %s seconds', async (seconds) => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const { code, stderr } = await runSophia(`runs list --timeout ${seconds}`, world);
    expect(code).toBe(exits.usage.code);
    expect(stderr).toContain('--timeout: must be whole seconds, from 1 to 3600');
  });
});
