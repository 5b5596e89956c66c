import type { DatabasePlace } from '../../src/core/domain/index.ts';
import { seeded } from '../rooms.ts';
import { type Pooler, type Postgres, programs, startPooler, startPostgres } from '../server.ts';
import { type Observation, outcome, violations } from './checker.ts';
import { fleet, race, restarts, type Trouble } from './fleet.ts';
import { importBeside } from './import.ts';
import { openTable, pointsOf } from './table.ts';
import { type Death, type Folders, migrated, openFolders, undisturbed } from './victims.ts';

/** A life is about this long; a kill may come at any moment of it. */
const LIFE_MS = 1500;
/** Kills of one run, at most. */
const KILLS = 12;
/** Of each thing that is done many times; fewer, and few of the writes, where few rounds are asked for. */
const MANY = 200;
const IMPORTED_ROWS = 1_000_000;

interface Told {
  readonly rows: Record<string, number | string>;
  readonly broken: string[];
  readonly tables: string[];
}

/**
 * Both engines, where PostgreSQL and PgBouncer are installed: a kill at each write, on both sides of it; runs that are
 * killed again and again at random, as many as there are rounds; races; workers whose server is restarted; an import.
 */
export async function soak({ seed, rounds }: { seed: number; rounds: number }) {
  const told: Told = { rows: {}, broken: [], tables: [] };
  const many = Math.min(MANY, rounds);
  const embedded = openFolders();
  const { postgres, pgbouncer } = programs;
  await onEngine('SQLite', embedded, { seed, rounds: Math.ceil(rounds / 2), many }, told);
  await workers('SQLite, four processes', embedded, { many, hands: 4 }, told, async ({ carried, killOne }) => {
    await carried(Math.floor(many / 4));
    killOne();
  });
  embedded.remove();

  if (postgres && pgbouncer) {
    const server = await startPostgres(postgres);
    const pooler = await startPooler(pgbouncer, server, 2);
    try {
      await onServer(server, pooler, { seed: seed + 1, rounds: Math.floor(rounds / 2), many }, told);
    } finally {
      pooler.stop();
      await server.stop();
    }
  } else told.rows['PostgreSQL: left out, as it or PgBouncer is not installed'] = 1;

  const beside = await importBeside(rounds < MANY ? IMPORTED_ROWS / 20 : IMPORTED_ROWS);
  told.rows['import beside a run: seconds'] = beside.seconds;
  told.rows['import beside a run: longest that a heartbeat waited, ms'] = beside.longestWaitMs;
  told.rows['import beside a run: longest that its own lease was not renewed, ms'] = beside.longestGapMs;
  told.broken.push(...beside.broken);
  return { rounds, ...told };
}

async function onServer(
  server: Postgres,
  pooler: Pooler,
  { seed, rounds, many }: { seed: number; rounds: number; many: number },
  told: Told,
): Promise<void> {
  const empty: DatabasePlace = await migrated(await server.database());
  const direct = openFolders(() => server.database(empty));
  const through = openFolders(async () => pooler.to(await server.database(empty)));
  await onEngine('PostgreSQL', direct, { seed, rounds, many }, told);
  await workers('PostgreSQL, restarted twice', direct, { many, hands: 2 }, told, restarts(server, many));
  await workers('PgBouncer, restarted twice', through, { many, hands: 2 }, told, restarts(server, many));
  direct.remove();
  through.remove();
}

async function onEngine(
  engine: string,
  folders: Folders,
  { seed, rounds, many }: { seed: number; rounds: number; many: number },
  told: Told,
): Promise<void> {
  const writes = await undisturbed(await folders.fresh());
  const table = openTable(writes);
  const points = pointsOf(writes).filter((_, at) => many === MANY || at % 9 === 0);
  await inLanes(points, async (death) => {
    const dir = await folders.fresh();
    await folders.victim(dir, death);
    const killed = await folders.seenIn(dir);
    await undisturbed(dir);
    const end = await folders.seenIn(dir);
    const broken = violations([killed], end);
    table.note(death, broken.join('; ') || outcome(killed, end));
    told.broken.push(...broken.map((what) => `${engine}, ${death.side} write ${death.at}: ${what}`));
  });
  told.tables.push([`## A kill at each write: ${engine}`, '', ...table.lines()].join('\n'));
  await atRandom(engine, folders, { seed, rounds, writes: writes.length }, told);

  const { told: losers, broken } = await race(await folders.fresh(), many);
  told.rows[`${engine}: races of two`] = many;
  for (const [exit, times] of Object.entries(losers)) told.rows[`${engine}: losers told, as ${exit}`] = times;
  told.broken.push(...broken.map((what) => `${engine}, ${what}`));
}

/** Each round is one run, killed again and again at random writes and moments until nothing ends it any more. */
async function atRandom(
  engine: string,
  folders: Folders,
  { seed, rounds, writes }: { seed: number; rounds: number; writes: number },
  told: Told,
): Promise<void> {
  const counts = { 'killed at a write': 0, 'killed at a moment': 0, 'came to their end before the kill': 0 };
  const round = async (number: number) => {
    const random = seeded(seed * 100_003 + number);
    const whole = (to: number) => Math.floor(random() * to);
    const death = (): Death => {
      if (random() < 0.3) return { at: whole(LIFE_MS), side: 'time' };
      return { at: 1 + whole(writes / 2), side: random() < 0.5 ? 'before' : 'after' };
    };
    const dir = await folders.fresh();
    const seen: Observation[] = [];
    for (let kills = 1 + whole(KILLS); kills > 0; kills--) {
      const next = death();
      const ended = await folders.victim(dir, next);
      if (ended !== 'SIGKILL') {
        counts['came to their end before the kill'] += 1;
        if (ended !== 0) told.broken.push(`${engine}, round ${number}: a life ended with ${ended}`);
        break;
      }
      counts[next.side === 'time' ? 'killed at a moment' : 'killed at a write'] += 1;
      seen.push(await folders.seenIn(dir));
    }
    await undisturbed(dir);
    const broken = violations(seen, await folders.seenIn(dir));
    told.broken.push(...broken.map((what) => `${engine}, round ${number}: ${what}`));
  };
  await inLanes(
    Array.from({ length: rounds }, (_, number) => number),
    round,
  );
  told.rows[`${engine}: runs killed at random`] = rounds;
  for (const [what, times] of Object.entries(counts)) told.rows[`${engine}: ${what}`] = times;
}

async function workers(
  what: string,
  folders: Folders,
  { many, hands }: { many: number; hands: number },
  told: Told,
  meanwhile: (trouble: Trouble) => Promise<void>,
): Promise<void> {
  const { again, broken } = await fleet(await folders.fresh(), { runs: many, hands, meanwhile });
  told.rows[`${what}: runs carried on by ${hands} workers, one killed`] = many;
  told.rows[`${what}: effects in doubt, done again under their key`] = again;
  told.broken.push(...broken.map((each) => `${what}: ${each}`));
}

/** Two at a time. */
async function inLanes<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const lane = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all([lane(), lane()]);
}
