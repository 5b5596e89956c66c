import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import command from '../src/commands/deploy/engine.ts';
import { openContext } from '../src/core/context/index.ts';
import { findEngine, installEngine, offerOf } from '../src/core/stack/index.ts';
import { hostOf, openWorld, runSophia, type World } from './sophia.ts';

const ARCHIVE = 'https://get.pulumi.com/releases/sdk/pulumi-v3.259.0-linux-x64.tar.gz';
const SUMS = 'https://github.com/pulumi/pulumi/releases/download/v3.259.0/pulumi-3.259.0-checksums.txt';
const HERE = 'data-home/sophia/engine/3.259.0/pulumi';
const named = (sum: string, platform = 'linux-x64') => `${sum}  pulumi-v3.259.0-${platform}.tar.gz\n`;

/** A program of that name, which leaves a mark wherever it is run. */
function layProgram(file: string, mark: string, version = 'v3.259.0', code = 0): void {
  mkdirSync(dirname(file), { recursive: true });
  const script = `#!/bin/sh\n: > '${mark}'\n[ "$1" = version ] && echo ${version}\nexit ${code}\n`;
  writeFileSync(file, script, { mode: 0o755 });
}

/** Both hosts of the engine's makers: what they serve is a real archive, with the sum of what it really is. */
function makers({ version, code }: { version?: string; code?: number } = {}) {
  const world = openWorld();
  onTestFinished(() => world[Symbol.dispose]());
  const { dir } = world;
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  for (const name of ['tar', 'gzip'])
    symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name));
  world.env.PATH = bin;
  const made = join(dir, 'made');
  const mark = join(dir, 'was-run');
  layProgram(join(made, 'pulumi/pulumi'), mark, version, code);
  writeFileSync(join(made, 'pulumi/pulumi-language-nodejs'), 'another program');
  execFileSync('tar', ['-czf', 'made.tar.gz', 'pulumi'], { cwd: made });
  const archive = readFileSync(join(made, 'made.tar.gz'));
  const sum = createHash('sha256').update(archive).digest('hex');
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const served: Record<string, (() => Response | Promise<Response>) | undefined> = {
    [SUMS]: () => new Response(named('0'.repeat(64), 'linux-arm64') + named(sum) + named('1'.repeat(64), 'darwin-x64')),
    [ARCHIVE]: () => new Response(archive, { headers: { 'content-length': String(archive.length) } }),
  };
  world.fetch = async (url, init) => {
    asked.push({ url: String(url), init });
    return served[String(url)]?.() ?? new Response('', { status: 404 });
  };
  return { world, asked, served, archive, sum, hasRun: () => existsSync(mark), left: () => filesIn(world) };
}

/** All that lies in the folder of the user's own data. */
function filesIn({ dir }: World): string[] {
  const home = join(dir, 'data-home/sophia');
  return existsSync(home) ? readdirSync(home, { recursive: true, encoding: 'utf8' }).sort() : [];
}

const WHOLE = ['engine', 'engine/3.259.0', 'engine/3.259.0/pulumi'];

/** What a room is given in that world, when no command line is between. */
function roomIn(world: World, signal = new AbortController().signal) {
  const logger = { warn: () => undefined, alert: () => undefined, progress: () => undefined };
  return { ...openContext(hostOf(world), undefined, logger), signal };
}

test('an engine is fetched after a yes, is one program of this user alone, and is found from then on', async () => {
  const { world, asked, left } = makers();
  const file = join(world.dir, HERE);
  const { code, stdout, stderr } = await runSophia('deploy engine --yes', world);
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: `Pulumi 3.259.0 is at ${file}, fetched for you.\n` });
  for (const each of [ARCHIVE, SUMS, file]) expect(stderr).toContain(each);
  expect(asked.map(({ url }) => url)).toEqual([SUMS, ARCHIVE]);
  // Nothing goes with it, and it may lead elsewhere, as the second does.
  for (const { init } of asked) expect(Object.keys(init ?? {})).toEqual(['signal']);
  expect(left()).toEqual(WHOLE);
  expect(statSync(file).mode & 0o100).toBe(0o100);
  expect(statSync(dirname(file)).mode & 0o077).toBe(0);

  const again = await runSophia('deploy engine --yes --json', world);
  const found = { path: file, version: '3.259.0', by: 'fetched' };
  expect(JSON.parse(again.stdout)).toEqual({ found, offer: null, dryRun: false });
  expect(asked).toHaveLength(2);
  expect(await findEngine(roomIn(world), undefined)).toEqual({ path: file, version: '3.259.0' });
});

