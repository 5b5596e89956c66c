import type { Duplex } from 'node:stream';
import type { Clock } from '../../context/index.ts';
import { ExternalError } from '../../errors/index.ts';

/** A connection, once it stands. In a rehearsal it leads to this machine, whatever the address says. */
export type Connect = (ip: string, port: number, signal: AbortSignal) => Promise<Duplex>;

export interface SshDeps {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Whom to ask, and how each proves to the other who it is. */
export interface Login {
  readonly ip: string;
  /** The public half of its key: who shows another is a stranger, and is told nothing. */
  readonly hostKey: string;
  /** Ours. In no message, whatever goes wrong. */
  readonly privateKey: string;
}

/** Why a command was not answered. */
export class SshError extends ExternalError {
  override readonly name = 'SshError';
  readonly code: 'unreachable' | 'stranger' | 'refused' | 'failed';

  constructor(code: SshError['code'], message: string, cause?: unknown) {
    super(code === 'refused' ? 'auth' : code === 'failed' ? 'failed' : 'unreachable', message, true, cause);
    this.code = code;
  }
}

const PORT = 22;
/** Who logs in on the vendor's images. */
const USER = 'ubuntu';
const PATIENCE_S = 30;
const MOST_CHARACTERS = 65_536;

/** What a command writes on a machine. Throws SshError, or what the signal says. */
export async function saidBy({ connect, clock, signal }: SshDeps, login: Login, command: string): Promise<string> {
  const patience = new AbortController();
  using _ = clock.every(PATIENCE_S * 1000, () => patience.abort());
  const stopped = AbortSignal.any([signal, patience.signal]);
  const seen = { isStranger: false };
  let socket: Duplex | undefined;
  try {
    socket = await connect(login.ip, PORT, stopped);
    return await answered(socket, login, { command, stopped, seen });
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown instanceof SshError ? thrown : errorOf(login.ip, seen.isStranger, thrown);
  } finally {
    socket?.destroy();
  }
}

interface Asking {
  readonly command: string;
  readonly stopped: AbortSignal;
  readonly seen: { isStranger: boolean };
}

async function answered(socket: Duplex, { ip, hostKey, privateKey }: Login, asking: Asking): Promise<string> {
  // A CommonJS package: in a bundle a lazy import of one has its names on `default` only.
  const { default: ssh2 } = await import('ssh2');
  const { command, stopped, seen } = asking;
  const pinned = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64');
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    stopped.addEventListener('abort', () => reject(stopped.reason), { once: true });
    stopped.throwIfAborted();
    client.on('error', reject).on('close', () => reject(new Error('the connection ended')));
    client.on('ready', () =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        let text = '';
        channel.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          if (text.length > MOST_CHARACTERS) reject(new Error('it says too much'));
        });
        channel.stderr.resume();
        channel.on('close', (status: number | undefined) => {
          if (status === 0) resolve(text);
          else reject(new SshError('failed', `${ip}: ${command} ended with ${status ?? 'nothing'}`));
        });
      }),
    );
    client.connect({
      ...{ sock: socket, username: USER, privateKey },
      // Before anything of ours is told. What is pinned alone counts, as bytes.
      hostVerifier: (key: Buffer) => {
        seen.isStranger = !key.equals(pinned);
        return !seen.isStranger;
      },
      // Patience is counted by our clock.
      readyTimeout: 0,
    });
  });
}

function errorOf(ip: string, isStranger: boolean, thrown: unknown): SshError {
  if (isStranger)
    return new SshError(
      'stranger',
      `who answers at ${ip} shows another host key than the one that it was given`,
      thrown,
    );
  if ((thrown as { level?: unknown } | undefined)?.level === 'client-authentication')
    return new SshError('refused', `${ip} does not take the key to log in with`, thrown);
  return new SshError('unreachable', `nobody answers at ${ip} by SSH`, thrown);
}
