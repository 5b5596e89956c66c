import { type Instant, instant } from '../domain/index.ts';
import { ExternalError } from '../errors/index.ts';
import type { Reaching } from './lambda/wire.ts';

/** So long is nothing to be had: whoever waits for capacity sees it come. */
const NONE_MS = 1_800_000;

/** What may go wrong in a rehearsal because somebody wants to see it: by its name, what the emulator is told. */
const told = {
  'slow-boot': () => ['set', { slowNext: 1 }],
  'no-capacity': (now) => ['set', { noneUntil: Date.parse(now) + NONE_MS }],
  'lost-answer': () => ['fault', { method: 'POST', path: 'launch$', what: 'lose' }],
  'bad-gpu': () => ['set', { badGpuNext: 1 }],
} as const satisfies Record<string, (now: Instant) => readonly ['set' | 'fault', object]>;

export type Mishap = keyof typeof told;
export const mishaps = Object.keys(told) as [Mishap, ...Mishap[]];

/** What time it is at the emulator; undefined where nobody answers there. */
export async function emulatedNow(deps: Reaching, url: string): Promise<Instant | undefined> {
  try {
    const { now } = (await ask(deps, `${url}/__emu/bill`)) as { now?: unknown };
    return typeof now === 'number' ? instant(Math.round(now)) : undefined;
  } catch {
    return undefined;
  }
}

/** Has it go wrong, the next time. */
export async function cause(deps: Reaching, url: string, mishap: Mishap): Promise<void> {
  const now = (await emulatedNow(deps, url)) ?? deps.clock.now();
  const [what, body] = told[mishap](now);
  try {
    await ask(deps, `${url}/__emu/${what}`, body);
  } catch (thrown) {
    throw new ExternalError('unreachable', 'the emulator of the rehearsal does not answer', true, thrown);
  }
}

/** A question beside the contract, which the emulator alone takes. */
async function ask({ fetch, clock, signal: heeded }: Reaching, url: string, body?: object): Promise<unknown> {
  const patience = new AbortController();
  using _ = clock.every(5000, () => patience.abort());
  const init = body && { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.any([heeded, patience.signal]),
  });
  return response.json();
}
