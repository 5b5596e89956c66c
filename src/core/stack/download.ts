import type { Context } from '../context/index.ts';
import { ExternalError } from '../errors/index.ts';
import { BY_HAND } from './engine.ts';

/** What it takes to ask somebody: a network, and a limit to patience. */
export type Reaching = Pick<Context, 'fetch' | 'clock' | 'signal' | 'patienceS'>;

export interface Wanted {
  readonly url: string;
  /** More than these are not taken: a disk is not filled by whoever answers. */
  readonly mostBytes: number;
  /** Told how much of it is there, from 0 to 1, where that is known. */
  hear?(share: number): void;
}

const PATIENCE_S = 30;
const FAULT = 500;

/**
 * What an address answers, as it comes. It is asked without a secret, so that it may lead elsewhere. ExternalError: `failed`
 * where it answers otherwise, `unreachable` where it does not, is silent for too long or breaks off.
 */
export async function* bytesOf(deps: Reaching, { url, mostBytes, hear }: Wanted): AsyncGenerator<Uint8Array> {
  const { fetch, clock, signal, patienceS = PATIENCE_S } = deps;
  const silence = new AbortController();
  let isHeard = false;
  using _ = clock.every(patienceS * 1000, () => {
    if (!isHeard) silence.abort();
    isHeard = false;
  });
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, silence.signal]) });
    if (!response.ok) throw failed(`${url} answers HTTP ${response.status}`, response.status >= FAULT);
    const all = Number(response.headers.get('content-length'));
    let came = 0;
    for await (const chunk of response.body ?? []) {
      signal.throwIfAborted();
      isHeard = true;
      came += chunk.length;
      if (came > mostBytes) throw failed(`${url} sends more than it should`, false);
      if (all > 0) hear?.(Math.min(came / all, 1));
      yield chunk;
    }
    signal.throwIfAborted();
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof ExternalError) throw thrown;
    throw new ExternalError('unreachable', `${url} could not be reached, or broke off`, true, thrown, [
      'the same command tries again; nothing is left of this try',
    ]);
  }
}

function failed(message: string, mayComeYet: boolean): ExternalError {
  return new ExternalError('failed', message, mayComeYet, undefined, BY_HAND);
}
