import { UsageError } from '../core/errors/index.ts';

/** The JSON object that a flag was given. UsageError, with an example, for anything else. */
export function jsonObject(flag: string, text: string, example: object): object {
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
  } catch {
    // Told below, without what it says.
  }
  throw new UsageError(`${flag}: must be a JSON object`, [`${flag} '${JSON.stringify(example)}'`]);
}
