import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openFiles } from '../context/files.ts';
import type { ProcessName } from '../context/index.ts';
import { type Engine, findEngine, mustBeReachable, pathsOf } from './engine.ts';
import { toldBy } from './events.ts';
import { mustTotal, policyOf } from './gates.ts';
import { launching } from './launcher.ts';
import { settleLocks } from './locks.ts';
import { recordedOf } from './recorded.ts';

const going = new AbortController().signal;

/** A folder, and an environment in it. */
function opened() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-stack-'));
  const folders = { cwd: dir, packageRoot: dir, dataHome: dir, configHome: dir, stateHome: dir, userId: undefined };
  const files = openFiles({ ...folders, random: () => 0.5 });
  const place = { folder: dir, environment: 'production' };
  return { dir, files, place, [Symbol.dispose]: () => rmSync(dir, { recursive: true }) };
}

const named = (process: string): ProcessName => ({ world: 'here/boot/ns', process });

/** Locks of the engine, of which processes live, and what was asked to stop. */
function guarded(world: ReturnType<typeof opened>, lock: object, alive: string[]) {
  const paths = pathsOf(world.place);
  const file = join(paths.locks, 'a.json');
  mkdirSync(paths.locks, { recursive: true });
  mkdirSync(paths.work, { recursive: true });
  writeFileSync(file, JSON.stringify({ hostname: 'here', username: 'ada', timestamp: 'noon', ...lock }));
  const interrupted: string[] = [];
  const isAlive = (process: string) => alive.includes(process);
  const deps = {
    files: world.files,
    signal: going,
    clock: {
      now: () => '2026-11-27T12:00:00.000Z' as never,
      // Who is asked to stop has done so by the next look.
      sleep: async () => void alive.splice(0, alive.length, ...alive.filter((each) => !interrupted.includes(each))),
      every: () => ({ [Symbol.dispose]: () => undefined }),
    },
    processes: {
      self: named('1@1'),
      isDead: (other: ProcessName) => other.world === 'here/boot/ns' && !isAlive(other.process),
    },
    programs: {
      named: (pid: number) => alive.map(named).find(({ process }) => Number.parseInt(process, 10) === pid),
      interrupt: ({ process }: ProcessName) => void interrupted.push(process),
    } as never,
  };
  return { deps, interrupted, isLocked: async () => (await world.files.kindOf(file)) !== undefined };
}

test('the lock of an engine that is dead is taken away', async () => {
  using world = opened();
  const { deps, isLocked } = guarded(world, { pid: 7 }, []);
  await settleLocks(deps, world.place);
  expect(await isLocked()).toBe(false);
});

test('what an engine that was killed left of a lock before it had taken it is taken away, whatever stands in it', async () => {
  using world = opened();
  const { deps } = guarded(world, { pid: 7 }, []);
  const { locks } = pathsOf(world.place);
  for (const [name, text] of [
    ['b.json.18bc0f.tmp', ''],
    ['c.json.18bc10.tmp', '{"pid": 7, "hostname": "elsewhere"}'],
  ] as const)
    writeFileSync(join(locks, name), text);
  await settleLocks(deps, world.place);
  expect(await world.files.list(locks)).toEqual([]);
});

test.each([
  ['of one that lives', { pid: 7 }, ['7@7']],
  ['of another machine', { pid: 7, hostname: 'elsewhere' }, []],
  ['that says of nobody whose it is', { pid: undefined }, []],
])('a lock %s stays, and it is said whose it is', async (_, lock, alive) => {
  using world = opened();
  const { deps, isLocked } = guarded(world, lock, alive);
  await expect(settleLocks(deps, world.place)).rejects.toMatchObject({ exit: 'held' });
  expect(await isLocked()).toBe(true);
});

