import type { DatabasePlace } from '../../domain/index.ts';
import { ExternalError, SophiaError, UserError } from '../../errors/index.ts';

/** What the network says, in words. */
const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOENT: 'there is no such socket',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  // The server's own words, by SQLSTATE.
  '57P01': 'the server is being shut down',
  '57P02': 'the server has crashed',
  '57P03': 'the server is starting, or shutting down',
  '53300': 'the server has too many connections',
};

/** A transaction that met another one, and that may be done again: all of it. */
export function isConflict(thrown: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(thrown)) || isCountedTwice(thrown);
}

/** Two gave the next line of a run its number, and nobody said that a transaction read what the other one wrote. */
function isCountedTwice(thrown: unknown): boolean {
  return isDuplicate(thrown) && (thrown as { constraint?: string }).constraint === 'event_run';
}

/** Of two that insert one key at once the second may hear of the key before it hears of the conflict. */
export function isDuplicate(thrown: unknown): boolean {
  return codeOf(thrown) === '23505';
}

function codeOf(thrown: unknown): string {
  return (thrown as { code?: string } | undefined)?.code ?? '';
}

/** What a server, or the way to it, has against us, in words that help and hold no password; anything else as it is. */
export function asServerTrouble(thrown: unknown, place: DatabasePlace, when: 'connecting' | 'working'): unknown {
  if (thrown instanceof SophiaError || !(thrown instanceof Error)) return thrown;
  const { code = '', message } = thrown as NodeJS.ErrnoException;
  const { name, host, port, database, user } = place;
  const config = (why: string, ...next: string[]) => new UserError('config', `${name}: ${why}`, next);
  if (/^28/.test(code) || /SASL|password/i.test(message)) {
    const why = place.hasPassword ? 'its password was refused' : 'it wants a password, and none is given';
    return new ExternalError('auth', `${host}:${port} does not let ${user} in: ${why}`, false, undefined, [
      'set SOPHIA_DATABASE_URL, or SOPHIA_DATABASE_URL_FILE, to a URL with the right user and password',
    ]);
  }
  if (/does not support SSL/.test(message))
    return config('the server speaks no TLS', '?sslmode=disable in the URL, where nobody can listen on the way to it');
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return config(
      'the certificate of the server is of another host',
      'name the host in the URL as the certificate does',
    );
  // What follows is advice for who starts Node.
  if (/CERT|UNABLE_TO_VERIFY|^ERR_(TLS|SSL)/.test(code))
    return config(
      `the certificate of the server cannot be verified: ${message.split(';')[0]}`,
      '&sslrootcert=<file> in the URL names the certificate of who signed it',
    );
  switch (code) {
    case '3D000':
      return config(`there is no database ${database}`, `createdb ${database}   or name another in the URL`);
    case '42501':
    case '3F000':
      return config(`${user} may not do that there`, `grant create, usage on schema public to ${user}`);
    case '25006':
      return config('it can only be read', 'name the primary server, not a replica');
    case '53100':
      return new ExternalError('failed', `${name}: the disk of the server is full; nothing was half-written`, true);
    case '22021':
    case '22P05':
      return config('a text holds a character that PostgreSQL cannot keep (U+0000)', 'take it out of your files');
  }
  const why = network[code] ?? (/^08/.test(code) || isOfTheWay(code, message) ? 'the connection broke off' : undefined);
  if (why === undefined) {
    // What is asked for at the start comes from the URL alone.
    if (when === 'connecting' && /^[\dA-Z]{5}$/.test(code))
      return config(`the server refuses to open it: ${message}`, 'mend the URL, its options above all');
    return thrown;
  }
  return when === 'connecting'
    ? unreachable(
        `no PostgreSQL to be reached at ${host}:${port}: ${message.includes('timeout') ? 'it does not answer' : why}`,
        'start the server, or mend the URL; nothing was written',
      )
    : unreachable(
        `the connection to ${host}:${port} was lost: ${why}; what was being written is there as a whole or not at all`,
        'run the same command again',
      );
}

/** What the driver alone says has no code. */
function isOfTheWay(code: string, message: string): boolean {
  return code === '' && /connect|terminat|timeout|closed/i.test(message);
}

function unreachable(message: string, next: string): ExternalError {
  return new ExternalError('unreachable', message, true, undefined, [next]);
}
