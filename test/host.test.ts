import { execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { processHost } from '../src/core/context/index.ts';
import { endOf, statOf } from './processes.ts';
import { packageRoot } from './sophia.ts';

/** Whoever is not done by then waits for what never comes. */
const HANGS_MS = 10_000;

const { processes, machine } = processHost(packageRoot);

test('this process is alive, under its own name only', () => {
  const { world, process } = processes.self;
  expect(processes.isDead(processes.self)).toBe(false);
  // The same number, begun at another moment: it was given anew.
  expect(processes.isDead({ world, process: `${process}1` })).toBe(true);
});

test('a process of another machine, boot or container is not taken for dead', () => {
  expect(processes.isDead({ world: 'elsewhere', process: '1@1' })).toBe(false);
});

test('a process that was killed is dead, even while nobody has asked for it', async () => {
  // The parent turns into a sleeper that never asks for its child, so that the killed child stays listed.
  const parent = spawn('bash', ['-c', 'sleep 60 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = Number(await new Promise((told) => parent.stdout.once('data', told)));
  const child = { world: processes.self.world, process: `${pid}@${statOf(pid)[19]}` };
  expect(processes.isDead(child)).toBe(false);
  // Before it has turned into one it would ask.
  while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await immediate();
  process.kill(pid, 'SIGKILL');
  await endOf(pid);
  expect(processes.isDead(child)).toBe(true);
  parent.kill();
});

test('where a path lies is told as links lead, with a number of the file system', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-host-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  symlinkSync(packageRoot, join(dir, 'link'));
  expect(await machine.whereabouts(join(dir, 'link'))).toEqual({
    path: realpathSync(packageRoot),
    fileSystem: statfsSync(packageRoot).type,
  });
});

test('a sophia that is started apart outlives who started it, and all that it prints is kept for its user', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sophia-host-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'bin'));
  // Speaks when whoever started it is gone, and tells of which session it is.
  const apart = `const [, , word, starter] = process.argv;
    const session = () => require('fs').readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ')[3];
    const say = () => (console.log(word, session()), console.error('err'));
    const wait = () => (process.ppid === Number(starter) ? setImmediate(wait) : say());
    wait();`;
  writeFileSync(join(root, 'bin/sophia.cjs'), apart);
  const log = join(root, 'log');
  const starter = `const { processHost } = await import(${JSON.stringify(join(packageRoot, 'src/core/context/host.ts'))});
    const words = ['worker', String(process.pid)];
    console.log(await processHost(${JSON.stringify(root)}).launch(words, ${JSON.stringify(log)}));`;
  const pid = Number(
    execFileSync(process.execPath, ['--input-type=module', '--eval', starter], {
      encoding: 'utf8',
      timeout: HANGS_MS,
      killSignal: 'SIGKILL',
    }),
  );
  await endOf(pid);
  // A session of its own: what a terminal sends when it is closed does not reach it.
  expect(readFileSync(log, 'utf8')).toBe(`worker ${pid}\nerr\n`);
  expect(statSync(log).mode & 0o777).toBe(0o600);
});
