import { connect, createServer } from 'node:net';
import { openSaver } from '../src/core/checkpoint/index.ts';
import { acquireLease, openJournal } from '../src/core/store/index.ts';
import { placeOf, programs, startPostgres } from '../test/server.ts';
import { officialSaver } from './official.mjs';
import { against, depsOf, inTurn, lineOf, msAStep, served } from './steps.mjs';

const STEPS = 25;
const ROUNDS = 5;
const ROUND_TRIP_MS = 10;

/** One step of 1 kB state on a PostgreSQL that is 10 ms away, with its lease and its line of the journal. */
export default async function server() {
  if (programs.postgres === undefined) return [{ what: 'PostgreSQL', figure: 'is not installed: left out' }];
  const postgres = await startPostgres(programs.postgres);
  try {
    const [ours, theirs] = [await away(await postgres.database()), await away(await postgres.database())];
    await using store = await served(ours.place);
    const deps = depsOf(store);
    await using lease = await acquireLease(deps, 'run:bench', 'the bench');
    const saver = openSaver({
      ...{ read: store.read, lease, owner: deps.owner, random: Math.random },
      alsoWrite: lineOf(openJournal(deps)),
    });
    const official = await officialSaver(theirs.place.url);
    const asked = { ours: ours.trips(), theirs: theirs.trips() };
    const times = await inTurn({ theirs: () => official.saver, ours: () => saver }, ROUNDS, STEPS);
    const trips = (side, before) => `${((side.trips() - before) / (ROUNDS + 1) / STEPS).toFixed(1)} messages a step`;
    const [settings] = await postgres.ask(
      ours.place.database,
      `select concat_ws(' ', 'PostgreSQL', current_setting('server_version'), 'fsync=' || current_setting('fsync'),
        'synchronous_commit=' || current_setting('synchronous_commit')) as text`,
    );
    await official.end();
    for (const each of [ours, theirs]) each.close();
    return [
      { what: `the server, ${ROUND_TRIP_MS} ms away`, figure: settings.text },
      { what: official.name, figure: `${msAStep(times.theirs)}, ${trips(theirs, asked.theirs)}` },
      { what: 'ours, fenced, with its line of the journal', ...against(times.ours, times.theirs, 0.33, 'theirs') },
      { what: '', figure: trips(ours, asked.ours) },
    ];
  } finally {
    await postgres.stop();
  }
}

/** The same database, with whatever is said to it and by it late by half a round trip. */
async function away(place) {
  let trips = 0;
  const late = (from, to) => {
    from.on('data', (bytes) => void setTimeout(() => to.write(bytes), ROUND_TRIP_MS / 2));
    from.on('close', () => void setTimeout(() => to.destroy(), ROUND_TRIP_MS / 2));
    from.on('error', () => undefined);
  };
  const proxy = createServer({ noDelay: true }, (client) => {
    const behind = connect({ host: place.host, port: place.port, noDelay: true });
    client.on('data', () => {
      trips += 1;
    });
    late(client, behind);
    late(behind, client);
  });
  proxy.listen(0, '127.0.0.1');
  await new Promise((listening) => proxy.once('listening', listening));
  const url = new URL(place.url);
  url.searchParams.set('port', proxy.address().port);
  return {
    place: placeOf(url.href),
    trips: () => trips,
    close: () => proxy.close(),
  };
}
