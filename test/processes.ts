import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { packageRoot } from './sophia.ts';

/** Fields of `/proc/<pid>/stat` from the third on; none of a process that is gone. */
export function statOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}

/** Resolves when it has ended, be it that nobody has asked for it yet. */
export async function endOf(pid: number): Promise<void> {
  while (!['Z', undefined].includes(statOf(pid)[0])) await new Promise(setImmediate);
}

/** Whether what this command starts ends by itself when who started it is killed. It is at work once it tells a port. */
export async function endsWithParent(command: string, env: Readonly<Record<string, string>> = {}): Promise<boolean> {
  // A shell in the place of the engine: it starts the plugin, tells its process, and is killed.
  const line = `"${process.execPath}" ${command} & echo "pid $!"; wait`;
  const engine = spawn('sh', ['-c', line], {
    ...{ cwd: packageRoot, env: { ...process.env, ...env } },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  engine.stdout.on('data', (part: Buffer) => {
    told += part;
  });
  while (!/pid \d+[\s\S]*^\d+$/m.test(told)) await once(engine.stdout, 'data');
  engine.kill('SIGKILL');
  const pid = Number(/pid (\d+)/.exec(told)?.[1]);
  // One that lives on is not waited for without an end, nor left behind.
  const late = once(AbortSignal.timeout(20_000), 'abort').then(() => false);
  const hasEnded = await Promise.race([endOf(pid).then(() => true), late]);
  if (!hasEnded) process.kill(pid, 'SIGKILL');
  return hasEnded;
}
