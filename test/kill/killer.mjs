// Preloaded into the built program: at its nth commit, whatever the program thinks a write is, the process dies by
// SIGKILL (before or after it) or stops in its tracks (freeze, after it). KILL_AT=0 only counts. What happened is told
// on fd 3: the number of commits at the end, or "frozen".
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const at = Number(process.env.KILL_AT ?? 0);
const side = process.env.KILL_SIDE ?? 'before';
let commits = 0;

const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function (sql, ...rest) {
  const statement = prepare.call(this, sql, ...rest);
  if (!/^commit/i.test(sql)) return statement;
  for (const method of ['run', 'all']) {
    const original = statement[method];
    statement[method] = function (...values) {
      commits += 1;
      if (commits === at && side === 'before') process.kill(process.pid, 'SIGKILL');
      const result = original.apply(this, values);
      if (commits === at && side === 'after') process.kill(process.pid, 'SIGKILL');
      if (commits === at && side === 'freeze') {
        writeSync(3, 'frozen');
        process.kill(process.pid, 'SIGSTOP');
      }
      return result;
    };
  }
  return statement;
};
process.on('exit', () => {
  if (at === 0) writeSync(3, String(commits));
});