test('the engine is the one that SOPHIA_PULUMI names, then that of PATH, then that which was fetched', async () => {
  const { world, asked } = makers();
  const by = async (env = {}) => {
    Object.assign(world.env, env);
    const { code, stdout } = await runSophia('deploy engine --dry-run --json', world);
    return { code, ...JSON.parse(stdout).found };
  };
  await runSophia('deploy engine --yes', world);
  const [installed, other] = [join(world.dir, 'bin/pulumi'), join(world.dir, 'other/pulumi')];
  layProgram(other, join(world.dir, 'other-ran'), 'v3.300.0');
  expect(await by()).toEqual({ code: 0, path: join(world.dir, HERE), version: '3.259.0', by: 'fetched' });
  layProgram(installed, join(world.dir, 'installed-ran'), 'v3.270.0');
  expect(await by()).toEqual({ code: 0, path: installed, version: '3.270.0', by: 'PATH' });
  expect(await by({ SOPHIA_PULUMI: other })).toMatchObject({ path: other, version: '3.300.0', by: 'SOPHIA_PULUMI' });
  expect(asked).toHaveLength(2);
});

test('nothing is fetched or written where it is not agreed to', async () => {
  const { world, asked, left } = makers();
  for (const flags of ['', '--no-input', '--json', '--json --no-input']) {
    const { code, stdout, stderr } = await runSophia(`deploy engine ${flags}`, world);
    expect({ code, stdout }, flags).toEqual({ code: 8, stdout: '' });
    expect(stderr).toContain('sophia deploy engine --yes');
  }
  const words = await runSophia('deploy engine --dry-run --yes', world);
  expect(words).toMatchObject({ code: 0, stderr: '' });
  for (const each of ['3.259.0', ARCHIVE, SUMS, join(world.dir, HERE)]) expect(words.stdout).toContain(each);
  const { stdout } = await runSophia('deploy engine --dry-run --json', world);
  const offer = { version: '3.259.0', archive: ARCHIVE, sums: SUMS, file: join(world.dir, HERE) };
  expect(JSON.parse(stdout)).toEqual({ found: null, offer, dryRun: true });
  expect({ asked, left: left() }).toEqual({ asked: [], left: [] });
});

test.each([
  ['yes', WHOLE],
  ['no', []],
])('who sits at the terminal is asked, with no for an answer by default: %s', async (answer, lies) => {
  const { world, left } = makers();
  const questions: unknown[] = [];
  const shown: unknown[] = [];
  const confirm = async (question: object) => {
    questions.push(question);
    expect(left()).toEqual([]);
    return answer === 'yes';
  };
  const ctx = { ...roomIn(world), ask: { confirm }, show: (draw: unknown) => shown.push(draw) };
  if (!('run' in command)) throw new Error('it streams');
  const done = command.run(ctx as never, { dryRun: false, yes: false });
  if (answer === 'yes') await done;
  else await expect(done).rejects.toMatchObject({ exit: 'paused' });
  expect(questions).toEqual([{ message: 'Fetch it?', fallback: false, flag: '--yes' }]);
  expect(shown).toHaveLength(1);
  expect(left()).toEqual(lies);
});

test('an engine that is not there is offered by whoever misses it', async () => {
  const { world } = makers();
  await expect(findEngine(roomIn(world), undefined)).rejects.toMatchObject({
    ...{ exit: 'config', message: expect.stringContaining('is not in PATH') },
    next: [expect.stringMatching(/^sophia deploy engine /), expect.anything(), expect.anything()],
  });
});

test('an engine that does not do is not passed over: it is said, and nothing is offered in its place', async () => {
  const { world, asked } = makers();
  layProgram(join(world.dir, 'bin/pulumi'), join(world.dir, 'ran'), 'v3.1.0');
  const { code, stderr } = await runSophia('deploy engine --yes', world);
  expect({ code, asked }).toEqual({ code: 3, asked: [] });
  expect(stderr).toContain('is Pulumi 3.1.0: 3.259.0 is the oldest');
  expect(stderr).toContain('move it away: sophia deploy engine then offers one');
});

const brokenAfter = (bytes: Buffer, end: (controller: ReadableStreamDefaultController) => void) =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(bytes.subarray(0, bytes.length / 2))),
      pull: end,
    }),
  );

