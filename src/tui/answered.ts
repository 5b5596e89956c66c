import type { Instant } from '../core/domain/index.ts';
import type { Standing } from '../core/ops/deploy/deploys.ts';
import type { Planned } from '../core/ops/deploy/known.ts';

/** What the vendor, or the emulator in a rehearsal, said when it was asked at some moment. */
interface Said extends Pick<Standing, 'bill' | 'strays' | 'locks'> {
  readonly at: Instant;
}

/** The same as it is to be told by now. */
export interface Heard extends Said {
  /** Something is known to have changed since: it is no fact any more. */
  readonly isOutdated: boolean;
}

/** What a file came to by the prices of some moment. */
export interface Priced {
  /** Of the wish that was planned. */
  readonly stamp: string;
  readonly plan: Planned;
  readonly at: Instant;
}

/** What came of ending it from here. */
export interface Outcome {
  readonly at: Instant;
  readonly text: string;
  /** Which run had deployed it: by the next one, what came of the end before is no news. */
  readonly run: string | undefined;
}

/** When it was asked, and as what stood by then: another word whenever something has changed since. */
interface Question {
  readonly at: Instant;
  readonly mark: string;
}

interface Answered {
  readonly said?: Said & Question;
  readonly trouble?: string;
  readonly priced?: Priced;
  readonly outcome?: Outcome;
}

/** What was asked of each, and what was answered, for as long as the screens are open. */
export function openAnswered() {
  const known = new Map<string, Answered>();
  const asked = new Map<string, Question>();
  const take = (id: string, more: Answered) => void known.set(id, { ...known.get(id), ...more });
  return {
    take,
    of: (id: string): Pick<Answered, 'trouble' | 'priced' | 'outcome'> => known.get(id) ?? {},
    ask: (id: string, question: Question) => void asked.set(id, question),
    /** An answer to an earlier question may come later than one to a later question: it is none any more. */
    hear(id: string, question: Question, said: Omit<Said, 'at'>) {
      const before = known.get(id)?.said;
      if (!before || before.at <= question.at) take(id, { said: { ...said, ...question }, trouble: '' });
    },
    heard(id: string, mark: string): Heard | undefined {
      const { said } = known.get(id) ?? {};
      if (!said) return undefined;
      const { at, bill, strays, locks } = said;
      return { at, bill, strays, locks, isOutdated: said.mark !== mark };
    },
    sinceAsked: (id: string, now: Instant) => {
      const before = asked.get(id);
      return before ? Date.parse(now) - Date.parse(before.at) : Number.POSITIVE_INFINITY;
    },
    wasAskedAbout: (id: string, mark: string) => asked.get(id)?.mark === mark,
  };
}
