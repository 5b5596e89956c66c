import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays } from '../src/core/domain/index.ts';
import { readSignals } from '../src/core/risk/features.ts';
import { openRisk } from '../src/core/risk/index.ts';
import { elmHouse } from './elm-house.ts';
import { importTexts } from './import-demo.ts';
import { elm, parse, today } from './portfolio.ts';
import { type Bench, openBench } from './rooms.ts';

type Files = Readonly<Record<string, string>>;

/** Elm House with every source that a feature is drawn from; each file has a day from which a row may be known. */
const house: Files = dated({
  ...Object.fromEntries(Object.entries(elmHouse).map(([path, text]) => [path.replace('data/', ''), text])),
  'sources.csv': `${elmHouse['data/sources.csv']}elm-house,engagement,2026-01-01,\n`,
  'asking_rents.csv': 'property_id,unit_id,asked_on,rent\nelm-house,1A,2026-10-01,1500.00\n',
  'engagement.csv': [
    'tenant_id,date,portal_logins,survey,autopay',
    ...['ada,2026-09-30,9,8,on', 'ada,2026-10-31,2,3,on', 'ben,2026-10-31,5,,off'],
    '',
  ].join('\n'),
});

/** `known_on` is long ago, so that nothing but the days of the rows themselves keeps them back. */
function dated(files: Files): Files {
  const known = (text: string) =>
    text.replaceAll(/^(.+)$/gm, (line) => `${line},${/^\w+_id,/.test(line) ? 'known_on' : '2025-01-01'}`);
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      name.endsWith('.csv') ? known(text) : text.replaceAll('}\n', ',"known_on":"2025-01-01"}\n'),
    ]),
  );
}

function more(name: string, ...rows: string[]): Files {
  return { ...house, [name]: `${house[name]}${rows.join('\n')}\n` };
}

/** By tenant, the value of every feature that there is, and both indices, as known on `day`. */
async function scores(files: Files, day = today, observedOn = today, given?: Bench) {
  const bench = given ?? (await openBench());
  expect(await importTexts(bench, files, observedOn)).toEqual([]);
  return scored(bench, day);
}

async function scored(bench: Bench, day = today) {
  const { snapshot, room } = await elm(bench, day);
  const risk = openRisk();
  const ranked = (await risk.rank(risk.signals(snapshot), snapshot)).tenants;
  const keys = await room.filesOf(
    snapshot.tenancies.map(({ tenant }) => tenant),
    day,
  );
  const told = readSignals(snapshot).map(({ tenant, signals }) => {
    const values = Object.entries(signals).map(([feature, { value }]) => [feature, value] as const);
    const { leave, arrears } = ranked.find((each) => each.tenant === tenant) ?? {};
    return [keys.get(tenant)?.key, { ...Object.fromEntries(values), leave: leave?.index, arrears: arrears?.index }];
  });
  return Object.fromEntries(told) as Record<string, Record<string, number | undefined>>;
}

let plain: Awaited<ReturnType<typeof scores>>;
beforeAll(async () => {
  plain = await scores(house, today, today, await openBench(undefined, afterAll));
});

test('every source gives its features, and what a file does not say of somebody is absent', () => {
  const { ada, ben } = plain;
  expect(ada).toMatchObject({
    ...{ slowRepairs90d: 2, reopened90d: 1, tickets90d: 2, openAgeMax: 23, lateMonths6m: 3, payRatioMin6m: 1 },
    ...{ portalLogins30d: 2, surveyAnswer: 3, autopay: 1, renewals: 0, termMonths: 24 },
    ...{ movingIntent90d: 0, calls90d: 1 },
  });
  expect(ada?.rentVsOwnAsking).toBeCloseTo(100 / 15, 9);
  expect(ben).toMatchObject({ portalLogins30d: 5, autopay: 0, openAgeMax: 0 });
  expect(ben).not.toHaveProperty('surveyAnswer');
  expect(ben).not.toHaveProperty('rentVsOwnAsking');
});

