import type { Logger } from '../../context/index.ts';
import { id } from '../../domain/index.ts';
import type { Told } from '../../stack/index.ts';
import type { Journal } from '../../store/index.ts';
import type { Meant } from './deploys.ts';

interface HeardDeps {
  readonly journal: Pick<Journal, 'note' | 'flush'>;
  readonly logger: Pick<Logger, 'progress'>;
}

/** What an engine tells while it works goes to whoever waits for it, and into the journal as far as it is no free text. */
export function heard({ journal, logger }: HeardDeps, { environment, practice }: Meant, told: Told): void {
  const { resource, what, kind, op, text } = told;
  if (resource === undefined || (what !== 'Instance' && kind !== 'failed')) return;
  const [, state, seconds] = /\bis (\w+), (\d+) s$/.exec(text ?? '') ?? [];
  logger.progress(
    `${practice ? 'rehearsal: ' : ''}${resource} ${state ?? text ?? `${op} ${kind}`}${seconds ? `, ${seconds} s` : ''}`,
  );
  const stands = state ?? (op === undefined ? undefined : `${op}:${kind}`);
  if (stands === undefined) return;
  const body = {
    ...{ environment: id('environment', environment), resource: id('resource', resource.toLowerCase()) },
    ...{ stands: id('stands', stands.toLowerCase()), rehearsed: practice ? 1 : 0 },
    ...(seconds !== undefined && { seconds: Number(seconds) }),
  };
  journal.note({ kind: 'deploy.step', body });
  // Who looks on sees it as it happens; that nobody could be told stops no engine.
  journal.flush().catch(() => undefined);
}
