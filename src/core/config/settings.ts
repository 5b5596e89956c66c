import type { Context } from '../context/index.ts';
import { switchIn, variableOf } from '../domain/index.ts';
import { waitedFor } from './database-url.ts';
import { envFileOf, type Layers, layers, readSettings, type Said, wrongValue } from './layers.ts';
import { type Config, configOf, configSchema, defaults, personal } from './schema.ts';
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
  { key: 'approvals.issuers' },
  { key: 'approvals.roles' },
  { key: 'approvals.two_persons' },
  { key: 'fairness.hidden_from' },
  { key: 'fairness.contact' },
  { key: 'calls.keep_transcripts', read: (text) => switchIn(text) ?? text },
  { key: 'deploy.approval' },
  { key: 'deploy.named_above' },
];

/** Who says what of each setting of the files. Nothing is judged: a value that is wrong is shown where it stands. */
export interface Settings {
  readonly chosen: readonly Chosen[];
  /** The settings as they count. Throws for the first value that cannot. */
  checked(): Promise<Config>;
}

const HELP = ['mend that line; the comments in a fresh file explain each setting: sophia init <other-dir>'];

/** Reads the project's file and lays the other layers over and under it. */
export async function settle(context: Context, layers: Layers): Promise<Settings> {
  const { places, user } = layers;
  const file = places.configFile;
  const text = (await readSettings(context.files, file)) ?? '';
  const project = await readYamlLines(text, { file, schema: configSchema, scalars: 'typed', help: HELP });
  for (const each of [file, envFileOf(places)]) await warnOfStranger(context, each);

  const from = places.synthetic ? 'demo' : 'project';
  const own = new Map(
    project.leaves.map(({ key, value, line }): [string, Said] => [key, { value, from, at: `${file}:${line}` }]),
  );
  const chosen = settings.map(({ key, read, secret }) => {
    const fallback = Object.entries(defaults).find(([name]) => name === key);
    const found = choose(key, [
      ...(read ? inVariables(layers, key, read) : []),
      ...[own.get(key), user.get(key)].filter((said) => said !== undefined),
      ...(fallback ? [{ value: fallback[1], from: 'default', at: 'default' } as const] : []),
    ]);
    return secret && found.value !== undefined ? { ...found, value: '(not shown)' } : found;
  });
  const url = await readStoreUrl(context.files, layers, own.get('store.url'));
  // Of a person alone. Which keys there are is known by the screens.
  const keys = [...user].filter(([key]) => key.startsWith('tui.keys.'));
  return {
    chosen: [...chosen, choose('store.url', url.said), ...keys.map(([key, said]) => choose(key, [said]))],
    async checked() {
      const data = await project.checked();
      await layers.checkUser();
      await checkVariables(layers);
      const place = url.checked();
      const value = (key: keyof ReturnType<typeof personal>) => chosen.find((each) => each.key === key)?.value;
      return {
        ...configOf(data),
        capacity: value('retention.capacity') as number,
        keepTranscripts: value('calls.keep_transcripts') as boolean,
        ...(place && { database: waitedFor(place, context.patienceS) }),
      };
    },
  };
}

function inVariables({ variables }: Layers, key: string, read: (text: string) => unknown): Said[] {
  return (variables.get(variableOf(key)) ?? []).map((said) => ({ ...said, value: read(String(said.value)) }));
}

async function checkVariables(layers: Layers): Promise<void> {
  const { z } = await import('zod');
  const schemas = personal(z);
  for (const { key, read } of settings)
    for (const said of read ? inVariables(layers, key, read) : []) {
      const { error } = schemas[key as keyof typeof schemas].safeParse(said.value);
      if (error) throw wrongValue(said, variableOf(key), `is "${said.value}": ${error.issues[0]?.message}`);
    }
}

/** Whoever else can write the settings of a workspace decides what is kept there. Root's files are beyond doubt. */
async function warnOfStranger({ files, userId, logger }: Context, file: string): Promise<void> {
  const owner = (await files.factsOf(file))?.owner ?? 0;
  if (userId === undefined || [userId, 0].includes(owner) || userId === 0) return;
  logger.alert(`${file} belongs to another user of this machine (number ${owner}): are these settings yours?`);
}
