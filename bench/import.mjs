import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { programs, startPostgres } from '../test/server.ts';
import { launcher } from './child.mjs';

const TENANTS = 2000;
const BATCH = 5000;
const [SMALL, LARGE, ON_SERVER] = [100_000, 1_000_000, 200_000];

/**
 * Ledger rows a CPU second, and the memory of the process, at two sizes past the point where the collector settles:
 * memory must not grow with the file. While the large one is taken in, another process analyses; then it is killed half way
 * and gone on with. And once more on a server.
 */
export default async function importing() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  try {
    const small = await imported(await workspace(join(dir, 'small'), SMALL));
    const beside = await workspace(join(dir, 'large'), LARGE);
    const alone = await slowestAnalysis(beside, async () => 3);
    let busy = true;
    const importingNow = imported(beside).finally(() => {
      busy = false;
    });
    const meanwhile = await slowestAnalysis(beside, async (n) => (busy ? n + 1 : n));
    const large = await importingNow;
    const resumed = await killedHalfWay(await workspace(join(dir, 'killed'), LARGE));
    const rate = large.rows / large.cpu;
    const growth = large.peak / small.peak;
    const figures = ({ cpu, peak }) => `${cpu.toFixed(1)} s CPU, ${Math.round(peak / 1024)} MiB`;
    return [
      { what: `${small.rows} ledger rows`, figure: figures(small) },
      { what: `${large.rows} ledger rows`, figure: figures(large) },
      {
        what: 'rows a CPU second',
        figure: Math.round(rate).toLocaleString('en'),
        target: 'at least 30,000',
        met: rate >= 30_000,
      },
      {
        what: 'memory at ten times the rows',
        figure: `${growth.toFixed(2)} x`,
        target: 'at most 1.5 x',
        met: growth <= 1.5,
      },
      {
        what: `${meanwhile.times} analyses meanwhile, the slowest`,
        figure: `${meanwhile.ms} ms, alone ${alone.ms} ms`,
        target: 'below the 5 s after which one gives up',
        met: meanwhile.ms < 5000,
      },
      {
        what: `killed after ${resumed.wentOnAfter} rows, and gone on with`,
        figure: `${figures(resumed)}, for the rest`,
        target: 'less CPU than from the beginning',
        met: resumed.cpu < large.cpu,
      },
      ...(await onServer(dir)),
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** A folder with a ledger of so many rows, and the store with everybody whom it is about. */
async function workspace(dir, rows, env = {}) {
  mkdirSync(join(dir, 'people'), { recursive: true });
  const write = (name, header, lines) => writeFileSync(join(dir, name), `${[header, ...lines].join('\n')}\n`);
  writeFileSync(join(dir, 'sophia.yaml'), 'version: 1\ntime_zone: UTC\nowners:\n  - id: bench\n    name: Bench\n');
  const tenants = Array.from({ length: TENANTS }, (_, at) => `t-${at},Tenant ${at}`);
  write('people/tenants.csv', 'tenant_id,name', tenants);
  write('people/properties.csv', 'property_id,name', ['house,House']);
  write(
    'people/leases.csv',
    'lease_id,tenant_id,property_id,unit_id,signed_on,starts_on,ends_on,rent',
    Array.from({ length: 30 }, (_, at) => `l-${at},t-${at},house,${at},2024-12-01,2025-01-01,2027-12-31,1600.00`),
  );
  const ledger = createWriteStream(join(dir, 'ledger.csv'));
  ledger.write('line_id,tenant_id,date,type,amount\n');
  for (let at = 0; at < rows; at++) {
    const month = `${String(1 + (at % 12)).padStart(2, '0')}`;
    ledger.write(`l-${at},t-${at % TENANTS},2025-${month}-01,${at % 2 ? 'payment' : 'charge'},1600.00\n`);
  }
  ledger.end();
  await finished(ledger);
  if (env.SOPHIA_DATABASE_URL) await sophia(dir, ['store', 'migrate'], env).ended;
  await sophia(dir, ['portfolio', 'import', 'people'], env).ended;
  return { dir, rows, env };
}

async function imported({ dir, rows, env }) {
  return { rows, ...(await sophia(dir, ['portfolio', 'import', 'ledger.csv'], env).ended) };
}

/** Analyses one after the other, as long as `until` names more of them than there were. */
async function slowestAnalysis({ dir }, until) {
  let [times, ms] = [0, 0];
  do {
    const { took } = await sophia(dir, ['churn', 'analyze', 'house']).ended;
    ms = Math.max(ms, took);
    times += 1;
  } while ((await until(times)) > times);
  return { times, ms: Math.round(ms) };
}

async function killedHalfWay({ dir, rows }) {
  const first = sophia(dir, ['portfolio', 'import', 'ledger.csv']);
  first.ended.catch(() => undefined);
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'), { readOnly: true, timeout: 5000 });
  const batches = db.prepare('select count(*) as n from import_batch');
  while (batches.get().n * BATCH < rows / 2) await delay(50);
  first.child.kill('SIGKILL');
  db.close();
  await first.ended.catch(() => undefined);
  const { answer, ...usage } = await sophia(dir, ['portfolio', 'import', 'ledger.csv']).ended;
  return { ...usage, wentOnAfter: answer.wentOnAfter };
}

async function onServer(dir) {
  if (programs.postgres === undefined) return [{ what: 'on PostgreSQL', figure: 'is not installed: left out' }];
  const postgres = await startPostgres(programs.postgres);
  try {
    const env = { SOPHIA_DATABASE_URL: (await postgres.database()).url };
    const { cpu, took, peak } = await imported(await workspace(join(dir, 'server'), ON_SERVER, env));
    const [ofOurs, all] = [ON_SERVER / cpu, (ON_SERVER / took) * 1000].map((n) => Math.round(n).toLocaleString('en'));
    const figure = `${ofOurs} a CPU second of ours, ${all} a second, ${Math.round(peak / 1024)} MiB`;
    return [{ what: `${ON_SERVER} rows on PostgreSQL`, figure }];
  } finally {
    await postgres.stop();
  }
}

/** One command in a process of its own; tells its CPU in seconds, its peak memory in KiB, and how long it took. */
function sophia(dir, words, env = {}) {
  const preload = join(dir, 'usage.cjs');
  if (!existsSync(preload))
    writeFileSync(
      preload,
      `process.on('exit', () => require('fs').writeSync(3, JSON.stringify(process.resourceUsage())))`,
    );
  const began = performance.now();
  const child = spawn(process.execPath, ['--require', preload, launcher, ...words, '--json'], {
    ...{ cwd: dir, env: { ...process.env, ...env } },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const heard = ['', '', '', ''];
  for (const fd of [1, 2, 3])
    child.stdio[fd].on('data', (text) => {
      heard[fd] += text;
    });
  const ended = new Promise((done, failed) => {
    child.on('close', (code) => {
      if (code !== 0) return failed(new Error(heard[2]));
      const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(heard[3]);
      const took = performance.now() - began;
      done({ cpu: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS, took, answer: JSON.parse(heard[1]) });
    });
  });
  return { child, ended };
}
