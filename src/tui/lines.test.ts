import { expect, test } from 'vitest';
import { id, type RunId } from '../core/domain/index.ts';
import type { JournalEvent } from '../core/store/index.ts';
import { openLines } from './lines.ts';

const event = (seq: number) => ({ seq, kind: 'run.node_finished', body: { node: 'send' } }) as unknown as JournalEvent;

test('of a long run the newest lines are kept, and only those that are new are read', async () => {
  const all = Array.from({ length: 2500 }, (_, at) => event(at + 1));
  let read = 0;
  const runs = {
    async *events(_run: RunId, { after = 0 } = {}) {
      for (const line of all.slice(after)) {
        read += 1;
        yield line;
      }
    },
  };
  const told = openLines();
  const run = id('run', 'run-one');
  const first = await told(runs, run);
  expect({ kept: first.events.length, earlier: first.earlier, read }).toEqual({
    kept: 1000,
    earlier: 1500,
    read: 2500,
  });
  all.push(event(2501));
  const second = await told(runs, run);
  expect(second.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 1000 }, (_, at) => at + 1502));
  expect({ earlier: second.earlier, read }).toEqual({ earlier: 1501, read: 2501 });
  expect(second.course.finished.get('send')).toBe(2501);
  // Another run is another story.
  expect((await told({ async *events() {} }, id('run', 'run-two'))).events).toEqual([]);
});
