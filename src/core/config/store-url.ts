import type { Files } from '../context/index.ts';
import type { DatabasePlace } from '../domain/index.ts';
import { UserError } from '../errors/index.ts';
import { readDatabaseUrl } from './database-url.ts';
import { type Layers, layers as order, readSettings, type Said, wrongValue } from './layers.ts';

const VARIABLE = 'SOPHIA_DATABASE_URL';
const FILE_VARIABLE = 'SOPHIA_DATABASE_URL_FILE';
const LIKE = 'is no URL like postgresql://user@host:5432/database';
const ELSEWHERE = [`set ${VARIABLE}, or ${FILE_VARIABLE} to a file that holds the URL`];

/** What is said of where the store is, the strongest first. A URL holds a password: it is told without what opens it. */
export interface StoreSaid {
  readonly place?: DatabasePlace;
  readonly said: readonly Said[];
}

/** `own` is what `sophia.yaml` says. The demo has a store of its own, whatever is said. */
export async function readStoreUrl(files: Files, layers: Layers, own: Said | undefined): Promise<StoreSaid> {
  if (layers.places.synthetic) return { said: [] };
  const all: { place: DatabasePlace; said: Said }[] = [];
  for (const name of [VARIABLE, FILE_VARIABLE])
    for (const said of layers.variables.get(name) ?? []) {
      const text = name === VARIABLE ? String(said.value) : await textIn(files, said);
      all.push(told(text, said, name));
    }
  if (own) {
    const known = told(String(own.value), own, 'store.url');
    if (known.place.hasPassword)
      throw new UserError('config', `${own.at}: store.url: a password does not belong into this file`, ELSEWHERE);
    all.push(known);
  }
  const [first] = all.sort((a, b) => order.indexOf(a.said.from) - order.indexOf(b.said.from));
  return { ...(first && { place: first.place }), said: all.map(({ said }) => said) };
}

function told(text: string, said: Said, name: string): { place: DatabasePlace; said: Said } {
  const place = readDatabaseUrl(text.trim());
  // What was written is not quoted: it may hold a password in the wrong place.
  if (!place) throw wrongValue(said, name, LIKE);
  return { place, said: { ...said, value: `${place.user}@${place.name}` } };
}

async function textIn(files: Files, said: Said): Promise<string> {
  const path = files.resolve(String(said.value));
  const text = await readSettings(files, path);
  if (text === undefined) throw wrongValue(said, FILE_VARIABLE, `there is no file ${path}`);
  return text;
}
