import { CommanderError, Option, Command as Stub } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { commonOptions, isOn } from './commands/definition.ts';
import { harmless } from './commands/harmless.ts';
import { type Entry, nouns, registry } from './commands/registry.ts';
import type { Ending } from './commands/wrapper.ts';

import { type Host, isSeated } from './core/context/index.ts';
import { asSophiaError, type ExitName, exits, type SophiaError, UsageError } from './core/errors/index.ts';

export { processHost } from './core/context/index.ts';

const UNTESTED =
  'sophia is neither tested nor expected to run on Windows itself: use WSL, which is Linux within Windows';

/** Runs one command line and returns its exit code. The launcher and the tests both come in here. */
export async function main(host: Host, entries: readonly Entry[] = registry): Promise<number> {
  // Until a command has looked everywhere, the command line and the environment tell how to speak.
  const wants = (flag: string, variable: string) => host.argv.includes(flag) || isOn(host.env[variable]);
  const ending: Ending = {
    code: exits.ok.code,
    json: wants('--json', 'SOPHIA_JSON'),
    debug: wants('--debug', 'SOPHIA_DEBUG'),
  };
  try {
    const answer = await aside(host, entries, ending.json);
    if (answer !== undefined) {
      host.stdout.write(answer);
      return exits.ok.code;
    }
    if (host.machine.platform === 'win32' && !wants('--quiet', 'SOPHIA_QUIET')) host.stderr.write(`${UNTESTED}\n`);
    await stubs(host, entries, ending).parseAsync(asTyped(host), { from: 'user' });
    const code = stopped(host, ending.code) ?? ending.code;
    await ending.log?.end(code);
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exits.ok.code;
    const error = thrown instanceof CommanderError ? await usageError(thrown, host, entries) : asSophiaError(thrown);
    // What cannot be read, or set, fails before a command could open the log.
    if (ending.debug) ending.log ??= await (await import('./commands/debug.ts')).openEarlyLog(host);
    const code = await fail(error, host, ending);
    await ending.log?.end(code, error);
    return code;
  }
}

/** What is answered without a command being called: what a shell asks at the press of TAB, and the manual as data. */
async function aside(host: Host, entries: readonly Entry[], json: boolean): Promise<string | undefined> {
  const [first, ...words] = host.argv;
  if (first === 'completion' && words[0] === '--complete')
    return (await import('./commands/complete.ts')).complete(words.slice(words[1] === '--' ? 2 : 1), host, entries);
  if (first === 'help' && json) return (await import('./commands/manual.ts')).manual(words, entries);
  if (first === 'help') await refuseUnknown(words.filter((word) => !word.startsWith('-')).join(' '), entries);
  return undefined;
}

/** Commander would show the help of all for a command that is not there, and call that well done. */
async function refuseUnknown(asked: string, entries: readonly Entry[]): Promise<void> {
  if (asked === '') return;
  const { isNamed, noSuchCommand } = await import('./commands/meant.ts');
  if (!isNamed(asked, entries)) throw await noSuchCommand(asked, entries);
}

/** `sophia help churn analyze` is `sophia churn analyze --help`; nothing at all is `tui` for who sits at a terminal, and else `--help`. */
function asTyped(host: Host): string[] {
  const [first, ...rest] = host.argv;
  if (first === undefined) return [isSeated(host) ? 'tui' : '--help'];
  return first === 'help' ? [...rest.filter((word) => !word.startsWith('-')), '--help'] : [first, ...rest];
}

