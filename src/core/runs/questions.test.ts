import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Bench, openBench } from '../../../test/rooms.ts';
import { believing, type Input, input, linesOf, runsOn, stateOf } from '../../../test/runs.ts';
import { type Instant, id } from '../domain/index.ts';
import { openRuns, workflow } from './index.ts';

const ten = '2026-11-22T10:00:00.000Z' as Instant;
const answer = z.strictObject({
  amount: z.int().min(1).max(500),
  how: z.enum(['letter', 'call']),
  note: z.string().optional(),
});
const reason = null;

describe('a question with fields', () => {
  const asking = workflow<object, Input>('asking', 1).node('ask', async (_state, { approve }) => {
    const { amount, how } = await approve({ title: 'How much?', summary: 'For Ada Example', answer });
    return { amount, how };
  });

  test('is kept with what an answer must be, and is answered by what fits', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, asking);
    const { runId } = await runs.start(asking, input);
    const { approvals } = await runs.show(runId);
    expect(approvals).toMatchObject([
      { node: 'ask', question: { title: 'How much?', answer: { required: ['amount', 'how'] } } },
    ]);
    const given = { amount: 25, how: 'letter', note: 'she called' };
    expect(await runs.answer(runId, { answer: given, reason })).toMatchObject({ status: 'succeeded' });
    expect(await stateOf(bench)).toEqual(['{"amount":25,"how":"letter"}']);
    expect((await runs.show(runId)).approvals).toMatchObject([{ answer: given, answeredBy: 'os:ada' }]);
    await expect(runs.answer(runId, { answer: given, reason })).rejects.toMatchObject({
      message: `${runId} was answered by os:ada at 2026-11-22 09:00; an answer stands`,
    });
  });

  test.each([
    ['a wrong field', { amount: 'ten', how: 'letter' }, 'amount: '],
    ['a missing one', { amount: 10 }, 'how: is missing'],
    ['one too many', { amount: 10, how: 'call', extra: 1 }, 'extra: is not asked for'],
    ['a number out of bounds', { amount: 501, how: 'call' }, 'amount: '],
    ['nothing', {}, 'amount: '],
  ])('refuses %s, says which, and waits on', async (_what, given, told) => {
    const bench = await openBench();
    const runs = runsOn(bench, asking);
    const { runId, run } = await runs.start(asking, input);
    const before = await linesOf(bench, runId);
    await expect(runs.answer(runId, { answer: given, reason })).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining(told),
    });
    expect(await runs.show(runId)).toMatchObject(run);
    expect(await linesOf(bench, runId)).toEqual(before);
  });

  test('leaves no word of it, nor of the answer, in checkpoints and journal', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, asking);
    const { runId } = await runs.start(asking, input);
    await runs.answer(runId, { answer: { amount: 1, how: 'call', note: 'Ada was cross' }, reason });
    const [values, writes, lines] = await Promise.all([
      bench.store.read.selectFrom('checkpoint_value').select('value').execute(),
      bench.store.read.selectFrom('checkpoint_write').select('value').execute(),
      bench.store.read.selectFrom('event').select('body').execute(),
    ]);
    const texts = [...values, ...writes].map(({ value }) => Buffer.from(value ?? []).toString());
    expect([...texts, ...lines.map(({ body }) => body)].filter((text) => text.includes('Ada'))).toEqual([]);
    expect(texts.length).toBeGreaterThan(3);
  });

  test('left to somebody else is answered, and queued', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, asking);
    const { runId } = await runs.start(asking, input);
    const given = { answer: { amount: 2, how: 'call' }, reason, detach: true };
    expect(await runs.answer(runId, given)).toMatchObject({ status: 'queued' });
    expect(await runs.next()).toMatchObject({ run: { id: runId, status: 'succeeded' } });
  });
});

describe('a question that expires', () => {
  const expiring = workflow<object, Input>('expiring', 1).node('ask', async (_state, { approve }) => {
    const expires = { at: ten, answer: { amount: 1, how: 'call' as const } };
    const { amount } = await approve({ title: 'How much?', summary: '', answer, expires });
    return { amount };
  });
  const given = { answer: { amount: 9, how: 'letter' }, reason };

  test('is answered by its declared answer, by the timer, and by nobody later', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, expiring);
    const { runId, run } = await runs.start(expiring, input);
    expect(run).toMatchObject({ status: 'waiting', waitingOn: 'approval', dueAt: ten });
    bench.at(ten);
    await expect(runs.answer(runId, given)).rejects.toMatchObject({ exit: 'refused' });
    expect(await runs.next()).toMatchObject({ run: { id: runId, status: 'succeeded' } });
    expect(await stateOf(bench)).toEqual(['{"amount":1}']);
    expect((await runs.show(runId)).approvals).toMatchObject([{ answeredBy: 'timer', answeredAt: ten }]);
    await expect(runs.answer(runId, given)).rejects.toMatchObject({ exit: 'refused' });
    expect(await linesOf(bench, runId)).toContain('approval.expired');
  });

  test('and was answered in time does not expire', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, expiring);
    const { runId } = await runs.start(expiring, input);
    expect(await runs.load()).toEqual({ due: 0, stalled: 0, approvals: 1 });
    await runs.answer(runId, given);
    bench.at(ten);
    expect(await runs.due()).toEqual([]);
    expect(await stateOf(bench)).toEqual(['{"amount":9}']);
  });
});

