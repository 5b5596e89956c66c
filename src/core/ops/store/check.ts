import type { Workspace } from '../../config/index.ts';
import { contentsOf, type FoundStore, orphansIn, unreadableIn, walkAudit } from '../../store/index.ts';
import { type Check, check, type Finding, ok } from '../doctor/findings.ts';
import { auditFinding } from './audit.ts';
import { needStore, type Reads } from './look.ts';
import { lookFor, nameOf } from './open.ts';
import { needServed } from './served.ts';

/** Reads every row of the store, whoever owns it. Nothing is made or changed; `insufficient` without a store. */
export async function checkStore({ files, signal }: Reads, workspace: Workspace): Promise<Check[]> {
  const file = nameOf(workspace);
  await needStore(files, workspace);
  let opened: FoundStore | undefined;
  const store = await check('store', async () => {
    opened = await lookFor({ signal }, workspace);
    return workspace.database ? examineServer(file, opened) : examineRows(file, opened);
  });
  await using look = opened;
  if (!look || store.state === 'fail') return [store];
  const { read } = look.store;
  const structure = await check('structure', async () => examineStructure(await look.strange(), putBack(workspace)));
  const { owners } = await contentsOf(read);
  const served = await check('owners', () => {
    needServed(file, owners, workspace);
    return ok(`of whom there are rows: ${owners.join(', ') || 'nobody'}`);
  });
  // What is read of them is made for the tables of this version.
  if (look.lacks.length > 0 || structure.state === 'fail') return [store, structure, served];
  return [
    ...[store, structure, served],
    await check('audit', async () => auditFinding(await Promise.all(owners.map((owner) => walkAudit(read, owner))))),
    await check('values', async () => examineValues(await unreadableIn(read), putBack(workspace))),
    await check('orphans', async () => examineOrphans(await orphansIn(read), putBack(workspace))),
  ];
}

async function examineRows(file: string, { faults, lacks }: FoundStore): Promise<Finding> {
  const found = await faults();
  if (found.length > 0)
    return {
      state: 'fail',
      evidence: `${file} is damaged: ${found.join('; ')}`,
      fix: ['sophia store restore <file>   puts a copy back; older ones lie beside it as *.backup-*'],
    };
  if (lacks.length === 0) return ok(`every row and every index of ${file} is sound`);
  return isOlder(`${file} is sound, and`, lacks);
}

function isOlder(what: string, lacks: readonly string[]): Finding {
  return {
    state: 'warn',
    evidence: `${what} was written by an older sophia: it lacks ${lacks.join(', ')}`,
    fix: ['sophia store migrate   brings it up to date; then check it again'],
  };
}

/** Whether its pages are sound is for the server to find. */
function examineServer(name: string, { lacks }: FoundStore): Finding {
  return lacks.length === 0 ? ok(`${name} answers, and is of this version`) : isOlder(name, lacks);
}

export function examineStructure(strange: readonly string[], mend: string): Finding {
  if (strange.length === 0) return ok('tables, indexes and triggers are those that sophia makes');
  return {
    state: 'fail',
    evidence: `not as sophia makes them: ${strange.join(', ')}`,
    fix: [`put back a copy from before another program changed it: ${mend}`],
  };
}

function examineOrphans(orphans: readonly { readonly what: string; readonly rows: number }[], mend: string): Finding {
  if (orphans.length === 0) return ok('whatever a row refers to is there');
  return {
    state: 'fail',
    evidence: orphans.map(({ what, rows }) => `${what}: ${rows}`).join('; '),
    fix: [`put back a copy from before: ${mend}`],
  };
}

function examineValues(faulty: readonly { readonly what: string; readonly rows: number }[], mend: string): Finding {
  if (faulty.length === 0) return ok('whatever a row says can be read');
  return {
    state: 'fail',
    evidence: faulty.map(({ what, rows }) => `${what}: ${rows}`).join('; '),
    fix: [`put back a copy from before: ${mend}`],
  };
}

function putBack({ database }: Workspace): string {
  return database ? 'pg_restore, or what your provider has' : 'sophia store restore <file>';
}
