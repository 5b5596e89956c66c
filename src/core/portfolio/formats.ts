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
    optional: ['notice_on', 'moved_out_on', 'left_because', KNOWN_ON],
  },
  {
    file: 'offers.csv',
    kind: 'offer',
    required: ['offer_id', 'tenant_id', 'offered_on', 'rent'],
    optional: [KNOWN_ON],
  },
  {
    file: 'asking_rents.csv',
    kind: 'asking',
    required: ['property_id', 'unit_id', 'asked_on', 'rent'],
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
    optional: ['replied_on', 'closed_on', 'reopened', 'category', KNOWN_ON],
  },
  {
    file: 'calls.jsonl',
    kind: 'call',
    required: ['call_id', 'tenant_id', 'started_at', 'turns'],
    optional: [KNOWN_ON],
  },
  {
    file: 'engagement.csv',
    kind: 'engagement',
    required: ['tenant_id', 'date'],
    optional: ['portal_logins', 'survey', 'autopay', KNOWN_ON],
  },
];

/** The columns that hold a day, and those that hold money: other systems write both in other ways. */
export const dayColumns: readonly string[] = [
  ...['signed_on', 'starts_on', 'ends_on', 'notice_on', 'moved_out_on', 'offered_on', 'asked_on', 'connected_from'],
  ...['connected_to', 'date', 'opened_on', 'replied_on', 'closed_on', KNOWN_ON],
];
export const moneyColumns: readonly string[] = ['rent', 'amount'];
