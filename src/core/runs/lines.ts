import type { RunId } from '../domain/index.ts';
import type { Journal, JournalEvent } from '../store/index.ts';

export interface WantedLines {
  readonly kind?: JournalEvent['kind'] | undefined;
  /** Only those behind that `seq`. */
  readonly after?: number;
}

/** The lines of a run, or some of them, oldest first, however many: the journal gives a page of them at a time. */
export async function* linesOf(
  journal: Pick<Journal, 'since'>,
  runId: RunId,
  { kind, after: begin = 0 }: WantedLines = {},
): AsyncGenerator<JournalEvent> {
  for (let after = begin; ; ) {
    const page = await journal.since(after, { runId, kind });
    const last = page.at(-1);
    if (!last) return;
    yield* page;
    after = last.seq;
  }
}
