import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../core/context/index.ts';
import { asSophiaError } from '../../core/errors/index.ts';
import { Store } from './store.ts';

/** However often it has failed, and however long an answer takes: older data is not called live. */
const SLOWEST_MS = 8000;
/** How soon something new is noticed: with what it takes to ask and to draw, before a human has waited for it. */
const LOOK_MS = 100;
/** What comes by time alone (a process that is gone, a timer) brings no new line: it is asked for as often as that. */
const SETTLE_MS = 2000;
/** Of the time, asking takes this share at most: while something happens, and, as long as it is quick, while nothing does. */
const BUSY = 1 / 5;
const IDLE = 1 / 50;

/** Not where the clock was put back, or stood still while the machine slept: then nobody knows, and it is asked. */
function isWithin(passedMs: number, ms: number): boolean {
  return passedMs >= 0 && passedMs < Math.min(ms, SLOWEST_MS);
}

export interface PollOptions<T> {
  readonly ask: () => Promise<T>;
  /** Cheap, and another word whenever the answer may be another. */
  readonly pulse: () => Promise<string>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/**
 * The latest answer to one question: asked again when something has happened, and now and then. At most one is under way;
 * a failure keeps the last good answer, is told, and makes the next attempt wait twice as long.
 */
export class Poll<T> extends Store {
  data: T | undefined;
  /** Why there is no newer answer. */
  failure: string | undefined;
  #goodAt: number | undefined;
  #failures = 0;
  #underWay: Promise<void> | undefined;
  #isStale = false;
  /** What was asked last: upon which pulse, when, and how long that took. */
  #asked = { pulse: '', at: 0, tookMs: 0 };
  /** A pulse upon which nothing has been asked yet. */
  #felt: string | undefined;
  #stopped = new AbortController();
  readonly #options: PollOptions<T>;

  constructor(options: PollOptions<T>) {
    super();
    this.#options = options;
    this.#stopped.abort();
  }

  start(): void {
    if (!this.#stopped.signal.aborted) return;
    this.#stopped = new AbortController();
    void this.#goOn(this.#stopped.signal);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Milliseconds since the last good answer; `undefined` before the first. */
  get ageMs(): number | undefined {
    return this.#goodAt === undefined ? undefined : Math.max(0, this.#now() - this.#goodAt);
  }

  /** The question under way. */
  get asking(): Promise<void> | undefined {
    return this.#underWay;
  }

  /** Asks now. Calls during a question share one more: its answer may be older than what they have just done. */
  refresh(): Promise<void> {
    this.#isStale = true;
    this.#underWay ??= this.#settle().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #goOn(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.refresh();
      await this.#rest(stopped);
    }
  }

  /** Until it is worth while to ask again. */
  async #rest(stopped: AbortSignal): Promise<void> {
    const { clock, pulse } = this.#options;
    do {
      const { tookMs } = this.#asked;
      const pauseMs = this.#failures > 0 ? LOOK_MS * 10 * 2 ** this.#failures : Math.max(LOOK_MS, tookMs / BUSY);
      await clock.sleep(Math.min(pauseMs, SLOWEST_MS), stopped);
      if (stopped.aborted || this.#failures > 0) return;
      // Where it cannot be told, asking tells why.
      this.#felt = await pulse().catch(() => undefined);
      if (this.#felt !== this.#asked.pulse) return;
    } while (isWithin(this.#now() - this.#asked.at, Math.max(SETTLE_MS, this.#asked.tookMs / IDLE)));
  }

  async #settle(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const at = this.#now();
      try {
        // First: what happens while it is being asked is new.
        const pulse = this.#felt ?? (await this.#options.pulse());
        this.#felt = undefined;
        const data = await this.#options.ask();
        this.#goodAt = this.#now();
        this.#asked = { pulse, at, tookMs: Math.max(0, this.#goodAt - at) };
        this.#failures = 0;
        this.#take({ data, failure: undefined });
      } catch (thrown) {
        this.#failures += 1;
        this.#take({ data: this.data, failure: asSophiaError(thrown).message });
      }
    }
  }

  /** The same answer as before draws nothing: comparing costs a hundredth of a frame. */
  #take({ data, failure }: { readonly data: T | undefined; readonly failure: string | undefined }): void {
    if (failure === this.failure && isDeepStrictEqual(data, this.data)) return;
    Object.assign(this, { data, failure });
    this.changed();
  }

  #now(): number {
    return Date.parse(this.#options.clock.now());
  }
}
