import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Settings } from '../../src/emulator/account.ts';
import type { KeptBelongings } from '../../src/emulator/belongings.ts';
import type { Fault } from '../../src/emulator/faults.ts';
import { packageRoot } from '../sophia.ts';

export const NOON = Date.parse('2026-11-27T12:00:00.000Z');

export interface Alive {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly region: string;
  readonly status: string;
  readonly isGpuBad: boolean;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

interface Told {
  readonly requests: readonly { readonly at: number; readonly method: string; readonly path: string }[];
  readonly refused: { readonly questions: number; readonly launches: number };
}

/** By these nothing is changed. */
const READ = ['GET', 'SSH'];

type Emulating = ChildProcessByStdio<Writable, Readable, null>;

/** The vendor, emulated by a process of its own, and what a test may ask of it. It ends with the test. */
export class Vendor implements AsyncDisposable {
  readonly url: string;
  readonly key: string;
  readonly #child: Emulating;
  /** How many changes had been asked for when the test asked what lives. Unknown where it has done something since. */
  #leftAfter: number | undefined;

  constructor(child: Emulating, { url, key }: { url: string; key: string }) {
    this.#child = child;
    this.url = url;
    this.key = key;
  }

  alive = () => this.#ask<Alive[]>('alive');
  /** What the account has beside machines, in the order in which it came. */
  belongings = () => this.#ask<KeptBelongings>('belongings');
  bill = () =>
    this.#ask<{ cents: number; centsPerHour: number; machines: { id: string; status: string; cents: number }[] }>(
      'bill',
    );
  log = () => this.#ask<Told>('log');
  /** What lives, and what an hour of it costs: each test ends by asking, or it fails. */
  async left(): Promise<{ alive: number; centsPerHour: number }> {
    this.#leftAfter = await this.#changes();
    return { alive: (await this.alive()).length, centsPerHour: (await this.bill()).centsPerHour };
  }
  fault = (fault: Partial<Fault> & Pick<Fault, 'method' | 'path' | 'what'>) => this.#change('fault', fault);
  set = (settings: Partial<Settings>) => this.#change('set', settings);
  befall = (id: string, fate: 'unhealthy' | 'preempted' | 'terminated') => this.#change('befall', { id, fate });
  advance = (seconds: number) => this.#change('advance', { seconds });
  /** Resolves when a request is held. */
  held = () => this.#ask('held');
  release = () => this.#change('release');
  /** How often the vendor was asked this. */
  async asked(method: string, path: RegExp): Promise<number> {
    return (await this.log()).requests.filter((each) => each.method === method && path.test(each.path)).length;
  }

  /** How often anybody asked for a change: what lives may be another since. */
  #changes = async () => (await this.log()).requests.filter(({ method }) => !READ.includes(method)).length;

  #change(what: string, body?: object) {
    this.#leftAfter = undefined;
    return this.#ask(what, body);
  }

  async #ask<T>(what: string, body?: object): Promise<T> {
    const init = body && { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/__emu/${what}`, init);
    const answer = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const isAskedLast = this.#leftAfter === (await this.#changes());
    const ended = once(this.#child, 'exit');
    this.#child.stdin.end();
    await ended;
    if (!isAskedLast) throw new Error('nobody asked at the end what lives, and what it costs: left()');
  }
}

export async function openVendor(
  settings: Partial<Settings> = {},
  more: { speed?: number; file?: string } = {},
): Promise<Vendor> {
  const start = { templates: join(packageRoot, 'templates'), now: NOON, settings, ...more };
  const child = spawn(process.execPath, [join(packageRoot, 'src/emulator/main.ts'), JSON.stringify(start)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return new Vendor(child, JSON.parse(line));
}
