import { beforeAll, describe, expect, test } from 'vitest';
import type { Turn } from '../domain/index.ts';
import { sayings } from '../portfolio/demo/words.ts';
import { sensitiveClasses } from '../privacy/index.ts';
import { type Heard, type Language, openLanguage, tellsNeed } from './index.ts';
import golden from './vader.golden.json' with { type: 'json' };
import { compound } from './vader.ts';
import lexicon from './vader-lexicon.json' with { type: 'json' };

let language: Language;
beforeAll(async () => {
  language = await openLanguage();
});

const by = (speaker: Turn['by'], texts: readonly string[]) => texts.map((text): Turn => ({ by: speaker, text }));
const hear = (text: string): Heard => language.hear(text);
const score = (...texts: readonly string[]) => language.scoreCall(by('resident', texts));

describe('the sentiment of a sentence', () => {
  // Scores of the authors' implementation on sentences of our own.
  test.each(golden)('$text', ({ text, compound: expected }) => {
    expect(compound(text, lexicon)).toBeCloseTo(expected, 4);
  });
});

describe('what is drawn from a call', () => {
  test('counts resident turns only: an angry agent changes nothing', () => {
    const resident = by('resident', ['The pool is great.']);
    const agent = by('agent', [
      'This is horrible, I hate it.',
      'I am moving out and my lawyer will call.',
      'I am pregnant.',
    ]);
    expect(language.scoreCall([...agent, ...resident, ...agent])).toEqual(language.scoreCall(resident));
    expect(language.scoreCall(resident)).toMatchObject({ residentTurns: 1, sentiment: expect.any(Number) });
  });

  // Each would take minutes where a match looks through the rest of the text.
  test.each(['“'.repeat(400_000), `a${'!'.repeat(400_000)}a`])('of a turn without end', (text) => {
    expect(score(text)).toMatchObject({ intents: [] });
  });

  test.each([[], ['… 12']])('is nothing where nobody spoke: %j', (...texts) => {
    expect(score(...texts)).toEqual({ residentTurns: 0, intents: [], keptOut: {} });
  });

  test('knows what it does not know: notice in plain words has no sentiment, but says enough', () => {
    expect(score('I gave my notice to vacate.')).toMatchObject({ sentiment: 0, intents: ['moving_intent'] });
  });

  test('names each intent once, in one order', () => {
    const texts = ['My lawyer will write to you.', 'I am moving out in May.', 'We are moving out for good.'];
    expect(score(...texts).intents).toEqual(['moving_intent', 'legal_threat']);
  });

  test('is what it was on everything that the demo says', () => {
    for (const saying of sayings)
      expect([saying, score(saying)]).toMatchObject([
        saying,
        { residentTurns: 1, sentiment: compound(saying, lexicon), keptOut: {} },
      ]);
  });
});

describe('what is kept out of a call', () => {
  const kind = 'Thank you, the lobby looks great.';

  test.each([
    ['sensitive', 'I hate this place, we are moving out, I am in chemo.', []],
    ['not_english', 'Esto es terrible, vamos a mudarnos y voy a hablar con un abogado.', []],
    ['hardship', 'I lost my job and feel terrible about the rent.', ['hardship']],
    ['habitability', 'There are rats in the kitchen, it is horrible.', ['habitability']],
    ['competitor', 'Parkview down the street has the same for $1,500.', ['price_objection']],
    ['competitor', 'We are moving out, Alder Row wants 1,450 and is wonderful.', ['moving_intent']],
  ] as const)('%s: %s', (reason, text, intents) => {
    const found = {
      ...{ intents, keptOut: { [reason]: 1 } },
      ...((reason === 'hardship' || reason === 'habitability') && { inNeed: true }),
    };
    expect(score(text)).toEqual({ residentTurns: 0, ...found });
    const { sentiment } = score(kind);
    expect(score(text, kind)).toEqual({ residentTurns: 1, sentiment, ...found });
  });

  test('a turn counts once, under the gravest reason', () => {
    const { keptOut } = score('I lost my job and my son is ill.', 'No heat since Monday and I can not pay rent.', kind);
    expect(keptOut).toEqual({ sensitive: 1, hardship: 1 });
  });

  test('of a rival neither name nor price leaves the call', () => {
    const features = score('Parkview down the street has the same for $1,500.', 'Larkspur Flats is 200 cheaper.', kind);
    expect(features.keptOut).toEqual({ competitor: 2 });
    expect(JSON.stringify(features)).not.toMatch(/parkview|larkspur|1,?500|200/i);
  });

  test('one’s own address and the owner’s own prices are no rival', () => {
    const own = [
      'I live at Maple Court, unit 110, and it is $1,500.',
      'Units like mine are $150 less on your own website.',
    ];
    expect(own.map((text) => hear(text).competitor)).toEqual([false, false]);
  });

  test('a call whose speakers look swapped, all of it', () => {
    const turns = [
      ...by('resident', ['Thanks for calling, how can I help?']),
      ...by('agent', ['My sink leaks again and I hate it.']),
      ...by('resident', ['I am sorry to hear that, we are moving the crew.', '…']),
    ];
    expect(language.scoreCall(turns)).toEqual({ residentTurns: 0, intents: [], keptOut: { speakers_unclear: 2 } });
  });

  // None of them has a word that privacy/terms.ts knows.
  test.each([
    ['domestic_violence', 'He counts what I spend and where I go.'],
    ['accommodation', 'The parcel shelf is above my head when I am seated, could the desk keep mine?'],
    ['pregnancy', 'Another one on the way, so the one-bedroom is too small.'],
    ['medical', 'They kept me overnight for observation.'],
  ] as const)('what no term tells and is likely private, %s: %s', (expected, text) => {
    expect(sensitiveClasses(text)).toEqual([]);
    expect(hear(text)).toMatchObject({ sensitive: [expected], labels: [] });
    expect(language.tell(text).redact).toEqual([expected]);
    expect(language.tell(text).because.join('\n')).toMatch(new RegExp(`^${expected} [01]\\.\\d\\d: learned "`, 'm'));
    expect(score(text)).toMatchObject({ residentTurns: 0, keptOut: { sensitive: 1 } });
  });

  test.each([
    "The boiler's coughing like an old smoker.",
    'My wife and I love the pool.',
    'He said he would be here at two.',
    'before he is out of the office please call',
    "until he's out of the elevator nobody can move",
    "The contractor says he'd get us the parts Monday",
    "don't confirm the appointment yet",
    'the dog has to stay ten feet away',
    'the painters locked us in the garage by mistake',
    'we are walking on eggshells about the rent',
    'Can you tell me what he did to us for the fee',
    'mine is two floors up',
    'mine are two of the spots near the gate',
    'the tv and AC camp for two weeks',
  ])('not what only sounds like it: %s', (text) => {
    expect(hear(text).sensitive).toEqual([]);
  });

  test.each(['How can I help my neighbour get a key?', 'You say "thanks for calling" and then I wait.'])(
    'not a resident who only sounds like the office: %s',
    (text) => {
      expect(score(text).residentTurns).toBe(1);
    },
  );
});

