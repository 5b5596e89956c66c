import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../core/context/index.ts';
import { asSophiaError } from '../../core/errors/index.ts';
import { Store } from './store.ts';

/** However often it has failed. */
const SLOWEST_MS = 8000;

export interface PollOptions<T> {
  readonly ask: () => Promise<T>;
  /** Pause between an answer and the next question, in milliseconds. */
  readonly everyMs: number;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/**
 * The latest answer to one question. At most one is under way; a failure keeps the last good answer, is told, and makes
 * the next attempt wait twice as long.
 */
export class Poll<T> extends Store {
  data: T | undefined;
  /** Why there is no newer answer. */
  failure: string | undefined;
  #goodAt: number | undefined;
  #failures = 0;
  #underWay: Promise<void> | undefined;
  #isStale = false;
  #pause = new AbortController();
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
      this.#pause.abort();
    });
    return this.#underWay;
  }

  async #goOn(stopped: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#options;
    while (!stopped.aborted) {
      await this.refresh();
      this.#pause = new AbortController();
      const pauseMs = Math.min(everyMs * 2 ** this.#failures, SLOWEST_MS);
      await clock.sleep(pauseMs, AbortSignal.any([stopped, this.#pause.signal]));
    }
  }

  async #settle(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        const data = await this.#options.ask();
        this.#goodAt = this.#now();
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
