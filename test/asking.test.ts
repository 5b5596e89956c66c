import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Command } from '../src/commands/definition.ts';
import approve from '../src/commands/runs/approve.ts';
import list from '../src/commands/runs/list.ts';
import reply from '../src/commands/runs/reply.ts';
import resume from '../src/commands/runs/resume.ts';
import show from '../src/commands/runs/show.ts';
import { openStyle } from '../src/commands/style.ts';
import type { Instant, RunId } from '../src/core/domain/index.ts';
import { UserError } from '../src/core/errors/index.ts';
import { workflow } from '../src/core/runs/index.ts';
import { type Bench, openBench } from './rooms.ts';
import { type Input, input, runsOn } from './runs.ts';

/** A workflow that no command knows: it asks for a number. */
const budget = workflow<object, Input>('budget', 1).node('ask', (_given, { approve }) =>
  approve({ title: 'How much?', summary: '', answer: z.strictObject({ amount: z.int() }) }),
);

const spent = workflow<object, Input>('spent', 1).node('spend', () =>
  Promise.reject(new UserError('insufficient', 'Ada Example has nothing left')),
);
const urgent = workflow<object, Input>('urgent', 1).node('ask', (_given, { approve }) =>
  approve({
    ...{ title: 'How much?', summary: '', answer: z.strictObject({ amount: z.int() }) },
    expires: { at: '2026-11-23T00:25:00.000Z' as Instant, answer: { amount: 0 } },
  }),
);
const asleep = workflow<object, Input>('asleep', 1).node('sleep', async (_given, { sleepUntil }) => {
  await sleepUntil('2026-11-23T00:25:00.000Z' as Instant);
  return {};
});

let [bench, run]: [Bench | undefined, RunId | undefined] = [undefined, undefined];
beforeEach(async () => {
  bench = await openBench();
  run = (await runsOn(bench, budget).start(budget, input)).runId;
});

const runs = () => runsOn(bench as Bench, budget, spent, urgent, asleep);

/** What a command says of it to a human, at a terminal of 80 columns. */
async function told(command: Command, given: object = {}): Promise<string> {
  const { store, owner, journal } = bench as Bench;
  const rooms = {
    ...{ owner: { id: owner }, today: input.day, journal: async () => journal },
    runs: async () => runs(),
    portfolio: async () => ({ properties: async () => [], filesOf: async () => new Map() }),
  };
  const app = { owned: [rooms], of: () => rooms, store: async () => store, workspace: { timeZone: 'America/Chicago' } };
  if (!('run' in command)) throw new Error('it streams');
  const { data } = await command.run({ app } as never, { run, ...given });
  const stdout = { isTTY: true, columns: 80, rows: 40, write: () => true };
  return command.render(data, await openStyle({ env: {}, stdout } as never, 'never', false));
}

describe('a run that asks for fields', () => {
  test.each([
    ['show', show],
    ['resume', resume],
  ])('says in %s how they are given', async (_name, command) => {
    expect(await told(command)).toMatch(new RegExp(`^Next: sophia runs reply ${run}$`, 'm'));
  });

  test('is approved by nobody, who is told how it is answered', async () => {
    const reply = `sophia runs reply ${run}`;
    await expect(told(approve, { dryRun: false })).rejects.toMatchObject({
      ...{ exit: 'refused', message: `${run} asks for fields: ${reply}`, next: [reply] },
    });
  });
});

test('until when a question is asked, and when it was answered, is told by the clock of the workspace', async () => {
  await runs().start(urgent, input);
  const asking = (await runs().list({})).find(({ workflow }) => workflow === 'urgent');
  expect(await told(reply, { run: asking?.id, dryRun: true })).toMatch(
    /^ {2}until 2026-11-22 18:25: then \{"amount":0\}$/m,
  );
  const answer = { answer: { amount: 7 }, reason: null };
  await runs().answer(run as RunId, answer);
  await expect(runs().answer(run as RunId, answer)).rejects.toThrow('by os:ada at 2026-11-22 09:00; an answer stands');
});

describe('runs show', () => {
  test('calls a run of a workflow that it does not know by its name and what it was given', async () => {
    expect(await told(show)).toMatch(/^budget, property pro-1, day 2026-11-22\n/);
  });

  test('tells what was asked, what was answered to it, by whom, when and why', async () => {
    await runs().answer(run as RunId, { answer: { amount: 7 }, reason: 'as last year' });
    expect((await told(show)).split('\n').slice(1, 3)).toEqual([
      'How much? {"amount":7} by os:ada, 2026-11-22 03:00: as last year',
      'succeeded',
    ]);
  });

  test('tells what a run has failed of, and what may be done about it', async () => {
    await runs()
      .start(spent, input)
      .catch(() => undefined);
    const [failed] = await runs().list({ status: 'failed' });
    const text = await told(show, { run: failed?.id });
    expect(text).toContain('\nfailed: not enough data or capacity; nothing changed (insufficient)\n');
    expect(text).toMatch(new RegExp(`\nNext: sophia runs retry ${failed?.id} .*\n      sophia portfolio list .*$`));
  });
});

describe('runs list', () => {
  test('has first what needs a human, then what has failed, and counts that; what waits says on what', async () => {
    await runs()
      .start(spent, input)
      .catch(() => undefined);
    bench?.at('2026-11-22T10:00:00.000Z');
    await runs().start(asleep, input);
    const text = await told(list);
    expect(text.split('\n').slice(1, 5)).toEqual([
      expect.stringMatching(/^run-\S+ {2}budget +waiting +pro-1 2026-11-22 /),
      expect.stringMatching(/^run-\S+ {2}spent +failed /),
      expect.stringMatching(/^run-\S+ {2}asleep +waiting /),
      '    timer: until 2026-11-22 18:25',
    ]);
    expect(text).toContain('\n1 run failed: sophia runs list --status failed');
  });

  test('finds what was answered by the words that it shows', async () => {
    const decided = workflow<object, Input>('decided', 1).node('ask', (_given, { approve }) => approve());
    const { runId } = await runsOn(bench as Bench, decided).start(decided, input);
    await runsOn(bench as Bench, decided).answer(runId, { answer: { decision: 'rejected' }, reason: null });
    expect(await told(list, { status: 'rejected' })).toMatch(new RegExp(`^${runId} .* rejected `, 'm'));
    expect(await told(list, { status: 'approved' })).toBe('No run stands so; 2 runs otherwise. Next: sophia runs list');
  });
});