interface Amiss {
  readonly of: string;
  readonly code: number;
  readonly said: string;
  /** What the program is, where that is amiss. */
  readonly program?: Parameters<typeof makers>[0];
  serve?(given: ReturnType<typeof makers>): Record<string, (() => Response | Promise<Response>) | undefined>;
}

const HELLO = createHash('sha256').update('hello').digest('hex');

describe.each<Amiss>([
  {
    ...{ of: 'an archive with another sum', code: 6, said: 'is not what its makers released' },
    serve: () => ({ [SUMS]: () => new Response(named('a'.repeat(64))) }),
  },
  {
    ...{ of: 'no sum for this machine', code: 6, said: 'says no sum of pulumi-v3.259.0-linux-x64.tar.gz' },
    serve: ({ sum }) => ({
      [SUMS]: () => new Response(named(sum, 'linux-arm64') + named(sum, 'linux-x64.tar.gz.sig')),
    }),
  },
  {
    ...{ of: 'two sums for this machine', code: 6, said: 'says no sum' },
    serve: ({ sum }) => ({ [SUMS]: () => new Response(named(sum) + named('b'.repeat(64))) }),
  },
  {
    ...{ of: 'sums without an end', code: 6, said: 'sends more than it should' },
    serve: ({ sum }) => ({ [SUMS]: () => new Response(named(sum).repeat(1000)) }),
  },
  { of: 'no sums', code: 6, said: 'checksums.txt answers HTTP 404', serve: () => ({ [SUMS]: undefined }) },
  { of: 'no archive', code: 6, said: 'linux-x64.tar.gz answers HTTP 404', serve: () => ({ [ARCHIVE]: undefined }) },
  {
    ...{ of: 'an archive that breaks off', code: 5, said: 'could not be reached, or broke off' },
    serve: ({ archive }) => ({
      [ARCHIVE]: () => brokenAfter(archive, (body) => body.error(new TypeError('terminated'))),
    }),
  },
  {
    ...{ of: 'half an archive that looks whole', code: 6, said: 'is not what its makers released' },
    serve: ({ archive }) => ({ [ARCHIVE]: () => brokenAfter(archive, (body) => body.close()) }),
  },
  {
    ...{ of: 'nobody who answers', code: 5, said: 'could not be reached, or broke off' },
    serve: () => ({ [ARCHIVE]: () => Promise.reject(new TypeError('fetch failed')) }),
  },
  {
    ...{ of: 'an archive that is none, with the right sum', code: 6, said: 'cannot be unpacked' },
    serve: () => ({ [ARCHIVE]: () => new Response('hello'), [SUMS]: () => new Response(named(HELLO)) }),
  },
  {
    ...{ of: 'a program that does not run', code: 3, said: 'does not run here as Pulumi 3.259.0' },
    program: { code: 1 },
  },
  {
    ...{ of: 'a program of another version', code: 3, said: 'does not run here as Pulumi 3.259.0' },
    program: { version: 'v3.260.0' },
  },
])('of $of', ({ program, serve, code, said }) => {
  test('nothing is left, it is said, and the next try has all there is', async () => {
    const given = makers(program);
    const { world, served, left, hasRun } = given;
    const usual = { ...served };
    Object.assign(served, serve?.(given));
    const told = await runSophia('deploy engine --yes', world);
    expect({ code: told.code, stdout: told.stdout, left: left() }, told.stderr).toEqual({ code, stdout: '', left: [] });
    expect(told.stderr).toContain(said);
    expect(told.stderr).toContain('  try: ');
    expect(hasRun()).toBe(program !== undefined);
    if (program) return;
    Object.assign(served, usual);
    expect(await runSophia('deploy engine --yes', world)).toMatchObject({ code: 0 });
    expect(left()).toEqual(WHOLE);
  });
});

test.each([
  ['win32', 'x64'],
  ['linux', 'riscv64'],
  ['freebsd', 'arm64'],
])('for %s on %s, of which its makers build none, nobody is asked for one', async (platform, architecture) => {
  const { world, asked } = makers();
  world.machine = { ...world.machine, platform, architecture };
  for (const flags of ['--yes', '--dry-run']) {
    const { code, stderr } = await runSophia(`deploy engine ${flags}`, world);
    expect({ code, asked }).toEqual({ code: 3, asked: [] });
    expect(stderr).toContain(`not for ${platform}-${architecture}`);
  }
});

