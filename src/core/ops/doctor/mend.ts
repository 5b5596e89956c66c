import { dirname } from 'node:path';
import type { Places } from '../../config/index.ts';
import type { Context, Files } from '../../context/index.ts';
import { asSophiaError } from '../../errors/index.ts';
import { rehearsed } from '../rehearsal.ts';
import { ownFolders } from './around.ts';
import type { Check } from './findings.ts';
import { privatePaths, unignored } from './place.ts';

/** What was done about a finding. */
export interface Mend {
  readonly check: Extract<Check['name'], 'folders' | 'modes' | 'ignored'>;
  readonly path: string;
  /** What it is afterwards. */
  readonly becomes: string;
  readonly state: 'done' | 'would' | 'left';
  /** Why it was left. */
  readonly why?: string;
}

type Deed = Pick<Mend, 'check' | 'path' | 'becomes'> & { do(): ReturnType<Files['shut']> };

/**
 * Mends what can be mended without losing anything: makes folders, takes rights from others, adds lines. Changes
 * nothing that a link leads to, nor what belongs to another user: these are told as left. `dryRun` changes nothing.
 */
export async function mend({ files, machine }: Context, places: Places, dryRun: boolean): Promise<Mend[]> {
  const hands = dryRun ? rehearsed(files) : files;
  const folder = dirname(places.storeFile);
  const mends: Mend[] = [];
  const attempt = async (deed: Deed): Promise<Mend | undefined> => {
    const done = await outcomeOf(deed, dryRun);
    if (done) mends.push(done);
    return done;
  };

  for (const { name } of ownFolders) {
    const path = files.places[name];
    const make = async () => ((await hands.makeFolder(path)) ? 'done' : 'sound');
    await attempt({ check: 'folders', path, becomes: 'a folder for you alone', do: make });
  }
  if (machine.platform !== 'win32') {
    let isThrough = true;
    for (const path of await privatePaths(files, places)) {
      // What lies behind a link, or in the folder of somebody else, may be theirs.
      if (!isThrough && dirname(path) === folder) continue;
      const shut = () => hands.shut(path, 'do');
      const done = await attempt({ check: 'modes', path, becomes: 'for you alone', do: shut });
      if (path === folder) isThrough = done?.state !== 'left';
    }
  }
  const found = places.synthetic ? undefined : await unignored(files, places);
  if (found && found.lines.length > 0) {
    const { file: path, lines } = found;
    const add = () => hands.addTo(path, lines.map((line) => `${line}\n`).join(''), 'do');
    await attempt({ check: 'ignored', path, becomes: `with the lines ${lines.join(' ')}`, do: add });
  }
  return mends;
}

/** `undefined` where there was nothing to do. */
async function outcomeOf({ do: act, ...deed }: Deed, dryRun: boolean): Promise<Mend | undefined> {
  try {
    const touched = await act();
    if (touched === 'sound' || touched === 'absent') return undefined;
    if (touched === 'done') return { ...deed, state: dryRun ? 'would' : 'done' };
    return { ...deed, state: 'left', why: reasons[touched] };
  } catch (thrown) {
    const error = asSophiaError(thrown);
    if (error.kind === 'bug') throw thrown;
    return { ...deed, state: 'left', why: error.message };
  }
}

const reasons = {
  link: 'it is a link, and may lead anywhere',
  stranger: 'it belongs to another user of this machine',
} as const;
