import { adoptOrMake, type Named, removeUnused, type Wish } from '../core/cloud/index.ts';
import type { Doing, Made } from './resource.ts';

/** The thing of that name: taken up where it is there already, or else made. */
export async function madeOrTakenUp<T extends Named>(doing: Doing, wish: Wish<T>): Promise<T> {
  const { made, isAdopted } = await adoptOrMake(doing, wish);
  if (isAdopted) doing.takenUp.add(made.id);
  doing.tell(`${wish.name} ${isAdopted ? 'is there already: taken up' : 'made'}`);
  return made;
}

/**
 * Resolves when it is gone. One that was taken up in this very run stays: what the engine removes is its memory of an older
 * one, which turned out to be the same, where somebody forced a replacement or went back on one.
 */
export async function removeOld(
  doing: Doing,
  what: string,
  { id, outputs: { knownAs = id } }: Made,
  remove: (id: string) => Promise<boolean>,
): Promise<void> {
  if (doing.takenUp.has(id)) return doing.tell(`${knownAs} was taken up again, and stays`);
  await removeUnused(doing, `${what} ${knownAs}`, () => remove(id));
}
