import { LambdaError } from './wire.ts';

/** A 404 without a code may be anybody's on the way. */
const ABSENT = ['global/object-does-not-exist', 'global/not-found'];

/** Undefined where the vendor says that the thing is not there. */
export async function unlessAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (thrown) {
    if (thrown instanceof LambdaError && ABSENT.includes(thrown.code)) return undefined;
    throw thrown;
  }
}

/** Whether there was such a thing to do it to. */
export async function isThere(asked: Promise<unknown>): Promise<boolean> {
  return (await unlessAbsent(asked)) !== undefined;
}

export function got(path: string, signal: AbortSignal | undefined) {
  return { method: 'GET', path, ...(signal && { signal }) } as const;
}
