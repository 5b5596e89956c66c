import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { type ExitName, exits } from '../src/core/errors/index.ts';
import { build, live, openFolders, store } from './kill/life.ts';
import { packageRoot } from './sophia.ts';

/** How the program as it is shipped comes to an end of that name, in a workspace into which Elm House was imported. */
interface Way {
  readonly line: string;
  readonly files?: Readonly<Record<string, string>>;
  /** What is done to the store before. */
  readonly sql?: string;
  /** A module that is loaded before the program. */
  readonly preload?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent when it has begun to print. */
  readonly signal?: NodeJS.Signals;
}

const loose = `import { DatabaseSync } from 'node:sqlite';
  DatabaseSync.prototype.prepare = () => { throw new Error('a wire is loose'); };`;
/** A vendor that has one machine, and does not end it. */
const unending = `const machine = {
    id: 'a', status: 'active', region: { name: 'x' },
    instance_type: { name: 'h100', price_cents_per_hour: 429, specs: { vcpus: 1, memory_gib: 1, gpus: 1 } },
    tags: [{ key: 'managed-by', value: 'sophia' }, { key: 'sophia:stack', value: 'production' }],
  };
  globalThis.fetch = async (url) => {
    if (url.endsWith('/terminate')) return Response.json({ error: { code: 'global/invalid-parameters' } }, { status: 400 });
    return Response.json({ data: url.endsWith('/instances') ? [machine] : machine });
  };`;
const late = 'ticket_id,tenant_id,opened_on\n1,nobody,2026-11-01\n';

/** A server that lets nobody in, as PostgreSQL says so: by error 28P01, or 53100 when its disk is full. */
const shut = createServer((socket) => {
  socket.once('data', (asked) => {
    const [code, why] = asked.includes('full') ? ['53100', 'disk is full'] : ['28P01', 'wrong password'];
    const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${why}\0\0`);
    const length = Buffer.alloc(4);
    length.writeInt32BE(fields.length + 4);
    socket.end(Buffer.concat([Buffer.from('E'), length, fields]));
  });
});
await new Promise<void>((listening) => shut.listen(0, '127.0.0.1', listening));
afterAll(() => void shut.close());
const { port } = shut.address() as AddressInfo;
/** Nobody listens there: it belongs to a service that no machine runs any more. */
const NOBODY = 1;
const kept = (port: number, user = 'ada') => ({
  SOPHIA_DATABASE_URL: `postgresql://${user}@127.0.0.1:${port}/sophia?sslmode=disable`,
});

const ways: Partial<Record<ExitName, Way>> = {
  ok: { line: 'runs list' },
  bug: { line: 'runs list', preload: loose },
  usage: { line: 'runs lits' },
  config: { line: 'runs list', files: { 'sophia.yaml': 'version: 1\nowners: [' } },
  check: { line: 'events verify', sql: "update event set actor = 'os:eve' where hash is not null" },
  paused: { line: 'store purge --all' },
  auth: { line: 'runs list', env: kept(port) },
  failed: { line: 'runs list', env: kept(port, 'full') },
  unreachable: { line: 'runs list', env: kept(NOBODY) },
  refused: { line: 'init' },
  held: {
    line: 'portfolio import data',
    sql: "update lease set world = 'elsewhere', expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+10 minutes')",
  },
  incompatible: { line: 'runs list', sql: "insert into kysely_migration values ('9999-future', 'x')" },
  insufficient: { line: 'churn analyze elm-house --as-of 2024-01-01' },
  partial: { line: 'portfolio import more', files: { 'more/tickets.csv': late } },
  billing: {
    line: 'gpu kill-all --confirm everything',
    preload: unending,
    env: { LAMBDA_API_KEY: 'a-key' },
  },
  sigint: { line: 'events --follow', signal: 'SIGINT' },
  sigterm: { line: 'events --follow', signal: 'SIGTERM' },
};

/** No command comes to these ends yet. Whoever makes one that does shows above how. */
const unraised: readonly ExitName[] = [];

build();
const folders = openFolders();
afterAll(() => folders.remove());
const ready = folders.workspace();
await live(ready, ['portfolio', 'import', 'data']);

/** A process from its first word to its end. */
function ended(dir: string, args: readonly string[], signal?: NodeJS.Signals, more: Way['env'] = {}) {
  const child = spawn(process.execPath, args, { cwd: dir, env: { PATH: process.env.PATH, HOME: dir, ...more } });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdout.once('data', () => signal && child.kill(signal));
  return new Promise((done) => child.on('close', (code) => done({ code, stderr })));
}

test.concurrent.each(Object.entries(ways))('%s', async (name, { line, files = {}, sql, preload, signal, env }) => {
  const dir = folders.copyOf(ready);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  if (sql) {
    const db = new DatabaseSync(store(dir));
    db.exec(sql);
    db.close();
  }
  const node = preload ? ['--import', `data:text/javascript,${encodeURIComponent(preload)}`] : [];
  const { code, when } = exits[name as ExitName];
  const spoken = await ended(dir, [...node, join(packageRoot, 'bin/sophia.cjs'), ...line.split(' ')], signal, env);
  expect(spoken, when).toMatchObject({ code });
});

describe('an end that no command comes to yet', () => {
  test('is one of those named here, and every other one is shown', () => {
    const sources = globSync('src/**/*.ts', { cwd: packageRoot, exclude: ['**/*.test.ts', 'src/core/errors/*'] });
    const raising = sources.flatMap((file) =>
      readFileSync(join(packageRoot, file), 'utf8').match(/(?:Error|Trouble)\(\s*'\w+'|\bexit\b[^'\n]*'\w+'/g),
    );
    const isRaised = (name: ExitName) => raising.some((text) => text?.includes(`'${name}'`));
    expect(unraised.filter(isRaised)).toEqual([]);
    expect([...Object.keys(ways), ...unraised].sort()).toEqual(Object.keys(exits).sort());
  });

  /** The built program with one more command: it waits for a signal where it is to, and ends as it is told. */
  const planted = (exit: ExitName, waits: boolean) => {
    const dir = folders.workspace();
    writeFileSync(
      join(dir, 'planted.mjs'),
      `import { main, processHost } from ${JSON.stringify(join(packageRoot, 'dist/cli.js'))};
       const run = async ({ signal }) => {
         const alive = setInterval(() => 0, 1000);
         if (${waits}) await new Promise((heard) => {
           signal.addEventListener('abort', heard);
           process.stdout.write('waits');
         });
         clearInterval(alive);
         return { data: {}, exit: '${exit}' };
       };
       const command = {
         summary: 'Plant', status: 'beta', place: 'none', changes: 'nothing', examples: ['sophia plant'],
         input: () => ({ safeParse: () => ({ data: {} }) }), run, render: () => '',
       };
       const entry = { name: 'plant', summary: 'Plant', load: async () => ({ default: command }) };
       process.exitCode = await main(processHost(${JSON.stringify(packageRoot)}), [entry]);`,
    );
    return ended(dir, [join(dir, 'planted.mjs'), 'plant'], waits ? 'SIGINT' : undefined);
  };

  test.concurrent.each(unraised)('%s has its code', async (name) => {
    expect(await planted(name, false)).toMatchObject({ code: exits[name].code });
  });

  test('which something still bills for is told, though it was interrupted; any other is not', async () => {
    expect(await planted('billing', true)).toMatchObject({ code: exits.billing.code });
    expect(await planted('failed', true)).toMatchObject({ code: exits.sigint.code });
  });
});
