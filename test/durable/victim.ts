// One life in a process of its own, which is killed at its nth write: `node victim.ts <folder> <n> before|after`. With 0 it
// lives until its end, or until somebody else ends it.
import { live } from './life.ts';

const [, , dir = '', at, side] = process.argv;
let writes = 0;

function die(write: number, when: 'before' | 'after'): void {
  if (write === Number(at) && when === side) process.kill(process.pid, 'SIGKILL');
}

await live(dir, `victim-${process.pid}`, {
  before() {
    writes += 1;
    die(writes, 'before');
    return writes;
  },
  after: (write) => die(write, 'after'),
});
