import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Context, type Files, ours } from '../context/index.ts';
import { asSophiaError, type SophiaError, UsageError, UserError } from '../errors/index.ts';
import { findPlaces, type Places } from './places.ts';
import { userSchema } from './schema.ts';
import { isKnown } from './variables.ts';
import { readYamlLines } from './yaml.ts';

/** Who may say what a setting is, the strongest first. `demo` is the project that is shipped. */
export const layers = ['flag', 'env', '.env', 'project', 'demo', 'user', 'default'] as const;

/** What one layer says. */
export interface Said {
  readonly value: unknown;
  readonly from: (typeof layers)[number];
  /** What was written, and where: `--color`, `SOPHIA_COLOR`, `/srv/hill-street/.env:3`. */
  readonly at: string;
}

/** What is said around a workspace, apart from its own file and the command line. */
export interface Layers {
  readonly places: Places;
  /** By name; the environment before `.env`. */
  readonly variables: ReadonlyMap<string, readonly Said[]>;
  /** By key: `retention.capacity`. */
  readonly user: ReadonlyMap<string, Said>;
  /** Throws UserError `config` for what cannot stand in the user's own file. */
  checkUser(): Promise<unknown>;
  /** Why what some files say is not among it. */
  readonly faults: readonly SophiaError[];
}

/** Far more than anybody writes by hand, and little to read. */
const MOST_BYTES = 1_000_000;

/**
 * Variables that no file can hold, and why. A `.env` may have come with a folder from somebody else. SOPHIA_NO_INPUT may
 * stand there: where nobody is asked, nothing is agreed to.
 */
const notInFiles: Readonly<Record<string, string>> = {
  SOPHIA_CWD: 'this file is found by it',
  SOPHIA_CONFIRM: 'a name is given for one command, by whoever calls it',
  SOPHIA_YES: 'a file agrees to nothing; whoever calls sophia does',
};

/** Reads `.env` of the workspace and the user's own file. Throws UserError `config` for what cannot be read. */
export async function readLayers(context: Pick<Context, 'files' | 'variables'>): Promise<Layers> {
  const { layers, faults } = await survey(context);
  const [fault] = faults;
  if (fault) throw fault;
  return layers;
}

/** As `readLayers`, for who goes on without a file that cannot be used, and tells why. Each file is checked whole. */
export async function surveyLayers(context: Pick<Context, 'files' | 'variables'>): Promise<Layers> {
  const { layers, faults, orNothing } = await survey(context);
  const isFit = await orNothing(
    layers.checkUser().then(() => true),
    false,
  );
  return { ...layers, ...(isFit ? {} : nobody), faults };
}

/** What is said where nobody has a file. */
const nobody: Pick<Layers, 'user' | 'checkUser'> = { user: new Map(), checkUser: async () => undefined };

async function survey({ files, variables }: Pick<Context, 'files' | 'variables'>) {
  const faults: SophiaError[] = [];
  const orNothing = async <T>(reading: Promise<T>, nothing: T): Promise<T> =>
    reading.catch((thrown) => {
      const fault = asSophiaError(thrown);
      if (fault.kind === 'bug') throw thrown;
      faults.push(fault);
      return nothing;
    });
  const places = await findPlaces(files);
  const found = new Map<string, Said[]>();
  const hear = (name: string, said: Said) => {
    if (!isSilent(name, said)) found.set(name, [...(found.get(name) ?? []), said]);
  };
  for (const [name, value] of Object.entries(variables)) hear(name, { value, from: 'env', at: name });
  for (const [name, said] of places.synthetic ? [] : await orNothing(readDotEnv(files, envFileOf(places)), []))
    hear(name, said);
  const layers: Layers = { places, variables: found, ...(await orNothing(readUser(files), nobody)), faults: [] };
  return { layers, faults, orNothing };
}

/** An empty variable is as one that is not set: that is how scripts and services take one back. A misspelt one is told. */
function isSilent(name: string, { value }: Said): boolean {
  return value === '' && isKnown(name);
}

/** The same without what files say: a value in one of them is at `fault`. */
export function withoutFiles(layers: Layers, fault: SophiaError): Layers {
  const variables = new Map<string, readonly Said[]>();
  for (const [name, said] of layers.variables)
    variables.set(
      name,
      said.filter(({ from }) => from === 'env'),
    );
  return { ...layers, ...nobody, variables, faults: [...layers.faults, fault] };
}

export function envFileOf({ configFile }: Places): string {
  return join(dirname(configFile), '.env');
}

async function readDotEnv(files: Files, file: string): Promise<readonly (readonly [string, Said])[]> {
  const text = (await readSettings(files, file))?.replace(/^\ufeff/, '') ?? '';
  return Object.entries(ours(parseEnv(text))).map(([name, value]) => {
    // Of several lines the last one counts.
    const line = 1 + text.split('\n').findLastIndex((each) => nameIn(each) === name);
    const said: Said = { value, from: '.env', at: `${file}:${line}` };
    const why = notInFiles[name];
    if (why !== undefined) throw notHere(said, name, why);
    return [name, said];
  });
}

/** The name that a line of `.env` sets, whatever letters it has. */
function nameIn(line: string): string | undefined {
  return line
    .split('=')[0]
    ?.trim()
    .replace(/^export\s+/, '');
}

async function readUser(files: Files): Promise<Pick<Layers, 'user' | 'checkUser'>> {
  const file = join(files.places.config, 'config.yaml');
  // Started as somebody else, with the home of whoever started it (sudo): a folder that is shut holds no file of ours.
  const isShut = await files.kindOf(file).then(
    () => false,
    ({ code }: NodeJS.ErrnoException) => code === 'EACCES',
  );
  const text = isShut ? undefined : await readSettings(files, file);
  if (text === undefined) return nobody;
  const help = ['mend that line; docs/configuration.md tells what may stand there'];
  const { leaves, checked } = await readYamlLines(text, { file, schema: userSchema, scalars: 'typed', help });
  const said = leaves.map(({ key, value, line }): [string, Said] => [
    key,
    { value, from: 'user', at: `${file}:${line}` },
  ]);
  return { user: new Map(said), checkUser: checked };
}

/** A file of settings; `undefined` where there is none. What cannot be one is refused before it is read. */
export async function readSettings(files: Files, file: string): Promise<string | undefined> {
  const facts = await files.factsOf(file);
  if (facts === undefined) return undefined;
  const refuse = (why: string) => new UserError('config', `${file}: ${why}`, ['put a file of settings there, or none']);
  if (facts.kind === 'folder') throw refuse('it is a folder, and a file is needed');
  if (!facts.isRegular) throw refuse('it is a pipe or a device, and a file is needed');
  if (facts.bytes > MOST_BYTES) throw refuse(`it is ${megabytes(facts.bytes)} long, and settings have 1 MB at most`);
  return files.readText(file);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The error for a variable that this file cannot say, whatever its value. */
export function notHere(said: Said, name: string, why: string): SophiaError {
  return wrongValue(said, name, `cannot be set here: ${why}`);
}

/** The error for a value that cannot be used; names where it was said and what mends it. `name` is flag, variable or key. */
export function wrongValue({ from, at }: Pick<Said, 'from' | 'at'>, name: string, message: string): SophiaError {
  if (from === 'flag') return new UsageError(`${name}: ${message}`);
  if (from === 'env')
    return new UsageError(`${at}: ${message}`, [
      `unset ${at}, or give it another value`,
      'sophia config explain   tells where settings come from',
    ]);
  return new UserError('config', `${at}: ${name}: ${message}`, ['mend that line']);
}
