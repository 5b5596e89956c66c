import { expect, test } from 'vitest';
import { openWorld, runSophia } from './sophia.ts';

const hear = async (
  args: string,
  { stdin = '', files = {} }: { stdin?: string; files?: Record<string, string> } = {},
) => {
  using world = openWorld({ files });
  world.stdin = stdin;
  const { stdout, stderr, code } = await runSophia(`churn intents ${args}`, world);
  return { code, stderr, ...(stdout.startsWith('{') && { said: JSON.parse(stdout) }) };
};

test('a turn is told with its labels, and with the words that led to them', async () => {
  const { code, said } = await hear('"Nobody came about the sink, and it drips again." --json');
  expect(code).toBe(0);
  expect(Object.keys(said)).toEqual(['turns']);
  const [turn] = said.turns;
  expect(Object.keys(turn)).toEqual(['labels', 'polarity', 'redact', 'language', 'because']);
  expect(turn).toMatchObject({ labels: ['repeat_issue'], redact: [], language: 'en' });
  expect(turn.polarity).toBeLessThan(-0.15);
  expect(turn.because.join()).toMatch(/repeat_issue .*"drips again"/);
});

test('a turn that is kept out is told whole, with what keeps it out', async () => {
  const { said } = await hear('"There is no heat and my son has asthma." --json');
  expect(said.turns[0]).toMatchObject({ labels: ['habitability'], redact: ['medical', 'children'] });
  expect(said.turns[0].because).toEqual(expect.arrayContaining(['medical: "asthma"', 'children: "my son"']));
  expect(said.turns[0].because.at(-1)).toMatch(/^not scored/);
});

test('another language is unscored, which is not neutral', async () => {
  const { said } = await hear('"No hay agua caliente desde ayer." --json');
  expect(said.turns).toMatchObject([{ labels: [], polarity: null, redact: [], language: 'es' }]);
});

test('of a file residents alone are heard, and a line that is no turn is told by its number', async () => {
  const call = {
    call_id: 'c9',
    turns: [
      { by: 'agent', text: 'We are moving out.' },
      { by: 'resident', text: 'Hello.' },
    ],
  };
  const lines = [
    '{"id":"a","text":"We are moving out in May."}',
    'secret words',
    JSON.stringify(call),
    '{"by":"agent"}',
  ];
  const { code, said, stderr } = await hear('--file turns.jsonl --json', {
    files: { 'turns.jsonl': lines.join('\n') },
  });
  expect(code).toBe(13);
  expect(said.turns.map(({ id }: { id: string }) => id)).toEqual(['a', 'c9#2']);
  expect(said.turns[0].labels).toEqual(['moving_intent']);
  expect(said.turns[1].labels).toEqual([]);
  expect(said.rejections).toEqual([
    { line: 2, reason: 'is not JSON' },
    { line: 4, reason: 'has no text' },
  ]);
  expect(stderr + JSON.stringify(said)).not.toContain('secret');
});

test('text says which labels count in the score, and that what is kept out counts nothing', async () => {
  using world = openWorld();
  const { stdout } = await runSophia('churn intents "There is no heat."', world);
  expect(stdout).toContain('In the score: moving_intent, repeat_issue, and');
  expect(stdout).toContain('Not in the score: hardship, habitability, price_objection, legal_threat.');
  expect(stdout).toContain('Whatever is kept out counts 0.');
});

test('an array and a pipe are read too', async () => {
  const { code, said } = await hear('--file - --json', {
    stdin: '[{"text":"I will sue you."}, {"text":"Thank you!"}]',
  });
  expect(code).toBe(0);
  expect(said.turns.map(({ labels }: { labels: string[] }) => labels)).toEqual([['legal_threat'], []]);
});

test('nothing to read is said', async () => {
  expect(await hear('')).toMatchObject({ code: 2, stderr: expect.stringContaining('either a text or --file') });
  expect(await hear('--file nowhere.jsonl')).toMatchObject({ code: 2 });
  expect(await hear('--file bad.txt', { files: { 'bad.txt': 'words\n' } })).toMatchObject({ code: 2 });
});
