import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
export const launcher = join(root, 'bin/sophia.cjs');

/** CPU of one process in milliseconds, user and system, as the shell's `time` sees it. */
export function cpuOf(args, { ends = [0], ...options } = {}) {
  const script = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>&3; } 3>/dev/null';
  const { stderr, status } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], {
    encoding: 'utf8',
    ...options,
  });
  if (!ends.includes(status)) throw new Error(`${args.join(' ')} ended with ${status}`);
  return stderr
    .trim()
    .split(' ')
    .reduce((sum, seconds) => sum + Number(seconds) * 1000, 0);
}

/** The minimum of `rounds` interleaved rounds for each command: what the machine's noise only ever adds to. */
export function leastCpu(commands, rounds, options) {
  const least = Object.fromEntries(Object.keys(commands).map((name) => [name, Number.POSITIVE_INFINITY]));
  for (let round = 0; round < rounds; round++)
    for (const [name, args] of Object.entries(commands)) least[name] = Math.min(least[name], cpuOf(args, options));
  return least;
}

/** Runs a command in a folder, in a process of its own; tells its CPU in seconds and its peak memory in KiB. */
export function usageOf(dir, words) {
  const told = `process.on('exit', () => require('fs').writeSync(3, JSON.stringify(process.resourceUsage())))`;
  const preload = join(dir, 'usage.cjs');
  writeFileSync(preload, told);
  const { status, stderr, output } = spawnSync(process.execPath, ['--require', preload, launcher, ...words], {
    ...{ cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', 'pipe'], maxBuffer: 2 ** 28 },
  });
  if (status !== 0) throw new Error(stderr);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(output[3]);
  return { cpu: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS };
}
