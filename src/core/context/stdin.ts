import { addAbortSignal } from 'node:stream';
import { ExternalError, UsageError, UserError } from '../errors/index.ts';
import type { Host } from './host.ts';

/** What another program pipes in. It can be read once. */
export interface Stdin {
  /**
   * The bytes, in order, until the other side closes or the user stops. UsageError at a terminal, where nobody pipes;
   * UserError `insufficient` when there are more than `limit` of them; ExternalError `unreachable` when the other side is
   * silent for `patienceS` seconds. `undefined`: however long.
   */
  read(limit: number, patienceS: number | undefined): AsyncIterable<Uint8Array>;
}

type Piped = Pick<Host, 'stdin' | 'signal' | 'clock'>;

/** As `Stdin.read`. Loaded when it is first asked for, as few commands are. */
export async function* readStdin(host: Piped, limit: number, patienceS: number | undefined) {
  const { stdin, signal } = host;
  if (stdin.isTTY) throw new UsageError('nothing is piped in', ['<program> | sophia ...', '<file>   instead of -']);
  let bytes = 0;
  // Who waits for the other side must still hear that the user has had enough.
  const chunks: AsyncIterable<Uint8Array> = addAbortSignal(signal, stdin);
  for await (const chunk of patienceS === undefined ? chunks : inTime(chunks, host, patienceS)) {
    bytes += chunk.length;
    if (bytes > limit)
      throw new UserError('insufficient', `more than ${Math.floor(limit / 2 ** 20)} MB are piped in`, [
        'write it to a file, which may be of any size, and name that',
      ]);
    yield chunk;
  }
}

async function* inTime(chunks: AsyncIterable<Uint8Array>, { stdin, clock }: Piped, patienceS: number) {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const heard = new AbortController();
      const silence = clock.sleep(patienceS * 1000, heard.signal).then(() => {
        throw new ExternalError('unreachable', `nothing was piped in for ${patienceS} s`, true, undefined, [
          '--timeout <seconds>   waits longer; without it there is no limit',
        ]);
      });
      const next = await Promise.race([iterator.next(), silence]).finally(() => heard.abort());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    stdin.destroy();
  }
}
