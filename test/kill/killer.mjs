// Preloaded into the built program: dies by SIGKILL before or after its nth commit, whatever the program thinks a
// write is. KILL_AT=0 only counts, and tells the number on fd 3.
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
      return result;
    };
  }
  return statement;
};
process.on('exit', () => {
  if (at === 0) writeSync(3, String(commits));
});
