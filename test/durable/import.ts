import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Instant, id, instant } from '../../src/core/domain/index.ts';
import { acquireLease, type LeaseDeps, openStore } from '../../src/core/store/index.ts';
import { build, live, openFolders, store } from '../kill/life.ts';

/** A lease lives for 30 seconds, and is renewed at a third of that. */
const THIRD_MS = 10_000;
/** So often the store is written to: far more often than by a heartbeat, so that no long wait is missed. */
const PROBE_MS = 100;

/**
 * Imports a ledger of so many lines, with the program as it is shipped, while another process holds the lease of a run.
 * Tells how long a heartbeat of that one had to wait at most, and the import's own lease was not renewed.
 */
export async function importBeside(rows: number) {
  build();
  const folders = openFolders();
  const dir = folders.workspace();
  await live(dir, ['portfolio', 'import', 'data', '--json']);
  writeLedger(join(dir, 'data/ledger.csv'), rows);

  await using opened = await openStore({ file: store(dir), backup: async () => undefined });
  const now = (): Instant => instant(Date.now());
  const deps: LeaseDeps = {
    ...{ store: opened, owner: id('owner', 'hill-street'), actor: { id: id('actor', 'os:ada'), assurance: 'os-user' } },
    // Renewed by hand.
    clock: { now, sleep: async () => undefined, every: () => ({ [Symbol.dispose]: () => undefined }) },
    processes: { self: { world: 'probe', process: `${process.pid}` }, isDead: () => false },
  };
  const began = Date.now();
  let ended = false;
  const importing = live(dir, ['portfolio', 'import', 'data', '--json']).finally(() => {
    ended = true;
  });
  await using lease = await acquireLease(deps, 'run:beside', 'the run beside');
  let longestWaitMs = 0;
  let renewals = 0;
  let own = { expires: '', seen: Date.now() };
  let longestGapMs = 0;
  while (!ended) {
    const due = Date.now();
    await lease.write(async () => undefined);
    longestWaitMs = Math.max(longestWaitMs, Date.now() - due);
    renewals += 1;
    const [its] = await opened.read.selectFrom('lease').selectAll().where('name', 'like', 'import:%').execute();
    if (!ended) longestGapMs = Math.max(longestGapMs, Date.now() - own.seen);
    if (its && its.expires_at !== own.expires) own = { expires: its.expires_at, seen: Date.now() };
    await delay(PROBE_MS);
  }
  const { code, stderr } = await importing;
  folders.remove();
  const broken = [
    ...(code === 0 ? [] : [`the import ended with ${code}: ${stderr}`]),
    ...(longestWaitMs < THIRD_MS ? [] : [`a heartbeat beside an import waited for ${longestWaitMs} ms`]),
    ...(longestGapMs < THIRD_MS ? [] : [`an import did not renew its own lease for ${longestGapMs} ms`]),
  ];
  return { seconds: Math.round((Date.now() - began) / 1000), renewals, longestWaitMs, longestGapMs, broken };
}

function writeLedger(file: string, rows: number): void {
  const tenants = ['ada', 'ben', 'cyd', 'dov', 'eve', 'fay'];
  const fd = openSync(file, 'w');
  writeSync(fd, 'line_id,tenant_id,date,type,amount\n');
  for (let from = 0; from < rows; from += 10_000) {
    const some = Array.from({ length: Math.min(10_000, rows - from) }, (_, index) => {
      const at = from + index;
      const day = `2026-${`${1 + (at % 10)}`.padStart(2, '0')}-${`${1 + (at % 28)}`.padStart(2, '0')}`;
      return `line-${at},${tenants[at % tenants.length]},${day},${at % 2 === 0 ? 'charge' : 'payment'},1600.00\n`;
    });
    writeSync(fd, some.join(''));
  }
  closeSync(fd);
}
