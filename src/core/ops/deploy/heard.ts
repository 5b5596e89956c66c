import type { Logger } from '../../context/index.ts';
import { id } from '../../domain/index.ts';
import { bareOf, type Told } from '../../stack/index.ts';
import type { Journal } from '../../store/index.ts';
import type { Meant } from './deploys.ts';
import { standsInWords, WASTED } from './stands.ts';

interface HeardDeps {
  readonly journal: Pick<Journal, 'note' | 'flush'>;
  readonly logger: Pick<Logger, 'progress'>;
}

/** A machine that stands as it stood is written down once in so many seconds of its own time. */
const AGAIN_S = 60;

/**
 * Hears an engine at work: whoever waits is told all of it, and the journal what is no free text, when it changes. What a
 * machine says of its boot comes every ten seconds.
 */
export function hearing(
  { journal, logger }: HeardDeps,
  { environment, practice }: Meant,
  wasted: (id: string, cents: number) => void = () => undefined,
): (told: Told) => void {
  const before = new Map<string, { readonly stands: string; readonly seconds: number }>();
  return (told) => {
    const { resource, what, kind, text } = told;
    if (resource === undefined || (what !== 'Instance' && kind !== 'failed')) return;
    const { stands, seconds, cents, id: ended } = standIn(told);
    if (ended !== undefined && cents !== undefined) wasted(ended, cents);
    const since = seconds === undefined ? '' : `, ${seconds} s`;
    const said = stands === undefined ? bareOf(text ?? '') : standsInWords(stands) + since;
    logger.progress(`${practice ? 'rehearsal: ' : ''}${resource} ${said}`);
    const last = before.get(resource);
    const isKnown = last?.stands === stands && (seconds ?? 0) < (last?.seconds ?? 0) + AGAIN_S;
    // What one has come to counts for each of them.
    if (stands === undefined || (isKnown && cents === undefined)) return;
    before.set(resource, { stands, seconds: seconds ?? 0 });
    const body = {
      ...{ environment: id('environment', environment), resource: id('resource', resource.toLowerCase()) },
      ...{ stands: id('stands', stands), rehearsed: practice ? 1 : 0 },
      ...{ ...(seconds !== undefined && { seconds }), ...(cents !== undefined && { cents }) },
    };
    journal.note({ kind: 'deploy.step', body });
    // Who looks on sees it as it happens; that nobody could be told stops no engine.
    journal.flush().catch(() => undefined);
  };
}

interface Stand {
  readonly stands?: string;
  readonly seconds?: number;
  readonly cents?: number;
  /** Of the machine that came to so many cents. */
  readonly id?: string;
}

/** `booting` and `120` of `4f0c is booting, 120 s`; `create:done` of what the engine says itself. */
function standIn({ kind, op, text = '' }: Told): Stand {
  const [, state, seconds] = /\bis (\w+), (\d+) s$/.exec(text) ?? [];
  if (state !== undefined) return { stands: state.toLowerCase(), seconds: Number(seconds) };
  if (/: it is ended, and another launched$/.test(text)) return { stands: 'of-no-use' };
  const [, ended, cents] = /(\S+) is ended: it had come to (\d+) cents$/.exec(text) ?? [];
  if (ended !== undefined) return { stands: WASTED, id: ended, cents: Number(cents) };
  return op === undefined ? {} : { stands: `${op}:${kind}` };
}
