import type { Files } from '../context/index.ts';
import type { DatabasePlace } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { isTlsKnown, readDatabaseUrl, tlsModes } from './database-url.ts';
import { type Layers, layers as order, readSettings, type Said, wrongValue } from './layers.ts';

const KEY = 'store.url';
const VARIABLE = 'SOPHIA_DATABASE_URL';
const FILE_VARIABLE = 'SOPHIA_DATABASE_URL_FILE';
const LIKE =
  'is no URL like postgresql://user:password@host:5432/database; write / : @ ? # in a password as %2F %3A %40 %3F %23';
const ELSEWHERE = [`set ${VARIABLE}, or ${FILE_VARIABLE} to a file that holds the URL`];

/** What is said of where the store is, the strongest first. A URL holds a password: it is told without what opens it. */
export interface StoreSaid {
  readonly said: readonly Said[];
  /** Where it is; `undefined` while a file keeps it. Throws for the first of what is said that cannot be used. */
  checked(): DatabasePlace | undefined;
}

interface Found {
  readonly said: Said;
  readonly place?: DatabasePlace;
  readonly fault?: unknown;
}

/** `own` is what `sophia.yaml` says. The demo has a store of its own, whatever is said. */
export async function readStoreUrl(files: Files, layers: Layers, own: Said | undefined): Promise<StoreSaid> {
  if (layers.places.synthetic) return { said: [], checked: () => undefined };
  const all: Found[] = [];
  for (const name of [VARIABLE, FILE_VARIABLE])
    for (const said of layers.variables.get(name) ?? [])
      all.push(await found(said, name, async () => (name === VARIABLE ? String(said.value) : textIn(files, said))));
  if (own) all.push(await found(own, KEY, async () => String(own.value)));
  all.sort((a, b) => order.indexOf(a.said.from) - order.indexOf(b.said.from));
  return {
    said: all.map(({ said }) => said),
    checked() {
      for (const { fault } of all) if (fault !== undefined) throw fault;
      return all[0]?.place;
    },
  };
}

async function found(said: Said, name: string, read: () => Promise<string>): Promise<Found> {
  try {
    const text = await read();
    const place = readDatabaseUrl(text.trim());
    // What was written is not quoted: it may hold a password in the wrong place.
    if (!place) throw wrongValue(said, name, LIKE);
    if (name === KEY && place.hasPassword)
      throw new UserError('config', `${said.at}: ${KEY}: a password does not belong into this file`, ELSEWHERE);
    if (!isTlsKnown(place))
      throw wrongValue(said, name, `sslmode is none of ${tlsModes.join(', ')}: require is TLS, disable is none`);
    if (!/^\d*$/.test(new URL(place.url).searchParams.get('connect_timeout') ?? ''))
      throw wrongValue(said, name, 'connect_timeout is a number of seconds');
    return { place, said: { ...said, value: `${place.user}@${place.name}` } };
  } catch (fault) {
    return { fault, said: { ...said, value: '(not shown)' } };
  }
}

async function textIn(files: Files, said: Said): Promise<string> {
  const path = files.resolve(String(said.value));
  const text = await readSettings(files, path);
  if (text === undefined) throw wrongValue(said, FILE_VARIABLE, `there is no file ${path}`);
  return text;
}
