import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { elmConfig, elmHouse } from '../../../test/elm-house.ts';
import { ask, openWorld, type World } from '../../../test/sophia.ts';
import { isWithheld } from '../../core/policy/holdout.ts';
import type { Analysis } from './analysis.ts';

async function elm(files: Readonly<Record<string, string>> = {}): Promise<World> {
  const world = openWorld({ files: { ...elmHouse, ...files, 'sophia.yaml': elmConfig } });
  onTestFinished(() => world[Symbol.dispose]());
  await ask('portfolio import data', world);
  return world;
}

const analyse = (world: World) => ask<Analysis>('churn analyze elm-house', world);
const indexOf = ({ tenants }: Analysis, key: string) => tenants.find((each) => each.key === key)?.index;

/** What becomes of Ada's proposal where the draw, but for her need, withholds her. */
async function drawnAgainst(world: World): Promise<string | undefined> {
  // An analysis of the past proposes nothing, so that nothing is drawn yet.
  const { above } = await ask<Analysis>('churn analyze elm-house --as-of 2026-11-21', world);
  const [{ tenant = '', lease = '' } = {}] = above;
  const key = { owner: 'hill-street', tenant, lease, head: 'leave' };
  const salts = Array.from({ length: 60 }, (_, at) => `salt-number-${at}`);
  const salt = salts.find((each) => isWithheld(key, 0.5, each));
  appendFileSync(join(world.dir, 'sophia.yaml'), `retention:\n  holdout: 0.5\n  holdout_salt: ${salt}\n`);
  return (await analyse(world)).proposals?.[0]?.state;
}

function called(day: string, text: string, tenant = 'ada'): Readonly<Record<string, string>> {
  const turns = [{ by: 'resident', text }];
  const call = { call_id: 'c-9', tenant_id: tenant, started_at: `${day}T15:00:00Z`, consent: true, turns };
  return { 'data/calls.jsonl': `${elmHouse['data/calls.jsonl']}${JSON.stringify(call)}\n` };
}

function ticketed(openedOn: string, closedOn: string, category: string): Readonly<Record<string, string>> {
  return { 'data/tickets.csv': `${elmHouse['data/tickets.csv']}9,ada,${openedOn},${closedOn},0,${category}\n` };
}

const HEAT = 'There has been no heat for nine days.';
const SICK_AND_COLD = 'There has been no heat for nine days, my baby is sick and I have asthma.';
const UNFIT = 'no heat - apartment uninhabitable';

describe('nobody in need is withheld from help', () => {
  test('who is in none is, where the draw says so', async () => {
    expect(await drawnAgainst(await elm())).toBe('withheld');
  });

  test.each([
    ['a call', called('2026-11-10', HEAT)],
    ['a call about hardship', called('2026-11-10', 'I lost my job and can not pay the rent.')],
    ['a call that tells of an illness too', called('2026-11-10', SICK_AND_COLD)],
    ['a call of the first of the 90 days', called('2026-08-24', SICK_AND_COLD)],
    ['a ticket', ticketed('2026-11-10', '', UNFIT)],
    ['a ticket that tells of an illness too', ticketed('2026-11-10', '', `${UNFIT} and I have asthma`)],
    ['a ticket that has been open for long', ticketed('2026-03-01', '', UNFIT)],
    ['a ticket that was closed in the 90 days', ticketed('2026-08-01', '2026-08-30', UNFIT)],
  ])('%s tells of it', async (_, files) => {
    expect(await drawnAgainst(await elm(files))).toBe('open');
  });

  test.each([
    ['a call before the 90 days', called('2026-08-23', SICK_AND_COLD)],
    ['a ticket closed before them', ticketed('2026-08-01', '2026-08-23', UNFIT)],
    ['an illness alone', called('2026-11-10', 'My baby is sick and I have asthma.')],
    ['a ticket about the heating alone', ticketed('2026-11-10', '', 'heating')],
  ])('%s does not', async (_, files) => {
    expect(await drawnAgainst(await elm(files))).toBe('withheld');
  });

  test.each([
    ['a disability', 'I am disabled and I need an assistance animal and a ramp at the door.', 'sensitive'],
    ['Spanish', 'No tengo agua caliente y nadie ha venido a reparar la cocina.', 'not_english'],
    ['hardship', 'I lost my job and cannot pay the rent this month.', 'hardship'],
  ])('a call of which nothing is scored is none to the score: %s', async (_, text, reason) => {
    const world = await elm(called('2026-11-20', text, 'dov'));
    const [quiet, heard] = [await analyse(await elm()), await analyse(world)];
    expect(indexOf(heard, 'dov')).toBe(indexOf(quiet, 'dov'));
    const explained = await ask<{ keptOut: object }>('churn explain dov', world);
    expect(explained.keptOut).toEqual({ [reason]: 1 });
    expect(JSON.stringify(explained)).not.toContain('call:');
  });

  test('and no score knows of it', async () => {
    const plain = await analyse(await elm(ticketed('2026-11-10', '', 'heating')));
    const need = await analyse(await elm(ticketed('2026-11-10', '', UNFIT)));
    expect(indexOf(need, 'ada')).toBe(indexOf(plain, 'ada'));
  });
});

describe('who leaves', () => {
  const leases = (notice: string, out: string) => ({
    'data/leases.csv': (elmHouse['data/leases.csv'] ?? '').replace(/^(ada-1.*),,$/m, `$1,${notice},${out}`),
  });

  test.each([
    ['by notice', leases('2026-11-10', ''), '2026-11-10'],
    ['by a day of moving out that is set', leases('', '2026-11-30'), '2026-11-22'],
  ])('%s is told beside the ranking, and neither ranked nor proposed', async (_, files, noticeOn) => {
    const { tenants, leaving, above, proposals, compared } = await analyse(await elm(files));
    expect(leaving).toMatchObject([{ key: 'ada', name: 'Ada Example', unit: '1A', noticeOn }]);
    expect(tenants.map(({ key }) => key).sort()).toEqual(['ben', 'cyd', 'dov', 'eve', 'fay']);
    expect({ compared, above, proposals }).toEqual({ compared: 5, above: [], proposals: [] });
  });
});
