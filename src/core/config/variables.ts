import type { Layers, Said } from './layers.ts';

/**
 * Every variable that means something to sophia: what starts it, what it keeps from view, settings, and the twins of the
 * options of all commands. A list, for to gather the twins all commands would have to be loaded; a test compares them.
 */
export const knownVariables: readonly string[] = [
  ...['SOPHIA_NODE', 'SOPHIA_RELAUNCHED', 'SOPHIA_IDLE', 'SOPHIA_REQUIRE_SERVICES', 'SOPHIA_TEST_ENGINE'],
  ...['SOPHIA_DATABASE_URL', 'SOPHIA_DATABASE_URL_FILE', 'SOPHIA_ACTOR_KEY', 'SOPHIA_ACTOR_KEY_FILE'],
  ...['SOPHIA_ACTOR_TOKEN', 'SOPHIA_ACTOR_TOKEN_FILE', 'LAMBDA_API_KEY', 'LAMBDA_API_KEY_FILE'],
  ...['SOPHIA_RETENTION_CAPACITY', 'SOPHIA_CALLS_KEEP_TRANSCRIPTS'],
  ...['SOPHIA_JSON', 'SOPHIA_COLOR', 'SOPHIA_QUIET', 'SOPHIA_DEBUG', 'SOPHIA_OWNER', 'SOPHIA_CWD', 'SOPHIA_YES'],
  ...['SOPHIA_NO_INPUT', 'SOPHIA_TIMEOUT', 'SOPHIA_CONFIRM', 'SOPHIA_DRY_RUN'],
  ...[
    'SOPHIA_ALL',
    'SOPHIA_AS',
    'SOPHIA_AS_OF',
    'SOPHIA_AT',
    'SOPHIA_BUNDLE',
    'SOPHIA_DAYS',
    'SOPHIA_FILE',
    'SOPHIA_FIX',
    'SOPHIA_FOLLOW',
  ],
  ...['SOPHIA_HOLDOUT', 'SOPHIA_KIND', 'SOPHIA_MAP', 'SOPHIA_MAPS', 'SOPHIA_MODE', 'SOPHIA_NO_HOLDOUT'],
  ...[
    'SOPHIA_OLDER_THAN',
    'SOPHIA_OUTPUT',
    'SOPHIA_OWNER_NAME',
    'SOPHIA_PROPERTIES',
    'SOPHIA_REASON',
    'SOPHIA_ROLES',
    'SOPHIA_SEED',
  ],
  ...['SOPHIA_STATUS', 'SOPHIA_TIME_ZONE', 'SOPHIA_TOP', 'SOPHIA_UNITS'],
  ...['SOPHIA_AFTER', 'SOPHIA_ANSWER', 'SOPHIA_DETACH', 'SOPHIA_FORCE', 'SOPHIA_INSTALL', 'SOPHIA_ONCE', 'SOPHIA_PORT'],
  ...['SOPHIA_MANIFEST', 'SOPHIA_MIN_EXITS', 'SOPHIA_MODEL', 'SOPHIA_PROMOTE'],
  ...['SOPHIA_FROM', 'SOPHIA_GROUPS', 'SOPHIA_HEAD', 'SOPHIA_TENANT', 'SOPHIA_TO', 'SOPHIA_WATCH'],
  ...['SOPHIA_PULUMI', 'SOPHIA_DEPLOY_PASSPHRASE', 'SOPHIA_DEPLOY_PASSPHRASE_FILE', 'SOPHIA_REHEARSED'],
  ...[
    'SOPHIA_CANDIDATES',
    'SOPHIA_EXPIRES',
    'SOPHIA_FAULT',
    'SOPHIA_REHEARSE',
    'SOPHIA_REPLACE',
    'SOPHIA_SPEED',
    'SOPHIA_WAIT_CAPACITY',
  ],
  ...['SOPHIA_MAX_HOURLY', 'SOPHIA_OFFLINE', 'SOPHIA_SMALL', 'SOPHIA_STACK', 'SOPHIA_SUGGEST', 'SOPHIA_TAKE'],
  ...['SOPHIA_DISCREET', 'SOPHIA_PLAIN', 'SOPHIA_QUESTION', 'SOPHIA_READ_ONLY', 'SOPHIA_WITH'],
];

const known = new Set(knownVariables);

export function isKnown(name: string): boolean {
  return known.has(name);
}

/** Variables that somebody set for sophia, and that say nothing to it; each with where it is set. */
export function unknownVariables({ variables }: Layers): (Pick<Said, 'from' | 'at'> & { readonly name: string })[] {
  return [...variables].flatMap(([name, [said]]) =>
    said && !isKnown(name) ? [{ name, from: said.from, at: said.at }] : [],
  );
}
