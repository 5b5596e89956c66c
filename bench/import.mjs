import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { usageOf } from './child.mjs';

const TENANTS = 2000;

/**
 * Ledger rows a CPU second, and the memory of the process, at two sizes past the point where the collector settles:
 * memory must not grow with the file.
 */
export default async function importing() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  try {
    const small = await measure(join(dir, 'small'), 200_000);
    const large = await measure(join(dir, 'large'), 1_000_000);
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
        what: 'memory at five times the rows',
        figure: `${growth.toFixed(2)} x`,
        target: 'at most 1.5 x',
        met: growth <= 1.5,
      },
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function measure(dir, rows) {
  mkdirSync(join(dir, 'people'), { recursive: true });
  writeFileSync(join(dir, 'sophia.yaml'), 'version: 1\ntime_zone: UTC\nowners:\n  - id: bench\n    name: Bench\n');
  const tenants = Array.from({ length: TENANTS }, (_, at) => `t-${at},Tenant ${at}`);
  writeFileSync(join(dir, 'people/tenants.csv'), `tenant_id,name\n${tenants.join('\n')}\n`);
  const ledger = createWriteStream(join(dir, 'ledger.csv'));
  ledger.write('line_id,tenant_id,date,type,amount\n');
  for (let at = 0; at < rows; at++) {
    const month = `${String(1 + (at % 12)).padStart(2, '0')}`;
    ledger.write(`l-${at},t-${at % TENANTS},2025-${month}-01,${at % 2 ? 'payment' : 'charge'},1600.00\n`);
  }
  ledger.end();
  await finished(ledger);
  const imports = (path) => usageOf(dir, ['portfolio', 'import', path, '--json']);
  imports('people');
  return { rows, ...imports('ledger.csv') };
}
