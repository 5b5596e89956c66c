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

  // Each would take minutes where a match looks through the rest of the text.
  test.each(['ICE ', 'ground floor ', 'ice '])('is told of a text without end: %s', (part) => {
    expect(sensitiveClasses(part.repeat(400_000 / part.length))).toEqual([]);
  });

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
