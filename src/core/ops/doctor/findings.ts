import { asSophiaError, type ExitName } from '../../errors/index.ts';
import type { Colour } from './around.ts';
import type { Disk, Synced } from './place.ts';

/** What may be told to a stranger: numbers, switches, and words of ours. No plain string is assignable. */
export type Fact = number | boolean | ExitName | Colour['why'] | Disk | Synced;
export type Facts = Readonly<Record<string, Fact>>;

export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was looked at, and what was seen. */
  readonly evidence: string;
  /** Complete command lines or one short instruction each. */
  readonly fix?: readonly string[];
  /** The same where nothing is amiss, and something may be done all the same. */
  readonly next?: readonly string[];
  /** The same for a stranger: the evidence may name people. */
  readonly facts?: Facts;
  /** `sophia doctor --fix` mends it. */
  readonly mendable?: true;
}

export interface Check extends Finding {
  readonly name:
    | 'node'
    | 'terminal'
    | 'folders'
    | 'config'
    | 'settings'
    | 'time zone'
    | 'place'
    | 'modes'
    | 'store'
    | 'disk'
    | 'audit'
    | 'runs'
    | 'backups'
    | 'ignored'
    | 'engine'
    | 'structure'
    | 'owners'
    | 'values'
    | 'orphans';
}

export function ok(evidence: string, facts?: Facts): Finding {
  return { state: 'ok', evidence, ...(facts && { facts }) };
}

/**
 * What `look` finds, if there is anything of the kind; where it cannot look, why, in the words that end any other
 * command. A fault of ours ends it.
 */
export async function check<Found extends Finding | undefined>(
  name: Check['name'],
  look: () => Found | Promise<Found>,
): Promise<Check | Extract<Found, undefined>> {
  try {
    const found = await look();
    return (found && { name, ...found }) as Check | Extract<Found, undefined>;
  } catch (thrown) {
    const error = asSophiaError(thrown);
    if (error.kind === 'bug') throw thrown;
    return { name, state: 'fail', evidence: error.message, fix: error.next, facts: { exit: error.exit } };
  }
}
