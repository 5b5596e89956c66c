import type { Instance } from './shapes.ts';

/** What is written on a machine at birth, and never again. */
export const tags = {
  managedBy: 'managed-by',
  /** The environment that it was started for. */
  stack: 'sophia:stack',
  /** Whose environment: two workspaces of one account may each have a `production`. */
  home: 'sophia:home',
  /** Which launch it came of, so that it is found again whoever lost sight of it. */
  launch: 'sophia:launch',
  /** Seconds since 1970: the vendor tells no moment. */
  launchedAt: 'sophia:launched-at',
  expiresAt: 'sophia:expires-at',
} as const;

export const MANAGER = 'sophia';

/** Milliseconds since 1970, of seconds as a tag has room for; undefined for what is none. */
export function momentIn(text = ''): number | undefined {
  return /^\d{9,11}$/.test(text) ? Number(text) * 1000 : undefined;
}

/** Whether sophia started it, whoever's it is. */
export function isOurs({ tags: written }: Pick<Instance, 'tags'>): boolean {
  return written[tags.managedBy] === MANAGER && written[tags.stack] !== undefined;
}

/** Ended, or about to be: it bills no more. */
export function isEnding({ status }: Pick<Instance, 'status'>): boolean {
  return status === 'terminating' || status === 'terminated';
}
