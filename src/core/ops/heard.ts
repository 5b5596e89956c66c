import type { Context } from '../context/index.ts';
import type { Turn } from '../domain/index.ts';
import { UsageError, UserError } from '../errors/index.ts';
import { openLanguage, type Told } from '../language/index.ts';

export interface HeardTurn extends Told {
  readonly id?: string;
}

export interface HeardReport {
  readonly turns: readonly HeardTurn[];
  /** Lines that hold no turn, and why; absent where there is none. What stands in them is not told. */
  readonly rejections?: readonly { readonly line: number; readonly reason: string }[];
}

type Deps = Pick<Context, 'files' | 'stdin' | 'patienceS' | 'signal'>;
type Asked = { readonly text: string } | { readonly file: string };

/** What may be piped in, and how long one line may be: a call of hours. */
const MOST_PIPED = 256 * 2 ** 20;
const LONGEST_LINE = 2 ** 20;
/** An array of JSON has no lines: it is held whole. */
const LARGEST_ARRAY = 64 * 2 ** 20;

const SHAPES = ['one JSON object a line: {"id":"a1","text":"The heat is off again."}'];

/** Reads turns of residents by the language layer alone: needs no workspace, and keeps nothing. */
export async function hearTurns(deps: Deps, asked: Asked): Promise<HeardReport> {
  const language = await openLanguage();
  const turns: HeardTurn[] = [];
  const rejections: { line: number; reason: string }[] = [];
  const take = (line: number, found: unknown) => {
    const read = turnsIn(found);
    if (typeof read === 'string') rejections.push({ line, reason: read });
    else
      for (const { id, by, text } of read.turns) {
        if (by !== 'resident') continue;
        const { because, ...told } = language.tell(text);
        const unclear = read.called && language.areSpeakersUnclear(read.turns) ? [SWAPPED] : [];
        turns.push({ ...(id !== undefined && { id }), ...told, because: [...because, ...unclear] });
      }
  };
  if ('text' in asked) {
    take(1, { text: asked.text });
    return { turns };
  }
  for await (const { line, text } of await entriesOf(deps, asked.file)) {
    deps.signal.throwIfAborted();
    try {
      take(line, text === undefined ? undefined : JSON.parse(text));
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      rejections.push({ line, reason: 'is not JSON' });
    }
  }
  if (turns.length === 0 && rejections.length === 0)
    throw new UserError('insufficient', `${asked.file} holds no turn of a resident`, SHAPES);
  if (turns.length === 0 && rejections[0])
    throw new UsageError(
      `${asked.file}: line ${rejections[0].line} ${rejections[0].reason}, and no other line can be read either`,
      SHAPES,
    );
  return { turns, ...(rejections.length > 0 && { rejections }) };
}

const SWAPPED = 'not scored: somebody labelled resident speaks as the office does, so speakers may be swapped';

interface Read {
  /** Whether they are of one call, in which others speak too. */
  readonly called: boolean;
  readonly turns: readonly (Turn & { readonly id?: string })[];
}

/** The turns of one entry: a turn by itself, or a call as `calls.jsonl` has it; or what is wrong with it. */
function turnsIn(found: unknown): Read | string {
  if (typeof found !== 'object' || found === null) return 'is no object with a text';
  const id = idOf(found);
  if ('turns' in found) {
    if (!Array.isArray(found.turns)) return 'has turns that are no list';
    const turns = found.turns.map((turn, at) => turnIn(turn, id === undefined ? undefined : `${id}#${at + 1}`));
    return turns.every((turn) => typeof turn !== 'string') ? { called: true, turns } : 'has a turn without a text';
  }
  const turn = turnIn(found, id);
  return typeof turn === 'string' ? turn : { called: false, turns: [turn] };
}

function turnIn(found: unknown, id: string | undefined): (Turn & { readonly id?: string }) | string {
  if (typeof found !== 'object' || found === null || !('text' in found) || typeof found.text !== 'string')
    return 'has no text';
  const by = 'by' in found && found.by !== undefined ? found.by : 'resident';
  if (by !== 'resident' && by !== 'agent') return 'is by neither resident nor agent';
  return { by, text: found.text, ...(id !== undefined && { id }) };
}

function idOf(found: object): string | undefined {
  const id = 'id' in found ? found.id : 'call_id' in found ? found.call_id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

interface EntryText {
  readonly line: number;
  /** `undefined` where it is too long to be read. */
  readonly text: string | undefined;
}

async function entriesOf({ files, stdin, patienceS }: Deps, file: string): Promise<AsyncIterable<EntryText>> {
  if (file === '-') return entriesIn(stdin.read(MOST_PIPED, patienceS), file);
  const path = files.resolve(file);
  if ((await files.kindOf(path)) !== 'file') throw new UsageError(`there is no file "${file}"`);
  return entriesIn(files.stream(path), file);
}

/** Lines one at a time; of an array its items, told by their number. */
async function* entriesIn(bytes: AsyncIterable<Uint8Array>, file: string): AsyncIterable<EntryText> {
  const decoder = new TextDecoder();
  let [left, line, isArray] = ['', 0, false];
  for await (const chunk of bytes) {
    const isFirst = line === 0 && left.trim() === '';
    left += decoder.decode(chunk, { stream: true });
    if (isFirst) isArray = left.trimStart().startsWith('[');
    if (isArray) {
      if (left.length > LARGEST_ARRAY)
        throw new UserError('insufficient', `${file} is an array of more than 64 MB`, SHAPES);
      continue;
    }
    const lines = left.split('\n');
    left = lines.pop() ?? '';
    for (const text of lines) yield* entry(++line, text);
    // The rest of a line that is too long already is not kept.
    if (left.length > LONGEST_LINE) left = left.slice(0, LONGEST_LINE + 1);
  }
  left += decoder.decode();
  if (isArray) yield* itemsIn(left, file);
  else yield* entry(line + 1, left);
}

function* entry(line: number, text: string): Iterable<EntryText> {
  if (text.trim() !== '') yield { line, text: text.length > LONGEST_LINE ? undefined : text };
}

function* itemsIn(text: string, file: string): Iterable<EntryText> {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} begins as a JSON array, and is none`, SHAPES);
  }
  if (Array.isArray(items))
    for (const [at, item] of items.entries()) yield { line: at + 1, text: JSON.stringify(item) };
}
