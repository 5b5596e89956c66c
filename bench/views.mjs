import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { launcher, leastCpu, usageOf } from './child.mjs';

const ROUNDS = 7;
const MONTHS = 6;
const DAY = '2026-11-22';

/** The page of a large property, and all that is known ranked in one process: CPU of the one, memory of the other. */
export default async function views() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  try {
    const one = await portfolio(join(dir, 'one'), { properties: 1, tenants: 1000 });
    const options = { cwd: one, env: { PATH: process.env.PATH, HOME: dir } };
    const report = [launcher, 'churn', 'report', 'p-0', '--as-of', DAY, '-o', '-'];
    const { version, page } = leastCpu({ version: [launcher, '--version'], page: report }, ROUNDS, options);
    const all = await portfolio(join(dir, 'all'), { properties: 500, tenants: 200 });
    const { cpu, peak } = usageOf(all, ['churn', 'analyze', '--all', '--as-of', DAY]);
    return [
      {
        what: 'churn report of 1,000 tenants, over --version',
        figure: `+${(page - version).toFixed(0)} ms`,
        target: 'at most +1000 ms',
        met: page - version <= 1000,
      },
      {
        what: 'churn analyze --all of 100,000 tenants',
        figure: `${Math.round(peak / 1024)} MiB, ${cpu.toFixed(0)} s CPU`,
        target: 'at most 1024 MiB',
        met: peak <= 1024 * 1024,
      },
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** A workspace with properties of so many tenants each: half a year of rent, some repairs, some of it late. */
async function portfolio(dir, { properties, tenants }) {
  mkdirSync(join(dir, 'files'), { recursive: true });
  writeFileSync(join(dir, 'sophia.yaml'), 'version: 1\ntime_zone: UTC\nowners:\n  - id: bench\n    name: Bench\n');
  const houses = Array.from({ length: properties }, (_, at) => `p-${at}`);
  const each = houses.flatMap((house) =>
    Array.from({ length: tenants }, (_, at) => ({ house, at, id: `${house}-${at}` })),
  );
  const months = Array.from({ length: MONTHS }, (_, at) => `2026-${String(6 + at).padStart(2, '0')}`);
  const ends = (at) => `2027-${String(1 + (at % 12)).padStart(2, '0')}-28`;
  const files = {
    properties: ['property_id,name', houses.map((house) => `${house},House ${house}`)],
    units: ['property_id,unit_id', each.map(({ house, at }) => `${house},${at}`)],
    tenants: ['tenant_id,name', each.map(({ id }) => `${id},Tenant ${id}`)],
    leases: [
      'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on',
      each.map(({ house, at, id }) => `${id}-l,${id},${house},${at},2025-01-15,2025-02-01,${ends(at)},1600.00,,`),
    ],
    sources: [
      'property_id,source,connected_from,connected_to',
      houses.flatMap((house) => [`${house},ledger,2025-02-01,`, `${house},tickets,2025-02-01,`]),
    ],
    tickets: [
      'ticket_id,tenant_id,opened_on,closed_on,reopened,category',
      each
        .filter(({ at }) => at % 3 === 0)
        .map(({ id, at }) => `${id}-k,${id},2026-10-0${1 + (at % 9)},2026-10-20,0,heating`),
    ],
    ledger: [
      'line_id,tenant_id,date,type,amount',
      each.flatMap(({ id, at }) =>
        months.flatMap((month) => [
          `${id}-${month}-d,${id},${month}-01,charge,1600.00`,
          `${id}-${month}-p,${id},${month}-${at % 7 === 0 ? '19' : '02'},payment,1600.00`,
        ]),
      ),
    ],
  };
  for (const [name, [header, rows]] of Object.entries(files)) {
    const file = createWriteStream(join(dir, 'files', `${name}.csv`));
    for (const row of [header, ...rows]) file.write(`${row}\n`);
    file.end();
    await finished(file);
  }
  usageOf(dir, ['portfolio', 'import', 'files']);
  return dir;
}