describe('need', () => {
  const sick = 'There has been no heat for nine days, my baby is sick and I have asthma.';

  test('is heard whatever else the turn says: the fact alone', () => {
    expect(score(sick)).toEqual({ residentTurns: 0, intents: [], keptOut: { sensitive: 1 }, inNeed: true });
    expect(score('Since my chemo I can not pay the rent.')).toMatchObject({ intents: [], inNeed: true });
    expect(score('I am in chemo and the lobby looks great.')).not.toHaveProperty('inNeed');
  });

  test('is heard of either speaker where the speakers look swapped', () => {
    const swapped = by('resident', ['Thanks for calling, how can I help?']);
    expect(language.scoreCall([...swapped, ...by('agent', [sick])])).toMatchObject({ intents: [], inNeed: true });
  });

  test.each([
    ['no heat - apartment uninhabitable', true],
    ['NO HOT WATER', true],
    ['Mold', true],
    ['bed bugs', true],
    ['gas leak', true],
    ['sewage backup', true],
    ['no heat, asthma', true],
    ['heating', false],
    ['plumbing', false],
    ['doors', false],
  ])('is told by what a ticket is about: %s', (words, expected) => {
    expect(tellsNeed(words)).toBe(expected);
  });
});

describe('what may be kept of a call', () => {
  test.each([
    ['sensitive', 'My daughter has asthma.'],
    ['another language', 'La renta subió demasiado.'],
    ['a competitor with a price', 'Lakeside Apartments offered us $1450.'],
    ['a competitor in hardship', 'I lost my job and cannot pay, and Lakeside Apartments offered us $1450.'],
  ])('not what is %s: its place alone', (_what, text) => {
    const turns = [...by('resident', ['The tap drips.', text]), ...by('agent', [text])];
    expect(language.withoutKeptOut(turns)).toEqual([...by('resident', ['The tap drips.', '']), ...by('agent', [''])]);
  });
});

describe('what words are about', () => {
  test.each([
    ['We could end up leaving.', ['moving_intent']],
    ['If it is not fixed by Friday we leave.', ['moving_intent']],
    ['I do not think we are moving out.', []],
    ['If I won the lottery I would buy the house next door.', []],
    ['My neighbour says she is moving out.', []],
    ['My partner wants to be gone by May.', ['moving_intent']],
    ['My boss says sue.', []],
    ['My boss says sue, and he is right.', ['legal_threat']],
    ['I would hate to bring in a solicitor, so please act.', ['legal_threat']],
    ['I went to court once and will again.', ['legal_threat']],
    ['"Legal action may follow", says a letter for my neighbour.', []],
    ['We had mice under the old owner.', []],
    ['The heat you repaired is off again.', ['repeat_issue', 'habitability']],
    ['For that rent we would rather buy.', ['moving_intent', 'price_objection']],
    ['I have no job and you want more.', ['hardship', 'price_objection']],
    ['The furnace is broken and it is freezing.', ['habitability']],
  ] as const)('%s', (text, labels) => {
    expect(hear(text).labels).toEqual(labels);
  });
});

describe('the language of a turn', () => {
  test.each([
    ['La renta subió demasiado.', false],
    ['Die Heizung in der Wohnung ist kaputt.', false],
    ['暖气坏了', false],
    ['Sira po ang gripo sa kusina', false],
    ['Gracias for the quick fix, amigo.', true],
    ['Door of fridge no close, sorry.', true],
    ['Maple Court', true],
    ['roaches everywhere kitchen and bath', true],
  ])('%s', (text, expected) => {
    expect(hear(text).english).toBe(expected);
  });
});

test.each(['No tengo calefaccion', 'No me gusta el ruido', 'Me voy en marzo'])('%s is not English', async (text) => {
  expect((await openLanguage()).hear(text).english).toBe(false);
});
