import type { Rooms } from '../core/app.ts';
import type { Portfolio } from '../core/portfolio/index.ts';

/** Differs on another day, and when rows have come or gone. */
export async function stampOf(rooms: Rooms): Promise<string> {
  return JSON.stringify([rooms.today, await (await rooms.portfolio()).imports()]);
}

type Named = Awaited<ReturnType<Portfolio['tenantsCalled']>>[number];

/** How many texts are remembered: more are not typed at one list. */
const KEPT = 50;

/** Who is called so. All tenants are read for it, and screens ask the same again and again: it is kept by the stamp. */
export function openNames(): (rooms: Rooms, text: string) => Promise<readonly Named[]> {
  const known = new Map<string, Promise<readonly Named[]>>();
  return async (rooms, text) => {
    const key = JSON.stringify([rooms.owner.id, await stampOf(rooms), text]);
    const before = known.get(key);
    if (before) return before;
    const called = rooms.portfolio().then((portfolio) => portfolio.tenantsCalled(text));
    if (known.size >= KEPT) known.clear();
    known.set(key, called);
    // A store that is away for a moment is asked again.
    called.catch(() => known.delete(key));
    return called;
  };
}
