import type { Instant } from '../core/domain/index.ts';
import type { Journal, JournalEvent } from '../core/store/index.ts';

/** One thing of an environment, as an engine or the vendor spoke of it last. */
export interface Step {
  readonly resource: string;
  /** Such as `booting` or `create:done`. */
  readonly stands: string;
  /** How long it has stood so. */
  readonly seconds: number | undefined;
  readonly at: Instant;
}

/** What was told of an environment since it was ordered last. */
export interface Course {
  /** How many machines were ordered. */
  readonly machines: number | undefined;
  readonly steps: ReadonlyMap<string, Step>;
  /** The line of the last change: what was asked before it is no fact any more. */
  readonly changed: number;
}

type KindName = JournalEvent['kind'];

const told = ['deploy.ordered', 'deploy.step', 'deploy.raised', 'deploy.ended'] as const satisfies readonly KindName[];

/** By which a rehearsal is told from what it rehearses. */
export function courseId(environment: string, isRehearsal: boolean): string {
  return `${environment}${isRehearsal ? ' rehearsal' : ''}`;
}

/**
 * How environments came to stand as they do, by the journal. What was read is kept, and only newer lines are read; those
 * that came while one read are read twice, to the same effect.
 */
export function openSteps(): (journal: Pick<Journal, 'since' | 'head'>) => Promise<ReadonlyMap<string, Course>> {
  let [known, after]: [ReadonlyMap<string, Course>, number] = [new Map(), 0];
  return async (journal) => {
    const head = await journal.head();
    if (head === after) return known;
    const lines: JournalEvent[] = [];
    for (const kind of told) lines.push(...(await linesOf(journal, kind, after)));
    known = lines.toSorted((a, b) => a.seq - b.seq).reduce(taken, known);
    after = head;
    return known;
  };
}

/** All of one kind behind a line, page by page. */
async function linesOf(journal: Pick<Journal, 'since'>, kind: KindName, behind: number): Promise<JournalEvent[]> {
  const lines: JournalEvent[] = [];
  let page = await journal.since(behind, { kind });
  while (page.length > 0) {
    lines.push(...page);
    page = await journal.since(page.at(-1)?.seq ?? behind, { kind });
  }
  return lines;
}

function taken(known: ReadonlyMap<string, Course>, { seq, kind, at, body }: JournalEvent): ReadonlyMap<string, Course> {
  const { environment, rehearsed, resource, stands, seconds, machines, left } = body;
  const id = courseId(String(environment), rehearsed === 1);
  const before = known.get(id) ?? { machines: undefined, steps: new Map<string, Step>(), changed: 0 };
  const now = (course: Partial<Course>) => new Map(known).set(id, { ...before, changed: seq, ...course });
  if (kind === 'deploy.ordered') return now({ machines: Number(machines), steps: new Map() });
  // What is left of an end that failed is told still.
  if (kind === 'deploy.ended') return now(left === 0 ? { machines: undefined, steps: new Map() } : {});
  if (kind !== 'deploy.step') return now({});
  const step = {
    ...{ resource: String(resource), stands: String(stands), at },
    seconds: seconds === undefined ? undefined : Number(seconds),
  };
  // One that boots on has not changed.
  const isSame = before.steps.get(step.resource)?.stands === step.stands;
  const steps = new Map(before.steps).set(step.resource, step);
  return now({ steps, ...(isSame && { changed: before.changed }) });
}