test('an engine that was left by a sophia which is dead is asked to stop, waited for, and its lock taken away', async () => {
  using world = opened();
  const { deps, interrupted, isLocked } = guarded(world, { pid: 7 }, ['7@7']);
  const atWork = { engine: named('7@7'), sophia: named('6@6') };
  writeFileSync(pathsOf(world.place).atWork, JSON.stringify(atWork));
  await settleLocks(deps, world.place);
  expect(interrupted).toEqual(['7@7']);
  expect(await isLocked()).toBe(false);
});

test('also one that has just begun, and has taken no lock yet', async () => {
  using world = opened();
  const { deps, interrupted } = guarded(world, { pid: 7 }, ['7@7']);
  rmSync(join(pathsOf(world.place).locks, 'a.json'));
  writeFileSync(pathsOf(world.place).atWork, JSON.stringify({ engine: named('7@7'), sophia: named('6@6') }));
  await settleLocks(deps, world.place);
  expect(interrupted).toEqual(['7@7']);
});

test.each(['', '{"engine":{"wor'])(
  'who was killed while writing down who is at work (%j) holds up nobody',
  async (text) => {
    using world = opened();
    const { deps, isLocked } = guarded(world, { pid: 7 }, []);
    writeFileSync(pathsOf(world.place).atWork, text);
    await settleLocks(deps, world.place);
    expect(await isLocked()).toBe(false);
  },
);

test('an engine at work for a sophia that lives is asked nothing', async () => {
  using world = opened();
  const { deps, interrupted } = guarded(world, { pid: 7 }, ['7@7', '6@6']);
  writeFileSync(pathsOf(world.place).atWork, JSON.stringify({ engine: named('7@7'), sophia: named('6@6') }));
  await expect(settleLocks(deps, world.place)).rejects.toMatchObject({ exit: 'held' });
  expect(interrupted).toEqual([]);
});

test('what the engine says for those who mend it, with secrets as they are, is told to nobody', () => {
  const said = (severity: string) => ({ diagnosticEvent: { severity, message: 'token: hunter2', color: 'never' } });
  expect(toldBy(said('debug') as never)).toBeUndefined();
  expect(toldBy(said('error') as never)).toMatchObject({ kind: 'failed', text: 'token: hunter2' });
});

test('a resource is told of by its name and kind; what the engine does to itself is not', () => {
  const of = (type: string, name: string) => ({
    resourcePreEvent: { metadata: { op: 'create', urn: `urn:pulumi:production::sophia::${type}::${name}`, type } },
  });
  expect(toldBy(of('sophialambda:index:Instance', 'node-0') as never)).toEqual({
    ...{ kind: 'begun', op: 'create', resource: 'node-0', what: 'Instance' },
  });
  expect(toldBy(of('pulumi:pulumi:Stack', 'sophia-production') as never)).toBeUndefined();
});

test('an order that comes to more than was agreed to is refused before anything is started', () => {
  const machine = (cents: number) => ({
    name: 'node-0',
    candidates: [{ type: 'a', region: 'b', centsPerHour: cents }],
  });
  expect(() => mustTotal({ machines: [machine(329), machine(329)] }, 658)).not.toThrow();
  expect(() => mustTotal({ machines: [machine(329), machine(330)] }, 658)).toThrow('$6.59 an hour');
});

