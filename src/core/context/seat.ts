import type { Host } from './host.ts';

/** A machine drives, and nobody reads along as it goes. Its makers set `CI`, to whatever they like. */
export function isCi({ CI = '' }: Host['env']): boolean {
  return !['', '0', 'false'].includes(CI.toLowerCase());
}

/** Somebody sits at a terminal that shows what is printed, and is typed at. */
export function isAttended({ stdin, stdout, env }: Pick<Host, 'stdin' | 'stdout' | 'env'>): boolean {
  return stdin.isTTY === true && stdout.isTTY === true && !isCi(env);
}

/** The same, and it obeys. */
export function isSeated(host: Pick<Host, 'stdin' | 'stdout' | 'env'>): boolean {
  return isAttended(host) && host.env.TERM !== 'dumb';
}
