import type { RunId } from '../domain/index.ts';
import type { Journal, JournalEvent } from '../store/index.ts';

/** The lines of a run, or those of one kind, oldest first, however many: the journal gives a page of them at a time. */
export async function* linesOf(
  journal: Pick<Journal, 'since'>,
  runId: RunId,
  kind?: JournalEvent['kind'],
): AsyncGenerator<JournalEvent> {
  for (let after = 0; ; ) {
    const page = await journal.since(after, { runId, kind });
    const last = page.at(-1);
    if (!last) return;
    yield* page;
    after = last.seq;
  }
}
