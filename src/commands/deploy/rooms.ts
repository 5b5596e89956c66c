import type { Rooms } from '../../core/app.ts';
import { UsageError } from '../../core/errors/index.ts';
import type { CommandContext } from '../definition.ts';

/** Environments are of the whole workspace. Their runs and lines of the journal stand with the first of its owners. */
export function deploysIn({ app }: CommandContext): Rooms {
  const [rooms] = app.owned;
  if (!rooms) throw new UsageError('this workspace has no owner', ['sophia config explain']);
  return rooms;
}
