import type { DatabasePlace } from '../domain/index.ts';

const POSTGRES_PORT = '5432';
/** What `sslmode` may say. The driver takes any other word for TLS. */
export const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const SECRETS = ['password', 'sslpassword'];

/**
 * Reads `postgresql://user:password@host:5432/database`; a host that is a folder, for a Unix socket, is written
 * `?host=/run/postgresql`. `undefined` for anything that does not say host, user and database.
 */
export function readDatabaseUrl(text: string): DatabasePlace | undefined {
  // Whoever names a socket writes no host behind the user, which URL does not know.
  const whole = text.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?])/, '$1localhost');
  if (!/^postgres(ql)?:\/\//i.test(whole) || !URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  const said = (name: string, otherwise: string) => url.searchParams.get(name) || decoded(otherwise);
  const host = said('host', url.hostname);
  const user = said('user', url.username);
  const port = said('port', url.port || POSTGRES_PORT);
  const database = decoded(url.pathname.slice(1));
  // The rest of a password with a slash in it: what comes before would be taken for the host.
  if (/[/@]/.test(url.pathname.slice(1))) return undefined;
  if (!host || !user || !database || !/^\d{1,5}$/.test(port)) return undefined;
  url.searchParams.set('port', port);
  // Of these the driver warns that it verifies the server, which is what is wanted.
  if (['prefer', 'require', 'verify-ca'].includes(url.searchParams.get('sslmode') ?? ''))
    url.searchParams.set('sslmode', 'verify-full');
  const hasPassword = url.password !== '' || SECRETS.some((name) => url.searchParams.has(name));
  return {
    ...{ url: url.href, host, port: Number(port), database, user, hasPassword },
    name: `${host}:${port}/${database}`,
  };
}

/** Whether it says of TLS what can be said, or nothing. */
export function isTlsKnown({ url }: DatabasePlace): boolean {
  return new URL(url).searchParams.getAll('sslmode').every((mode) => tlsModes.includes(mode));
}

/** The same place, waited for so many seconds. */
export function waitedFor(place: DatabasePlace, seconds: number | undefined): DatabasePlace {
  if (seconds === undefined) return place;
  const url = new URL(place.url);
  url.searchParams.set('connect_timeout', String(seconds));
  return { ...place, url: url.href };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
