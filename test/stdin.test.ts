import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readStdin } from '../src/core/context/stdin.ts';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia } from './sophia.ts';

const text = (name: string) => elmHouse[`data/${name}`] ?? '';

test('what is piped in is taken in as the file that it is said to be, and a bad row is set aside', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  world.stdin = `${text('tenants.csv')},Nobody\n`;
  const { stdout, code } = await runSophia('portfolio import - --as tenants.csv --json', world);
  const { files, rejectFiles } = JSON.parse(stdout);
  expect(code).toBe(exits.partial.code);
  expect(files).toMatchObject([{ file: 'tenants.csv', as: 'tenants', new: 6, rejected: 1 }]);
  expect(readFileSync(rejectFiles[0], 'utf8')).toContain('Nobody');
  const again = await ask<{ files: object[] }>('portfolio import - --as tenants.csv --dry-run', world);
  expect(again.files).toMatchObject([{ unchanged: 6 }]);
});

test('a row that was set aside is mended where it stands: what was too many, and what lost its sign', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  await ask('portfolio import - --as tenants.csv', Object.assign(world, { stdin: text('tenants.csv') }));
  world.stdin = 'tenant_id,name\nt21,Rao, Uma\n';
  const { stdout } = await runSophia('portfolio import - --as tenants.csv --json', world);
  const [aside = ''] = JSON.parse(stdout).rejectFiles as string[];
  const left = readFileSync(aside, 'utf8');
  expect(left).toContain('\nt21,Rao,Uma,2,');
  // As it stands it is refused as before, and nobody is called Rao.
  expect((await runSophia(`portfolio import ${aside} --json`, world)).code).toBe(exits.partial.code);
  writeFileSync(aside, left.replace('Rao,Uma', '"Rao, Uma"'));
  expect(await ask(`portfolio import ${aside}`, world)).toMatchObject({ files: [{ new: 1, rejected: 0 }] });

  world.stdin = 'line_id,tenant_id,date,type,amount\n73,t21,2026-10-03,payment,-1500.00\n';
  const minus = await runSophia('portfolio import - --as ledger.csv --json', world);
  const [again = ''] = JSON.parse(minus.stdout).rejectFiles as string[];
  const escaped = readFileSync(again, 'utf8');
  expect(escaped).toContain("'-1500.00");
  writeFileSync(again, escaped.replace('-1500.00', '1500.00'));
  expect(await ask(`portfolio import ${again}`, world)).toMatchObject({ files: [{ new: 1, rejected: 0 }] });
});

test('a file can be taken as if it were called otherwise', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig, 'export.txt': text('tenants.csv') } });
  const { files } = await ask<{ files: object[] }>('portfolio import export.txt --as tenants.csv', world);
  expect(files).toMatchObject([{ file: 'tenants.csv', new: 6 }]);
});

test('a map that reads one file in several ways cannot read it from a pipe', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  const { stderr, code } = await runSophia('portfolio import - --as rent-roll.csv --map rent-roll', world);
  expect({ code, stderr }).toEqual({ code: exits.usage.code, stderr: expect.stringContaining('can be read once') });
});

test('at a terminal nobody pipes: that is said, and not waited for', async () => {
  using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  world.isTTY = true;
  const { stderr, code } = await runSophia('portfolio import - --as tenants.csv', world);
  expect({ code, stderr }).toEqual({ code: exits.usage.code, stderr: expect.stringContaining('nothing is piped in') });
});

const waits = new Set<AbortSignal>();

const read = async (
  stdin: Readable,
  limit: number,
  signal = new AbortController().signal,
  patienceS?: number,
  silences: 'all' | 'none' = 'all',
) => {
  let bytes = 0;
  const sleep = async (ms: number, heard: AbortSignal) => {
    expect(ms).toBe(7000);
    if (silences === 'all') return;
    waits.add(heard);
    await new Promise(() => undefined);
  };
  const clock = { now: () => '', every: () => ({ [Symbol.dispose]: () => undefined }), sleep };
  for await (const chunk of readStdin({ stdin, signal, clock } as never, limit, patienceS)) bytes += chunk.length;
  return bytes;
};

test('who was told how long to wait waits no longer for a silent pipe', async () => {
  const silent = new Readable({ read: () => undefined });
  const waiting = read(silent, 10, undefined, 7);
  await expect(waiting).rejects.toMatchObject({ exit: 'unreachable', message: expect.stringContaining('for 7 s') });
  expect(silent.destroyed).toBe(true);
});

test('who was heard in time is not waited for any more, so that the command can end', async () => {
  waits.clear();
  const stdin = Readable.from([Buffer.alloc(5), Buffer.alloc(5)]);
  expect(await read(stdin, 10, undefined, 7, 'none')).toBe(10);
  expect(waits.size).toBeGreaterThan(1);
  expect([...waits].every(({ aborted }) => aborted)).toBe(true);
});

test('a pipe that gives too much is closed', async () => {
  const stdin = Readable.from(Array.from({ length: 9 }, () => Buffer.alloc(2 ** 20)));
  await expect(read(stdin, 3 * 2 ** 20)).rejects.toMatchObject({
    exit: 'insufficient',
    message: expect.stringContaining('3 MB'),
  });
  expect(stdin.destroyed).toBe(true);
  expect(await read(Readable.from([Buffer.alloc(5), Buffer.alloc(5)]), 10)).toBe(10);
});

test('who waits for a pipe hears a signal', async () => {
  const stop = new AbortController();
  const silent = new Readable({ read: () => undefined });
  const waiting = read(silent, 10, stop.signal);
  stop.abort('sigint');
  await expect(waiting).rejects.toThrow();
  expect(silent.destroyed).toBe(true);
});
