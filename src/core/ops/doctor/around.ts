import { dirname, isAbsolute, join, relative } from 'node:path';
import type { Context, Files } from '../../context/index.ts';
import { asSophiaError } from '../../errors/index.ts';
import { type Finding, ok } from './findings.ts';

/** What of the environment tells of the terminal and of folders. */
export const telling = [
  ...(['TERM', 'LC_ALL', 'LC_CTYPE', 'LANG'] as const),
  ...(['HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME'] as const),
];

/** Whether words are printed in colour, and what decides that. */
export interface Colour {
  readonly on: boolean;
  readonly why: 'color' | 'json' | 'NO_COLOR' | 'FORCE_COLOR' | 'TERM=dumb' | 'terminal' | 'no terminal';
}

/** What the process stands in. */
export interface Surroundings {
  /** Whether a terminal is listening, and how large it is. */
  readonly isTTY: boolean;
  readonly columns: number | undefined;
  readonly rows: number | undefined;
  readonly colour: Colour;
  readonly env: { readonly [name in (typeof telling)[number]]?: string | undefined };
}

/** As `engines` of package.json has it. */
const OLDEST_NODE = '22.19';

export function examineNode({ version, file }: Context['machine']['node']): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least = 0, least2 = 0] = OLDEST_NODE.split('.').map(Number);
  const evidence = `${version}, ${file}`;
  if (major > least || (major === least && minor >= least2)) return ok(evidence, { major, minor });
  return {
    state: 'fail',
    evidence: `${evidence}; sophia needs Node.js >= ${OLDEST_NODE}`,
    fix: ['install Node 24, or set SOPHIA_NODE to its path'],
    facts: { major, minor },
  };
}

/** Output is made for this many columns. */
const COLUMNS = 80;

/** What is said of the letters that are shown, as the C library has it: an empty variable says nothing. */
export function localeIn(env: Readonly<Record<string, string | undefined>>) {
  const name = (['LC_ALL', 'LC_CTYPE', 'LANG'] as const).find((each) => env[each]);
  return name && { name, isUnicode: /utf-?8/i.test(env[name] ?? '') };
}

export function examineTerminal({ isTTY, columns = COLUMNS, rows = 0, colour, env }: Surroundings): Finding {
  const locale = localeIn(env);
  const unicode = locale?.isUnicode ?? false;
  const narrow = columns < COLUMNS ? `, narrower than ${COLUMNS}` : '';
  const evidence = [
    isTTY ? `${columns}x${rows}${narrow}` : 'none is listening',
    `colour ${colour.on ? 'on' : 'off'}${reasons[colour.why]}`,
    locale ? `${locale.name}=${env[locale.name]}` : 'no locale is set',
    ...(env.TERM === 'dumb' ? ['TERM=dumb'] : []),
  ].join('; ');
  const facts = { terminal: isTTY, columns, rows, colour: colour.on, decidedBy: colour.why, unicode };
  if (!isTTY || unicode) return ok(evidence, facts);
  return {
    state: 'warn',
    evidence: `${evidence}: names with letters beyond ASCII may be shown as something else`,
    fix: ['export LC_ALL=C.UTF-8   or a locale of your language, in UTF-8'],
    facts,
  };
}

const reasons: Readonly<Record<Colour['why'], string>> = {
  color: ', as set',
  json: ', as JSON has none',
  NO_COLOR: ', by NO_COLOR',
  FORCE_COLOR: ', by FORCE_COLOR',
  'TERM=dumb': '',
  terminal: '',
  'no terminal': '',
};

interface Folder {
  readonly name: 'data' | 'config' | 'state';
  /** Only read: it is written by its user alone. */
  readonly isRead?: true;
}

export const ownFolders: readonly Folder[] = [{ name: 'data' }, { name: 'config', isRead: true }, { name: 'state' }];

export async function examineFolders(files: Files, { env }: Surroundings): Promise<Finding> {
  const amiss: string[] = [];
  const fix: string[] = [];
  for (const name of ['HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME'] as const) {
    const value = env[name];
    if (value === undefined || isAbsolute(value) || (value === '' && name !== 'HOME')) continue;
    amiss.push(`${name} is "${value}", which is no absolute path`);
    fix.push(`unset ${name}, or give it an absolute path`);
  }
  const told: string[] = [];
  let missing = 0;
  for (const { name, isRead } of ownFolders) {
    const path = files.places[name];
    try {
      const kind = await files.kindOf(path);
      if (kind === undefined) missing += 1;
      told.push(fromHome(path, env.HOME));
      if (kind === 'file' || !isRead) await files.tryWriting(await nearestThere(files, path), 'folder');
    } catch (thrown) {
      const error = asSophiaError(thrown);
      if (error.kind === 'bug') throw thrown;
      amiss.push(`${name}: ${error.message}`);
      fix.push(`make it yours, or name another folder: export XDG_${name.toUpperCase()}_HOME=<folder>`);
    }
  }
  const home = env.HOME === undefined ? ['HOME is not set'] : [];
  const facts = { home: env.HOME !== undefined, missing, amiss: amiss.length };
  if (amiss.length === 0) {
    const made = missing === 0 ? 'writable' : `writable, not made yet: ${missing}`;
    return ok([...home, `${made}; ${told.join(', ')}`].join('; '), facts);
  }
  return { state: 'warn', evidence: [...amiss, ...home].join('; '), fix, facts };
}

/** As people write it: three such paths are long enough. */
function fromHome(path: string, home: string | undefined): string {
  return home && isAbsolute(home) && path.startsWith(join(home, '/')) ? join('~', relative(home, path)) : path;
}

/** The file or folder itself, or the nearest above it that is there. */
export async function nearestThere(files: Files, path: string): Promise<string> {
  return (await files.kindOf(path)) === undefined ? nearestThere(files, dirname(path)) : path;
}
