import { dirname, join } from 'node:path';
import type { Workspace } from '../../config/index.ts';
import type { Context } from '../../context/index.ts';
import { UserError } from '../../errors/index.ts';
import { findEngine } from '../../stack/index.ts';
import { type Finding, ok } from './findings.ts';

type EngineDeps = Pick<Context, 'files' | 'programs' | 'variables'>;

/** What makes and ends machines; looked for where an environment is wished for, as nothing else needs it. */
export async function examineEngine(deps: EngineDeps, { configFile }: Workspace): Promise<Finding | undefined> {
  const wishes = await deps.files.list(join(dirname(configFile), 'deploy'));
  const environments = wishes.filter((name) => name.endsWith('.yaml')).length;
  if (environments === 0) return undefined;
  try {
    const { path, version } = await findEngine(deps, deps.variables.SOPHIA_PULUMI);
    return ok(`Pulumi ${version} at ${path}; environments: ${environments}`, { environments, found: true });
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    // All but deploying goes without it.
    return { state: 'warn', evidence: thrown.message, fix: thrown.next, facts: { environments, found: false } };
  }
}
