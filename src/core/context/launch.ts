import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { execa } from 'execa';
import { asSophiaError } from '../errors/index.ts';

export interface Launched {
  readonly program: string;
  readonly args: readonly string[];
  /** The file to which is added whatever it prints; its folder is there. */
  readonly log: string;
  /** What it is told instead of all that we were. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts a program apart from this process: it outlives it, and the terminal. Returns its process id. It is given the log
 * itself to print to: what went through a pipe of ours would be lost when we end.
 */
export async function launch({ program, args, log, env }: Launched): Promise<number> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  await using printed = await open(log, flags, 0o600);
  const to = printed.fd as 3; // the types of execa know the numbers up to 9, as which any is handed on
  const child = execa(program, args, {
    ...{ detached: true, cleanup: false, buffer: false },
    ...{ stdin: 'ignore', stdout: to, stderr: to },
    ...(env && { env, extendEnv: false }),
  });
  if (child.pid === undefined) throw asSophiaError(await child.catch(({ cause }: { cause: unknown }) => cause));
  child.catch(() => undefined); // how it ends is told by its log, and by the store
  child.nodeChildProcess.unref();
  return child.pid;
}
