import type { z as zod } from 'zod';
import {
  cents,
  dayIn,
  type Instant,
  type IsoDay,
  isIsoDay,
  ledgerTypes,
  type TimeZone,
  UNSEEN,
} from '../domain/index.ts';
import { sensitiveClasses } from '../privacy/index.ts';
import type { Incoming } from './rows.ts';

/** How one kind of file is read. Cells arrive as text; an empty one is absent. */
export interface Format {
  readonly file: string;
  readonly kind: Incoming['kind'];
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const KNOWN_ON = 'known_on';

/** In the order in which they must be read: what is referred to comes first. */
export const formats: readonly Format[] = [
  { file: 'properties.csv', kind: 'property', required: ['property_id', 'name'], optional: [KNOWN_ON] },
  { file: 'units.csv', kind: 'unit', required: ['property_id', 'unit_id'], optional: [KNOWN_ON] },
  { file: 'tenants.csv', kind: 'tenant', required: ['tenant_id', 'name'], optional: [KNOWN_ON] },
  {
    file: 'leases.csv',
    kind: 'lease',
    required: ['lease_id', 'tenant_id', 'property_id', 'unit_id', 'signed_on', 'starts_on', 'ends_on', 'rent'],
    optional: ['notice_on', 'moved_out_on', KNOWN_ON],
  },
  {
    file: 'offers.csv',
    kind: 'offer',
    required: ['offer_id', 'tenant_id', 'offered_on', 'rent'],
    optional: [KNOWN_ON],
  },
  {
    file: 'sources.csv',
    kind: 'source',
    required: ['property_id', 'source', 'connected_from'],
    optional: ['connected_to', KNOWN_ON],
  },
  {
    file: 'ledger.csv',
    kind: 'line',
    required: ['line_id', 'tenant_id', 'date', 'type', 'amount'],
    optional: [KNOWN_ON],
  },
  {
    file: 'tickets.csv',
    kind: 'ticket',
    required: ['ticket_id', 'tenant_id', 'opened_on'],
    optional: ['closed_on', 'reopened', 'category', KNOWN_ON],
  },
  {
    file: 'calls.jsonl',
    kind: 'call',
    required: ['call_id', 'tenant_id', 'started_at', 'turns'],
    optional: [KNOWN_ON],
  },
];

/** The columns that hold a day, and those that hold money: other systems write both in other ways. */
export const dayColumns: readonly string[] = [
  ...['signed_on', 'starts_on', 'ends_on', 'notice_on', 'moved_out_on', 'offered_on', 'connected_from', 'connected_to'],
  ...['date', 'opened_on', 'closed_on', KNOWN_ON],
];
export const moneyColumns: readonly string[] = ['rent', 'amount'];

/**
 * Turns the cells of one row into a checked row, or into the reason why it cannot be. `nameOf` says how the file calls
 * a column.
 */
export type ReadRow = (
  cells: Readonly<Record<string, unknown>>,
  nameOf: (column: string) => string,
) => { row: Incoming } | { problem: string };

/** Whether a text tells of hardship or an unfit home. */
export type TellsNeed = (text: string) => boolean;

/** Readers of every kind of row. `zone` decides on which day a call took place. */
export async function openReaders(
  zone: TimeZone,
  tellsNeed: TellsNeed,
): Promise<Readonly<Record<Incoming['kind'], ReadRow>>> {
  const { z } = await import('zod');
  const schemas = rowSchemas(z, zone, tellsNeed);
  const reader = (kind: Incoming['kind']): ReadRow => {
    const schema: zod.ZodType<Incoming> = schemas[kind];
    return (cells, nameOf) => {
      const parsed = schema.safeParse(cells);
      if (parsed.success) return { row: parsed.data };
      const problems = parsed.error.issues.map((issue) => {
        const [column, ...within] = issue.path.map(String);
        const than = issue.code === 'custom' ? issue.params?.than : undefined;
        const named = [nameOf(column ?? ''), ...within].join('.');
        return `${named} ${issue.message}${than === undefined ? '' : ` ${nameOf(String(than))}`}`;
      });
      return { problem: problems.join('; ') };
    };
  };
  return Object.fromEntries(formats.map(({ kind }) => [kind, reader(kind)])) as Record<Incoming['kind'], ReadRow>;
}

/** Stands between the parts of a key that is made of several; no part can hold it. */
const BETWEEN = '\u001f';
const MAX_TEXT = 200;
const MAX_CENTS = 100_000_000;

function rowSchemas(z: typeof zod, zone: TimeZone, tellsNeed: TellsNeed) {
  const text = z
    .string('is missing')
    .max(MAX_TEXT, `is longer than ${MAX_TEXT} characters`)
    .refine((value) => !UNSEEN.test(value), 'holds control or invisible characters');
  const key = text;
  const day = z
    .string('is missing')
    .refine(isIsoDay, { error: ({ input }) => `must be a day written as 2026-11-22, not "${shown(input)}"` });
  const money = z
    .string('is missing')
    .regex(/^\d+(\.\d{1,2})?$/, {
      abort: true,
      error: ({ input }) => `must be an amount like 1450.00, never negative, not "${shown(input)}"`,
    })
    .refine((value) => Number(value) * 100 <= MAX_CENTS, { error: 'is more than a million', abort: true })
    .transform((value) => cents(Math.round(Number(value) * 100)));
  const count = z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number, not negative')
    .transform(Number);
  const known = { known_on: day.optional() };

  const property = z
    .object({ property_id: key, name: text, ...known })
    .transform((c): Incoming => ({ kind: 'property', key: c.property_id, ...on(c), body: { name: c.name } }));
  const unit = z.object({ property_id: key, unit_id: text, ...known }).transform(
    (c): Incoming => ({
      kind: 'unit',
      key: [c.property_id, c.unit_id].join(BETWEEN),
      propertyKey: c.property_id,
      ...on(c),
      body: { label: c.unit_id },
    }),
  );
  const tenant = z
    .object({ tenant_id: key, name: text, ...known })
    .transform((c): Incoming => ({ kind: 'tenant', key: c.tenant_id, ...on(c), body: { name: c.name } }));
  const lease = z
    .object({
      ...{ lease_id: key, tenant_id: key, property_id: key, unit_id: text, signed_on: day, starts_on: day },
      ...{ ends_on: day, rent: money, notice_on: day.optional(), moved_out_on: day.optional(), ...known },
    })
    .refine((c) => c.ends_on >= c.starts_on, before('ends_on', 'starts_on'))
    .refine((c) => c.rent > 0, { path: ['rent'], message: 'must be more than nothing' })
    .transform(
      (c): Incoming => ({
        kind: 'lease',
        key: c.lease_id,
        tenantKey: c.tenant_id,
        propertyKey: c.property_id,
        ...on(c, c.signed_on),
        body: {
          ...{ unit: c.unit_id, from: c.starts_on, to: c.ends_on, rent: c.rent },
          ...(c.notice_on && { noticeOn: c.notice_on }),
          ...(c.moved_out_on && { movedOutOn: c.moved_out_on }),
        },
      }),
    );
  const offer = z.object({ offer_id: key, tenant_id: key, offered_on: day, rent: money, ...known }).transform(
    (c): Incoming => ({
      kind: 'offer',
      key: c.offer_id,
      tenantKey: c.tenant_id,
      ...on(c, c.offered_on),
      body: { on: c.offered_on, rent: c.rent },
    }),
  );
  const source = z
    .object({
      property_id: key,
      source: z.enum(['ledger', 'tickets', 'calls'], 'must be ledger, tickets or calls'),
      connected_from: day,
      connected_to: day.optional(),
      ...known,
    })
    .transform(
      (c): Incoming => ({
        kind: 'source',
        key: [c.property_id, c.source, c.connected_from].join(BETWEEN),
        propertyKey: c.property_id,
        ...on(c, c.connected_from),
        body: { source: c.source, from: c.connected_from, ...(c.connected_to && { to: c.connected_to }) },
      }),
    );
  const line = z
    .object({
      ...{ line_id: key, tenant_id: key, date: day, amount: money, ...known },
      type: z
        .string('is missing')
        .transform((value) => value.toLowerCase())
        .pipe(
          z.enum(ledgerTypes, {
            error: ({ input }) => `must be one of ${ledgerTypes.join(', ')}, not "${shown(input)}"`,
          }),
        ),
    })
    .transform(
      (c): Incoming => ({
        kind: 'line',
        key: c.line_id,
        tenantKey: c.tenant_id,
        ...on(c, c.date),
        body: { on: c.date, type: c.type, amount: c.amount },
      }),
    );
  const ticket = z
    .object({
      ...{ ticket_id: key, tenant_id: key, opened_on: day, closed_on: day.optional() },
      ...{ reopened: count.optional(), category: text.optional(), ...known },
    })
    .refine((c) => !c.closed_on || c.closed_on >= c.opened_on, before('closed_on', 'opened_on'))
    .transform(
      (c): Incoming => ({
        kind: 'ticket',
        key: c.ticket_id,
        tenantKey: c.tenant_id,
        ...on(c, c.opened_on),
        body: {
          ...{ openedOn: c.opened_on, reopened: c.reopened ?? 0 },
          ...(c.closed_on && { closedOn: c.closed_on }),
          // What it says is not kept: only that a human must see to it.
          ...(c.category && isSensitive(c.category) ? { keptOut: true } : c.category && { category: c.category }),
          // Nor is what need it is, and the fact is kept whatever else the ticket tells.
          ...(c.category && tellsNeed(c.category) && { inNeed: true }),
        },
      }),
    );
  const call = z
    .object({
      call_id: key,
      tenant_id: key,
      // Recording laws ask for the consent of all parties in many states: what does not state it stays out.
      consent: z.literal(true, { error: noConsent }),
      started_at: z.iso.datetime('must be a moment in UTC like 2026-11-22T15:04:05Z'),
      turns: z
        .array(
          z.object({ by: z.enum(['agent', 'resident'], 'must be agent or resident'), text: z.string().max(20_000) }),
        )
        .max(5000),
      ...known,
    })
    .transform((c): Incoming => {
      const day = dayIn(zone, c.started_at as Instant);
      return {
        kind: 'call',
        key: c.call_id,
        tenantKey: c.tenant_id,
        ...on(c, day),
        body: { on: day, turns: c.turns },
      };
    });
  return { property, unit, tenant, lease, offer, source, line, ticket, call };
}

function noConsent({ input }: { readonly input?: unknown }): string {
  return `${input === undefined ? 'is not stated' : 'must be true'}: a call without consent is not taken in`;
}

function on(cells: { readonly known_on?: IsoDay | undefined }, dated?: IsoDay): { dated?: IsoDay; knownOn?: IsoDay } {
  return { ...(dated && { dated }), ...(cells.known_on && { knownOn: cells.known_on }) };
}

/** A category that tells of a disability, an illness, a family and the like, by its name or in words. */
function isSensitive(category: string): boolean {
  return /accommodation|assistance animal/i.test(category) || sensitiveClasses(category).length > 0;
}

function before(column: string, than: string) {
  return { path: [column], message: 'lies before', params: { than } };
}

/** A cell that is quoted in a message: cut, and harmless on a terminal. */
export function shown(input: unknown): string {
  return String(input).slice(0, 40).replace(new RegExp(UNSEEN, 'gu'), '?');
}
