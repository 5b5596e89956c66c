import type { Scenario } from './scenario.ts';

/** Praise, small talk, and what surrounds a home. */
export const living: readonly Scenario[] = [
  {
    ...{ id: 'praise_01', family: 'pleasant', intents: [], polarity: 0.9 },
    turns: [
      '{greeting}',
      'I just want to say that {the new lobby is beautiful|we love living here|your team is amazing}.',
      'That makes my day!',
      'You deserve it. Best {home|place} I have ever had, {thank you|thanks a lot}.',
    ],
  },
  {
    ...{ id: 'praise_02', family: 'pleasant', intents: [], polarity: 0.5 },
    turns: [
      '{greeting}',
      'Is {the caretaker|the lady from the desk} in? {She was|Everybody was} so helpful with the {fixture}.',
      'Out for lunch. May I pass it on?',
      'Please do. {It was a nice surprise|Good work}.',
    ],
  },
  {
    ...{ id: 'small_talk_01', family: 'pleasant', intents: [], polarity: 0.1 },
    turns: [
      '{greeting}',
      '{When does the office open on {weekday}|Did a parcel come for {unit}|Which day is the recycling}?',
      '{At nine|I will look|I believe on {weekday}}.',
      'Okay. {Quite a storm last night|Busy week over there, I guess}.',
      'You can say that! {closing}',
    ],
  },
  {
    ...{ id: 'noise_01', family: 'surroundings', intents: [], polarity: -0.5 },
    turns: [
      '{greeting}',
      'The people above {unit} play {drums|loud music} until {two|three} in the morning. I am exhausted.',
      '{sorry} I will write to them.',
      'Please. It is {awful|driving me mad}, and I have to work.',
    ],
  },
  {
    ...{ id: 'parking_01', family: 'surroundings', intents: [], polarity: -0.3 },
    turns: [
      '{greeting}',
      'A {van|blue pickup} stands in my spot, {the second one from the gate|number {days}}.',
      'Do you have the plate?',
      'Yes, I took a picture. It is a bit frustrating to {circle around|park on the street} after work.',
      "Send it over, we'll call the owner.",
    ],
  },
  {
    ...{ id: 'amenity_01', family: 'surroundings', intents: [], polarity: 0 },
    turns: [
      '{greeting}',
      'Is the {gym|pool|laundry room} open on {weekday}? The sign says {closed|something else}.',
      'Open until ten.',
      'Okay. And can I bring a guest?',
      'One guest is fine.',
    ],
  },
  {
    ...{ id: 'amenity_02', family: 'surroundings', intents: [], polarity: -0.6 },
    turns: [
      '{greeting}',
      'The {gym|laundry room|yard} is {dirty|filthy} and two machines are dead. Does anyone ever clean there?',
      'Every {weekday}, I believe.',
      'It does not look like it. It is disgusting, honestly.',
      '{sorry} {closing}',
    ],
  },
];
