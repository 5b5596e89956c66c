import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, statfsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processHost } from '../src/core/context/index.ts';
import { packageRoot } from './sophia.ts';

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
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const child = { world: processes.self.world, process: `${pid}@${stat[19]}` };
  expect(processes.isDead(child)).toBe(false);
  process.kill(pid, 'SIGKILL');
  while (!['Z', undefined].includes(readState(pid))) await new Promise(setImmediate);
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

function readState(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0];
  } catch {
    return undefined;
  }
}
