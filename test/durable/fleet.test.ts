import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatabasePlace } from '../../src/core/domain/index.ts';
import { describePooled } from '../services.ts';
import { fleet, race, restarts } from './fleet.ts';
import { migrated, openFolders } from './victims.ts';

/** `npm run soak durable` has 200 of each. */
const RACES = 20;
const RUNS = 40;
/** One of them wins; the other one is told who has it, or who answered and when. */
const lost = { held: expect.any(Number) };

describe('several processes on one file', () => {
  const folders = openFolders();
  afterAll(() => folders.remove());

  test('two answer one question at the same moment: one does, and the other is told', async () => {
    const { told, broken } = await race(await folders.fresh(), RACES);
    expect(broken).toEqual([]);
    expect(told).toMatchObject(lost);
  });

  test('four of them carry on many runs, and one is killed: each is finished, and paid under one key', async () => {
    const dir = await folders.fresh();
    const { broken } = await fleet(dir, {
      ...{ runs: RUNS, hands: 4 },
      async meanwhile({ carried, killOne }) {
        await carried(RUNS / 4);
        killOne();
      },
    });
    expect(broken).toEqual([]);
  });
});

describePooled('several processes on one server', (pooled, server) => {
  let empty: DatabasePlace;
  const direct = openFolders(() => server().database(empty));
  const through = openFolders(() => pooled(empty));
  beforeAll(async () => {
    empty = await migrated(await server().database());
  });
  afterAll(() => {
    direct.remove();
    through.remove();
  });

  test('two answer one question at the same moment: one does, and the other is told', async () => {
    const { told, broken } = await race(await direct.fresh(), RACES);
    expect(broken).toEqual([]);
    expect(told).toMatchObject(lost);
  });

  test.each([
    ['directly', direct],
    ['through PgBouncer', through],
  ])(
    'a server %s is restarted twice, and one of two killed: each run is finished, and paid under one key',
    async (_way, to) => {
      const dir = await to.fresh();
      const { broken } = await fleet(dir, { runs: RUNS, hands: 2, meanwhile: restarts(server(), RUNS) });
      expect(broken).toEqual([]);
    },
    120_000,
  );
});
