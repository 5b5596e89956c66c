import { type Layer, layer } from '../keys.ts';
import { graphemesOf } from '../text.ts';

interface Entry {
  readonly text: string;
  /** Hears every key. */
  changed(text: string): void;
  /** Hears the end of it: whether what was typed is kept. */
  done(isKept: boolean): void;
}

/** One line that is being typed. */
export function entry({ text, changed, done }: Entry): Layer {
  let typed = text;
  const set = (next: string) => {
    typed = next;
    changed(next);
  };
  const acts = {
    done: () => done(true),
    drop: () => done(false),
    erase: () => set(graphemesOf(typed).slice(0, -1).join('')),
  };
  return layer('entry', acts, { text: (grapheme) => set(typed + grapheme) });
}