test('each machine is offered its own', () => {
  const { world } = makers();
  const { machine, files } = roomIn(world);
  for (const [platform, architecture] of [
    ['linux', 'arm64'],
    ['darwin', 'x64'],
    ['darwin', 'arm64'],
  ] as const)
    expect(offerOf({ machine: { ...machine, platform, architecture }, files }).archive).toBe(
      ARCHIVE.replace('linux-x64', `${platform}-${architecture}`),
    );
});

test('without tar nobody is asked for what could not be unpacked', async () => {
  const { world, asked } = makers();
  world.env.PATH = '';
  const { code, stderr } = await runSophia('deploy engine --yes', world);
  expect({ code, asked, left: filesIn(world) }).toEqual({ code: 3, asked: [], left: [] });
  expect(stderr).toContain('tar, which unpacks the engine, is not in PATH');
});

test('of two at once both have one, and nothing else is left', async () => {
  const { world, left } = makers();
  const both = await Promise.all([1, 2].map(() => runSophia('deploy engine --yes', world)));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(left()).toEqual(WHOLE);
  expect(spawnSync(join(world.dir, HERE), ['version'], { encoding: 'utf8' }).stdout).toBe('v3.259.0\n');
});

test.each(['while it is received', 'while it is unpacked'])('Ctrl-C %s leaves nothing', async (when) => {
  const { world, served, archive, left, hasRun } = makers();
  const stop = new AbortController();
  const context = roomIn(world, stop.signal);
  if (when === 'while it is received')
    served[ARCHIVE] = () =>
      brokenAfter(archive, (body) => {
        stop.abort('sigint');
        body.close();
      });
  const run: typeof context.programs.run = (asked) => {
    if (asked.program.endsWith('/tar')) stop.abort('sigint');
    return context.programs.run(asked);
  };
  const installing = installEngine({ ...context, programs: { ...context.programs, run } }, offerOf(context));
  await expect(installing).rejects.toBe('sigint');
  expect({ left: left(), hasRun: hasRun() }).toEqual({ left: [], hasRun: false });
});

test('a full disk leaves nothing', async () => {
  const { world, left } = makers();
  const context = roomIn(world);
  const receive: typeof context.files.receive = async (path) => {
    writeFileSync(path, 'what still went onto it');
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC', path });
  };
  const installing = installEngine({ ...context, files: { ...context.files, receive } }, offerOf(context));
  await expect(installing).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(left()).toEqual([]);
});

test('whoever is silent for too long is not waited for', async () => {
  const { world, left } = makers();
  const ticks: { ms: number; work: () => void }[] = [];
  const every = (ms: number, work: () => void) => {
    ticks.push({ ms, work });
    return { [Symbol.dispose]: () => undefined };
  };
  const fetch: typeof globalThis.fetch = (_url, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      ticks.at(-1)?.work();
    });
  const context = roomIn(world);
  const installing = installEngine({ ...context, fetch, clock: { ...context.clock, every } }, offerOf(context));
  await expect(installing).rejects.toMatchObject({ exit: 'unreachable', retryable: true });
  expect(ticks.map(({ ms }) => ms)).toEqual([30_000]);
  expect(left()).toEqual([]);
});

test('what a killed one left is taken away by the next, and what a living one works at is not', async () => {
  const { world, left } = makers();
  world.dead.add('7@7');
  for (const process of ['7%407', '8%408']) {
    const part = join(world.dir, 'data-home/sophia/engine', `part,x1,${process},test`);
    mkdirSync(join(part, 'pulumi'), { recursive: true });
    for (const file of ['archive.tar.gz', 'pulumi/pulumi']) writeFileSync(join(part, file), 'half of it');
  }
  expect(await runSophia('deploy engine --yes', world)).toMatchObject({ code: 0 });
  expect(
    left()
      .filter((name) => name.includes('part,'))
      .map((name) => name.split('/')[1]),
  ).toEqual(Array(4).fill('part,x1,8%408,test'));
  expect(left()).toEqual(expect.arrayContaining(WHOLE));
});

test('no environment is called engine', async () => {
  const { world } = makers();
  await runSophia('init --yes', world);
  expect(await runSophia('deploy init engine', world)).toMatchObject({
    ...{ code: 2, stdout: '' },
    stderr: expect.stringContaining('"engine" is a verb of sophia deploy'),
  });
});
