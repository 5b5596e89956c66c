import type { Scenario } from './scenario.ts';

/** Something is broken: for the first time, once more, or no longer. */
export const repairs: readonly Scenario[] = [
  {
    ...{ id: 'repair_new_01', family: 'repair_new', intents: [], polarity: -0.1 },
    turns: [
      '{greeting}',
      "Hi, {this is|it's} {unit}. The {fixture} {stopped working|makes a strange sound|is loose} since {weekday}.",
      '{sorry} I can open a ticket. Is somebody home {weekday}?',
      "{Any time after ten works|The key is with you, just go in|I'm home until noon}.",
      'Noted. {closing}',
    ],
  },
  {
    ...{ id: 'repair_new_02', family: 'repair_new', intents: [], polarity: 0.2 },
    turns: [
      '{greeting}',
      'Good {morning|afternoon}, could {somebody|a technician} look at the {fixture}? No rush, it still works a little.',
      "Of course. I'll put you down for {weekday}.",
      '{Thanks, that is fine|Great, thank you|Perfect, that works for us}.',
    ],
  },
  {
    ...{ id: 'repair_new_03', family: 'repair_new', intents: [], polarity: -0.4 },
    turns: [
      '{greeting}',
      "The {fixture} in {unit} broke {last night|this morning} and {there's water on the shelf|I can't use it}. It's annoying.",
      '{sorry} When did it start?',
      'Around {eight|six|ten}. I am worried that it damages {my things|the floor|the cabinet}.',
      "I'll mark it urgent.",
    ],
  },
  {
    ...{ id: 'repair_repeat_01', family: 'repair_repeat', intents: ['repeat_issue'], polarity: -0.6 },
    turns: [
      '{greeting}',
      'The {fixture} in {unit} is {out|broken|leaking} again. This is the {nth} time I call.',
      'I see the ticket from {ticket_date}. {sorry}',
      "Nobody {came|showed up} and it's been {days} days. {That is not acceptable|I am really upset|This is terrible service}.",
      "I'll escalate it today.",
    ],
  },
  {
    ...{ id: 'repair_repeat_02', family: 'repair_repeat', intents: ['repeat_issue'], polarity: -0.8 },
    turns: [
      '{greeting}',
      "I'm furious. You closed my ticket about the {fixture} and {nothing|absolutely nothing} was done.",
      'Let me look. It says completed on {ticket_date}.',
      'Completed by whom? It is a lie. It is as broken as it was, and I hate having to beg for {days} days.',
      '{sorry} {closing}',
      'You always say that. {Horrible|Pathetic|Awful}.',
    ],
  },
  {
    ...{ id: 'repair_repeat_03', family: 'repair_repeat', intents: ['repeat_issue'], polarity: -0.3 },
    turns: [
      '{greeting}',
      'Hi, just following up on the {fixture}. I {wrote|called} on {ticket_date} and {never heard back|heard nothing since}.',
      'Let me check with the {technician|vendor}.',
      "Please do. I don't want to make a fuss, but it has been {days} days.",
    ],
  },
  {
    ...{ id: 'repair_resolved_01', family: 'repair_resolved', intents: [], polarity: 0.7 },
    turns: [
      '{greeting}',
      'I only call to say that the {fixture} {works|is fine} again. {Your technician was wonderful|He was quick and friendly}.',
      'Glad to hear that!',
      '{Thank you so much|Thanks a lot}, I really appreciate it.',
    ],
  },
  {
    ...{ id: 'repair_resolved_02', family: 'repair_resolved', intents: [], polarity: 0.3 },
    turns: [
      '{greeting} Is this about your ticket from {ticket_date}?',
      'Yes. It took {days} days, but the {fixture} is okay now. You can close it.',
      "I'll close it. {closing}",
      'Fine, thanks.',
    ],
  },
];
