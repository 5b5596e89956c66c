// Preloaded into the built program: at its nth write (a commit of the store, here or on a server, a change outside of any
// transaction, a copy of the store, a file made empty, a text written to one, or a file given its name or taken away),
// whatever the program thinks a write is, the process dies by SIGKILL (before or after it) or stops in its tracks
// (freeze, after it). Before a text or a copy is in the middle of it: half of it is on the disk by then. KILL_AT=0 only counts. What happened is told
// on fd 3: the number of writes at the end, or "frozen".
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import files from 'node:fs/promises';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { backup, DatabaseSync } from 'node:sqlite';

// The day on which the tests live, wherever the real one has got to.
const { now } = Date;
const offset = Number(process.env.KILL_CLOCK_OFFSET ?? 0);
Date.now = () => now() + offset;

const at = Number(process.env.KILL_AT ?? 0);
const side = process.env.KILL_SIDE ?? 'before';
let writes = 0;

/** Returns what is to happen after the write. */
function write(begun = () => undefined) {
  writes += 1;
  const mine = writes === at;
  if (mine && side === 'before') {
    begun();
    process.kill(process.pid, 'SIGKILL');
  }
  return () => {
    if (mine && side === 'after') process.kill(process.pid, 'SIGKILL');
    if (!mine || side !== 'freeze') return;
    writeSync(3, 'frozen');
    process.kill(process.pid, 'SIGSTOP');
  };
}

const WRITES = /^\s*(commit|vacuum|pragma journal_mode = delete|insert|update|delete|create|drop|alter)/i;
const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function (sql, ...rest) {
  const statement = prepare.call(this, sql, ...rest);
  if (!WRITES.test(sql)) return statement;
  const database = this;
  for (const method of ['run', 'all']) {
    const original = statement[method];
    statement[method] = function (...values) {
      // Of a transaction it is the commit that counts; and nothing survives a database in memory anyway.
      const counts = /^commit/i.test(sql) || !database.isTransaction;
      if (!counts || database.location() === null) return original.apply(this, values);
      const after = write();
      const result = original.apply(this, values);
      after();
      return result;
    };
  }
  return statement;
};

// What is imported of this module by name is not what its object holds later, unlike with older ones of Node.
globalThis.counted = {
  async backup(from, to, options) {
    const after = write(() => {
      const whole = readFileSync(from.location());
      writeFileSync(to, whole.subarray(0, whole.length / 2));
    });
    await backup(from, to, options);
    after();
  },
};
const counting = `data:text/javascript,export * from 'node:sqlite';export const { backup } = counted;`;
registerHooks({
  resolve: (name, context, next) =>
    name === 'node:sqlite' && context.parentURL !== counting
      ? { url: counting, shortCircuit: true }
      : next(name, context),
});

// The store of a server: a commit is sent, or a statement that is a transaction by itself, and is made by the time an answer
// comes, of which the program hears nothing.
const { write: send } = Socket.prototype;
const COMMITS = /^(commit\0|\0with fence as)/;
Socket.prototype.write = function (data, ...rest) {
  if (!(data instanceof Uint8Array) || !COMMITS.test(Buffer.from(data).toString('latin1', 5, 20)))
    return send.call(this, data, ...rest);
  const after = write();
  this.prependOnceListener('data', after);
  return send.call(this, data, ...rest);
};

const { link, open, writeFile } = files;
files.open = async (path, flags, ...rest) => {
  const after = flags === 'wx' ? write() : () => undefined;
  const handle = await open(path, flags, ...rest);
  after();
  return handle;
};
files.writeFile = async (path, text, options) => {
  const after = write(() => writeFileSync(path, text.slice(0, text.length / 2), options));
  await writeFile(path, text, options);
  after();
};
files.link = async (...names) => {
  if (process.env.DISK_WITHOUT_LINKS) throw Object.assign(new Error('no second name'), { code: 'EPERM' });
  const after = write();
  await link(...names);
  after();
};
for (const name of ['rename', 'copyFile', 'rm']) {
  const original = files[name];
  files[name] = async (...names) => {
    const after = write();
    await original(...names);
    after();
  };
}
syncBuiltinESMExports();

process.on('exit', () => {
  if (at === 0) writeSync(3, String(writes));
});