describe('two questions at the same time', () => {
  const both = workflow<object, Input>('both', 1).together({
    left: async (_state: Input, { approve }) => ({ left: (await approve()).decision }),
    right: async (_state: Input, { approve }) => ({ right: (await approve()).decision }),
  });

  test('are answered one by one, by their ids, and not by order', async () => {
    const bench = await openBench();
    const runs = runsOn(bench, both);
    const { runId } = await runs.start(both, input);
    const { approvals } = await runs.show(runId);
    const right = approvals.find(({ node }) => node === 'right')?.id;
    await expect(runs.answer(runId, { answer: { decision: 'approved' }, reason })).rejects.toMatchObject({
      message: `${runId} asks 2 questions, and it is not said which`,
    });
    const answered = await runs.answer(runId, { answer: { decision: 'rejected' }, reason, question: right });
    expect(answered).toMatchObject({ status: 'waiting', waitingOn: 'approval' });
    await runs.answer(runId, { answer: { decision: 'approved' }, reason });
    expect(await stateOf(bench)).toEqual(['{"left":"approved"}', '{"right":"rejected"}']);
  });
});

const token = (name: string, ...roles: string[]) =>
  ({
    id: id('actor', `token:${name}`),
    assurance: 'token',
    roles,
    until: '2026-12-01T00:00:00.000Z' as Instant,
  }) as const;

describe('a question for a role', () => {
  const asking = workflow<object, Input>('asking', 1).node('ask', async (_state, { approve }) => {
    await approve({ title: 'How?', summary: '', answer: z.strictObject({ how: z.string() }), roles: ['manager'] });
    return {};
  });
  const given = { answer: { how: 'so' }, reason };
  const proved = { roles: 'proved' as const };

  test.each([
    ['a token that says another role', { ...proved, actor: token('eve', 'tenant') }, 'your token says tenant'],
    ['a user of the machine, where roles are proved', proved, 'nothing proves that os:ada is one'],
    ['a token without a role, though roles are believed here', { actor: token('eve') }, 'your token says no role'],
  ])('is not answered by %s', async (_who, over, why) => {
    const bench = await openBench();
    const { runId } = await runsOn(bench, asking).start(asking, input);
    const refused = openRuns({ ...believing(bench, asking), ...over }).answer(runId, given);
    await expect(refused).rejects.toMatchObject({ exit: 'refused', message: expect.stringContaining(why) });
    expect(await runsOn(bench, asking).show(runId)).toMatchObject({ status: 'waiting', approvals: [{ node: 'ask' }] });
  });

  test('is answered by a token that says it, and its name is kept', async () => {
    const bench = await openBench();
    const { runId } = await runsOn(bench, asking).start(asking, input);
    const runs = openRuns({ ...believing(bench, asking), ...proved, actor: token('eve', 'clerk', 'manager') });
    expect(await runs.answer(runId, given)).toMatchObject({ status: 'succeeded' });
    expect((await runs.show(runId)).approvals).toMatchObject([{ answeredBy: 'token:eve' }]);
  });

  test('is not answered by a token that has expired since it was looked at', async () => {
    const bench = await openBench();
    const { runId } = await runsOn(bench, asking).start(asking, input);
    const runs = openRuns({ ...believing(bench, asking), ...proved, actor: token('eve', 'manager') });
    bench.at('2026-12-01T00:00:00.000Z');
    await expect(runs.answer(runId, given)).rejects.toMatchObject({
      exit: 'refused',
      message: expect.stringContaining('has expired'),
    });
    for (const deed of [runs.cancel(runId), runs.withdraw(runId), runs.retry(runId), runs.startNamed('asking', {})])
      await expect(deed).rejects.toThrow('has expired');
    expect(await runs.show(runId)).toMatchObject({ status: 'waiting' });
  });

  test('is answered by whoever is believed, who is told so', async () => {
    const bench = await openBench();
    const told: string[] = [];
    const { runId } = await runsOn(bench, asking).start(asking, input);
    const runs = openRuns({ ...believing(bench, asking), logger: { warn: (text) => told.push(text) } });
    expect(await runs.answer(runId, given)).toMatchObject({ status: 'succeeded' });
    expect(told).toEqual([expect.stringContaining('is for manager: nothing here proves that os:ada is one')]);
  });
});

