import type { Context } from '../context/index.ts';
import { switchIn, variableOf } from '../domain/index.ts';
import { envFileOf, type Layers, layers, readSettings, type Said, wrongValue } from './layers.ts';
import { type Config, configOf, configSchema, personal } from './schema.ts';
import { readStoreUrl } from './store-url.ts';
import { readYamlLines } from './yaml.ts';

/** A setting as it counts, who says so, and what that overrules, the strongest first. */
export interface Chosen extends Partial<Said> {
  readonly key: string;
  readonly over: readonly Said[];
}

/** The strongest of what is said about a setting. */
export function choose(key: string, said: readonly Said[]): Chosen {
  const [first, ...over] = said.toSorted((a, b) => layers.indexOf(a.from) - layers.indexOf(b.from));
  return { key, ...first, over };
}

/** Settings of the files, and how a variable says them. Those without a reader are facts of one workspace alone. */
const settings: readonly { key: string; read?: (text: string) => unknown; secret?: true }[] = [
  { key: 'time_zone' },
  { key: 'owners' },
  { key: 'retention.holdout' },
  // Who knows it can tell who will be withheld.
  { key: 'retention.holdout_salt', secret: true },
  { key: 'retention.capacity', read: (text) => (/^\d+$/.test(text) ? Number(text) : text) },
  { key: 'calls.keep_transcripts', read: (text) => switchIn(text) ?? text },
];

interface Settled {
  readonly config: Config;
  readonly chosen: readonly Chosen[];
}

const HELP = ['mend that line; the comments in a fresh file explain each setting: sophia init <other-dir>'];

/** Reads the project's file and lays the other layers over and under it. */
export async function settleConfig(context: Context, { places, variables, user }: Layers): Promise<Settled> {
  const { files } = context;
  const { z } = await import('zod');
  const file = places.configFile;
  const text = (await readSettings(files, file)) ?? '';
  const project = await readYamlLines(text, { file, schema: configSchema, scalars: 'typed', help: HELP });
  for (const each of [file, envFileOf(places)]) await warnOfStranger(context, each);

  const schemas = personal(z);
  const inVariables = (key: string, read: (text: string) => unknown): Said[] => {
    const name = variableOf(key);
    return (variables.get(name) ?? []).map((said) => {
      const parsed = schemas[key as keyof typeof schemas].safeParse(read(String(said.value)));
      if (parsed.success) return { ...said, value: parsed.data };
      throw wrongValue(said, name, `is "${said.value}": ${parsed.error.issues[0]?.message}`);
    });
  };
  const chosen = settings.map(({ key, read, secret }) => {
    const line = project.leaves.find((leaf) => leaf.key === key)?.line;
    const fallback: Said = { value: valueAt(project.data, key), from: 'default', at: 'default' };
    const own: Said[] =
      line === undefined ? [] : [{ ...fallback, from: places.synthetic ? 'demo' : 'project', at: `${file}:${line}` }];
    const mine = user.get(key);
    const found = choose(key, [
      ...(read ? inVariables(key, read) : []),
      ...own,
      ...(mine ? [mine] : []),
      ...(fallback.value === undefined || own.length > 0 ? [] : [fallback]),
    ]);
    return secret && found.value !== undefined ? { ...found, value: '(not shown)' } : found;
  });
  const line = project.leaves.find((leaf) => leaf.key === 'store.url')?.line;
  const { place, said } = await readStoreUrl(
    files,
    { places, variables, user },
    line === undefined ? undefined : { value: project.data.store.url, from: 'project', at: `${file}:${line}` },
  );
  chosen.push(choose('store.url', said));
  const value = (key: keyof typeof schemas) => chosen.find((each) => each.key === key)?.value;
  const shared = {
    capacity: value('retention.capacity') as number,
    keepTranscripts: value('calls.keep_transcripts') as boolean,
  };
  return { config: { ...configOf(project.data), ...shared, ...(place && { database: place }) }, chosen };
}

function valueAt(data: unknown, key: string): unknown {
  return key.split('.').reduce((value, part) => (value as Record<string, unknown> | undefined)?.[part], data);
}

/** Whoever else can write the settings of a workspace decides what is kept there. Root's files are beyond doubt. */
async function warnOfStranger({ files, userId, logger }: Context, file: string): Promise<void> {
  const owner = (await files.factsOf(file))?.owner ?? 0;
  if (userId === undefined || [userId, 0].includes(owner) || userId === 0) return;
  logger.warn(`${file} belongs to another user of this machine (number ${owner}): are these settings yours?`);
}
