import { commonOptions, environmentTwin, longOf, type OptionSpec, takesValue } from '../../src/commands/definition.ts';
import { registry } from '../../src/commands/registry.ts';

/** One command line, and the variables that it meets. */
export interface Line {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const commands = await Promise.all(registry.map(async ({ name, load }) => ({ name, command: (await load()).default })));
const everyOption = [...commonOptions, ...commands.flatMap(({ command }) => command.options ?? [])];

/** What people, scripts and ill-willed people type. */
const words = [
  ...['', ' ', '-', '--', '---', '=', '-h', '--help', '--version', '-V', '--no-json', '--json=yes', '--color=always'],
  ...['0', '-1', '1e9', 'NaN', '999999999999999999999', '2026-02-30', '2026-11-22', '9999-12-31', '0000-00-00'],
  ...['elm-house', 'ada', 'run-0123456789ab', 'imp-0123456789ab', 'hill-street', 'rent-roll', 'exact', 'waiting'],
  ...['.', '..', '/', '/dev/null', '../..', 'sophia.yaml', 'data', 'nowhere/at/all', '~', '*', '$(id)', '; rm -rf'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '--__proto__', '--constructor=1', 'null', 'undefined'],
  ...[
    '\u0000',
    '\n',
    '\t',
    '\u001b[2J',
    '\u202e',
    '\ud800',
    '\ufeff',
    'İ',
    '👩‍👩‍👧',
    'é',
    'e\u0301',
    "'",
    '"',
    '\\',
    '%s%n',
  ],
  ...['x'.repeat(300), 'x'.repeat(5000), '-'.repeat(100), `--${'y'.repeat(300)}`],
];

/** The same number gives the same line. */
export function lineOf(random: () => number): Line {
  const below = (n: number) => Math.floor(random() * n);
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const word = () => (random() < 0.1 ? noise(below, 1 + below(12)) : one(words));
  const flagged = (option: OptionSpec): string[] => {
    const long = longOf(option);
    if (random() < 0.1) return [long.slice(0, 2 + below(long.length))];
    if (!takesValue(option)) return [long];
    const { completes } = option;
    const value = typeof completes === 'object' && random() < 0.5 ? one(completes) : word();
    return random() < 0.3 ? [`${long}=${value}`] : [long, value];
  };

  const { name, command } = one(commands);
  const own = [...(command.options ?? []), ...commonOptions];
  const parts: string[] = [];
  const kind = random();
  if (kind < 0.8) parts.push(...name.split(' '));
  else if (kind < 0.85) parts.push('help', ...name.split(' ').slice(0, 1 + below(2)));
  else if (kind < 0.9) parts.push('completion', '--complete', '--', ...name.split(' '));
  else parts.push(word());
  for (const arg of command.args ?? []) if (random() < 0.7) parts.push(arg.completes === 'run' ? word() : one(words));
  for (let more = 1 + below(4); more > 0; more--)
    parts.push(...(random() < 0.7 ? flagged(random() < 0.8 ? one(own) : one(everyOption)) : [word()]));
  if (random() < 0.1) parts.splice(below(parts.length + 1), 0, word());
  if (random() < 0.1) parts.reverse();
  // What is misspelt is said before anything is opened: most lines are, so that many can be tried.
  if (random() < 0.5) parts.push(`--${word()}`);
  // Small, as nobody waits for a portfolio that only a test invents.
  if (name === 'portfolio demo') parts.push('--properties=1', '--units=2');
  const env: Record<string, string> = {};
  if (random() < 0.2) env[environmentTwin({ long: longOf(one(own)) })] = word();
  return fenced({ argv: parts, env });
}

/** Who writes where the words say may be sent nowhere but below the folder that the line is run in. */
function fenced({ argv, env }: Line): Line {
  if (!writes(argv)) return { argv, env };
  const below = (text: string) => text.replaceAll(/\.\.|\//g, '_');
  return {
    argv: argv.map(below),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, below(value)])),
  };
}

/** Whether the line may be one that writes files where there is no workspace. */
export function writes(argv: readonly string[]): boolean {
  return argv.includes('init') || argv.includes('template');
}

function noise(below: (n: number) => number, length: number): string {
  const units = Array.from({ length }, () => (below(4) === 0 ? below(0x10000) : 32 + below(95)));
  return String.fromCharCode(...units);
}
