import { z } from 'zod';

/** What goes wrong, with which requests, and how often. */
export const faultSchema = z.strictObject({
  method: z.string(),
  /** A regular expression; of the path. */
  path: z.string(),
  /**
   * `drop`: the line breaks before anything was done. `lose`: it breaks when it was done, so that nobody hears of it;
   * `hold-lose`: when somebody lets go. `answer`: this instead of an answer; `done-answer`: when it was done.
   * `malformed`: no JSON. `stall`: a head, and never a body. `hold` and `hold-answer`: nothing, before or after it was
   * done, until somebody lets go.
   */
  what: z.enum(['drop', 'lose', 'answer', 'done-answer', 'malformed', 'stall', 'hold', 'hold-answer', 'hold-lose']),
  status: z.int().default(500),
  code: z.string().default('global/internal-error'),
  /** So many of those requests pass before it begins. */
  after: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
});
export type Fault = z.infer<typeof faultSchema>;

/** Faults in wait, and requests that are held. */
export function openFaults() {
  let faults: Fault[] = [];
  const held: (() => void)[] = [];
  const watchers: (() => void)[] = [];
  return {
    add(fault: Fault) {
      faults = [...faults, fault];
    },
    /** The fault that befalls this request, which is then used up by one. */
    take(method: string, path: string): Fault | undefined {
      const found = faults.find((fault) => fault.method === method && new RegExp(fault.path).test(path));
      if (!found) return undefined;
      const isDue = found.after === 0;
      const left = isDue ? { ...found, times: found.times - 1 } : { ...found, after: found.after - 1 };
      faults = faults.flatMap((each) => (each !== found ? each : left.times > 0 ? left : []));
      return isDue ? found : undefined;
    },
    /** Resolves when somebody lets go. */
    hold(): Promise<void> {
      return new Promise((resolve) => {
        held.push(resolve);
        for (const tell of watchers.splice(0)) tell();
      });
    },
    /** Resolves as soon as a request is held. */
    heldOne(): Promise<void> {
      return held.length > 0 ? Promise.resolve() : new Promise((resolve) => watchers.push(resolve));
    },
    release() {
      for (const go of held.splice(0)) go();
    },
  };
}
