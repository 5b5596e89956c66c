import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Command } from '../src/commands/definition.ts';
import approve from '../src/commands/runs/approve.ts';
import resume from '../src/commands/runs/resume.ts';
import show from '../src/commands/runs/show.ts';
import { openStyle } from '../src/commands/style.ts';
import type { RunId } from '../src/core/domain/index.ts';
import { workflow } from '../src/core/runs/index.ts';
import { type Bench, openBench } from './rooms.ts';
import { type Input, input, runsOn } from './runs.ts';

/** A workflow that no command knows: it asks for a number. */
const budget = workflow<object, Input>('budget', 1).node('ask', (_given, { approve }) =>
  approve({ title: 'How much?', summary: '', answer: z.strictObject({ amount: z.int() }) }),
);

let [bench, run]: [Bench | undefined, RunId | undefined] = [undefined, undefined];
beforeEach(async () => {
  bench = await openBench();
  run = (await runsOn(bench, budget).start(budget, input)).runId;
});

/** What a command says of it to a human, at a terminal of 80 columns. */
async function told(command: Command, given: object = {}): Promise<string> {
  const { store, owner, journal } = bench as Bench;
  const rooms = {
    ...{ owner: { id: owner }, today: input.day, journal: async () => journal },
    runs: async () => runsOn(bench as Bench, budget),
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
