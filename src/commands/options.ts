import type { Option } from 'commander';
import { type Chosen, choose, type Layers, type Said, wrongValue } from '../core/config/index.ts';
import { switchIn } from '../core/domain/index.ts';
import { environmentTwin, type OptionSpec } from './definition.ts';

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
    const own = user.get(keyOf(option));
    const all: Said[] = [
      ...flagOf(option, typed),
      ...(spec.typed ? [] : (variables.get(twin) ?? [])).map((each) => ({ ...each, value: read(option, twin, each) })),
      ...(own && !spec.typed ? [own] : []),
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

/** The options as settings: by the name of the flag, a switch as the flag has it. */
export function asSettings(declared: readonly Declared[], chosen: ReadonlyMap<string, Chosen>): Chosen[] {
  return declared.map(({ option }) => {
    const { over, ...found }: Omit<Chosen, 'key'> = chosen.get(option.attributeName()) ?? { over: [] };
    const asFlag = (value: unknown) => (option.negate && typeof value === 'boolean' ? !value : value);
    return {
      ...found,
      ...{ key: keyOf(option), value: asFlag(found.value) },
      over: over.map((said) => ({ ...said, value: asFlag(said.value) })),
    };
  });
}

/** Options that the command line has; commander's own defaults for `--no-x` are left out. */
export function typedOptions(stub: { opts(): Parsed; getOptionValueSource(name: string): string | undefined }): Parsed {
  return Object.fromEntries(Object.entries(stub.opts()).filter(([name]) => stub.getOptionValueSource(name) === 'cli'));
}

function keyOf({ long }: Option): string {
  return (long ?? '').slice(2).replaceAll('-', '_');
}

function flagOf(option: Option, typed: Parsed): readonly Said[] {
  const value = typed[option.attributeName()];
  if (value === undefined || (typeof value === 'boolean' && value === option.negate)) return [];
  return [{ value, from: 'flag', at: option.long ?? '' }];
}

function read(option: Option, twin: string, said: Said): unknown {
  if (!option.isBoolean() && !option.negate) return said.value;
  const on = switchIn(String(said.value));
  if (on === undefined) throw wrongValue(said, twin, `"${said.value}" is neither on nor off; 1 and 0 are`);
  return on !== option.negate;
}
