import { expect, test } from 'vitest';
import { id, instant } from '../domain/index.ts';
import type { JournalEvent } from '../store/index.ts';
import { courseOf, stepsIn, timelineOf } from './timeline.ts';

const at = (minute: number) => instant(Date.UTC(2026, 10, 22, 9, minute));
const line = (minute: number, kind: JournalEvent['kind'], body: object = {}) =>
  ({
    seq: minute,
    at: at(minute),
    owner: id('owner', 'hill-street'),
    actor: id('actor', 'os:ada'),
    kind,
    body,
  }) as JournalEvent;
const ended = (minute: number, node: string) => line(minute, 'run.node_finished', { node });

const shape = JSON.stringify([
  'draft',
  { together: ['ask', 'look'] },
  { each: ['send'] },
  'close',
  { input: { type: 'object' } },
]);
const steps = stepsIn(shape);

/** In words: `ask+look done 1-9 (answer 2-8)`. */
function told(events: readonly JournalEvent[]): string[] {
  const minute = (when: string | undefined) => (when === undefined ? '' : String(new Date(when).getUTCMinutes()));
  return timelineOf(steps, courseOf(events)).map(({ nodes, state, from, to, waits, items }) =>
    [
      `${nodes.join('+')} ${state}`,
      from && ` ${minute(from)}-${minute(to)}`,
      ...waits.map((each) => ` (${each.for} ${minute(each.from)}-${minute(each.to)})`),
      items !== undefined && ` ${items} items`,
    ]
      .filter(Boolean)
      .join(''),
  );
}

test('steps come from the shape that is kept with a run', () => {
  expect(steps.map(({ kind, nodes }) => `${kind} ${nodes.join('+')}`)).toEqual([
    ...['node draft', 'together ask+look', 'each send', 'node close'],
  ]);
  expect(stepsIn(null)).toEqual([]);
});

test('a run that has just begun is at its first step', () => {
  expect(told([line(0, 'run.started')])).toEqual([
    'draft now 0-',
    'ask+look later',
    'send later 0 items',
    'close later',
  ]);
  expect(told([])).toEqual(['draft later', 'ask+look later', 'send later 0 items', 'close later']);
});

test('what it waits for, and has waited for, is told apart from work', () => {
  const asked = [line(0, 'run.started'), ended(1, 'draft'), line(2, 'approval.asked'), ended(3, 'look')];
  expect(told(asked).slice(0, 2)).toEqual(['draft done 0-1', 'ask+look now 1- (answer 2-)']);
  const answered = [...asked, line(8, 'approval.answered'), ended(9, 'ask'), ended(10, 'send'), ended(12, 'send')];
  expect(told(answered)).toEqual([
    'draft done 0-1',
    'ask+look done 1-9 (answer 2-8)',
    'send now 9- 2 items',
    'close later',
  ]);
  expect(told([...answered, ended(13, 'close'), line(13, 'run.succeeded')])).toEqual([
    ...['draft done 0-1', 'ask+look done 1-9 (answer 2-8)', 'send done 9-12 2 items', 'close done 12-13'],
  ]);
});

test('of nodes that run together each has ended by itself', () => {
  const begun = [line(0, 'run.started'), ended(1, 'draft'), ended(3, 'look')];
  const each = (events: readonly JournalEvent[]) =>
    timelineOf(steps, courseOf(events)).map((span) => span.ended.join('+'));
  expect(each(begun)).toEqual(['draft', 'look', '', '']);
  // One item that has ended is not all of them.
  expect(each([...begun, ended(4, 'ask'), ended(5, 'send')])).toEqual(['draft', 'ask+look', '', '']);
  expect(each([...begun, ended(4, 'ask'), ended(5, 'send'), ended(6, 'close')])[2]).toBe('send');
});

test('a try that failed, a timer, and a process that was gone are waits', () => {
  const tried = [line(0, 'run.started'), line(1, 'run.retry_set'), line(4, 'run.resumed'), ended(5, 'draft')];
  expect(told(tried)[0]).toBe('draft done 0-5 (retry 1-4)');
  const slept = [line(0, 'run.started'), line(1, 'timer.set'), line(6, 'timer.fired'), ended(7, 'draft')];
  expect(told(slept)[0]).toBe('draft done 0-7 (timer 1-6)');
  const killed = [line(0, 'run.started'), line(1, 'effect.started'), line(9, 'run.resumed'), ended(10, 'draft')];
  expect(told(killed)[0]).toBe('draft done 0-10 (process 1-9)');
});

test('where it has failed it stands', () => {
  const failed = [line(0, 'run.started'), ended(1, 'draft'), line(3, 'run.failed')];
  expect(told(failed)).toEqual(['draft done 0-1', 'ask+look now 1-3', 'send later 0 items', 'close later']);
});

test('what has failed and is tried again goes on, after it waited for that', () => {
  const again = [line(0, 'run.started'), ended(1, 'draft'), line(3, 'run.failed'), line(7, 'run.resumed')];
  expect(told(again).slice(0, 2)).toEqual(['draft done 0-1', 'ask+look now 1- (process 3-7)']);
});

test('a run of any length is told by a few of its lines, as they come', () => {
  const begun = [line(0, 'run.started'), ended(1, 'draft'), ended(2, 'ask'), ended(2, 'look')];
  const many = Array.from({ length: 5000 }, () => [
    line(3, 'effect.started'),
    line(3, 'effect.done'),
    ended(4, 'send'),
  ]);
  const killed = [ended(5, 'send'), line(6, 'effect.started'), line(9, 'run.resumed'), ended(11, 'send')];
  const events = [...begun, ...many.flat(), ...killed, ...many.flat(), ended(13, 'close'), line(14, 'run.succeeded')];
  const whole = courseOf(events);
  let course = courseOf([]);
  for (const each of [begun, ...many, killed, many.flat(), events.slice(-2)]) course = courseOf(each, course);
  expect(course).toEqual(whole);
  expect(course.lines.length).toBeLessThan(12);
  expect(told(events)[2]).toBe('send done 2-4 (process 6-9) 10002 items');
});
