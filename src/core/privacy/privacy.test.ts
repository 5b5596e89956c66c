import { describe, expect, test } from 'vitest';
import { sensitiveClasses } from './index.ts';

describe('what may not be scored', () => {
  test.each([
    ['accommodation', 'I am legally blind, could the notices come by email?'],
    ['accommodation', 'We asked for a reasonable acommodation in May.'],
    ['accommodation', 'She can’t manage the stairs any more.'],
    ['medical', 'I broke my ankle on the ice.'],
    ['medical', 'The smell is making everybody ill.'],
    ['medical', 'He is very sick this week.'],
    ['pregnancy', 'We are expecting in June.'],
    ['pregnancy', 'The baby is due soon.'],
    ['children', 'My six-year-old is scared of the dark hallway.'],
    ['children', 'Our two boys share the room.'],
    ['immigration', 'My student visa runs out in spring.'],
    ['immigration', 'They asked to see our papers.'],
    ['domestic_violence', 'My ex-husband threatened me at the gate.'],
    ['domestic_violence', 'I am afraid of him, please change the lock.'],
  ] as const)('%s: %s', (expected, text) => {
    expect(sensitiveClasses(text)).toContain(expected);
  });

  test.each([
    'I am sick and tired of the noise.',
    'You must be kidding.',
    'Do you take Visa or Mastercard?',
    'We are expecting a parcel.',
    'When is the due date of the bill?',
    'My dog is my baby.',
    'The alarm on the back door is disabled.',
    'The hail hit my car.',
    'This form is a pain.',
    'Thank you for being patient.',
    'The blinds are broken.',
  ])('sounds alike: %s', (text) => {
    expect(sensitiveClasses(text)).toEqual([]);
  });

  // Each was kept out for words that the office, the trades and the weather have as well.
  test.each([
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
    'The painter should finish what he started in the hall.',
    'Do I get it in the mail or by email?',
    'Can we get it after Friday?',
    'I left my sunglasses at the desk, my husband will collect them.',
    'I looked through my phone for the gate code.',
    'The branch used to hit the window before you cut it.',
    'My ride is here, he is waiting for me at the gate.',
    'Mine goes to voicemail when the desk calls.',
    'He was only two minutes late, so no complaint.',
    'The boys in maintenance did a fine job.',
    'The new portal has teething problems.',
    'There is a family of raccoons under the deck.',
    'The portal tutorial does not load.',
    'The app is buggy since the update.',
    'Bump my appointment to Monday, please.',
    "I'm in my first month here and love it.",
    'Eight months on and still no new carpet.',
    'I had a key fob and lost it in the garage.',
    'The black dog in 3B barks all night.',
    'The hose attached to the machine drips.',
    'My laptop is plugged into the monitor in the lounge.',
    'The elevator had another breakdown.',
    'I dropped my keys and found them on the floor.',
    'The kitchen feels cramped.',
    'A power surge took out the microwave.',
    'I am psyched about the new gym.',
    'Spectrum says the line into the building is bad.',
    'Who do I call for support with the app?',
    'Is the spot wide enough for a pickup?',
    'The smell is not from here, it comes from the garage.',
    'I use the second bedroom as a home office.',
    'There are no documents in the portal.',
    'Raccoons raid the bins every night.',
    'I sprayed Raid and the ants came back.',
    'The light by door F-1 is out.',
    'There is no social hour in May, is there?',
    'The work stops until the city gives the permit.',
    'The permit scanner is not working again.',
    'There is a faint hum from the fridge.',
    'Two of the three of us in this hall have no heat.',
    'The dog sitter needs a fob.',
    "The portal won't let me see my balance.",
    'I fell asleep by the pool and the gate was locked at ten.',
    'He fell behind with the rent.',
    'I tripped the breaker in the kitchen.',
    'For our safety the stairs need a light.',
    "My brother's crew adopted the new rules for the dock.",
    'The two boys from the moving company scratched the wall.',
    'My roommate is due for a new key.',
    'My chest of drawers will not fit the elevator.',
    'My table legs got scratched when the floor was done.',
    'Prescribed hours for the pool are posted wrong.',
    'I need a ramp for the moving truck.',
    'The commode runs all night.',
    'No steps were taken since my email.',
    'I need proof of residency for the library.',
    'My papers are all over the floor after the leak.',
    'I have no documents from you about the fee.',
    'May I share code 4411 with my cleaner?',
    'Is there a visa logo on the card reader?',
    'My cough drop wrapper jammed the chute.',
    'The oldest complaint of mine is from May.',
    'The raccoon escaped from the trap.',
    'She hit the wrong button on the panel.',
    "The app doesn't let me leave a note for the courier.",
  ])('an ordinary turn: %s', (text) => {
    expect(sensitiveClasses(text)).toEqual([]);
  });

  test.each([
    ['domestic_violence', 'I have to be gone before he is released.'],
    ['domestic_violence', 'He swore he would find me.'],
    ['domestic_violence', "If he calls, don't confirm I live here."],
    ['domestic_violence', 'He has to stay five hundred feet away.'],
    ['domestic_violence', 'My husband locks me in.'],
    ['domestic_violence', 'I walk on eggshells in my own home.'],
    ['domestic_violence', 'You know what he did to me.'],
    ['domestic_violence', 'I get it when he has lost at cards.'],
    ['children', 'Mine are two and four.'],
    ['children', 'She turns three on Sunday.'],
    ['children', 'Is there a camp for two, mine love it?'],
    ['children', 'We are a family of five.'],
    ['pregnancy', "I'm six months along."],
    ['medical', 'She had a breakdown in May.'],
    ['accommodation', 'Is the door wide enough for my chair?'],
    ['immigration', 'I am here on an F-1.'],
    ['immigration', 'They say we are not from here.'],
  ] as const)('is told by a second sign beside the same words, %s: %s', (expected, text) => {
    expect(sensitiveClasses(text)).toContain(expected);
  });

  // Each would take minutes where a match looks through the rest of the text.
  test.each(['ICE ', 'ground floor ', 'ice ', 'he locks us in by mistake ', 'he on eggshells ', 'swore he would '])(
    'is told of a text without end: %s',
    (part) => {
      expect(sensitiveClasses(part.repeat(400_000 / part.length))).toEqual([]);
    },
  );

  test.each([
    ['they called ICE', ['immigration']],
    ['ICE was here', ['immigration']],
    ['THE ICE IN THE FREEZER MELTED', []],
    ['the ICE maker leaks', []],
  ])('is an agency in capitals, unless all is: %s', (text, expected) => {
    expect(sensitiveClasses(text)).toEqual(expected);
  });

  test('is every class that a text tells, in one order', () => {
    expect(sensitiveClasses('My son has asthma and uses a wheelchair.')).toEqual([
      'accommodation',
      'medical',
      'children',
    ]);
  });
});
