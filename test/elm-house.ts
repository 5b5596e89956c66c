/** Six neighbours whose leases end together. Ada waited twice for repairs and paid late; the others had a quiet year. */
const tenants = ['ada', 'ben', 'cyd', 'dov', 'eve', 'fay'];
const months = ['2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11'];
const ADA_LATE = ['2026-08', '2026-09', '2026-10'];

const ledger = tenants.flatMap((tenant) =>
  months.flatMap((month) => {
    const paidOn = tenant === 'ada' && ADA_LATE.includes(month) ? '20' : '02';
    return [
      `${tenant}-${month}-due,${tenant},${month}-01,charge,1600.00`,
      `${tenant}-${month}-paid,${tenant},${month}-${paidOn},payment,1600.00`,
    ];
  }),
);

function call(id: string, tenant: string, day: string, text: string) {
  const turns = [
    { by: 'agent', text: 'Thanks for calling, how can I help?' },
    { by: 'resident', text },
  ];
  return JSON.stringify({ call_id: id, tenant_id: tenant, started_at: `${day}T15:00:00Z`, consent: true, turns });
}

function csv(header: string, rows: readonly string[]): string {
  return `${[header, ...rows].join('\n')}\n`;
}

/** The files of a portfolio with one property, `elm-house`, as a customer would export them. */
export const elmHouse: Readonly<Record<string, string>> = {
  'data/properties.csv': csv('property_id,name', ['elm-house,Elm House']),
  'data/units.csv': csv(
    'property_id,unit_id',
    tenants.map((_, at) => `elm-house,${at + 1}A`),
  ),
  'data/tenants.csv': csv(
    'tenant_id,name',
    tenants.map((tenant) => `${tenant},${tenant[0]?.toUpperCase()}${tenant.slice(1)} Example`),
  ),
  'data/leases.csv': csv(
    'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on',
    tenants.map(
      (tenant, at) => `${tenant}-1,${tenant},elm-house,${at + 1}A,2025-01-15,2025-02-01,2027-01-31,1600.00,,`,
    ),
  ),
  'data/offers.csv': csv('offer_id,tenant_id,offered_on,rent', ['ada-offer,ada,2026-10-15,1760.00']),
  'data/sources.csv': csv('property_id,source,connected_from,connected_to', [
    'elm-house,ledger,2025-02-01,',
    'elm-house,tickets,2025-02-01,',
    'elm-house,calls,2026-10-08,',
  ]),
  'data/ledger.csv': csv('line_id,tenant_id,date,type,amount', ledger),
  'data/tickets.csv': csv('ticket_id,tenant_id,opened_on,closed_on,reopened,category', [
    '4411,ada,2026-09-20,2026-10-12,1,plumbing',
    '4420,ada,2026-10-30,,0,heating',
    '4421,ben,2026-10-30,2026-11-02,0,doors',
  ]),
  'data/calls.jsonl': `${[
    call('c-1', 'ada', '2026-11-03', 'I am very unhappy. The heating is terrible and nobody came.'),
    call('c-2', 'ben', '2026-11-05', 'Thank you, the door works great now.'),
  ].join('\n')}\n`,
};

export const elmConfig = `version: 1
time_zone: America/Chicago
owners:
  - id: hill-street
    name: Hill Street Homes
`;
