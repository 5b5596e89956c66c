import fuzzysort from 'fuzzysort';
import type { Layer } from '../keys.ts';
import { destinations, type ScreenKey, type Subject, screens } from '../screens.ts';
import { Cursor } from './cursor.ts';
import { entry } from './entry.ts';

/** Somewhere to go. */
export interface Place {
  readonly screen: ScreenKey;
  readonly subject?: Subject;
  readonly title: string;
}

const ALIKE = 0.2;
const everywhere: readonly Place[] = destinations.map((screen) => ({ screen, title: screens[screen].title }));

/** Finds anywhere one can go by a few letters of its name. */
export class Palette {
  text = '';
  readonly cursor: Cursor;
  readonly layers: readonly Layer[];

  /** `end` is told what was chosen; `null` where nothing is called so. */
  constructor(changed: () => void, end: (chosen?: Place | null) => void) {
    this.cursor = new Cursor(changed);
    const line = entry({
      text: '',
      changed: (text) => {
        this.text = text;
        this.cursor.fit(this.found.length);
        this.cursor.to(0);
      },
      done: (isKept) => end(isKept ? (this.found[this.cursor.at] ?? null) : undefined),
    });
    this.layers = [line, this.cursor.layer];
    this.cursor.fit(everywhere.length);
  }

  get found(): readonly Place[] {
    if (this.text === '') return everywhere;
    return fuzzysort.go(this.text, everywhere, { key: 'title', threshold: ALIKE }).map(({ obj }) => obj);
  }
}
