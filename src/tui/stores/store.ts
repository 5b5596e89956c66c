import { useSyncExternalStore } from 'react';

/** A plain object that says when it has changed. It is tested, and driven, without a screen. */
export class Store {
  readonly #listeners = new Set<() => void>();
  #version = 0;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;

  protected changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

/** Draws again whenever the store has changed. */
export function useStore<S extends Store>(store: S): S {
  useSyncExternalStore(store.subscribe, store.version);
  return store;
}