test('what happens after the day changes no score, whatever the source and when it is said to be known', async () => {
  const next = addDays(today, 1);
  const turns = [{ by: 'resident', text: 'I am moving out, we found another place.' }];
  const call = { call_id: 'c-9', tenant_id: 'ada', started_at: `${next}T18:00:00Z`, consent: true, turns };
  const later = {
    'ledger.csv': [`z1,ada,${next},charge,900.00`, `z2,ada,${next},payment,1.00`],
    'tickets.csv': [`z3,ada,${next},,3,heating`],
    'offers.csv': [`z4,ben,${next},2000.00`],
    'asking_rents.csv': [`elm-house,1A,${next},900.00`],
    'engagement.csv': [`ada,${next},0,0,off`],
    'leases.csv': ['ada-2,ada,elm-house,1A,2026-11-01,2027-02-01,2028-01-31,1700.00,,'],
  };
  const files: Record<string, string> = { ...house };
  for (const [name, rows] of Object.entries(later))
    files[name] = `${house[name]}${rows.map((row) => `${row},2025-01-01\n`).join('')}`;
  files['calls.jsonl'] = `${house['calls.jsonl']}${JSON.stringify({ ...call, known_on: '2025-01-01' })}\n`;
  // An open ticket is closed after the day.
  files['tickets.csv'] = files['tickets.csv']?.replace('4420,ada,2026-10-30,,', `4420,ada,2026-10-30,${next},`) ?? '';
  expect(await scores(files)).toEqual(plain);
  expect(await scores(files, next)).not.toEqual(await scores(house, next));
});

describe('autopay', () => {
  test('is what it was on the day: that it is off today says nothing of then', async () => {
    const today_ = more('engagement.csv', `ada,${addDays(today, 3)},0,,off,2025-01-01`);
    expect((await scores(today_)).ada?.autopay).toBe(1);
    expect((await scores(today_, addDays(today, 3))).ada?.autopay).toBe(0);
  });

  test('that is said anew of an old day counts from the day on which that was seen', async () => {
    const bench = await openBench();
    const undated = Object.fromEntries(
      Object.entries(house).map(([name, text]) => [name, text.replaceAll(/,(known_on|2025-01-01)$/gm, '')]),
    );
    await importTexts(bench, undated, addDays(today, -20));
    const anew = { 'engagement.csv': 'tenant_id,date,portal_logins,survey,autopay\nada,2026-10-31,2,3,off\n' };
    await importTexts(bench, anew, today);
    expect((await scored(bench, addDays(today, -1))).ada?.autopay).toBe(1);
    expect((await scored(bench)).ada?.autopay).toBe(0);
  });

  test('of who has given notice is not looked at', async () => {
    const gone = { ...house, 'leases.csv': (house['leases.csv'] ?? '').replace('1600.00,,', '1600.00,2026-11-10,') };
    expect(await scores(gone)).not.toHaveProperty('ada');
  });
});

describe('nothing about the person moves a score', () => {
  test('be it name, postcode, language, household size, a voucher or why somebody left', async () => {
    const about: Readonly<Record<string, readonly string[]>> = {
      'tenants.csv': ['Zip', 'postal_code', 'DateOfBirth'],
      'tickets.csv': ['Preferred Language'],
      'leases.csv': ['household_size', 'left_because'],
      'ledger.csv': ['voucher_flag', 'incomeSource'],
    };
    const files: Record<string, string> = { ...house };
    for (const [name, columns] of Object.entries(about)) {
      const cells = (at: number) => columns.map((column) => (column === 'left_because' ? 'death' : `9410${at}`)).join();
      const [header = '', ...rows] = (house[name] ?? '').trim().split('\n');
      files[name] = `${[`${header},${columns.join()}`, ...rows.map((row, at) => `${row},${cells(at)}`)].join('\n')}\n`;
    }
    files['tenants.csv'] = files['tenants.csv']?.replaceAll(' Example', ' Otherwise-Called') ?? '';
    expect(await scores(files)).toEqual(plain);
  });

  test('nor does a request for accommodation, slow and opened again as it may be', async () => {
    const asked = '9,ada,2026-09-30,,2,reasonable accommodation,2025-01-01\n';
    expect(await scores({ ...house, 'tickets.csv': `${house['tickets.csv']}${asked}` })).toEqual(plain);
  });

  test('a column that stands for it is in no row, not even in one that is set aside', async () => {
    const [read, amiss, spilt] = ['ada,Ada,94110,4', ',Ben,94117,5', 'cy,Cy,94118,5,too many'];
    const rows = await parse('tenants.csv', ['tenant_id,name,zip,HouseholdSize', read, amiss, spilt, ''].join('\n'));
    expect(rows.map((row) => 'row' in row)).toEqual([true, false, false]);
    const told = JSON.stringify(rows.map((row) => [row, row.cells()]));
    expect(told).toContain('Cy');
    expect(told).not.toMatch(/9411|"[45]"|too many/);
    // Of a row whose cells have slipped nobody knows where the post code is.
    const [slipped] = await parse('tenants.csv', 'tenant_id,zip,name\ncy,Smith,94118,Cy\n');
    expect(slipped?.cells()).toEqual({ tenant_id: 'cy', name: '' });
    const header = 'ticket_id,tenant_id,opened_on,category,closed_on,reopened';
    const [ticket] = await parse('tickets.csv', `${header}\nt1,ada,2026-10-01,leak, my wife is pregnant,,0\n`);
    expect(JSON.stringify(ticket?.cells())).not.toMatch(/pregnant|leak/);
    const [unsaid] = await parse('tickets.csv', `${header}\nt1,ada,2026-10-01,,, my wife is pregnant,0\n`);
    expect(JSON.stringify(unsaid?.cells())).not.toContain('pregnant');
    const [noted] = await parse('tenants.csv', 'tenant_id,notes,name\ncy,asthma, and pregnant,Cy\n');
    expect(JSON.stringify(noted?.cells())).not.toMatch(/asthma|pregnant/);
  });
});

