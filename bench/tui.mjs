import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { openJournal, openStore } from '../src/core/store/index.ts';
import { cpuOf, launcher } from './child.mjs';
import { depsOf } from './steps.mjs';

const RUNS = 10_000;
const OWNER = 'bench';
const ROUNDS = 5;
const SECONDS = 10;
const CHANGES_A_SECOND = 10;
const EVENTS = 40;
const WATCHED = 'run-000000009999';
/** A frame, as Ink tells a terminal that it is whole. */
const FRAME = '\x1b[?2026l';
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;
const PATIENCE_MS = 10_000;

/** The built program in a pseudo terminal, over a store of 10,000 runs; what changes them is another process, this one. */
export default async function tui() {
  const dir = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  try {
    await using world = await filled(dir);
    return [
      await firstFrame(dir),
      ...(await changing(dir, world, { cols: 80, rows: 24 })),
      ...(await changing(dir, world, { cols: 120, rows: 50 })),
      await idle(dir, 'overview'),
      await idle(dir, 'runs'),
      await seen(dir, world),
      await slope(dir, world),
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function filled(dir) {
  writeFileSync(join(dir, 'sophia.yaml'), `version: 1\ntime_zone: UTC\nowners:\n  - id: ${OWNER}\n    name: Bench\n`);
  mkdirSync(join(dir, '.sophia'), { mode: 0o700 });
  const file = join(dir, '.sophia/sophia.db');
  writeFileSync(file, '', { mode: 0o600 });
  const store = await openStore({ file, backup: async () => undefined });
  const journal = openJournal(depsOf(store));
  const at = (number) => new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
  const rows = Array.from({ length: RUNS }, (_, number) => ({
    ...{ id: `run-${String(number).padStart(12, '0')}`, owner: OWNER, actor: 'os:bench', key: `${number}` },
    ...{ workflow: 'churn', version: 1, fingerprint: 'bench', shape: '["load","rank"]' },
    ...{ input: JSON.stringify({ property: `pro-${number}`, day: '2026-01-01' }) },
    ...{
      status: number % 3 === 0 ? 'failed' : 'succeeded',
      failure: null,
      created_at: at(number),
      updated_at: at(number),
    },
  }));
  await store.write(async (tx) => {
    await tx.insertInto('run').values(rows).execute();
    const entries = rows.map(({ id }) => ({ id, kind: 'run', owner: OWNER }));
    await tx.insertInto('directory').values(entries).execute();
  });
  const write = (change) =>
    store.write(async (tx) => {
      const { node, status } = change;
      if (status) await tx.updateTable('run').set({ status }).where('id', '=', WATCHED).execute();
      await journal.appendIn(tx, { kind: 'run.node_finished', runId: WATCHED, body: { node } });
    });
  const many = (nodes) =>
    store.write(async (tx) => {
      for (const node of nodes)
        await journal.appendIn(tx, { kind: 'run.node_finished', runId: WATCHED, body: { node } });
    });
  return { write, many, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

async function open(dir, words, { cols, rows } = { cols: 80, rows: 24 }) {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  const env = { PATH: process.env.PATH, HOME: dir, SOPHIA_IDLE: '1', TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const pty = spawn(process.execPath, [launcher, 'tui', ...words], { cols, rows, cwd: dir, env });
  const counted = { bytes: 0, frames: 0 };
  const watchers = new Set();
  const { promise: ready, resolve } = Promise.withResolvers();
  terminal.parser.registerOscHandler(777, () => {
    resolve();
    return true;
  });
  pty.onData((text) => {
    counted.bytes += Buffer.byteLength(text);
    counted.frames += text.split(FRAME).length - 1;
    terminal.write(text, () => {
      for (const look of watchers) look();
    });
  });
  const ended = new Promise((done) => pty.onExit(done));
  await Promise.race([ready, ended.then(() => Promise.reject(new Error('the screens did not open')))]);
  const screen = () => {
    const { active } = terminal.buffer;
    return Array.from({ length: rows }, (_, line) => active.getLine(line)?.translateToString(true)).join('\n');
  };
  return {
    counted,
    screen,
    press: (key) => pty.write(key),
    until(pattern) {
      const { promise, resolve } = Promise.withResolvers();
      const look = () => {
        if (pattern.test(screen())) resolve();
      };
      watchers.add(look);
      look();
      const late = delay(PATIENCE_MS, undefined, { ref: false }).then(() => {
        throw new Error(`${pattern} is not to be seen:\n${screen()}`);
      });
      return Promise.race([promise, late]).finally(() => watchers.delete(look));
    },
    cpuMs: () => {
      const [user, system] = readFileSync(`/proc/${pty.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
      return (Number(user) + Number(system)) * TICK_MS;
    },
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pty.pid}/status`, 'utf8'))?.[1]) / 1024,
    async [Symbol.asyncDispose]() {
      pty.write('\x03');
      await ended;
    },
  };
}

/** CPU until the first answer is drawn. */
async function firstFrame(dir) {
  let [least, bare] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    bare = Math.min(bare, cpuOf(['-e', '0']));
    await using screens = await open(dir, []);
    least = Math.min(least, screens.cpuMs());
  }
  const most = 2.5 * bare + 250;
  return {
    what: 'first useful frame, on 10,000 runs',
    figure: `${least.toFixed(0)} ms CPU, bare Node ${bare.toFixed(0)}`,
    ...{ target: `at most ${most.toFixed(0)} ms (2.5 x bare + 250)`, met: least <= most },
  };
}

/** One run in view changes ten times a second. */
async function changing(dir, { write }, size) {
  await using screens = await open(dir, ['runs'], size);
  screens.press('s');
  await screens.until(/by newest/);
  const statuses = ['cancelled', 'succeeded'];
  let [at, writing] = [0, Promise.resolve()];
  const change = () => {
    writing = write({ node: 'load', status: statuses[at++ % 2] });
  };
  const changes = setInterval(change, 1000 / CHANGES_A_SECOND);
  await delay(2000);
  const before = { ...screens.counted, cpu: screens.cpuMs() };
  await delay(SECONDS * 1000);
  const cpu = screens.cpuMs() - before.cpu;
  const [frames, bytes] = [screens.counted.frames - before.frames, screens.counted.bytes - before.bytes];
  clearInterval(changes);
  await writing;
  const at_ = `${size.cols}x${size.rows}`;
  return [
    {
      what: `10,000 runs, one changing, ${at_}: bytes`,
      figure: `${Math.round(bytes / frames)} a frame, ${(frames / SECONDS).toFixed(1)} frames a second`,
      ...{ target: 'at most 300 a frame', met: bytes / frames <= 300 },
    },
    {
      what: `10,000 runs, one changing, ${at_}: CPU`,
      figure: `${(cpu / frames).toFixed(1)} ms a frame, asking included`,
      ...{ target: 'at most 5 ms a frame', met: cpu / frames <= 5 },
    },
  ];
}

async function idle(dir, name) {
  await using screens = await open(dir, [name]);
  await delay(2000);
  const before = screens.cpuMs();
  await delay(SECONDS * 1000);
  const share = (screens.cpuMs() - before) / (SECONDS * 1000);
  return {
    what: `${name}, while nothing happens`,
    figure: `${(share * 100).toFixed(1)} % of a core`,
    ...{ target: 'below 2 %', met: share < 0.02 },
  };
}

/** From the commit of a line to the screen that shows it. */
async function seen(dir, { write }) {
  await using screens = await open(dir, ['runs']);
  screens.press('s');
  await screens.until(/by newest/);
  screens.press('\r');
  await screens.until(/› Runs › run-/);
  const times = [];
  for (let event = 0; event < EVENTS; event++) {
    // Anywhere between two looks.
    await delay(200 + Math.random() * 200);
    await write({ node: `event-${event}` });
    const begun = performance.now();
    await screens.until(new RegExp(`event-${event}\\b`));
    times.push(performance.now() - begun);
  }
  const [half, most] = [0.5, 0.95].map((share) => times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]);
  return {
    what: 'from a commit to the screen',
    figure: `${half.toFixed(0)} ms at the median, ${most.toFixed(0)} at the 95th`,
    ...{ target: 'at most 150 ms at the median', met: half <= 150 },
  };
}

/** What a run screen keeps of more and more lines. */
async function slope(dir, { many }) {
  const nodes = Array.from({ length: 500 }, () => 'load');
  await using screens = await open(dir, ['runs']);
  screens.press('s');
  await screens.until(/by newest/);
  screens.press('\r');
  await screens.until(/› Runs › run-/);
  const grown = async (lines) => {
    for (let line = 0; line < lines; line += nodes.length) {
      await many(nodes);
      await delay(100);
    }
    await delay(3000);
    return screens.memory();
  };
  const points = [await grown(40_000)];
  for (let more = 0; more < 4; more++) points.push(await grown(10_000));
  const slope = (points.at(-1) - points[0]) / (points.length - 1);
  return {
    what: 'memory of a run watched, after 40,000 lines',
    figure: `${slope.toFixed(1)} MB per 10,000 lines more (${points.map((mb) => mb.toFixed(0)).join(', ')})`,
    ...{ target: 'at most 1 MB', met: slope <= 1 },
  };
}
