import { asSophiaError } from '../errors/index.ts';

export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was looked at, and what was seen. */
  readonly evidence: string;
  /** Complete command lines or one short instruction each. */
  readonly fix?: readonly string[];
}

export interface Check extends Finding {
  readonly name:
    | 'node'
    | 'config'
    | 'time zone'
    | 'modes'
    | 'store'
    | 'disk'
    | 'audit'
    | 'runs'
    | 'backups'
    | 'ignored'
    | 'structure'
    | 'owners'
    | 'orphans';
}

export function ok(evidence: string): Finding {
  return { state: 'ok', evidence };
}

/** What `look` finds; where it cannot look, why, in the words that end any other command. A fault of ours ends it. */
export async function check(name: Check['name'], look: () => Finding | Promise<Finding>): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (thrown) {
    const error = asSophiaError(thrown);
    if (error.kind === 'bug') throw thrown;
    return { name, state: 'fail', evidence: error.message, fix: error.next };
  }
}
