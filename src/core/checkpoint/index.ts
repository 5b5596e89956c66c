import { type SaverDeps, StoreSaver } from './saver.ts';

export type { SaverDeps } from './saver.ts';
export { decode, encode } from './serde.ts';
export { trailOf, valueIn } from './trail.ts';

/** A LangGraph checkpointer on our store, for one owner and, through `write`, for one run at a time. */
export function openSaver(deps: SaverDeps): StoreSaver {
  return new StoreSaver(deps);
}
