import type { App, Rooms } from '../core/app.ts';
import { UsageError } from '../core/errors/index.ts';

/** What is brought in belongs to one owner: the only one, or the one named. */
export function chooseOwner(app: App): Rooms {
  const [only, ...others] = app.owned;
  if (only && others.length === 0) return only;
  throw new UsageError(
    'this workspace serves several owners: whose data is it?',
    app.owned.map(({ owner }) => `--owner ${owner.id}   (${owner.name})`),
  );
}
