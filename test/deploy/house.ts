import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Settings } from '../../src/emulator/account.ts';
import type { KeptBelongings } from '../../src/emulator/belongings.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import type { Alive } from '../cloud/emulator.ts';
import { packageRoot } from '../sophia.ts';

export const H100 = 'gpu_1x_h100_pcie';
export const CENTS = 329;

interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const wish = (nodes: number) => `gpu: H100
nodes: ${nodes}
idle_gpus: true
services:
  agents:
    image: registry.example/agents
    replicas: ${nodes}
    gpu: 1
`;

/** Those that are at work on an environment, each a process. */
export type Part = 'sophia' | 'engine' | 'plugin';

/** Of a process that lives. */
export function childrenOf(parent: number): number[] {
  return readdirSync(`/proc/${parent}/task`)
    .flatMap((task) => readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8').trim().split(' '))
    .map(Number)
    .filter((pid) => pid > 0);
}

/** A workspace in a folder of its own, the shipped program in it, Pulumi's engine, and the emulator that it starts itself. */
export class House implements Disposable {
  // Called as some call theirs: a link or a shell would read it otherwise.
  readonly dir = mkdtempSync(join(tmpdir(), "sophia's house #1, 50%20?-"));
  readonly env: Record<string, string>;
  /** The one that was started last. */
  #child: ChildProcess | undefined;
  /** Whether it was asked what lives, and nothing was run since. */
  #isAskedWhatIsLeft = false;

  constructor(engine: string, { nodes = 2, config = '' } = {}) {
    const own = (name: string) => join(this.dir, name);
    this.env = {
      ...{ PATH: process.env.PATH ?? '', HOME: this.dir, SOPHIA_PULUMI: engine },
      ...{ XDG_STATE_HOME: own('s'), XDG_CONFIG_HOME: own('c'), XDG_DATA_HOME: own('d') },
    };
    this.wishFor(nodes);
    const text = 'version: 1\ntime_zone: UTC\nowners:\n  - id: own\n    name: Own\n';
    writeFileSync(own('sophia.yaml'), text + config);
  }

  wishFor(nodes: number): void {
    this.wishAs(wish(nodes));
  }

  wishAs(text: string): void {
    mkdirSync(join(this.dir, 'deploy'), { recursive: true });
    writeFileSync(join(this.dir, 'deploy/production.yaml'), text);
  }

  /** Runs one command line of the shipped program. */
  async run(words: string, env: Record<string, string> = {}): Promise<Told> {
    this.#isAskedWhatIsLeft = false;
    const child = spawn(process.execPath, [join(packageRoot, 'bin/sophia.cjs'), ...words.split(' ')], {
      ...{ cwd: this.dir, env: { ...this.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    this.#child = child;
    const told = { stdout: '', stderr: '' };
    child.stdout.on('data', (text) => (told.stdout += text));
    child.stderr.on('data', (text) => (told.stderr += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { ...told, code: code ?? -1 };
  }

  deploy = (more = '') => this.run(`deploy production ${REHEARSAL} --confirm production${more && ` ${more}`}`);
  destroy = () => this.run(`deploy destroy production ${REHEARSAL} --confirm production`);

  /** Sends a signal to one of those that are at work. */
  kill(which: Part, signal: NodeJS.Signals = 'SIGKILL'): void {
    const pid = this.#pidOf(which);
    if (pid === undefined) throw new Error(`no ${which} is at work`);
    process.kill(pid, signal);
  }

  /**
   * Kills those of them that are at work, and tells which these were. All are looked up before the first is struck: of an
   * engine that is no more nobody can tell which plugin was its own.
   */
  strike(which: readonly Part[]): Part[] {
    const found = which.map((part) => ({ part, pid: this.#pidOf(part) }));
    const struck = found.filter(({ pid }) => pid !== undefined && process.kill(pid, 'SIGKILL'));
    return struck.map(({ part }) => part);
  }

  /** How each of those that are at work was started, as anybody on this machine can read it. */
  calledAs(parts: readonly Part[]): string[] {
    return parts.map((part) => {
      const pid = this.#pidOf(part);
      if (pid === undefined) throw new Error(`no ${part} is at work`);
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    });
  }

  #pidOf(which: Part): number | undefined {
    const sophia = this.#child?.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
    if (which === 'sophia' || sophia === undefined) return sophia;
    const engine = this.engine();
    // One that was written down before, and is no more, may have left its number to anybody.
    if (engine === undefined || !childrenOf(sophia).includes(engine)) return undefined;
    if (which === 'engine') return engine;
    return childrenOf(engine).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/rehearsal.js'));
  }

  /** The process that was written down last as the engine at work. */
  engine(): number | undefined {
    const file = join(this.dir, '.sophia/rehearsal/production/at-work.json');
    if (!existsSync(file)) return undefined;
    return Number.parseInt(JSON.parse(readFileSync(file, 'utf8')).engine.process, 10);
  }

  /** Whether the engine that was written down last lives, though whoever started it may not. */
  isEngineAtWork(): boolean {
    const file = `/proc/${this.engine()}/cmdline`;
    return existsSync(file) && readFileSync(file, 'utf8').startsWith(this.env.SOPHIA_PULUMI ?? '');
  }

  get #server(): { url: string; key: string; pid: number } | undefined {
    const file = join(this.env.XDG_STATE_HOME ?? '', 'sophia/rehearsal/server.json');
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  }

  /** Every emulator that was started for it and lives. */
  emulators(): string[] {
    const told = (pid: string) =>
      existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return all.filter((pid) => told(pid).includes('/emulator.js') && told(pid).includes(this.dir));
  }

  /** The key that the emulator made. */
  get key(): string {
    return this.#server?.key ?? '';
  }

  async #ask<T>(what: string, body?: object): Promise<T> {
    const init = body && { method: 'POST', body: JSON.stringify(body) };
    return (await (await fetch(`${this.#server?.url}/__emu/${what}`, init)).json()) as T;
  }

  /** After which other machines may live than were told of. */
  #cause(what: string, body?: object): Promise<unknown> {
    this.#isAskedWhatIsLeft = false;
    return this.#ask(what, body);
  }

  alive = () => this.#ask<Alive[]>('alive');
  states = async () => (await this.alive()).map(({ status }) => status);
  fault = (fault: Partial<Fault> & Pick<Fault, 'method' | 'path' | 'what'>) => this.#cause('fault', fault);
  set = (settings: Partial<Settings>) => this.#cause('set', settings);
  /** Runs a command until the vendor holds it at this point, strikes there, and lets nobody be held when it is over. */
  async struckAt(fault: Parameters<House['fault']>[0], strike: () => unknown, command = this.deploy): Promise<Told> {
    await this.fault(fault);
    const struck = command();
    await this.held();
    strike();
    const told = await struck;
    await this.release();
    return told;
  }

  /** How many SSH keys the account has. */
  keys = async () => (await this.#ask<KeptBelongings>('belongings')).sshKeys.length;
  types = () => this.#ask<{ centsPerHour: number }[]>('types');
  befall = (id: string, fate: 'unhealthy' | 'preempted' | 'terminated') => this.#cause('befall', { id, fate });
  held = () => this.#ask('held');
  release = () => this.#cause('release');
  /** Lets go of whoever is held, again and again, until it has come to its end. */
  async letGo<T>(held: Promise<T>): Promise<T> {
    const ended = held.then(() => true);
    while (!(await Promise.race([ended, this.release().then(() => false)])));
    return held;
  }
  /** What lives, and what an hour of it costs: each test ends by asking. */
  async left(): Promise<{ alive: number; centsPerHour: number }> {
    this.#isAskedWhatIsLeft = true;
    const { centsPerHour } = await this.#ask<{ centsPerHour: number }>('bill');
    return { alive: (await this.alive()).length, centsPerHour };
  }

  /** Starts the emulator, by a command that changes nothing. */
  async begin(): Promise<void> {
    const { code, stderr } = await this.run(`gpu ls ${REHEARSAL}`);
    if (code !== 0) throw new Error(stderr);
  }

  checkpoint = () => join(this.dir, '.sophia/rehearsal/state/.pulumi/stacks/sophia/production.json');
  touched = () => join(this.dir, '.sophia/rehearsal/production/touched');
  locks = () => join(this.dir, '.sophia/rehearsal/state/.pulumi/locks/organization/sophia/production');

  /** By whatever lies there: the engine counts each file. */
  isLocked(): boolean {
    return existsSync(this.locks()) && readdirSync(this.locks()).length > 0;
  }

  /** Ids of the machines that the engine has written down, and how many steps of it are in doubt. */
  recorded(): { readonly ids: string[]; readonly pending: number } {
    // Who was killed early enough has written nothing down.
    if (!existsSync(this.checkpoint())) return { ids: [], pending: 0 };
    const { resources = [], pending_operations = [] } =
      JSON.parse(readFileSync(this.checkpoint(), 'utf8')).checkpoint.latest ?? {};
    const machines = resources.filter(({ type }: { type: string }) => type === 'sophialambda:index:Instance');
    return { ids: machines.map(({ id }: { id: string }) => id).sort(), pending: (pending_operations ?? []).length };
  }

  /** Everything that was written below a folder of it. */
  written(below = '.'): string {
    const all = readdirSync(join(this.dir, below), { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    return all.map((each) => readFileSync(join(each.parentPath, each.name), 'latin1')).join('\n');
  }

  /** What the emulator had against anything: it is silent while all goes well. */
  said(): string {
    const file = join(this.env.XDG_STATE_HOME ?? '', 'sophia/rehearsal/emulator.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Cuts files below a folder of it in half, as a kill while they are written does; tells which. */
  tear(below: string, which: (name: string) => boolean): string[] {
    const all = readdirSync(join(this.dir, below), { recursive: true, withFileTypes: true });
    const files = all.filter((each) => each.isFile() && which(each.name));
    for (const { parentPath, name } of files) {
      const file = join(parentPath, name);
      truncateSync(file, Math.floor(statSync(file).size / 2));
    }
    return files.map(({ name }) => name);
  }

  /** A file that somebody left there. */
  leave(file: string, text: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  [Symbol.dispose](): void {
    const { pid } = this.#server ?? {};
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
    if (pid !== undefined && !this.#isAskedWhatIsLeft)
      throw new Error('nobody asked what lives at the end, and what it costs: left()');
  }
}

/** An hour in six seconds. */
export const REHEARSAL = '--rehearse --speed 600';
