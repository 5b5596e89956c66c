import { expect, test } from 'vitest';
import { z } from 'zod';
import { answerIn, faultsIn, fieldsOf } from './index.ts';

const asked = (answer: z.ZodType) => ({ title: '', summary: '', answer: answer.toJSONSchema() });

/** What somebody types into a form for it, and what comes of it. */
async function filled(answer: z.ZodType, typed: Readonly<Record<string, string>>) {
  const question = asked(answer);
  const fields = fieldsOf(question.answer);
  const given = answerIn(fields, ({ name }) => typed[name] ?? '');
  return { kinds: fields.map(({ name, kind }) => `${name} ${kind}`), given, faults: await faultsIn(question, given) };
}

test('fields are typed as what they are', async () => {
  const answer = z.strictObject({
    ...{ term: z.int().min(1).max(24), rent: z.number(), sure: z.boolean(), tone: z.enum(['warm', 'short']) },
    ...{ note: z.string().optional(), level: z.union([z.literal(1), z.literal(2)]), also: z.array(z.string()) },
  });
  const typed = { term: '12', rent: '1.5e3', sure: 'true', tone: 'warm', level: '2', also: '["a"]' };
  expect(await filled(answer, typed)).toEqual({
    kinds: ['term number', 'rent number', 'sure choice', 'tone choice', 'note text', 'level choice', 'also json'],
    given: { term: 12, rent: 1500, sure: true, tone: 'warm', level: 2, also: ['a'] },
    faults: [],
  });
});

test('what does not fit is told by field, and what is missing', async () => {
  const answer = z.strictObject({ term: z.int(), name: z.string() });
  const { given, faults } = await filled(answer, { term: '0x10' });
  expect(given).toEqual({ term: '0x10' });
  expect(faults.map(({ field }) => field)).toEqual(['term', 'name']);
  expect(faults[1]?.why).toBe('is missing');
});

test('nothing is an answer where that may be', async () => {
  const answer = z.strictObject({ note: z.string().nullable(), day: z.string().nullish() });
  expect(await filled(answer, {})).toEqual({ kinds: ['note text', 'day text'], given: { note: null }, faults: [] });
  expect((await filled(answer, { note: '123' })).given).toEqual({ note: '123' });
});

test.each([
  ['one of several', z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.int() })])],
  ['a set of any names', z.record(z.string(), z.int())],
])('%s is typed in whole, as JSON', async (_what, answer) => {
  const { kinds, given, faults } = await filled(answer, { '': '{"b": 1}' });
  expect({ kinds, given, faults }).toEqual({ kinds: [' json'], given: { b: 1 }, faults: [] });
  expect((await filled(answer, { '': 'x' })).faults).not.toEqual([]);
});
