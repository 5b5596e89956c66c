import { describe, expect, test } from 'vitest';
import { addDays, daysBetween, type IsoDay, type TimeZone, type Turn } from '../../domain/index.ts';
import { formats } from '../formats.ts';
import { openParser } from '../parse.ts';
import { type Demo, type DemoOptions, generate } from './index.ts';
import { trapKinds } from './traps.ts';

const endDay = '2026-10-31' as IsoDay;
const small = { properties: 6, units: 24, months: 24 };
// What the product makes of a sentence matters to none of the files.
const world = (seed: number, more: Partial<DemoOptions> = {}) =>
  generate({ seed, ...small, endDay, scoreSentence: () => 0, mode: 'realistic', ...more });

interface CallRow {
  readonly call_id: string;
  readonly tenant_id: string;
  readonly started_at: string;
  readonly consent?: boolean;
  readonly turns: readonly Turn[];
}
const linesOf = ({ files }: Demo, name: string) => (files[name] ?? '').split('\n').slice(0, -1);
const callsOf = (demo: Demo): CallRow[] => linesOf(demo, 'calls.jsonl').map((line) => JSON.parse(line));
const rowOf = (demo: Demo, name: string, key = '') => linesOf(demo, name).find((line) => line.startsWith(`${key},`));

describe('traps', () => {
  const demo = world(8);
  const rowsOf = (kind: string) => demo.traps.filter((trap) => trap.kind === kind);
  const callOf = (kind: string) => {
    const calls = callsOf(demo).filter(({ call_id }) => rowsOf(kind).some(({ key }) => key === call_id));
    const gold = demo.truth.flatMap(({ calls }) => calls).find(({ call }) => call === calls[0]?.call_id);
    return { ...calls[0], gold };
  };

  test.each([1, 2, 3, 4])('are all there, for tenants that the files know (seed %i)', (seed) => {
    const { files, traps } = world(seed);
    expect([...new Set(traps.map(({ kind }) => kind))].sort()).toEqual([...trapKinds].sort());
    for (const { tenant } of traps) expect(files['tenants.csv']).toContain(`\n${tenant},`);
  });

  test('change nothing but their own rows', () => {
    const plain = world(8, { traps: false });
    expect(plain.traps).toEqual([]);
    const there = new Set(linesOf(demo, 'ledger.csv'));
    const touched = new Set(demo.traps.map(({ tenant }) => tenant));
    const gone = linesOf(plain, 'ledger.csv').filter((line) => !there.has(line));
    // Whose autopay was made up pays on other days, and whose stay became another's is called otherwise.
    const moved = rowsOf('transfer')[0]?.key?.replace(/-l1$/, '') ?? '';
    for (const line of gone) {
      const tenant = line.split(',')[1] ?? '';
      expect(touched.has(tenant) || tenant === moved, line).toBe(true);
    }
  });

  test('of a small portfolio are those that fit into it', () => {
    const kinds = world(2, { properties: 1, units: 3, months: 6 }).traps.map(({ kind }) => kind);
    expect(kinds).not.toContain('transfer');
    expect(kinds).not.toContain('missing_calls');
  });

  test('by phone say what they are', () => {
    expect(callOf('spanish').gold).toMatchObject({ language: 'es' });
    expect(callOf('hardship').gold).toMatchObject({ intents: ['hardship'] });
    expect(callOf('habitability').gold?.intents).toContain('habitability');
    expect(callOf('competitor_price').gold?.intents).toContain('price_objection');
    expect(JSON.stringify(callOf('competitor_price').turns)).toMatch(/\$\d{3,4}/);
    expect(callOf('accommodation').gold?.redact).toContain('accommodation');
    expect(demo.files['tickets.csv']).toMatch(/,accommodation,/);
    expect(callOf('no_consent')).not.toHaveProperty('consent');
    expect(callsOf(demo).filter(({ consent }) => consent !== true)).toHaveLength(1);
  });

  test('in the ledger do as banks do', () => {
    const paid = (key = '') => rowOf(demo, 'ledger.csv', key)?.split(',').slice(1).join(',');
    const [twice] = rowsOf('duplicate_payment');
    const same = linesOf(demo, 'ledger.csv').filter((line) => line.endsWith(paid(twice?.key) ?? '-'));
    expect(same).toHaveLength(2);
    const [back] = rowsOf('reversal');
    expect(paid(back?.key)).toMatch(/,reversal,/);
    expect(paid(back?.key?.replace(/1$/, '2'))).toMatch(/,payment,/);
  });

  test('of autopay show as rent on the very day, until the last one before the exit', () => {
    const tenant = rowsOf('autopay_off')[0]?.tenant;
    const stay = demo.truth.find((each) => each.tenant === tenant)?.stay;
    const shown = (stay?.dues ?? []).filter(({ on }) => on > addDays(endDay, -731));
    const delays = shown.map(({ on, payments }) => daysBetween(on, payments[0]?.on ?? on));
    expect(delays.length).toBeGreaterThanOrEqual(6);
    expect(delays.slice(0, -1).every((delay) => delay === 0)).toBe(true);
    expect(delays.at(-1)).toBe(3);
    expect(stay?.leases.at(-1)?.movedOutOn).toBeDefined();
  });

  test('of place and time: no calls, a move within the portfolio, and rows of the future', () => {
    const silent = rowsOf('missing_calls')[0];
    expect(demo.files['sources.csv']).not.toContain(`${silent?.key},calls`);
    expect(callsOf(demo).filter(({ tenant_id }) => tenant_id === silent?.tenant)).toEqual([]);

    const [moved] = rowsOf('transfer');
    const leases = linesOf(demo, 'leases.csv').map((line) => line.split(','));
    const places = leases.filter(([, tenant]) => tenant === moved?.tenant).map(([, , property]) => property);
    expect(new Set(places).size).toBe(2);
    expect(linesOf(demo, 'tenants.csv').filter((line) => line.startsWith(`${moved?.tenant},`))).toHaveLength(1);

    const [charge, ticket] = rowsOf('after_end');
    expect(rowOf(demo, 'ledger.csv', charge?.key)).toContain(',2026-12-01,charge,');
    expect(rowOf(demo, 'tickets.csv', ticket?.key)).toMatch(/,2026-10-\d\d,,0,heating,2026-12-01$/);
  });

  test('let every row be read but the call without consent', async () => {
    const parser = await openParser('America/Chicago' as TimeZone, {
      tellsNeed: () => false,
      mentionsCompetitor: () => false,
      isEnglish: () => true,
    });
    const problems: string[] = [];
    for (const format of formats.filter(({ file }) => file in demo.files)) {
      const bytes = new TextEncoder().encode(demo.files[format.file]);
      const source = (async function* () {
        yield bytes;
      })();
      for await (const chunk of parser.chunks(format, format.file, source))
        for (const parsed of chunk) if ('problem' in parsed) problems.push(`${format.file}: ${parsed.problem}`);
    }
    expect(problems).toEqual([expect.stringMatching(/^calls\.jsonl: consent /)]);
  });
});