describe('a question for two persons', () => {
  const how = z.strictObject({ how: z.string() });
  const asking = workflow<object, Input>('asking', 1)
    .node('first', async (_state, { approve }) => {
      await approve({ title: 'How?', summary: '', answer: how, by: 'another' });
      return {};
    })
    .node('second', async (_state, { approve }) => {
      await approve({ title: 'Sure?', summary: '', answer: how, by: 'another' });
      return {};
    });
  const given = { answer: { how: 'so' }, reason };
  const as = (bench: Awaited<ReturnType<typeof openBench>>, actor: ReturnType<typeof token>) =>
    openRuns({ ...believing(bench, asking), actor, roles: 'proved' });

  test('is not answered by who began it, be it by a token, nor twice by the same', async () => {
    const bench = await openBench();
    const { runId } = await runsOn(bench, asking).start(asking, input);
    await expect(as(bench, token('ada')).answer(runId, given)).rejects.toMatchObject({
      exit: 'refused',
      message: `${runId} is for another than os:ada, who began or answered it, and you are token:ada`,
    });
    expect(await as(bench, token('eve')).answer(runId, given)).toMatchObject({ status: 'waiting' });
    await expect(as(bench, token('eve')).answer(runId, given)).rejects.toMatchObject({
      message: expect.stringContaining('another than os:ada and token:eve'),
    });
    expect(await as(bench, token('fay')).answer(runId, given)).toMatchObject({ status: 'succeeded' });
  });

  test('of a run that a worker began for somebody is not answered by them', async () => {
    const bench = await openBench();
    const parent = workflow<object, Input>('parent', 1).node('begin', async (_state, { alongside, begin }) => {
      alongside(async (tx) => void (await begin(tx, asking, input)));
      return {};
    });
    const by = (bench: Bench, name: string) =>
      openRuns({ ...believing(bench, parent, asking), actor: token(name), roles: 'proved' });
    const ada = by(bench, 'ada');
    const stop = AbortSignal.abort('sigterm');
    await expect(by({ ...bench, signal: stop }, 'ada').start(parent, input)).rejects.toBe('sigterm');
    const worker = by(await bench.other(), 'worker');
    await worker.next();
    await worker.next();
    const [{ id } = { id: '' as never }] = await ada.list({ status: 'waiting' });
    await expect(ada.answer(id, given)).rejects.toMatchObject({ message: expect.stringContaining('than token:ada') });
    expect(await by(bench, 'eve').answer(id, given)).toMatchObject({ status: 'waiting' });
  });

  test('counts nobody whose time was over as one of them', async () => {
    const bench = await openBench();
    const expires = { at: ten, answer: { how: 'late' } };
    const lapsing = workflow<object, Input>('lapsing', 1)
      .node('first', (_state, { approve }) => approve({ title: 'How?', summary: '', answer: how, expires }))
      .node('second', (_state, { approve }) => approve({ title: 'Sure?', summary: '', answer: how, by: 'another' }));
    const runs = openRuns({ ...believing(bench, lapsing), actor: token('ada'), roles: 'proved' });
    const { runId } = await runs.start(lapsing, input);
    bench.at(ten);
    await runs.resume(runId);
    await expect(runs.answer(runId, given)).rejects.toMatchObject({
      message: `${runId} is for another than token:ada, who began or answered it, and you are token:ada`,
    });
  });

  test('needs a token where one can be had', async () => {
    const bench = await openBench();
    const { runId } = await runsOn(bench, asking).start(asking, input);
    const unproved = openRuns({
      ...believing(bench, asking),
      actor: { id: id('actor', 'os:eve'), assurance: 'os-user' },
      roles: 'proved',
    });
    await expect(unproved.answer(runId, given)).rejects.toMatchObject({
      exit: 'refused',
      message: expect.stringContaining('nothing proves who os:eve is'),
    });
    expect(await runsOn(bench, asking).show(runId)).toMatchObject({ status: 'waiting' });
  });

  test('is advice where nothing proves who anybody is, and says so', async () => {
    const bench = await openBench();
    const told: string[] = [];
    const { runId } = await runsOn(bench, asking).start(asking, input);
    const runs = openRuns({ ...believing(bench, asking), logger: { warn: (text) => told.push(text) } });
    expect(await runs.answer(runId, given)).toMatchObject({ status: 'waiting' });
    expect(told).toEqual([expect.stringContaining('nothing here proves who os:ada is, and the answer is taken')]);
  });
});
