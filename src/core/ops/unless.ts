import { UserError, type UserExit } from '../errors/index.ts';

/** What comes of a reading; `instead` where it ends so: definitions change, and imports are undone. */
export async function unless<T>(exit: UserExit, reading: Promise<T>, instead: T): Promise<T> {
  return reading.catch((thrown: unknown) => {
    if (thrown instanceof UserError && thrown.exit === exit) return instead;
    throw thrown;
  });
}
