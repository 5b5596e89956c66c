import { describe, expect, test } from 'vitest';
import { id } from '../src/core/domain/index.ts';
import { acquireLease } from '../src/core/store/index.ts';
import type { Bench } from './rooms.ts';

/** What every engine keeps to where the rows of a step are recorded. `open` gives a process on a fresh database. */
export function stepContract(open: () => Promise<Bench>): void {
  describe('what a step of a run leaves', () => {
    const runId = id('run', 'run-1');
    const finished = (node: string) =>
      ({ kind: 'run.node_finished', runId, body: { node: id('node', node) } }) as const;
    const rowsOf = ({ owner }: Bench, task: string, values: readonly string[]) => {
      const key = { owner, thread_id: runId, ns: '', checkpoint_id: 'c1', task_id: task, task_path: '', channel: 'x' };
      return values.map((value, idx) => ({ ...key, idx, value: new TextEncoder().encode(value) }));
    };
    const write = (bench: Bench, task: string, values: readonly string[], same: 'stays' | 'replaced' = 'stays') =>
      [{ into: 'checkpoint_write', rows: rowsOf(bench, task, values), same }] as const;
    const valuesIn = async ({ store }: Bench) => {
      const rows = await store.read.selectFrom('checkpoint_write').select(['task_id', 'value']).execute();
      return rows.map(({ task_id, value }) => `${task_id} ${new TextDecoder().decode(value)}`).sort();
    };
    const toldIn = async ({ journal }: Bench) =>
      (await journal.since(0, { runId })).map(({ runSeq, body }) => `${runSeq} ${body.node}`);

    test('is recorded with its lines, which count on where the run stands', async () => {
      const bench = await open();
      const { store, journal } = bench;
      await using lease = await acquireLease(bench, 'run:1', 'run 1');
      await store.write((tx) => journal.appendIn(tx, finished('first')));
      await lease.record(write(bench, 'a', ['1', '2']), journal.linesOf([finished('second'), finished('third')]));
      expect(await valuesIn(bench)).toEqual(['a 1', 'a 2']);
      expect(await toldIn(bench)).toEqual(['1 first', '2 second', '3 third']);
    });

    test('stands once it is written, or is replaced, and is told when something was written', async () => {
      const bench = await open();
      const { journal } = bench;
      await using lease = await acquireLease(bench, 'run:1', 'run 1');
      await lease.record(write(bench, 'a', ['1']), journal.linesOf([finished('first')]));
      await lease.record(write(bench, 'a', ['other']), journal.linesOf([finished('again')]));
      await lease.record(write(bench, 'a', ['other', 'new']), async (tx) => journal.appendIn(tx, finished('second')));
      await lease.record(write(bench, 'a', ['other']), async (tx) => journal.appendIn(tx, finished('again')));
      expect(await valuesIn(bench)).toEqual(['a 1', 'a new']);
      await lease.record(write(bench, 'a', ['better'], 'replaced'), journal.linesOf([finished('third')]));
      await lease.record(write(bench, 'a', ['best'], 'replaced'), async (tx) =>
        journal.appendIn(tx, finished('fourth')),
      );
      expect(await valuesIn(bench)).toEqual(['a best', 'a new']);
      expect(await toldIn(bench)).toEqual(['1 first', '2 second', '3 third', '4 fourth']);
    });

    test('may be thousands of rows', async () => {
      const bench = await open();
      await using lease = await acquireLease(bench, 'run:1', 'run 1');
      await lease.record(
        write(
          bench,
          'a',
          Array.from({ length: 9000 }, (_, at) => String(at)),
        ),
      );
      expect(await valuesIn(bench)).toHaveLength(9000);
    });

    test('is nothing when one of its rows cannot be kept', async () => {
      const bench = await open();
      const { journal } = bench;
      await using lease = await acquireLease(bench, 'run:1', 'run 1');
      const [row] = rowsOf(bench, 'a', ['1']);
      const rows = [row, { ...row, idx: 1, channel: null }] as never;
      const lines = journal.linesOf([finished('first')]);
      await expect(lease.record([{ into: 'checkpoint_write', rows, same: 'stays' }], lines)).rejects.toThrow(/null/i);
      await lease.record(write(bench, 'b', ['2']), lines);
      expect([await valuesIn(bench), await toldIn(bench)]).toEqual([['b 2'], ['1 first']]);
    });

    test.each(['a line', 'more'])('is nothing after the lease was lost, also where it is %s', async (what) => {
      const bench = await open();
      const { journal } = bench;
      const lost = await acquireLease(bench, 'run:1', 'run 1');
      bench.kill(bench);
      await using next = await acquireLease(await bench.other(), 'run:1', 'run 1');
      const also = what === 'more' ? async () => undefined : journal.linesOf([finished('zombie')]);
      await expect(lost.record(write(bench, 'zombie', ['1']), also)).rejects.toMatchObject({ exit: 'held' });
      expect(lost.lost.aborted).toBe(true);
      await next.record(write(bench, 'next', ['2']), journal.linesOf([finished('next')]));
      expect([await valuesIn(bench), await toldIn(bench)]).toEqual([['next 2'], ['1 next']]);
    });

    test('does not hang on what is recorded at the same time, and cannot be kept or has lost its lease', async () => {
      const bench = await open();
      const { journal } = bench;
      const lost = await acquireLease(bench, 'run:1', 'run 1');
      await using held = await acquireLease(bench, 'run:2', 'run 2');
      bench.kill(bench);
      await using _next = await acquireLease(await bench.other(), 'run:1', 'run 1');
      const [row] = rowsOf(bench, 'bad', ['1']);
      const bad = [{ into: 'checkpoint_write', rows: [{ ...row, channel: null }] as never, same: 'stays' }] as const;
      const told = (node: string) => journal.linesOf([finished(node)]);
      const ends = await Promise.allSettled([
        held.record(write(bench, 'a', ['1']), told('a')),
        lost.record(write(bench, 'zombie', ['1']), told('zombie')),
        held.record(bad, told('bad')),
        held.record(write(bench, 'b', ['1']), told('b')),
      ]);
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect([await valuesIn(bench), await toldIn(bench)]).toEqual([
        ['a 1', 'b 1'],
        ['1 a', '2 b'],
      ]);
    });

    test('is told in one order with what others say of the run', async () => {
      const bench = await open();
      const other = await bench.other();
      await using lease = await acquireLease(bench, 'run:1', 'run 1');
      const nodes = Array.from({ length: 20 }, (_, at) => `n${at}`);
      await Promise.all([
        ...nodes.map((node) => lease.record(write(bench, node, ['1']), bench.journal.linesOf([finished(node)]))),
        ...nodes.map((node) => other.store.write((tx) => other.journal.appendIn(tx, finished(`other.${node}`)))),
      ]);
      const told = await toldIn(bench);
      expect(told.map((line) => Number(line.split(' ')[0])).sort((a, b) => a - b)).toEqual(told.map((_, at) => at + 1));
      expect(told).toHaveLength(40);
    });

    test('is not recorded with a line that belongs to the audit stream', async () => {
      const { journal } = await open();
      const body = { import: id('import', 'imp-1'), rows: 1, rejected: 0, synthetic: 0 };
      const imported = { kind: 'portfolio.imported', runId, body } as const;
      expect(journal.linesOf([imported])).toBeUndefined();
    });
  });
}
