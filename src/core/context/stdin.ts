import { addAbortSignal } from 'node:stream';
import { UsageError, UserError } from '../errors/index.ts';
import type { Host } from './host.ts';

/** What another program pipes in. It can be read once. */
export interface Stdin {
  /**
   * The bytes, in order, until the other side closes or the user stops. UsageError at a terminal, where nobody pipes;
   * UserError `insufficient` when there are more than `limit` of them.
   */
  read(limit: number): AsyncIterable<Uint8Array>;
}

/** As `Stdin.read`. Loaded when it is first asked for, as few commands are. */
export async function* readStdin({ stdin, signal }: Pick<Host, 'stdin' | 'signal'>, limit: number) {
  if (stdin.isTTY) throw new UsageError('nothing is piped in', ['<program> | sophia ...', '<file>   instead of -']);
  let bytes = 0;
  // Who waits for the other side must still hear that the user has had enough.
  for await (const chunk of addAbortSignal(signal, stdin)) {
    bytes += chunk.length;
    if (bytes > limit)
      throw new UserError('insufficient', `more than ${Math.floor(limit / 2 ** 20)} MB are piped in`, [
        'write it to a file, which may be of any size, and name that',
      ]);
    yield chunk as Uint8Array;
  }
}
