import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Settings } from './account.ts';
import { serveEmulator } from './server.ts';
import { running, standing } from './time.ts';
import { emptyWorld, type KeptWorld } from './world.ts';

/** How whoever starts it says what it is to be: as JSON, the only word of the command line. */
interface Start {
  /** The folder that holds `deploy/catalogue.json`. */
  readonly templates: string;
  /** Where the account is kept between two lives; absent: nowhere. */
  readonly file?: string;
  /** Times the clock on the wall; absent: time stands until it is moved. */
  readonly speed?: number;
  /** Milliseconds since 1970, where an account begins. */
  readonly now: number;
  readonly settings?: Partial<Settings>;
  /**
   * For several who practise at the same time, one after the other or when one of them was killed: where it is written
   * down how it is reached. It then ends when nobody has asked anything for so many seconds.
   */
  readonly shared?: { readonly file: string; readonly idleS: number };
}

/**
 * Says on stdout, in one line of JSON, where it listens and which key it takes, and ends when stdin does: it does not
 * outlive whoever started it, however that one ended, but where it is shared.
 */
const start: Start = JSON.parse(process.argv[2] ?? '{}');
// Two who begin at the same moment start two; the second finds it held, and is not needed. Given back by whoever is killed.
const held = start.shared && new DatabaseSync(`${start.shared.file}.held`);
try {
  held?.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
} catch {
  process.exit(0);
}
const { types } = JSON.parse(readFileSync(join(start.templates, 'deploy/catalogue.json'), 'utf8'));
const { file, shared } = start;
const kept: KeptWorld =
  file !== undefined && existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : emptyWorld(types, start.now, start.settings);
// Made here: nobody's own key is ever sent to it.
const key = `emulator-${randomBytes(12).toString('hex')}`;
let heardAt = Date.now();
const { url } = await serveEmulator({
  heard: () => {
    heardAt = Date.now();
  },
  time: start.speed === undefined ? standing(kept.now) : running(kept.now, start.speed, () => Date.now()),
  ...{ key, kept, newId: () => randomBytes(16).toString('hex') },
  keep(world) {
    if (file === undefined) return;
    writeFileSync(`${file}.new`, JSON.stringify(world), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  },
});
const reached = { url, key };
if (shared) {
  const told = { ...reached, speed: start.speed ?? 0, pid: process.pid };
  writeFileSync(`${shared.file}.new`, JSON.stringify(told), { mode: 0o600 });
  renameSync(`${shared.file}.new`, shared.file);
  setInterval(() => {
    if (Date.now() - heardAt <= shared.idleS * 1000) return;
    held?.close();
    process.exit(0);
  }, 1000);
} else {
  process.stdout.write(`${JSON.stringify(reached)}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
}
