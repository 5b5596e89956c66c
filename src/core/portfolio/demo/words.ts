/** Everything in the demo is invented: houses, people, and what they say. */
export const houses = [
  ...['Maple Court', 'Birch Terrace', 'Cedar Landing', 'Dogwood Place', 'Elm Row', 'Fir Hollow', 'Garnet Square'],
  ...['Harbor Mews', 'Iris Gardens', 'Juniper Lofts', 'Kestrel Heights', 'Linden Yard'],
] as const;

export const firstNames = [
  ...['Avery', 'Blake', 'Casey', 'Devon', 'Ellis', 'Finley', 'Gray', 'Harper', 'Indigo', 'Jules', 'Kendall', 'Lane'],
  ...['Morgan', 'Noel', 'Oakley', 'Parker', 'Quinn', 'Reese', 'Sage', 'Tatum', 'Umber', 'Vale', 'Wren', 'Yael'],
] as const;

export const lastNames = [
  ...['Alder', 'Brook', 'Crane', 'Dale', 'Ember', 'Frost', 'Glen', 'Heath', 'Isle', 'Jasper', 'Knoll', 'Lark'],
  ...['Marsh', 'North', 'Orchard', 'Pike', 'Quarry', 'Ridge', 'Stone', 'Thorne', 'Upton', 'Vance', 'West', 'York'],
] as const;

export const categories = ['plumbing', 'heating', 'electrical', 'appliance', 'door', 'window', 'other'] as const;

/** What residents say, from unhappy to content. None of it speaks of the person. */
export const sayings = [
  'This is horrible. The heating is broken again and I hate being ignored.',
  'I am very upset, the leak ruined the floor and nobody cares.',
  'The service is terrible, I am really angry about the elevator.',
  'I am disappointed, the repair failed and the noise is awful.',
  'The hallway is dirty and I am not happy about it.',
  'I am worried about the damage in the kitchen.',
  'The faucet still drips, it is a bit annoying.',
  'I have a question about the laundry room.',
  'When does the office open on Friday?',
  'My parcel was left at the office.',
  'Could somebody look at the door on Monday?',
  'The repair is okay now.',
  'Thanks, the door closes again.',
  'The technician was helpful, thank you.',
  'I like the new lobby, it looks good.',
  'Great work, the kitchen is fine again, thanks a lot.',
  'I am very happy with the quick repair, thank you.',
  'You are wonderful, I love living here!',
] as const;

export const greetings = ['Thanks for calling, how can I help?', 'Hello, this is the office.'] as const;
