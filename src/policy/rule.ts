import { dollars } from '../core/domain/index.ts';

/** The kind of resource that bills. */
const MACHINE = 'sophialambda:index:Instance';
const ANEW = 'plan anew: sophia deploy plan';

/** What a human said yes to before this update began. */
export interface Agreed {
  /** All that may bill an hour, what bills already included. */
  readonly capCents: number;
  /** What bills already, by the state before this update. One that is being replaced may stand here twice. */
  readonly there: readonly { readonly urn: string; readonly cents: number }[];
}

/** A resource as the engine shows it before anything is done for it. */
export interface Asked {
  readonly urn: string;
  readonly type: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: { readonly protect: boolean };
}

/** Undefined: nothing was agreed to, or nobody can tell what. */
export function readAgreed(text: string | undefined): Agreed | undefined {
  try {
    const { capCents, there } = JSON.parse(text ?? '') as Agreed;
    const isRead = isCents(capCents) && there.every(({ urn, cents }) => typeof urn === 'string' && isCents(cents));
    return isRead ? { capCents, there } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Says of each resource, in the order in which they are asked for, why it must not be; undefined lets it through. What is
 * there already counts from the beginning, whenever it is asked for: of three machines two of which were agreed to, the
 * third is refused by every update anew, whichever comes first in it.
 */
export function openGate(agreed: Agreed | undefined): (asked: Asked) => string | undefined {
  if (!agreed) return () => `nobody said what this may cost; ${ANEW}`;
  const counted = new Map<string, number>();
  let sum = 0;
  for (const { urn, cents } of agreed.there) {
    counted.set(urn, Math.max(cents, counted.get(urn) ?? 0));
    sum += cents;
  }
  return ({ urn, type, props, opts }) => {
    if (type !== MACHINE) return undefined;
    if (opts.protect) return 'protect keeps a machine from being ended, and it would bill on: take protect away';
    const cents = dearestOf(props.candidates);
    if (cents === undefined) return `it does not say what an hour of it costs; ${ANEW}`;
    const before = counted.get(urn) ?? 0;
    const more = Math.max(0, cents - before);
    if (more > 0 && sum + more > agreed.capCents)
      return `with it ${dollars(sum + more)} an hour would bill, and ${dollars(agreed.capCents)} was agreed to; ${ANEW}`;
    counted.set(urn, before + more);
    sum += more;
    return undefined;
  };
}

/** It may become any of its candidates. Nothing is for nothing: a price of 0 is one that was not read. */
function dearestOf(candidates: unknown): number | undefined {
  if (!Array.isArray(candidates) || candidates.length === 0) return undefined;
  const prices = candidates.map((each) => each?.centsPerHour);
  return prices.every((cents) => isCents(cents) && cents > 0) ? Math.max(...prices) : undefined;
}

function isCents(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
