import { connect } from 'node:net';
import type { Connect } from '../core/cloud/index.ts';

/** To wherever the address leads. */
export const tcp: Connect = (ip, port, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: ip, port, signal });
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });

/** In a rehearsal no machine is anywhere but here: the emulator says which port of this machine stands for an address. */
export function rehearsed(fetch: typeof globalThis.fetch, connect: Connect, rehearsal: string): Connect {
  return async (ip, _, signal) => {
    const ports = await (await fetch(`${rehearsal}/__emu/ssh`, { signal })).json();
    const port = (ports as Record<string, number | undefined>)[ip];
    if (port === undefined) throw new Error(`nothing stands for ${ip}`);
    return connect('127.0.0.1', port, signal);
  };
}