describe('a call that cannot be scored is no quiet call', () => {
  const asked = (id: string, turns: readonly { by: string; text: string }[]) =>
    JSON.stringify({ call_id: id, tenant_id: 'ada', started_at: '2026-11-10T15:00:00Z', consent: true, turns });

  test('in thirty languages of one file', async () => {
    const bench = await openBench();
    const lines = languages.map((text, at) => asked(`l-${at}`, [{ by: 'resident', text }]));
    expect(await importTexts(bench, more('calls.jsonl', ...lines), today)).toEqual([]);
    const calls = (await elm(bench)).of('ada')?.calls.filter(({ on }) => on === '2026-11-10') ?? [];
    expect(calls).toHaveLength(30);
    expect(languages.filter((_, at) => !calls[at]?.keptOut.not_english)).toEqual([]);
    expect(calls.filter(({ sentiment, intents }) => sentiment !== undefined || intents.length > 0)).toEqual([]);
    expect(await scored(bench)).toEqual(plain);
  });

  test('of speakers that were swapped', async () => {
    const turns = [
      { by: 'resident', text: 'Thank you for calling Elm House, how can I help you today?' },
      { by: 'agent', text: 'My heating is broken again, this is terrible, I am moving out.' },
      { by: 'resident', text: 'I am sorry, I will open a work order for your unit.' },
    ];
    expect(await scores(more('calls.jsonl', asked('s-1', turns)))).toEqual(plain);
  });
});

/** The heating has not worked for three days, please send somebody. */
const languages = [
  'La calefacción no funciona desde hace tres días, por favor manden a alguien.',
  'Le chauffage ne marche plus depuis trois jours, envoyez quelqu’un s’il vous plaît.',
  'Die Heizung geht seit drei Tagen nicht, bitte schicken Sie jemanden.',
  'Il riscaldamento non funziona da tre giorni, per favore mandate qualcuno.',
  'O aquecimento não funciona há três dias, por favor mandem alguém.',
  'De verwarming doet het al drie dagen niet, stuur alstublieft iemand.',
  'Värmen har inte fungerat på tre dagar, snälla skicka någon.',
  'Varmen har ikke virket i tre dage, send venligst nogen.',
  'Varmen har ikke fungert på tre dager, vær så snill å sende noen.',
  'Lämmitys ei ole toiminut kolmeen päivään, lähettäkää joku.',
  'Ogrzewanie nie działa od trzech dni, proszę kogoś przysłać.',
  'Topení nefunguje už tři dny, prosím pošlete někoho.',
  'Kúrenie nefunguje už tri dni, prosím pošlite niekoho.',
  'A fűtés három napja nem működik, kérem küldjenek valakit.',
  'Încălzirea nu merge de trei zile, vă rog trimiteți pe cineva.',
  'Isıtma üç gündür çalışmıyor, lütfen birini gönderin.',
  'Hệ thống sưởi không hoạt động ba ngày nay, xin cử người đến.',
  'Ang pampainit ay hindi gumagana nang tatlong araw, pakiusap magpadala kayo ng tao.',
  'Pemanas tidak berfungsi sejak tiga hari, tolong kirim seseorang.',
  'Chofaj la pa mache depi twa jou, tanpri voye yon moun.',
  'Kuleyliyihii ma shaqeynayo saddex maalmood, fadlan qof soo dira.',
  'Отопление не работает уже три дня, пришлите кого-нибудь, пожалуйста.',
  'Опалення не працює вже три дні, надішліть когось, будь ласка.',
  'Η θέρμανση δεν λειτουργεί εδώ και τρεις μέρες, στείλτε κάποιον.',
  'التدفئة لا تعمل منذ ثلاثة أيام، أرسلوا أحدا من فضلكم.',
  'החימום לא עובד כבר שלושה ימים, בבקשה שלחו מישהו.',
  'हीटर तीन दिन से काम नहीं कर रहा है, कृपया किसी को भेजिए।',
  '暖气三天没有用了，请派人来。',
  '暖房が三日間動きません。誰か来てください。',
  '난방이 사흘째 안 됩니다. 사람을 보내 주세요.',
];
