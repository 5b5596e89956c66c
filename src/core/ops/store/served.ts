import type { Workspace } from '../../config/index.ts';
import type { OwnerId } from '../../domain/index.ts';
import { UserError, type UserExit } from '../../errors/index.ts';

type Serving = Pick<Workspace, 'owners' | 'configFile'>;

/** UserError, `config` if not said otherwise, when rows of a store are of owners whom `sophia.yaml` does not name. */
export function needServed(file: string, owners: readonly OwnerId[], workspace: Serving, exit?: UserExit): void {
  const trouble = unserved(file, owners, workspace, exit);
  if (trouble) throw trouble;
}

/** What `needServed` throws. */
export function unserved(
  file: string,
  owners: readonly OwnerId[],
  { owners: served, configFile }: Serving,
  exit: UserExit = 'config',
): UserError | undefined {
  const strangers = owners.filter((owner) => !served.some(({ id }) => id === owner));
  if (strangers.length === 0) return undefined;
  return new UserError(
    exit,
    `${file} holds rows of owners whom this workspace does not serve: ${strangers.join(', ')}`,
    [`use it in the workspace that it was made in, or name them in ${configFile}`],
  );
}
