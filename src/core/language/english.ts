/** Words that hold English sentences together, and the plainest of property talk. */
const english = new Set(
  `the and is are was were i you it he she they we my your our this that these those of to for with from at by as be been
  am have has had do does did will would can could should not yes if when what who how why where which there here but
  or so in on out up down off about after before me us them him her his its their just still again please thanks thank
  hello hi sorry an any some all more than then now get got need want know think going i'm it's don't can't won't didn't
  isn't we're i've that's there's i'd i'll doesn't im dont cant wont unit rent lease apartment building door lock
  key water heat leak broken fixed repair notice moving office maintenance payment pay late fee month week day today
  tomorrow yesterday one two three nobody never see bathroom kitchen bedroom toilet sink faucet shower upstairs downstairs parking elevator hot
  cold you're`.split(/\s+/),
);

/** The same for the languages that residents are likeliest to speak; `no` and `me` are of several and tell nothing. */
const foreign = new Set(
  `el los las un una unos unas que qué y es está están estoy son soy fue de del al por para con sin se su sus mi mis tu
  nos lo le les ya muy pero como cómo cuando cuándo donde dónde quiero puedo puede hay tengo tiene tenemos vamos esta
  este esto eso todo todos nada también gracias señor hola la en más si sí ni ha han hace hasta porque desde gusta
  le je il elle nous vous ils et est sont une des du au aux dans pour avec pas ne que qui sur ce cette mon ma mes votre
  notre bonjour merci très bien suis ai avez c'est j'ai n'est l'eau plus tout ça fait
  tôi anh chị em không có là và của cho này đã được từ nhà chưa rồi xin chào cảm ơn muốn hỏi với một các nước
  toi khong
  o os um uma não nao é e eu você voce meu minha está com por em na nas dos das mas isso obrigado
  der das den dem ist sind ich nicht und ein eine einen mit auf für wir haben habe mein meine bitte danke zu von es
  il lo gli di che non è sono ho ha per con una mio mia questo grazie
  ang ng mga po ko sa ay na hindi ako ito ba kasi salamat
  mwen pa gen ap nan li ou pou yo ki sa kay mèsi
  jeg ikke ikkje og er det har vi nogen noen inte jag och
  nie jest się na że mam proszę w z do dziękuję`.split(/\s+/),
);

const MOST = 0.5;
/** So many words without a single English one are another language. */
const ENOUGH_WORDS = 4;

/**
 * Whether a turn is mostly English, so that an English lexicon may judge it. Broken English and a borrowed word are
 * English; a turn too short to tell, such as a name, is too, as long as its script is Latin.
 */
export function isEnglish(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  if (letters.length === 0) return true;
  if (letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length / letters.length < MOST) return false;
  const words =
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/\p{L}+(?:'\p{L}+)*/gu) ?? [];
  const own = words.filter((word) => english.has(word)).length;
  // A letter that English does not write tells as much as a known word.
  const other = words.filter((word) => !english.has(word) && (foreign.has(word) || /[^a-z']/.test(word))).length;
  if (own === 0 && other === 0) return words.length < ENOUGH_WORDS || isKnownShape(words);
  return own >= other;
}

/** English endings, for telegrams without one joining word: "Dripping tap kitchen", "roaches everywhere". */
function isKnownShape(words: readonly string[]): boolean {
  return words.some((word) => /(?:ing|tion|ed|ly|ness|ment|ght|sh|ck)s?$/.test(word));
}
