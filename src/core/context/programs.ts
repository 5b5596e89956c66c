import { existsSync, readFileSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Host } from './host.ts';
import { type ProcessName, processNamed } from './processes.ts';

/** A program of somebody else, and what it is told. */
export interface Asked {
  /** Its file. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Besides what every program is told: where programs, home and temporary files are. Nothing else of ours is handed on. */
  readonly env: Readonly<Record<string, string>>;
  /** Asks it to stop, once, as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
  began?(name: ProcessName): void;
  hear?(text: string, stream: 'stdout' | 'stderr'): void;
}

export interface Finished {
  /** Undefined where it was killed, or could not be started. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Programs beside this one. */
export interface Programs {
  /** The file that a shell would run by that name. */
  find(name: string): Promise<string | undefined>;
  /** The file of a program of our own, such as the plugin of the engine. */
  own(name: 'emulator' | 'policy' | 'provider' | 'rehearsal'): string;
  /**
   * Runs one to its end, in a group of its own: Ctrl-C at the terminal reaches us alone, and we say it on. One that is left
   * when we are killed goes on.
   */
  run(asked: Asked): Promise<Finished>;
  /** Begins one that stays when we are gone; what it prints is added to `log`. Undefined where it could not be started. */
  begin(asked: Pick<Asked, 'program' | 'args'> & { readonly log: string }): Promise<ProcessName | undefined>;
  /** Who has that number on this machine just now. */
  named(pid: number): ProcessName | undefined;
  /** Asks it to stop, as Ctrl-C does, where it is still that one. */
  interrupt(name: ProcessName): void;
}

type ProgramsHost = Pick<Host, 'env' | 'packageRoot'>;

/** What programs need to find their way; secrets are no part of it. */
const TOLD = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'SYSTEMROOT'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'],
];

export function openPrograms({ env, packageRoot }: ProgramsHost): Programs {
  const told: Record<string, string> = Object.fromEntries(
    TOLD.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
  return {
    async find(name) {
      for (const folder of (env.PATH ?? '').split(delimiter).filter((each) => isAbsolute(each))) {
        const file = join(folder, name);
        if (
          await access(file, constants.X_OK).then(
            () => true,
            () => false,
          )
        )
          return file;
      }
      return undefined;
    },
    own: (name) => ownProgram(packageRoot, name),
    async run({ program, args, cwd, env: more, signal, began, hear }) {
      const { execa } = await import('execa');
      const child = execa(program, [...args], {
        ...{ cwd, env: { ...told, ...more }, extendEnv: false, stdin: 'ignore', detached: true, cleanup: false },
        ...{ reject: false, stripFinalNewline: false, maxBuffer: 256 << 20 },
      });
      const stop = () => void child.kill('SIGINT');
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop, { once: true });
      const name = child.pid === undefined ? undefined : processNamed(child.pid);
      if (name) began?.(name);
      child.stdout.on('data', (chunk) => hear?.(String(chunk), 'stdout'));
      child.stderr.on('data', (chunk) => hear?.(String(chunk), 'stderr'));
      const { exitCode, stdout, stderr, shortMessage = '' } = await child;
      signal?.removeEventListener('abort', stop);
      return { code: exitCode, stdout, stderr: child.pid === undefined ? shortMessage : stderr };
    },
    async begin({ program, args, log }) {
      const { launch } = await import('./launch.ts');
      return processNamed(await launch({ program, args, log, env: told }));
    },
    named: processNamed,
    interrupt(name) {
      const pid = Number.parseInt(name.process, 10);
      const now = processNamed(pid);
      if (now?.world === name.world && now.process === name.process) process.kill(pid, 'SIGINT');
    },
  };
}

/** Beside this file where it is built; where it runs from its source, in the last build. */
function ownProgram(packageRoot: string, name: string): string {
  const beside = join(import.meta.dirname, `${name}.js`);
  if (existsSync(beside)) return beside;
  const [, build = ''] = /'\.\/(.+)\/cli\.js'/.exec(readFileSync(join(packageRoot, 'dist/cli.js'), 'utf8')) ?? [];
  return join(packageRoot, 'dist', build, `${name}.js`);
}
