import type { Host } from '../core/context/index.ts';
import type { NameKind } from '../core/ops/names.ts';
import {
  type Command,
  type Completes,
  commonOf,
  commonOptions,
  isOn,
  longOf,
  type OptionSpec,
  optionsOf,
  settingOf,
  takesValue,
} from './definition.ts';
import { harmless } from './harmless.ts';
import { silent } from './progress.ts';
import { type Entry, nouns } from './registry.ts';

/** A word that may stand where TAB was pressed, and what it is for. */
interface Candidate {
  readonly value: string;
  readonly about: string;
}

interface Offer {
  readonly words: readonly Candidate[];
  /** The shell offers these itself: what lies on the disk it knows better. */
  readonly disk?: 'file' | 'folder' | undefined;
}

/**
 * What may stand in the place of the last of `words`, which may be empty: a line each, value and explanation parted by
 * a tab, and at the end `:file` or `:folder` where such may stand there. Who presses TAB has asked nothing yet: whatever is amiss, there is no answer.
 */
export async function complete(words: readonly string[], host: Host, entries: readonly Entry[]): Promise<string> {
  try {
    const typed = rejoined(words);
    const current = typed.pop() ?? '';
    const offer = await offerFor(typed, current, host, entries);
    const fitting = offer.words.filter(({ value }) => value.startsWith(current) && value !== '');
    const lines = fitting.map(({ value, about }) => `${oneLine(value)}\t${oneLine(about)}\n`);
    return [...lines, ...(offer.disk ? [`:${offer.disk}\n`] : [])].join('');
  } catch (thrown) {
    if (isOn(host.env.SOPHIA_DEBUG)) throw thrown;
    return '';
  }
}

function oneLine(text: string): string {
  return harmless(text).replaceAll(/\s+/g, ' ');
}

/** Bash parts `--top=3` into three words; they are taken for `--top 3`. */
function rejoined(words: readonly string[]): string[] {
  const ends = words.at(-1) === '=' ? [...words, ''] : words;
  return ends.filter((word, at) => word !== '=' || !ends[at - 1]?.startsWith('--'));
}

async function offerFor(
  typed: readonly string[],
  current: string,
  host: Host,
  entries: readonly Entry[],
): Promise<Offer> {
  const [first, ...rest] = typed;
  if (first === undefined)
    return { words: current.startsWith('-') ? programFlags : [...firstWords(entries), helpWord] };
  if (first === 'help') return { words: rest.length === 0 ? firstWords(entries) : verbsOf(rest, entries) };
  const named = (asked: string) => entries.find(({ name }) => name === asked);
  const entry = named(`${first} ${rest[0]}`) ?? named(first);
  if (!entry) return { words: verbsOf(typed, entries) };
  const { default: command } = await entry.load();
  const offer = await offerOf(command, typed.slice(entry.name.split(' ').length), current, host);
  // A command may be the noun of others, as `events` is.
  return current.startsWith('-') ? offer : { ...offer, words: [...verbsOf(typed, entries), ...offer.words] };
}

const programFlags: readonly Candidate[] = [
  { value: '--help', about: 'display help' },
  { value: '--version', about: 'output the version number' },
];

const helpWord: Candidate = { value: 'help', about: 'Show the help of a command; --json: of all, as data' };

function firstWords(entries: readonly Entry[]): Candidate[] {
  const words = new Map(entries.toReversed().map(({ name, summary }) => [name.split(' ')[0] ?? '', summary]));
  return [...words].reverse().map(([value, summary]) => ({ value, about: nouns[value] ?? summary }));
}

function verbsOf([noun, ...more]: readonly string[], entries: readonly Entry[]): Candidate[] {
  if (more.length > 0) return [];
  return entries
    .filter(({ name }) => name.startsWith(`${noun} `))
    .map(({ name, summary }) => ({ value: name.slice(`${noun} `.length), about: summary }));
}

async function offerOf(command: Command, typed: readonly string[], current: string, host: Host): Promise<Offer> {
  const { args = [], place } = command;
  const options = [...optionsOf(command), ...commonOf(command)];
  const { given, operands, waiting, ended } = read(typed, options);
  const named = (completes: Completes | undefined, head = '') => valuesFor(completes, head, { host, given, place });

  if (waiting) return named(waiting.completes);
  const [flag, value] = current.split(/=(.*)/s);
  const assigned = ended || value === undefined ? undefined : options.find((option) => longOf(option) === flag);
  if (assigned) return named(assigned.completes, `${flag}=`);
  if (current.startsWith('-') && !ended) {
    const left = options.filter((option) => !given.has(longOf(option)));
    const flags = left.map((option) => ({ value: longOf(option), about: option.help }));
    return { words: [...flags, ...programFlags.slice(0, 1)] };
  }
  return named(args[operands]?.completes);
}

interface Typed {
  /** Values of the options that stand there, by long flag. */
  readonly given: ReadonlyMap<string, string>;
  readonly operands: number;
  /** The option whose value comes next. */
  readonly waiting?: OptionSpec;
  /** After `--` there are no options. */
  readonly ended: boolean;
}

function read(typed: readonly string[], options: readonly OptionSpec[]): Typed {
  const given = new Map<string, string>();
  let [operands, ended] = [0, false];
  let waiting: Typed['waiting'];
  for (const word of typed) {
    const [flag = '', value] = word.split(/=(.*)/s);
    if (waiting) {
      given.set(longOf(waiting), word);
      waiting = undefined;
    } else if (word === '--') ended = true;
    else if (ended || !word.startsWith('-')) operands += 1;
    else {
      const option = options.find(({ flags }) => flags.split(/[ ,]+/).includes(flag));
      given.set(option ? longOf(option) : flag, value ?? '');
      if (option && takesValue(option) && value === undefined) waiting = option;
    }
  }
  return { given, operands, ended, ...(waiting && { waiting }) };
}

interface Asking {
  readonly host: Host;
  readonly given: Typed['given'];
  readonly place: string;
}

async function valuesFor(completes: Completes | undefined, head: string, asking: Asking): Promise<Offer> {
  if (completes === undefined) return { words: [] };
  if (completes === 'file' || completes === 'folder') return { words: [], disk: completes };
  const names = typeof completes === 'string' ? await namesFor(completes, asking) : completes.map(bare);
  const words = names.map(({ value, about }) => ({ value: head + value, about }));
  return { words, disk: completes === 'map' || completes === 'copy' ? 'file' : undefined };
}

const bare = (value: string): Candidate => ({ value, about: '' });

/** What the store knows, as far as it can be told without changing anything. */
async function namesFor(kind: NameKind, { host, given, place }: Asking): Promise<readonly Candidate[]> {
  const [{ namesHere }, { openContext }] = await Promise.all([
    import('../core/app.ts'),
    import('../core/context/index.ts'),
  ]);
  const context = openContext(host, given.get('--cwd') ?? host.env.SOPHIA_CWD, silent);
  const owner = kind === 'owner' ? undefined : (given.get('--owner') ?? host.env.SOPHIA_OWNER);
  const names = await namesHere(context, { kind, owner, place: place === 'own' ? 'own' : 'any' });
  if (kind !== 'setting') return names;
  const options = commonOptions.map((option) => ({ value: settingOf({ long: longOf(option) }), about: option.help }));
  return [...options, ...names];
}
