import type { z as zod } from 'zod';
import {
  cents,
  dayIn,
  type Instant,
  type IsoDay,
  isIsoDay,
  leaveReasons,
  ledgerTypes,
  sources,
  type TimeZone,
  UNSEEN,
} from '../domain/index.ts';
import { type Ear, isInNeed, isKeptOut, judgedOnce } from './category.ts';
import { formats } from './formats.ts';
import type { Incoming } from './rows.ts';

/** What `sources.csv` may state. Memory joins when its room stands. */
const connectableSources = sources.filter((source) => source !== 'memory');

/**
 * Turns the cells of one row into a checked row, or into the reason why it cannot be. `nameOf` says how the file calls
 * a column.
 */
export type ReadRow = (
  cells: Readonly<Record<string, unknown>>,
  nameOf: (column: string) => string,
) => { row: Incoming } | { problem: string; columns: readonly string[] };

/** Readers of every kind of row. `zone` decides on which day a call took place. */
export async function openReaders(zone: TimeZone, ear: Ear): Promise<Readonly<Record<Incoming['kind'], ReadRow>>> {
  const { z } = await import('zod');
  const schemas = rowSchemas(z, zone, ear);
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
      return { problem: problems.join('; '), columns: parsed.error.issues.map(({ path: [of] }) => String(of)) };
    };
  };
  return Object.fromEntries(formats.map(({ kind }) => [kind, reader(kind)])) as Record<Incoming['kind'], ReadRow>;
}

/** Stands between the parts of a key that is made of several; no part can hold it. */
const BETWEEN = '\u001f';
const MAX_TEXT = 200;
const MAX_CENTS = 100_000_000;

function rowSchemas(z: typeof zod, zone: TimeZone, ear: Ear) {
  const isWithheld = judgedOnce((category) => isKeptOut(ear, category));
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
      left_because: z.enum(leaveReasons, `must be one of ${leaveReasons.join(', ')}`).optional(),
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
          ...(c.left_because && { leftBecause: c.left_because }),
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
  const asking = z.object({ property_id: key, unit_id: text, asked_on: day, rent: money, ...known }).transform(
    (c): Incoming => ({
      kind: 'asking',
      key: [c.property_id, c.unit_id, c.asked_on].join(BETWEEN),
      propertyKey: c.property_id,
      ...on(c, c.asked_on),
      body: { unit: c.unit_id, on: c.asked_on, rent: c.rent },
    }),
  );
  const source = z
    .object({
      property_id: key,
      source: z.enum(connectableSources, `must be one of ${connectableSources.join(', ')}`),
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
      ...{ replied_on: day.optional(), reopened: count.optional(), category: text.optional(), ...known },
    })
    .refine((c) => !c.closed_on || c.closed_on >= c.opened_on, before('closed_on', 'opened_on'))
    .refine((c) => !c.replied_on || c.replied_on >= c.opened_on, before('replied_on', 'opened_on'))
    .transform(
      (c): Incoming => ({
        kind: 'ticket',
        key: c.ticket_id,
        tenantKey: c.tenant_id,
        ...on(c, c.opened_on),
        body: {
          ...{ openedOn: c.opened_on, reopened: c.reopened ?? 0 },
          ...(c.replied_on && { repliedOn: c.replied_on }),
          ...(c.closed_on && { closedOn: c.closed_on }),
          // What it says is not kept: that a human must see to it, or what a competitor asks.
          ...(c.category && isWithheld(c.category) ? { keptOut: true } : c.category && { category: c.category }),
          // Nor is what need it is, and the fact is kept whatever else the ticket tells.
          ...(c.category && isInNeed(ear, c.category) && { inNeed: true }),
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
  const engagement = z
    .object({
      ...{ tenant_id: key, date: day, portal_logins: count.optional(), ...known },
      survey: z
        .string()
        .regex(/^(10|\d)$/, 'must be a whole number from 0 to 10')
        .transform(Number)
        .optional(),
      autopay: z.enum(['on', 'off'], 'must be on or off').optional(),
    })
    .transform(
      (c): Incoming => ({
        kind: 'engagement',
        key: `${c.tenant_id}/${c.date}`,
        tenantKey: c.tenant_id,
        ...on(c, c.date),
        body: {
          on: c.date,
          ...(c.portal_logins !== undefined && { portalLogins: c.portal_logins }),
          ...(c.survey !== undefined && { survey: c.survey }),
          ...(c.autopay && { autopay: c.autopay === 'on' }),
        },
      }),
    );
  return { property, unit, tenant, lease, offer, asking, source, line, ticket, call, engagement };
}

function noConsent({ input }: { readonly input?: unknown }): string {
  return `${input === undefined ? 'is not stated' : 'must be true'}: a call without consent is not taken in`;
}

function on(cells: { readonly known_on?: IsoDay | undefined }, dated?: IsoDay): { dated?: IsoDay; knownOn?: IsoDay } {
  return { ...(dated && { dated }), ...(cells.known_on && { knownOn: cells.known_on }) };
}

function before(column: string, than: string) {
  return { path: [column], message: 'lies before', params: { than } };
}

/** A cell that is quoted in a message: cut, and harmless on a terminal. */
export function shown(input: unknown): string {
  return String(input).slice(0, 40).replace(new RegExp(UNSEEN, 'gu'), '?');
}
