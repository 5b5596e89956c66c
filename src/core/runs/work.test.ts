import { expect, test } from 'vitest';
import { ExternalError, UserError } from '../errors/index.ts';
import { work } from './work.ts';

const gone = new ExternalError('unreachable', 'nobody listens there', true);
const busy = new UserError('held', 'another process has been writing for longer than 5 seconds');
const fault = new TypeError('x is not a function');

/** A worker with one room, of which `next` throws these one after the other, and has nothing due between and after them. */
async function workThrough(thrown: readonly (Error | undefined)[], idle: 'stop' | 'wait') {
  const until = new AbortController();
  const left = [...thrown];
  const heard: (Error | 'back')[] = [];
  const next = async () => {
    const mine = left.shift();
    if (left.length === 0) until.abort();
    if (mine) throw mine;
    return undefined;
  };
  const away = (thrown: Error) => void heard.push(thrown);
  const back = () => void heard.push('back');
  for await (const _ of work([{ next }], { clock: { sleep: async () => {} }, until: until.signal, idle, away, back }));
  return { heard, left };
}

test('a worker waits for a store that cannot be used just now, and tells of it once until it could be, and then', async () => {
  const told = await workThrough([gone, gone, busy, undefined, gone, undefined], 'wait');
  expect(told).toEqual({ heard: [gone, 'back', gone, 'back'], left: [] });
});

test('a worker that ends when nothing is due does not wait for it', async () => {
  await expect(workThrough([gone, undefined], 'stop')).rejects.toBe(gone);
});

test('a fault of ours ends a worker', async () => {
  await expect(workThrough([fault, undefined], 'wait')).rejects.toBe(fault);
});
