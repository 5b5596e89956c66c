import type { Workspace } from '../config/index.ts';
import type { Context } from '../context/index.ts';
import { contentsOf, type FoundStore, lookAtStore, orphansIn, strangeIn, walkAudit } from '../store/index.ts';
import { auditFinding } from './audit.ts';
import { type Check, check, type Finding, ok } from './findings.ts';
import { needServed, needStore } from './store-look.ts';

/** Reads every row of the store, whoever owns it. Nothing is made or changed; `insufficient` without a store. */
export async function checkStore({ files }: Pick<Context, 'files'>, workspace: Workspace): Promise<Check[]> {
  const { storeFile: file } = workspace;
  await needStore(files, workspace);
  let opened: FoundStore | undefined;
  const store = await check('store', async () => {
    opened = await lookAtStore(file, false);
    return examineRows(file, opened);
  });
  await using look = opened;
  if (!look || store.state === 'fail') return [store];
  const { read } = look.store;
  const structure = await check('structure', async () => examineStructure(await strangeIn(read, look.seen)));
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
    await check('orphans', async () => examineOrphans(await orphansIn(read))),
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
  return {
    state: 'warn',
    evidence: `${file} is sound, and was written by an older sophia: it lacks ${lacks.join(', ')}`,
    fix: ['sophia store migrate   brings it up to date; then check it again'],
  };
}

function examineStructure(strange: readonly string[]): Finding {
  if (strange.length === 0) return ok('tables, indexes and triggers are those that sophia makes');
  return {
    state: 'fail',
    evidence: `not as sophia makes them: ${strange.join(', ')}`,
    fix: ['put back a copy from before another program changed it: sophia store restore <file>'],
  };
}

function examineOrphans(orphans: readonly { readonly what: string; readonly rows: number }[]): Finding {
  if (orphans.length === 0) return ok('whatever a row refers to is there');
  return {
    state: 'fail',
    evidence: orphans.map(({ what, rows }) => `${what}: ${rows}`).join('; '),
    fix: ['put back a copy from before: sophia store restore <file>'],
  };
}