test('what is recorded is read without the engine; of one that never came to its end the dearest price that it may have', async () => {
  using world = opened();
  const { checkpoint } = pathsOf(world.place);
  mkdirSync(dirname(checkpoint), { recursive: true });
  const urn = (name: string) => `urn:pulumi:production::sophia::sophialambda:index:Instance::${name}`;
  const candidates = [
    { type: 't', region: 'r', centsPerHour: 329 },
    { type: 't', region: 's', centsPerHour: 400 },
  ];
  const type = 'sophialambda:index:Instance';
  const resources = [
    { urn: 'urn:pulumi:production::sophia::pulumi:pulumi:Stack::x', type: 'pulumi:pulumi:Stack' },
    {
      urn: urn('node-0'),
      type,
      id: 'a',
      inputs: { candidates, expiresAt: 17 },
      outputs: { type: 't', region: 'r', centsPerHour: 300 },
    },
    {
      urn: urn('node-1'),
      type,
      id: 'b',
      inputs: { candidates },
      outputs: { type: 't', region: 's' },
      initErrors: ['slow'],
    },
  ];
  writeFileSync(checkpoint, JSON.stringify({ checkpoint: { latest: { resources, pending_operations: [{}] } } }));
  expect(await recordedOf(world, world.place)).toMatchObject({
    ...{ resources: 2, pending: 1 },
    machines: [
      { name: 'node-0', id: 'a', centsPerHour: 300, expiresAt: 17, isUnready: false },
      { name: 'node-1', id: 'b', centsPerHour: 400, expiresAt: null, isUnready: true },
    ],
  });
});

test.each(['', '{"checkpoint"', '{"checkpoint": {"latest": {"resources": 7}}}'])(
  'a record that cannot be read is none: %s',
  async (text) => {
    using world = opened();
    const { checkpoint } = pathsOf(world.place);
    mkdirSync(dirname(checkpoint), { recursive: true });
    writeFileSync(checkpoint, text);
    await expect(recordedOf(world, world.place)).rejects.toMatchObject({ exit: 'config' });
  },
);

test.each([
  ['v3.259.0\n', 0, '3.259.0'],
  ['v3.300.1\n', 0, '3.300.1'],
  ['v4.0.0\n', 0, undefined],
  ['v3.258.9\n', 0, undefined],
  ['v2.999.0\n', 0, undefined],
  ['hello\n', 0, undefined],
  ['v3.259.0\n', 1, undefined],
])('an engine that says %j and ends with %i', async (stdout, code, version) => {
  using world = opened();
  const programs = { find: async () => '/bin/pulumi', run: async () => ({ code, stdout, stderr: '' }) } as never;
  const found = findEngine({ programs, files: world.files }, undefined);
  if (version === undefined) await expect(found).rejects.toMatchObject({ exit: 'config' });
  else expect(await found).toEqual({ path: '/bin/pulumi', version } satisfies Engine);
});

test('the policy is told what was agreed to and what bills already, and none of the secrets that the engine is told', async () => {
  using world = opened();
  const own = join(world.dir, 'policy.js');
  // Says what it was told, as the policy itself would read it.
  writeFileSync(own, 'console.log(JSON.stringify(process.env))');
  const { execPath: file } = process;
  const deps = { files: world.files, machine: { node: { file } }, programs: { own: () => own } } as never;
  const candidates = [{ type: 't', region: 'r', centsPerHour: 329 }];
  const launcher = await policyOf(deps, world.place, { machines: [{ name: 'node-0', candidates }] }, 658);
  const secrets = { LAMBDA_API_KEY: 'k', SOPHIA_REHEARSED: 'r', PULUMI_CONFIG_PASSPHRASE: 'p' };
  const told = JSON.parse(execFileSync(launcher, { env: { ...process.env, ...secrets }, encoding: 'utf8' }));
  expect(Object.keys(secrets).filter((name) => name in told)).toEqual([]);
  expect(JSON.parse(told.SOPHIA_AGREED)).toEqual({ capCents: 658, there: [] });
});

test('a launcher becomes the program, whatever stands in its path and in what it is told', () => {
  expect(launching('/n', "/it's", { env: { SAID: '{"a": "it\'s"}' }, forgets: ['KEY'] })).toBe(
    `#!/bin/sh\nunset KEY\nSAID='{"a": "it'\\''s"}'; export SAID\nexec '/n' '/it'\\''s' "$@"\n`,
  );
});

test('a folder that the SDK of the engine would take for another is refused', () => {
  expect(() => mustBeReachable({ folder: '/home/ada/elm\\house' })).toThrow('a folder with a \\ in its name');
  mustBeReachable({ folder: "/home/ada/elm's house, #1 50%20?" });
});
