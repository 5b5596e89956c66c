import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DatabasePlace } from '../src/core/domain/index.ts';
import { build, live, openFolders } from './kill/life.ts';
import { describePostgres, PASSWORD } from './services.ts';

build();
const folders = openFolders();
afterAll(() => folders.remove());

/** A workspace whose store a server keeps. */
function workspaceOn(place: DatabasePlace): string {
  const dir = folders.workspace();
  writeFileSync(join(dir, '.env'), `SOPHIA_DATABASE_URL=${place.url}\n`);
  return dir;
}

/** What a command answers, as data; fails when it fails. */
async function told<T>(dir: string, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await live(dir, [...args, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

/** Ids are drawn by chance, and so is the order of tenants who are alike; moments are of the clock. */
function comparable(text: string): unknown {
  const plain = text.replaceAll(/\b[a-z]+-[0-9a-z]{12}\b/g, 'id').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'moment');
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  return JSON.parse(plain, (name, value) => (name === 'tenants' && Array.isArray(value) ? value.sort(byKey) : value));
}

const jobs = [
  ['portfolio', 'import', 'data'],
  ['portfolio', 'list'],
  ['churn', 'analyze', 'elm-house'],
  ['churn', 'proposals'],
  ['churn', 'explain', 'ada'],
  ['runs', 'list'],
];

describePostgres('the main job on a server', (server) => {
  test('gives what it gives on the embedded store, and makes no store beside it', async () => {
    const [embedded, served] = [folders.workspace(), workspaceOn(await server().database())];
    for (const job of jobs) {
      const [here, there] = [await live(embedded, [...job, '--json']), await live(served, [...job, '--json'])];
      expect(there.stderr).toBe('');
      expect(comparable(there.stdout), job.join(' ')).toEqual(comparable(here.stdout));
    }
    expect(existsSync(join(served, '.sophia'))).toBe(false);
  });

  test('a human approves what it proposes, in another process, and two files are written once', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    await told(dir, 'portfolio', 'import', 'data');
    await told(dir, 'churn', 'analyze', 'elm-house');
    const { runs } = await told<{ runs: { id: string; status: string; workflow: string }[] }>(dir, 'runs', 'list');
    const waiting = runs.find(({ workflow }) => workflow === 'retention')?.id ?? '';
    const { code, stdout, stderr } = await live(dir, ['runs', 'approve', waiting, '--yes', '--json']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('approved');
    expect(readdirSync(join(dir, 'out', waiting)).sort()).toEqual(['message.md', 'task.md']);
    expect((await live(dir, ['runs', 'approve', waiting, '--yes'])).code).toBe(9);
    expect((await live(dir, ['events', 'verify'])).code).toBe(0);
    expect(readFileSync(join(dir, 'out', waiting, 'task.md'), 'utf8')).toContain(waiting);
  });

  test('what is imported twice at once is imported once, and the second is told to wait', async () => {
    const dir = workspaceOn(await server().database());
    const both = await Promise.all([0, 1].map(() => live(dir, ['portfolio', 'import', 'data', '--json'])));
    expect(both.map(({ code }) => code).sort()).toSatisfy(
      (codes: number[]) => codes[0] === 0 && [0, 10].includes(codes[1] ?? 1),
    );
    const { properties } = await told<{ properties: { tenants: number }[] }>(dir, 'portfolio', 'list');
    expect(properties).toMatchObject([{ tenants: 6 }]);
  });
});

describePostgres('a password', (server) => {
  test('is shown by nothing', async () => {
    const place = await server().database();
    const dir = workspaceOn(place);
    const commands = [
      ['config', 'explain'],
      ['config', 'explain', 'store.url'],
      ['portfolio', 'list', '--debug'],
      ['doctor'],
      ['store', 'info'],
    ];
    const shown: string[] = [];
    for (const command of commands) {
      const { stdout, stderr } = await live(dir, command);
      shown.push(stdout, stderr);
    }
    const wrong = workspaceOn({ ...place, url: place.url.replace(/:[^:@]*@/, ':wrong-horse@') });
    const { code, stdout, stderr } = await live(wrong, ['portfolio', 'list', '--json', '--debug']);
    expect(code).toBe(4);
    const all = [...shown, stdout, stderr].join('\n');
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong-horse']) expect(all).not.toContain(secret);
    expect(all).toContain(`sophia@${place.name}`);
  });
});

describe('a server that cannot be reached', () => {
  test('ends the command as unreachable, and nothing is left', async () => {
    const dir = folders.workspace();
    writeFileSync(join(dir, '.env'), 'SOPHIA_DATABASE_URL=postgresql://sophia:secret@127.0.0.1:1/sophia\n');
    const { code, stdout, stderr } = await live(dir, ['portfolio', 'import', 'data']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('no PostgreSQL to be reached at 127.0.0.1:1: nobody listens there');
    expect(stderr).not.toContain('secret');
    expect(readdirSync(dir).sort()).toEqual(['.env', 'data', 'sophia.yaml']);
  });
});
