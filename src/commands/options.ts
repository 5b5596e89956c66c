import type { Option, Command as Stub } from 'commander';
import { type Chosen, choose, type Layers, notHere, type Said, wrongValue } from '../core/config/index.ts';
import { switchIn, variableOf } from '../core/domain/index.ts';
import { UsageError } from '../core/errors/index.ts';
import { environmentTwin, isRefusedIfSet, isTyped, type OptionSpec, settingOf, whens } from './definition.ts';
import { wholeIn } from './whole-number.ts';

/** What commander has read, before any check. */
export type Parsed = Readonly<Record<string, unknown>>;

export interface Declared {
  readonly option: Option;
  readonly spec: OptionSpec;
}

/**
 * What each layer says of the options, strongest first, by the name that commander gives them: the command line, the
 * environment, `.env`, the user's own file. Commander's own reading of variables would bypass the host.
 */
export function gather(
  declared: readonly Declared[],
  typed: Parsed,
  { variables, user }: Layers,
): ReadonlyMap<string, Chosen> {
  // Of `--holdout` and `--no-holdout` in one layer the later one counts.
  const said = declared.toReversed().flatMap(({ option, spec }) => {
    const twin = environmentTwin(option);
    const own = spec.personal && user.get(settingOf(option));
    const all: Said[] = [
      ...flagOf(option, typed),
      ...(isTyped(spec) ? [] : (variables.get(twin) ?? [])).map((each) => ({
        ...each,
        value: read(option, twin, each),
      })),
      ...(own ? [{ ...own, value: read(option, settingOf(option), own) }] : []),
      ...(spec.fallback === undefined ? [] : [{ value: spec.fallback, from: 'default', at: 'default' } as const]),
    ];
    return all.map((each) => ({ name: option.attributeName(), each }));
  });
  const byName = Map.groupBy(said, ({ name }) => name);
  return new Map(
    [...byName].map(([name, all]) => [
      name,
      choose(
        name,
        all.map(({ each }) => each),
      ),
    ]),
  );
}

/** What every command is told, as it counts. */
interface Common {
  readonly json: boolean;
  readonly color: (typeof whens)[number];
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly owner?: string;
  /** In seconds, whole. */
  readonly timeout?: number;
  readonly yes: boolean;
  readonly input: boolean;
  readonly confirm?: string;
}

const LONGEST_S = 3600;

/** Switches are switches by now, and words are words: only those of which not every word will do can be wrong. */
export function commonIn(chosen: ReadonlyMap<string, Chosen>): Common {
  const common = Object.fromEntries([...chosen].map(([name, { value }]) => [name, value])) as unknown as Common;
  const wrong = (key: string, message: string) => {
    const { from = 'default', at = '' } = chosen.get(key) ?? {};
    const name = from === 'flag' ? `--${key}` : from === 'user' ? key : variableOf(key);
    return wrongValue({ from, at }, name, message);
  };
  if (!whens.includes(common.color)) throw wrong('color', `must be one of ${whens.join(', ')}`);
  if (common.timeout === undefined) return common;
  const timeout = wholeIn(String(common.timeout), { from: 1, to: LONGEST_S });
  if (timeout === undefined) throw wrong('timeout', `must be whole seconds, from 1 to ${LONGEST_S}`);
  return { ...common, timeout };
}

/** What a severe command does is said by whoever calls it, not by a file that may have come with the folder. */
export function refuseFiles(own: readonly Declared[], { variables }: Layers): void {
  for (const { option } of own) {
    const twin = environmentTwin(option);
    const said = variables.get(twin)?.find(({ from }) => from === '.env');
    if (said) throw notHere(said, twin, 'this command cannot be undone, and takes it from whoever calls it');
  }
}

/** UsageError for a variable that would stand in for what must be typed; UserError `config` where a file sets it. */
export function refuseSet(own: readonly Declared[], { variables }: Layers): void {
  for (const { option, spec } of own) {
    const twin = environmentTwin(option);
    const said = isRefusedIfSet(spec) && variables.get(twin)?.[0];
    if (!said) continue;
    if (said.from === '.env') throw notHere(said, twin, `it is typed for one command: ${spec.flags}`);
    throw new UsageError(`${twin}: cannot be set, it is typed for one command`, [spec.flags, `unset ${twin}`]);
  }
}

/** The options as settings: by the name of the flag, a switch as the flag has it. */
export function asSettings(declared: readonly Declared[], chosen: ReadonlyMap<string, Chosen>): Chosen[] {
  return declared.map(({ option }) => {
    const { over, ...found }: Omit<Chosen, 'key'> = chosen.get(option.attributeName()) ?? { over: [] };
    const asFlag = (value: unknown) => (option.negate && typeof value === 'boolean' ? !value : value);
    return {
      ...found,
      ...{ key: settingOf(option), value: asFlag(found.value) },
      over: over.map((said) => ({ ...said, value: asFlag(said.value) })),
    };
  });
}

/**
 * Options that the command line has, also those before the verb: `sophia events --json verify`. Commander's own defaults
 * for `--no-x` are left out. UsageError for one that the noun knows, being a command too, and the verb does not.
 */
export function typedOptions(stub: Stub): Parsed {
  const before = stub.parent ? typedOptions(stub.parent) : {};
  for (const name of Object.keys(before)) {
    const isOf = ({ options }: Stub) => options.find((option) => option.attributeName() === name);
    if (!isOf(stub)) throw new UsageError(`unknown option '${stub.parent && isOf(stub.parent)?.long}'`);
  }
  const typed = Object.entries(stub.opts()).filter(([name]) => stub.getOptionValueSource(name) === 'cli');
  return { ...before, ...Object.fromEntries(typed) };
}

function flagOf(option: Option, typed: Parsed): readonly Said[] {
  const value = typed[option.attributeName()];
  if (value === undefined || (typeof value === 'boolean' && value === option.negate)) return [];
  // As a variable it would say nothing; who types it has meant something, and a script may have lost it.
  if (value === '') throw wrongValue({ from: 'flag', at: '' }, option.long ?? '', 'must not be empty');
  return [{ value, from: 'flag', at: option.long ?? '' }];
}

/** YAML has switches of its own. */
function inFile(key: string, said: Said): boolean {
  if (typeof said.value === 'boolean') return said.value;
  throw wrongValue(said, key, 'must be true or false');
}

function read(option: Option, twin: string, said: Said): unknown {
  if (!option.isBoolean() && !option.negate) return said.value;
  if (said.from === 'user') return inFile(twin, said);
  const on = switchIn(String(said.value));
  if (on === undefined) throw wrongValue(said, twin, `"${said.value}" is neither on nor off; 1 and 0 are`);
  return on !== option.negate;
}
