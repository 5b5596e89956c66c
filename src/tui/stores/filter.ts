import { type Layer, layer } from '../keys.ts';
import { entry } from './entry.ts';

/** A few letters that keep of a list what has them. Typed letter by letter, and looked at with each. */
export class Filter {
  text = '';
  #typing: Layer | undefined;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** As it stands behind the breadcrumbs. */
  get note(): string {
    if (this.text === '' && !this.#typing) return '';
    return ` /${this.text}${this.#typing ? '▏' : ''}`;
  }

  /** The line that is being typed, where one is: no letter is a key then. */
  get typing(): Layer | undefined {
    return this.#typing;
  }

  get layer(): Layer {
    return layer('filter', { open: () => this.#open(), clear: this.text === '' ? undefined : () => this.#set('') });
  }

  /** Whether all its words are found in one of these, however they are written. */
  fits(...texts: readonly (string | null)[]): boolean {
    const told = texts.join(' ').toLowerCase();
    return this.text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => told.includes(word));
  }

  #open(): void {
    this.#typing = entry({
      text: this.text,
      changed: (text) => this.#set(text),
      done: (isKept) => {
        this.#typing = undefined;
        this.#set(isKept ? this.text : '');
      },
    });
    this.#changed();
  }

  #set(text: string): void {
    this.text = text;
    this.#changed();
  }
}
