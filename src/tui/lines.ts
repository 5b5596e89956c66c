import type { RunId } from '../core/domain/index.ts';
import { type Course, courseOf, type Runs } from '../core/runs/index.ts';
import type { JournalEvent } from '../core/store/index.ts';

/** Lines of a run that are kept: who wants to read all of them has a command for it. */
const MOST_LINES = 1000;

export interface Lines {
  /** What happened in it last, oldest first. */
  readonly events: readonly JournalEvent[];
  /** How many lines came before those. */
  readonly earlier: number;
  readonly course: Course;
}

/** The lines of a run. Of the one that was asked for last only newer ones are read, and what matters of them is kept. */
export function openLines(): (runs: Pick<Runs, 'events'>, runId: RunId) => Promise<Lines> {
  const none: Lines = { events: [], earlier: 0, course: courseOf([]) };
  let known: { readonly runId: RunId; readonly lines: Lines } | undefined;
  return async (runs, runId) => {
    let lines = known?.runId === runId ? known.lines : none;
    let page: JournalEvent[] = [];
    const take = () => {
      if (page.length === 0) return;
      const all = [...lines.events, ...page];
      const events = all.slice(-MOST_LINES);
      const earlier = lines.earlier + all.length - events.length;
      lines = { events, earlier, course: courseOf(page, lines.course) };
      page = [];
    };
    for await (const line of runs.events(runId, { after: lines.events.at(-1)?.seq ?? 0 }))
      if (page.push(line) === MOST_LINES) take();
    take();
    known = { runId, lines };
    return lines;
  };
}
