import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import type { Chosen } from '../core/config/index.ts';
import { type Context, type Host, openContext } from '../core/context/index.ts';
import { asSophiaError } from '../core/errors/index.ts';
import { silent } from './progress.ts';

/** What `--debug` writes down: what ran, how long it took and how it ended. */
export interface Log {
  step(event: string): Promise<void>;
  end(code: number, thrown?: unknown): Promise<void>;
}

export interface Running {
  /** As it is called: `sophia churn analyze`. */
  readonly command: string;
  /** How many words it was given. */
  readonly words: number;
  readonly options: readonly Chosen[];
}

const KEPT = 20;

/**
 * Opens a log for one command, and tells where it lies. It can be sent to whoever mends a fault: it holds no word that
 * was typed, no value but of switches, and no message of an error, for these name people.
 */
export async function openLog({ files, clock, random }: Context, host: Host, running: Running): Promise<Log> {
  const began = clock.now();
  const folder = join(files.places.state, 'log');
  const chance = Math.floor(random() * 0x10000).toString(16);
  const file = join(folder, `${began.replaceAll(':', '-')}-${chance.padStart(4, '0')}.jsonl`);
  let broken = false;
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (broken) return;
    await work().catch((thrown: Error) => {
      broken = true;
      host.stderr.write(`no log is written: ${asSophiaError(thrown).message}\n`);
    });
  };
  const write = (event: string, facts: object) =>
    attempt(async () => {
      const at = clock.now();
      const ms = Date.parse(at) - Date.parse(began);
      await files.append(file, `${JSON.stringify({ at, event, ms, ...facts })}\n`, 'private');
    });

  await attempt(async () => {
    await files.keepPrivate(file);
    const older = (await files.list(folder)).filter((name) => name.endsWith('.jsonl')).slice(0, -KEPT);
    for (const name of older) await files.remove(join(folder, name));
    host.stderr.write(`debug: what is done is noted in ${file}\n`);
  });
  await write('started', {
    run: running.command,
    words: running.words,
    options: running.options.filter(({ from }) => from !== undefined && from !== 'default').map(told),
    ...{ sophia: manifest.version, node: host.machine.node.version, platform: host.machine.platform },
  });
  return {
    step: (event) => write(event, {}),
    end: (code, thrown) => write('ended', { code, ...(thrown === undefined ? {} : { error: traced(thrown, host) }) }),
  };
}

/**
 * The log of a command line that came to no command: which one was meant is not known, nor what was set in files.
 * `undefined` where no folder is known to keep it in, which is then the very fault that is told.
 */
export async function openEarlyLog(host: Host): Promise<Log | undefined> {
  try {
    const context = openContext(host, undefined, silent);
    return await openLog(context, host, { command: 'sophia', words: host.argv.length, options: [] });
  } catch {
    return undefined;
  }
}

/** What was set and by which layer; what it was set to only where that can be no name. */
function told({ key, from, value }: Chosen): object {
  return { key, from, ...(typeof value === 'boolean' ? { value } : {}) };
}

/** Where a fault lies, in the files of sophia: the folder it was installed in, and a home, name a person. */
function traced(thrown: unknown, { packageRoot, env }: Host): object {
  const { kind, exit, cause } = asSophiaError(thrown);
  const origin = (cause ?? thrown) as Partial<NodeJS.ErrnoException>;
  const within = (folder: string) => [pathToFileURL(folder).href, folder];
  const shortened = (frame: string) => {
    const inside = within(packageRoot).reduce((left, folder) => left.replaceAll(`${folder}/`, ''), frame);
    return env.HOME ? within(env.HOME).reduce((left, folder) => left.replaceAll(folder, '~'), inside) : inside;
  };
  const frames = (origin.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { kind, exit, class: origin.name, errno: origin.code, frames: frames.map((line) => shortened(line.trim())) };
}
