// Keeps databases of this version under fixtures/db/. Every later version must open them and finish what is in them:
// - <version>: a finished analysis, and an approval and an analysis that were killed half-way;
// - <version>-twenty: twenty proposals that wait for a human, and an analysis that was killed half-way.
// Run once when a version is closed; what has been kept never changes.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import manifest from '../package.json' with { type: 'json' };
import { elmConfig } from '../test/elm-house.ts';
import { observe } from '../test/kill/checker.ts';
import { build, live, openFolders, store } from '../test/kill/life.ts';

/** Within the analysis: some of its nodes are done, and some are not. */
const HALFWAY = { at: 8, side: 'after' };

const folders = openFolders();
build();
await keep(manifest.version, async (dir) => {
  await live(dir, ['churn', 'analyze', 'elm-house']);
  const { id } = observe(dir).runs.find(({ workflow }) => workflow === 'retention');
  await live(dir, ['runs', 'approve', id, '--yes'], { at: 6, side: 'after' });
  await live(dir, ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-15'], HALFWAY);
});
await keep(`${manifest.version}-twenty`, async (dir) => {
  mkdirSync(join(dir, 'oak'));
  for (const [name, lines] of Object.entries(oakHouse()))
    writeFileSync(join(dir, 'oak', name), `${lines.join('\n')}\n`);
  writeFileSync(join(dir, 'sophia.yaml'), `${elmConfig}retention:\n  capacity: 20\n`);
  await live(dir, ['portfolio', 'import', 'oak']);
  await live(dir, ['churn', 'analyze', 'oak-house']);
  await live(dir, ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-15'], HALFWAY);
});
folders.remove();

/** What `fill` leaves of a workspace into which Elm House was imported. */
async function keep(name, fill) {
  const target = join(import.meta.dirname, '../fixtures/db', name);
  if (existsSync(target)) throw new Error(`${target} is there already: raise the version first`);
  const dir = folders.workspace();
  await live(dir, ['portfolio', 'import', 'data']);
  await fill(dir);
  const db = new DatabaseSync(store(dir));
  db.exec("update lease set world = 'elsewhere'"); // the name of the machine is nobody's business
  db.exec('vacuum; PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  mkdirSync(target, { recursive: true });
  cpSync(store(dir), join(target, 'sophia.db'));
  chmodSync(join(target, 'sophia.db'), 0o644);
  spawnSync('ls', ['-l', target], { stdio: 'inherit' });
}

/** Twenty tenants who wait for repairs, and thirty neighbours who do not: small, so that what is kept is. */
function oakHouse() {
  const tenants = Array.from({ length: 50 }, (_, at) => `oak-${at + 1}`);
  const waiting = tenants.slice(0, 20);
  return {
    'properties.csv': ['property_id,name', 'oak-house,Oak House'],
    'units.csv': ['property_id,unit_id', ...tenants.map((tenant) => `oak-house,${tenant}`)],
    'tenants.csv': ['tenant_id,name', ...tenants.map((tenant) => `${tenant},Tenant of ${tenant}`)],
    'leases.csv': [
      'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent,notice_on,moved_out_on',
      ...tenants.map((each) => `${each},${each},oak-house,${each},2025-01-15,2025-02-01,2027-01-31,1600.00,,`),
    ],
    'offers.csv': [
      'offer_id,tenant_id,offered_on,rent',
      ...waiting.map((each) => `${each},${each},2026-10-15,1760.00`),
    ],
    'sources.csv': [
      'property_id,source,connected_from,connected_to',
      'oak-house,tickets,2025-02-01,',
      'oak-house,calls,2025-02-01,',
    ],
    'tickets.csv': [
      'ticket_id,tenant_id,opened_on,closed_on,reopened,category',
      ...waiting.flatMap((each) => [
        `${each}-1,${each},2026-09-20,2026-10-12,1,plumbing`,
        `${each}-2,${each},2026-10-30,,0,heating`,
      ]),
    ],
  };
}
