import fuzzysort from 'fuzzysort';
import type { Clock } from '../../core/context/index.ts';
import type { Layer } from '../keys.ts';
import type { Places } from '../places.ts';
import { destinations, type ScreenKey, type Subject, screens } from '../screens.ts';
import { Cursor } from './cursor.ts';
import { entry } from './entry.ts';

/** Somewhere to go, or something to do where one is. */
export type Place =
  | { readonly title: string; readonly screen: ScreenKey; readonly subject?: Subject }
  | { readonly title: string; readonly act: () => void };

interface PaletteOptions {
  /** What can be done where it is opened. */
  readonly acts: readonly Place[];
  readonly places: Places;
  readonly clock: Pick<Clock, 'sleep'>;
  changed(): void;
  track(work: Promise<unknown>): void;
  /** Told what was chosen; `null` where nothing is called so, `undefined` where nothing was wanted after all. */
  end(chosen: Place | null | undefined): void;
}

const ALIKE = 0.2;
const PAUSE_MS = 100;
const everywhere: readonly Place[] = destinations.map((screen) => ({ screen, title: screens[screen].title }));

/** Finds anywhere one can go, and what one can do, by a few letters of its name. */
export class Palette {
  text = '';
  readonly cursor: Cursor;
  readonly layers: readonly Layer[];
  /** What was found of something else than a screen, and for which text. */
  #found: { readonly text: string; readonly places: readonly Place[] } = { text: '', places: [] };
  /** What needs no looking for. */
  readonly #at: readonly Place[];
  readonly #options: PaletteOptions;
  readonly #closed = new AbortController();

  constructor(options: PaletteOptions) {
    this.#options = options;
    this.#at = [...everywhere, ...options.acts];
    this.cursor = new Cursor(options.changed);
    const line = entry({
      text: '',
      changed: (text) => {
        this.text = text;
        this.cursor.fit(this.found.length);
        this.cursor.to(0);
        options.track(this.#search(text));
      },
      done: (isKept) => {
        this.#closed.abort();
        options.end(isKept ? (this.found[this.cursor.at] ?? null) : undefined);
      },
    });
    this.layers = [line, this.cursor.layer];
    this.cursor.fit(this.#at.length);
  }

  get found(): readonly Place[] {
    if (this.text === '') return this.#at;
    const named = fuzzysort.go(this.text, this.#at, { key: 'title', threshold: ALIKE }).map(({ obj }) => obj);
    // What is known yet of another text is not what is meant.
    return [...named, ...(this.#found.text === this.text ? this.#found.places : [])];
  }

  /** Of several that are under way the one for what stands there by then counts. A store that is away finds nothing. */
  async #search(text: string): Promise<void> {
    // Who types goes on typing: only where one stops is looked for.
    const { clock, places: all } = this.#options;
    await clock.sleep(PAUSE_MS, this.#closed.signal);
    if (text !== this.text || this.#closed.signal.aborted) return;
    const places = await all.search(text).catch(() => []);
    if (text !== this.text) return;
    this.#found = { text, places };
    this.cursor.fit(this.found.length);
    this.#options.changed();
  }
}
