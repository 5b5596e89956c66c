// One life in a process of its own, which is killed at its nth write, or put to sleep after it:
// `node victim.ts <folder> <n> before|after|freeze`. With 0 it lives until its end, or until somebody else ends it; as
// `unprivileged` one that may do no more than the modes of files say.
import { writeSync } from 'node:fs';
import { exits, SophiaError } from '../../src/core/errors/index.ts';
import { live } from './life.ts';

const [, , dir = '', at, side] = process.argv;
let writes = 0;

function point() {
  writes += 1;
  const isIt = writes === Number(at);
  if (isIt && side === 'before') process.kill(process.pid, 'SIGKILL');
  return () => {
    if (isIt && side === 'after') process.kill(process.pid, 'SIGKILL');
    if (!isIt || side !== 'freeze') return;
    writeSync(3, 'frozen');
    process.kill(process.pid, 'SIGSTOP');
  };
}

if (side === 'unprivileged' && process.getuid?.() === 0) {
  // What is needed later is read while it may be.
  await Promise.all([import('@langchain/langgraph'), import('../../src/core/checkpoint/index.ts')]);
  process.seteuid?.('nobody');
}

await live(dir, { name: `victim-${process.pid}`, point }).catch((thrown: unknown) => {
  if (!(thrown instanceof SophiaError)) throw thrown;
  process.exitCode = exits[thrown.exit].code;
});
