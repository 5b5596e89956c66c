import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names one process for as long as this machine runs. */
export interface ProcessName {
  /** Machine, boot and process namespace: only within the same one can a process be looked for. */
  readonly world: string;
  /** Process id and the moment it began, so that a reused id is not taken for it. */
  readonly process: string;
}

export interface Processes {
  readonly self: ProcessName;
  /** `false` only when it is certain: another world cannot be looked into. */
  isDead(other: ProcessName): boolean;
}

/** Linux tells boot, namespace and start; elsewhere host name and process id must do. */
export function openProcesses(): Processes {
  const world = worldOf();
  const self: ProcessName = { world, process: nameIn(process.pid) };
  return {
    self,
    isDead: (other) => {
      if (other.world !== self.world) return false;
      const pid = Number.parseInt(other.process, 10);
      return !exists(pid) || hasEnded(pid) || nameIn(pid) !== other.process;
    },
  };
}

/** How the process of that number is named; `undefined` where there is none, or none that does anything more. */
export function processNamed(pid: number): ProcessName | undefined {
  return exists(pid) && !hasEnded(pid) ? { world: worldOf(), process: nameIn(pid) } : undefined;
}

function worldOf(): string {
  return [hostname(), read('/proc/sys/kernel/random/boot_id'), link('/proc/self/ns/pid')].join('/');
}

function nameIn(pid: number): string {
  return `${pid}@${startOf(pid)}`;
}

/** Fields of `/proc/<pid>/stat` from the third on: before it stands the name, which may hold spaces. */
function statOf(pid: number): readonly string[] {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
}

/** Field 22: clock ticks since boot. */
function startOf(pid: number): string {
  return statOf(pid)[19] ?? '';
}

/** Killed, and not yet asked for by its parent: it is listed still, and does nothing more. */
function hasEnded(pid: number): boolean {
  return ['Z', 'X'].includes(statOf(pid)[0] ?? '');
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

function link(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
