import { UsageError } from '../errors/index.ts';

declare const idOf: unique symbol;

/**
 * A name that keys, journals and logs may carry: lower case, digits and `. _ : -`, never personal text.
 * `K` keeps a tenant from being passed where a property is meant.
 */
export type Id<K extends string = string> = string & { readonly [idOf]: K };

export type OwnerId = Id<'owner'>;
export type ActorId = Id<'actor'>;
export type PropertyId = Id<'property'>;
export type TenantId = Id<'tenant'>;
export type LeaseId = Id<'lease'>;
export type OfferId = Id<'offer'>;
export type LedgerLineId = Id<'line'>;
export type TicketId = Id<'ticket'>;
export type CallId = Id<'call'>;
export type AskingId = Id<'asking'>;
export type EngagementId = Id<'engagement'>;
export type ImportId = Id<'import'>;
export type RunId = Id<'run'>;
export type WorkflowName = Id<'workflow'>;
export type NodeName = Id<'node'>;
/** `sha256:` and 64 digits: what something was, told without what is in it. */
export type Fingerprint = Id<'fingerprint'>;

const shape = /^[a-z0-9][a-z0-9._:-]{0,119}$/;

export function isId<K extends string = string>(text: string): text is Id<K> {
  return shape.test(text);
}

/** Checks and brands. Throws UsageError: what is not an id came from a user. */
export function id<K extends string>(kind: K, text: string): Id<K> {
  if (isId<K>(text)) return text;
  throw new UsageError(`"${text}" is not the id of a ${kind}`);
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new opaque id, `ten-7k2m9q0xw3bd`: 60 random bits, so it says nothing of whom it names.
 * `random` gives numbers in [0, 1).
 */
export function mintId<K extends string>(kind: K, random: () => number): Id<K> {
  let text = `${kind.slice(0, 3)}-`;
  for (let n = 0; n < 12; n++) text += ALPHABET[Math.floor(random() * 32)];
  return text as Id<K>;
}
