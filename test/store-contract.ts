import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { type Instant, id, type RunId } from '../src/core/domain/index.ts';
import { acquireLease, enter, ownerOf } from '../src/core/store/index.ts';
import type { Bench } from './rooms.ts';

const inserted = { kind: 'run.started', body: { workflow: id('workflow', 'churn'), version: 1 } } as const;
const imported = {
  kind: 'portfolio.imported',
  body: { import: id('import', 'imp-1'), rows: 1, rejected: 0, synthetic: 0 },
} as const;

/** What every engine keeps to. `open` gives a process on a fresh database. */
export function storeContract(open: () => Promise<Bench>): void {
  describe('the store', () => {
    test('a write that throws leaves nothing behind', async () => {
      const { store, journal } = await open();
      const failing = store.write(async (tx) => {
        await journal.appendIn(tx, inserted);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await journal.since(0)).toEqual([]);
    });

    test('another process sees a write only when it is whole', async () => {
      const bench = await open();
      const other = await bench.other();
      await bench.store.write(async (tx) => {
        await bench.journal.appendIn(tx, inserted);
        expect(await other.journal.since(0)).toEqual([]);
      });
      expect(await other.journal.since(0)).toHaveLength(1);
    });

    test('writes that begin together happen one after the other', async () => {
      const { store, journal } = await open();
      await Promise.all(Array.from({ length: 20 }, () => store.write((tx) => journal.appendIn(tx, inserted))));
      expect(await journal.since(0)).toHaveLength(20);
      expect(await journal.since(999_999)).toEqual([]);
    });
  });

  describe('many values', () => {
    const MANY = Array.from({ length: 2500 }, (_, at) => `run-${at}`);

    test('are written at once, with and without something in a column, and found again by a list of them', async () => {
      const { store, owner, actor } = await open();
      const line = { at: '2026-11-22T09:00:00.000Z' as Instant, owner, actor: actor.id, room: 'runs', kind: 'x' };
      const awkward = '{"a":"\\"},{ \' ü 🏠"}';
      const rows = MANY.map((run, at) => ({
        ...{ ...line, run_id: at % 2 === 0 ? id('run', run) : null, run_seq: null, body: at === 0 ? awkward : '{}' },
        hash: null,
      }));
      await store.write((tx) => tx.insertInto('event').values(rows).execute());
      const found = await store.read
        .selectFrom('event')
        .select(['seq', 'run_id', 'run_seq', 'body'])
        .where('run_id', 'in', MANY as RunId[])
        .orderBy('seq')
        .execute();
      expect(found).toHaveLength(1250);
      expect(found[0]).toEqual({ seq: 1, run_id: 'run-0', run_seq: null, body: awkward });
      const none = await store.read.selectFrom('event').select('seq').where('run_id', 'in', []).execute();
      expect(none).toEqual([]);
    });

    test('that are there already are left as they are', async () => {
      const { store, owner } = await open();
      const entries = MANY.map((run) => ({ id: run, kind: 'run' as const, owner }));
      await store.write((tx) => enter(tx, entries.slice(0, 20)));
      await store.write((tx) =>
        enter(
          tx,
          entries.map((entry) => ({ ...entry, owner: id('owner', 'oak-lane') })),
        ),
      );
      expect(await ownerOf(store.read, 'run', 'run-19')).toBe(owner);
      expect(await ownerOf(store.read, 'run', 'run-20')).toBe('oak-lane');
    });
  });

  describe('the journal', () => {
    test('counts its lines by the minute, as far back as it is asked, and as all of them are counted', async () => {
      const bench = await open();
      const { store, journal, owner, actor, at } = bench;
      const { journal: others } = await bench.other({ owner: id('owner', 'oak-lane') });
      const lines = (time: string, count: number) => {
        const line = { at: time as Instant, owner, actor: actor.id, room: 'runs', kind: 'x', body: '{}' };
        const rows = Array.from({ length: count }, () => ({ ...line, run_id: null, run_seq: null, hash: null }));
        return store.write((tx) => tx.insertInto('event').values(rows).execute());
      };
      at('2026-11-22T09:10:30.000Z');
      expect(await journal.perMinute(3)).toEqual([0, 0, 0]);
      await lines('2026-11-22T09:07:59.999Z', 9);
      await lines('2026-11-22T09:08:00.000Z', 2);
      await lines('2026-11-22T09:10:00.000Z', 1);
      expect(await journal.perMinute(3)).toEqual([2, 0, 1]);
      expect(await others.perMinute(3)).toEqual([0, 0, 0]);
      for (let again = 0; again < 5; again++) await lines('2026-11-22T09:10:10.000Z', 1000);
      // Of the minutes before, nobody has counted the lines.
      expect(await journal.perMinute(3)).toEqual([]);
      at('2026-11-22T09:11:30.000Z');
      expect(await journal.perMinute(3)).toEqual([0]);
    });

    test('counts the lines of each run from 1', async () => {
      const { store, journal } = await open();
      const [one, two] = [id('run', 'run-1'), id('run', 'run-2')];
      for (const runId of [one, two, one]) await store.write((tx) => journal.appendIn(tx, { ...inserted, runId }));
      expect((await journal.since(0)).map(({ runSeq }) => runSeq)).toEqual([1, 1, 2]);
    });

    test.each([
      "at = '2020-01-01T00:00:00.000Z'",
      "actor = 'os:eve'",
      "room = 'runs'",
      "kind = 'run.started'",
      "run_id = 'run-9'",
      'run_seq = 9',
      "body = '{}'",
      "hash = 'x'",
    ])('the audit stream names the first line that was tampered with: %s', async (change) => {
      const { store, journal } = await open();
      for (let line = 0; line < 3; line++) await store.write((tx) => journal.appendIn(tx, imported));
      expect(await journal.verify()).toEqual({ owner: 'hill-street', lines: 3 });
      await store.write((tx) => sql.raw(`update event set ${change} where seq = 2`).execute(tx));
      expect(await journal.verify()).toEqual({ owner: 'hill-street', lines: 3, brokenAt: 2 });
    });

    test('each owner has a chain of its own, and a line taken out or handed to another breaks it', async () => {
      const bench = await open();
      const other = await bench.other({ owner: id('owner', 'oak-lane') });
      for (const { store, journal } of [bench, other, bench, other, bench])
        await store.write((tx) => journal.appendIn(tx, imported));
      const walks = async () => [await bench.journal.verify(), await other.journal.verify()];
      const [hill, oak] = [{ owner: 'hill-street' }, { owner: 'oak-lane' }];
      expect(await walks()).toEqual([
        { ...hill, lines: 3 },
        { ...oak, lines: 2 },
      ]);
      await bench.store.write((tx) => sql`update event set owner = 'oak-lane' where seq = 3`.execute(tx));
      expect(await walks()).toEqual([
        { ...hill, lines: 2, written: 3, brokenAt: 5 },
        { ...oak, lines: 3, written: 2, brokenAt: 3 },
      ]);
    });

    test('another owner reads none of it', async () => {
      const bench = await open();
      const stranger = await bench.other({ owner: id('owner', 'oak-lane') });
      await bench.store.write((tx) => bench.journal.appendIn(tx, inserted));
      expect(await stranger.journal.since(0)).toEqual([]);
    });

    test('notes are written when the room closes, and not before', async () => {
      const { journal } = await open();
      journal.note({ kind: 'kpi.probe', body: { service: id('service', 'store'), ok: 1 } });
      expect(await journal.since(0)).toEqual([]);
      await journal[Symbol.asyncDispose]();
      expect(await journal.since(0)).toHaveLength(1);
    });

    test('notes are written once, in their order, when somebody asks for that', async () => {
      const { journal } = await open();
      const bodies = ['one', 'two', 'three'].map((name) => ({ service: id('service', name), ok: 1 }));
      const written: Promise<unknown>[] = [];
      for (const body of bodies) {
        journal.note({ kind: 'kpi.probe', body });
        written.push(journal.flush());
      }
      await Promise.all(written);
      expect((await journal.since(0)).map(({ body }) => body)).toEqual(bodies);
    });
  });

  describe('a lease', () => {
    test('is refused while its holder lives, and given when it has given it back', async () => {
      const bench = await open();
      const other = await bench.other();
      const lease = await acquireLease(bench, 'run:1', 'run 1');
      await expect(acquireLease(other, 'run:1', 'run 1')).rejects.toMatchObject({ exit: 'held' });
      await lease[Symbol.asyncDispose]();
      expect((await acquireLease(other, 'run:1', 'run 1')).token).toBe(2);
    });

    test('passes at once from a holder that is dead', async () => {
      const bench = await open();
      const other = await bench.other();
      await acquireLease(bench, 'run:1', 'run 1');
      bench.kill(bench);
      expect((await acquireLease(other, 'run:1', 'run 1')).token).toBe(2);
    });

    test('passes after 30 seconds from a holder that cannot be looked for', async () => {
      const bench = await open();
      const other = await bench.other();
      await acquireLease(bench, 'run:1', 'run 1');
      bench.at('2026-11-22T09:00:29.000Z');
      await expect(acquireLease(other, 'run:1', 'run 1')).rejects.toMatchObject({ exit: 'held' });
      bench.at('2026-11-22T09:00:30.000Z');
      expect((await acquireLease(other, 'run:1', 'run 1')).token).toBe(2);
    });

    test('taken while the clock was decades ahead passes once it is right, and its holder writes nothing more', async () => {
      const bench = await open();
      const other = await bench.other();
      bench.at('2100-01-01T00:00:00.000Z');
      const astray = await acquireLease(bench, 'run:1', 'run 1');
      bench.at('2026-11-22T09:00:00.000Z');
      expect((await acquireLease(other, 'run:1', 'run 1')).token).toBe(2);
      await expect(astray.write(async () => undefined)).rejects.toMatchObject({ exit: 'held' });
    });

    test('whose holder has a clock that jumps back stays his, and passes when it is over for another, for good', async () => {
      const bench = await open();
      const other = await bench.other();
      const holder = await acquireLease(bench, 'run:1', 'run 1');
      bench.at('2026-11-22T08:00:00.000Z');
      await holder.write((tx) => bench.journal.appendIn(tx, inserted));
      await expect(acquireLease(other, 'run:1', 'run 1')).rejects.toMatchObject({ exit: 'held' });
      bench.at('2026-11-22T09:00:00.000Z');
      expect((await acquireLease(other, 'run:1', 'run 1')).token).toBe(2);
      bench.at('2026-11-22T08:00:00.000Z');
      await expect(holder.write((tx) => bench.journal.appendIn(tx, inserted))).rejects.toMatchObject({ exit: 'held' });
      expect(await bench.journal.since(0)).toHaveLength(1);
    });

    test('is renewed while its holder works, however long', async () => {
      const bench = await open();
      const other = await bench.other();
      await acquireLease(bench, 'run:1', 'run 1');
      bench.at('2026-11-22T09:00:20.000Z');
      await bench.tick();
      bench.at('2026-11-22T09:00:45.000Z');
      await expect(acquireLease(other, 'run:1', 'run 1')).rejects.toMatchObject({ exit: 'held' });
    });

    test('a holder that has lost it writes nothing more, and hears of it', async () => {
      const bench = await open();
      const other = await bench.other();
      const lost = await acquireLease(bench, 'run:1', 'run 1');
      bench.kill(bench);
      await acquireLease(other, 'run:1', 'run 1');
      const writing = lost.write((tx) => bench.journal.appendIn(tx, inserted));
      await expect(writing).rejects.toMatchObject({ exit: 'held' });
      expect(lost.lost.aborted).toBe(true);
      expect(await bench.journal.since(0)).toEqual([]);
    });
  });
}
