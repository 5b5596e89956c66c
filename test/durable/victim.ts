// One life in a process of its own, which is killed at its nth write: `node victim.ts <folder> <n> before|after`. With 0 it
// lives until its end, or until somebody else ends it.
import { live } from './life.ts';

const [, , dir = '', at, side] = process.argv;
let writes = 0;

function dieAt(when: 'before' | 'after'): void {
  if (when === 'before') writes += 1;
  if (writes === Number(at) && when === side) process.kill(process.pid, 'SIGKILL');
}

await live(dir, `victim-${process.pid}`, { before: () => dieAt('before'), after: () => dieAt('after') });
