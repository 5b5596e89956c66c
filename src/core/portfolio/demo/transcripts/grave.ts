import type { Scenario } from './scenario.ts';

/** Calls that a person must take: danger, law, rights, and another language. */
export const grave: readonly Scenario[] = [
  {
    ...{ id: 'habitability_01', family: 'habitability', intents: ['habitability'], polarity: -0.5 },
    turns: [
      '{greeting}',
      '{There is no heat in {unit} and it is freezing outside|We have had no hot water since {weekday}}.',
      '{sorry} I am calling the emergency line now.',
      '{We sleep in our coats|We wash with a kettle}. Please send somebody tonight.',
      'Someone is on the way.',
    ],
  },
  {
    ...{ id: 'habitability_02', family: 'habitability', intents: ['habitability', 'repeat_issue'], polarity: -0.7 },
    turns: [
      '{greeting}',
      'There is {black mold|sewage water} in the bathroom of {unit} again. I reported it on {ticket_date}.',
      'I see it. A crew painted over it then.',
      'Painted, yes! It is {disgusting|horrible} and it is not safe to live like this.',
      'I will get the manager.',
    ],
  },
  {
    ...{ id: 'legal_threat_01', family: 'legal', intents: ['legal_threat', 'repeat_issue'], polarity: -0.8 },
    turns: [
      '{greeting}',
      'It is the {nth} time about the {fixture}. If it is not done by {weekday}, my lawyer writes the next letter.',
      'I understand. Let me get the manager.',
      'Your office ignores people until {it hurts|they sue}. I am very angry and I will not wait.',
    ],
  },
  {
    ...{ id: 'legal_threat_02', family: 'legal', intents: ['legal_threat'], polarity: -0.4 },
    turns: [
      '{greeting}',
      'I am filling in {the form of the housing inspector|a complaint to the city} about {unit}. What is your postal address?',
      'May I ask what it concerns?',
      'The {deposit of my storage|fees on my account}. I would rather settle it, but I will file it {on {weekday}|this week}.',
      '{closing}',
    ],
  },
  {
    ...{ id: 'accommodation_01', family: 'accommodation', intents: [], polarity: 0, redact: ['accommodation'] },
    turns: [
      '{greeting}',
      'I use a wheelchair {now|since {month}} and need a {ramp at the side door|grab bar in the bathroom}. How do I ask for that?',
      'You have just asked. I will open a request and a person will call you.',
      'Thank you. {Do you need anything in writing|I can be reached at any time}.',
    ],
  },
  {
    ...{ id: 'accommodation_02', family: 'accommodation', intents: [], polarity: -0.3 },
    redact: ['accommodation', 'medical'],
    turns: [
      '{greeting}',
      'My doctor wrote you about my assistance dog, and {the office|somebody} put a pet fee of {fee} on my account.',
      '{sorry} That should not be there.',
      'It worries me. I need the dog because of my illness, it is no pet.',
      'I will pass it to the manager.',
    ],
  },
  {
    ...{ id: 'spanish_01', family: 'spanish', intents: ['repeat_issue'], polarity: -0.5, language: 'es' },
    turns: [
      '{greeting}',
      'Buenos días, llamo otra vez por {el calentador|la llave del agua} del {unit}. Hace {days} días que no funciona.',
      'Un momento, por favor. Voy a buscar a alguien.',
      'Ya es la {segunda|tercera} vez. Nadie viene y estoy muy {molesto|cansada} de esperar.',
      'Lo siento mucho.',
    ],
  },
  {
    ...{ id: 'spanish_02', family: 'spanish', intents: [], polarity: 0.3, language: 'es' },
    turns: [
      '{greeting}',
      'Hola, ¿{puedo pagar la renta con tarjeta|a qué hora abre la oficina}?',
      'Sí, claro. {Abrimos a las nueve|También en línea}.',
      'Muchas gracias, {muy amable|que tenga buen día}.',
    ],
  },
];