/** Names and summaries only. A command's own definition is loaded when its stub is called, and not before. */
function stubs(host: Host, entries: readonly Entry[], ending: Ending): Stub {
  const program = new Stub('sophia')
    .description(manifest.description)
    .version(manifest.version)
    .helpCommand(false)
    // What stands behind the name of a command is that command's.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: () => undefined, // what commander would say, `fail` says
      getOutHelpWidth: () => 79,
    });

  const groups = new Map(Object.entries(nouns).map(([noun, summary]) => [noun, group(program, noun, summary)]));
  for (const { name, summary, load } of entries) {
    const [first, verb] = name.split(' ') as [string, string?];
    const parent = verb ? (groups.get(first) ?? program) : program;
    const stub = parent.command(verb ?? first).summary(summary);
    // A command may be the noun of others, as `events` is.
    if (!verb) groups.set(first, stub.enablePositionalOptions());
    parent.hook('preSubcommand', async (_parent, called) => {
      if (called !== stub) return;
      const [{ default: command }, { declare }] = await Promise.all([load(), import('./commands/wrapper.ts')]);
      declare(stub, command, host, ending);
    });
  }
  return program;
}

/** A noun takes what every command takes, and hands it on to its verb: `sophia runs --json list`. */
function group(program: Stub, noun: string, summary: string): Stub {
  const stub = program.command(noun).summary(summary).allowUnknownOption().enablePositionalOptions();
  for (const { flags } of commonOptions) stub.addOption(new Option(flags).hideHelp());
  return stub;
}

/** A signal outranks whatever else the command came to, but for the one end that costs money. */
function stopped({ signal }: Host, code: number): number | undefined {
  if (!signal.aborted || code === exits.billing.code) return undefined;
  return exits[signal.reason as ExitName].code;
}

/** One message on stderr, or one JSON line when JSON was asked for; the exit code is the error's own. */
async function fail(error: SophiaError, host: Host, { json, debug }: Ending): Promise<number> {
  const signalled = stopped(host, exits[error.exit].code);
  if (signalled !== undefined) {
    host.stderr.write('sophia: stopped; what was finished is kept, and nothing is there by half\n');
    return signalled;
  }
  const { code } = exits[error.exit];
  const message = harmless(error.message);
  const next = nextSteps(error, host, debug).map(harmless);
  if (json) {
    host.stderr.write(`${JSON.stringify({ error: { kind: error.kind, exit: error.exit, code, message, next } })}\n`);
  } else {
    const { suggested, wrapped } = await import('./commands/style.ts');
    const tries = next.map((step) => suggested(step, host.stderr));
    host.stderr.write([wrapped('sophia: ', message, host.stderr), ...tries, ''].join('\n'));
  }
  // Where a fault of ours lies is told to who asks. A stack holds file names, and perhaps data.
  if (error.kind === 'bug' && debug) host.stderr.write(`${harmless(String((error.cause as Error)?.stack))}\n`);
  return code;
}

function nextSteps({ kind, next }: SophiaError, host: Host, debug: boolean): readonly string[] {
  if (kind === 'usage' && next.length === 0) return [helpFor(host)];
  return kind === 'bug' && !debug ? ['the same with --debug, which shows where it happened', ...next] : next;
}

async function usageError(
  { code, message }: CommanderError,
  { argv }: Host,
  entries: readonly Entry[],
): Promise<UsageError> {
  const [noun = ''] = argv.filter((each) => !each.startsWith('-'));
  const { flagOfMany, noSuchCommand, whichCommand } = await import('./commands/meant.ts');
  if (code === 'commander.help') return whichCommand(noun, entries);
  const said = message
    .replace(/^error: /, '')
    .split('\n')
    .join(' ');
  const [, asked] = /^unknown (?:command|option) '(.*?)'/.exec(said) ?? [];
  if (code === 'commander.unknownCommand' && asked !== undefined)
    return noSuchCommand(Object.hasOwn(nouns, noun) ? `${noun} ${asked}` : asked, entries);
  return new UsageError(said, asked !== undefined && asked === argv[0] ? flagOfMany(asked) : []);
}

/** The help of the command that was meant, as far as it can be made out. */
function helpFor({ argv }: Host): string {
  const [first = '', ...others] = argv.filter((word) => !word.startsWith('-'));
  // Between noun and verb may stand the value of an option.
  const known = [...others.map((word) => `${first} ${word}`), first].find(
    (asked) => Object.hasOwn(nouns, asked) || registry.some(({ name }) => name === asked),
  );
  return ['sophia', known, '--help'].filter((word) => word !== undefined).join(' ');
}
