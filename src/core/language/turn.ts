/** One sentence in plain words: lower case, contractions spelt out, one space between words, `,` where a clause ends. */
export interface Sentence {
  readonly words: string;
  readonly asked: boolean;
}

/** What a turn says, ready for cues. */
export interface Said {
  readonly sentences: readonly Sentence[];
  /** All sentences, ` . ` between them. */
  readonly whole: string;
}

/** Reads what one person said or wrote. Words between quotation marks are somebody else's and are left out. */
export function read(text: string): Said {
  const own = text
    .toLowerCase()
    .replace(/[’‘]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/"[^"]*"|(?<![\p{L}\d])'[^']{2,}'(?!\p{L})/gu, ' quotation ')
    .replace(/(\d),(?=\d{3})/g, '$1')
    .replace(/\bw\/(?=[\s\p{L}])/gu, 'with ')
    // Fillers that a pause sets off; without the pause they may mean something.
    .replace(/\b(?:well|like|you know|i mean|uh|um),\s/g, '')
    .replace(/%/g, ' percent ')
    .replace(/\${2,}/g, ' money ')
    .replace(/\.{2,}|…/g, ' , ');
  const sentences = [...own.matchAll(/((?:[^.!?;\n]|\.(?=\d))+)([.!?;\n]*)/g)].flatMap(([, part = '', end = '']) => {
    const words = plainWords(part).join(' ');
    return /[\p{L}\d]/u.test(words) ? [{ words, asked: end.includes('?') }] : [];
  });
  return { sentences, whole: sentences.map(({ words }) => words).join(' . ') };
}

/** Words that carry no meaning of their own here: fillers, and adverbs that only stress. */
const dropped = new Set(
  `uh um er erm hm hmm yeah yep well honestly just really simply actually basically literally kinda sorta probably
  definitely seriously already even frankly totally absolutely completely pretty please tbh lol ok okay oh hi hello
  hey`.split(/\s+/),
);

const spelling: Readonly<Record<string, string>> = {
  im: 'i am',
  ive: 'i have',
  id: 'i would',
  thats: 'that is',
  theres: 'there is',
  whats: 'what is',
  cannot: 'can not',
  cant: 'can not',
  "can't": 'can not',
  wont: 'will not',
  "won't": 'will not',
  "ain't": 'is not',
  aint: 'is not',
  u: 'you',
  ur: 'your',
  "y'all": 'you',
  yall: 'you',
  wanna: 'want to',
  gonna: 'going to',
  gotta: 'have to',
  hafta: 'have to',
  tmrw: 'tomorrow',
  pmt: 'payment',
  apt: 'apartment',
  hunnerd: 'hundred',
  "they's": 'there is',
};

/** After these, `'s` stands for "is"; after other words for "of". Either way the word itself is left whole. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/^(do|does|did|is|are|was|were|have|has|had|would|could|should|need|must)n'?t$/, '$1 not'],
  [/^(i)'m$/, '$1 am'],
  [/^(.+)'re$/, '$1 are'],
  [/^(.+)'ll$/, '$1 will'],
  [/^(.+)'ve$/, '$1 have'],
  [/^(.+)'d$/, '$1 would'],
  [/^(let)'s$/, '$1 us'],
  [/^(.+)'s$/, '$1 is'],
  [/^(.+)'$/, '$1'],
];

function plainWords(part: string): string[] {
  const raw = part.match(/\$?\d+(?:[.:/]\d+)*(?:st|nd|rd|th)?|\p{L}+(?:'\p{L}+)*'?|[,:()–—]/gu) ?? [];
  const plain = raw.flatMap((word) => {
    if (/^[,:()–—]$/.test(word)) return [','];
    const spelt = spelling[word] ?? endings.reduce((left, [ending, full]) => left.replace(ending, full), word);
    return spelt.split(' ').filter((each) => !dropped.has(each));
  });
  return withoutStutter(plain);
}

/** "it is it is the the toilet" becomes "it is the toilet". */
function withoutStutter(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (const word of words) {
    if (word === kept.at(-1)) continue;
    if (kept.length > 2 && word === kept.at(-2) && kept.at(-1) === kept.at(-3)) kept.pop();
    else kept.push(word);
  }
  // A clause neither begins nor ends with a comma.
  while (kept[0] === ',') kept.shift();
  while (kept.at(-1) === ',') kept.pop();
  return kept;
}
