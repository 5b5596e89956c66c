/** What tells of somebody even in the midst of what something is filed under, and has no other meaning there. */
const assistance = `hud | voucher | vouchers | vouchered | section 8 | sect 8 | sec 8 | s 8 | hcv | hcvp | hap | housing choice
  | housing assistance | rental assistance | public assistance | housing asst | rental asst | rent asst | public asst | subsidy | subsidized | subsidised | subsidies | welfare
  | benefits | ssi | ssdi | tanf | food stamps | alimony | child support | unemployed`;
const married = `marital | marit | mar status | mar stat | married | marriage | spouse | spousal | husband | wife | divorced | widow | widows
  | widower | widowed | unmarried | civil status`;
const served = `military | veteran | veterans | servicemember | service member | active duty | scra | vet status | vet stat | mil status
  | mil stat`;

/**
 * What the law protects and what stands for it, by the words that name it. In doubt a name is caught: a column that is
 * not read costs nothing, and a model that rests on one cannot be sold. Digits stand alone: `section 8`, `zip 5`.
 */
const classes = {
  'race or colour': `race | racial | races | ethn | ethnicity | ethnic | ethnicities | skin color | skin colour | skin | hispanic
    | latino | latina | latinx | asian | african american | caucasian | black | white | minority | tribe | tribal
    | ancestry | color | colour`,
  religion: `religion | relig | religious | religions | church | faith | creed | denomination | muslim | christian | jewish
    | catholic | hindu | sikh | mosque | synagogue`,
  'national origin or citizenship': `national origin | nat l origin | natl origin | nat origin | immig | immigr
    | origin country | country of origin | nationality | citizen
    | citizens | citizenship | immigration | immigrant | visa | passport | alien | green card | country of birth
    | birth country | native country | home country | birthplace | place of birth | ssn | itin | social security | refugee | undocumented | foreign born`,
  'sex or gender': `sex | gender | gndr | gend | m f | mr | mrs | gender identity | pronoun | pronouns | female | male | woman | women | transgender
    | lgbt | lgbtq | sexual orientation | salutation | honorific | courtesy title | name prefix | maiden`,
  'disability or health': `disability | disab | hdcp | hc unit | hc units | accom | accoms | 504 unit | 504 units | 504 request | 504 accommodation | section 504
    | ra request | ra requests | ra requested | ra approved | ra granted | ra letter | ra form | disabilities | disabled | handicap | handicapped | wheelchair | accessibility
    | accessible | ada | accommodation | accommodations | service animal | assistance animal | emotional support | esa
    | medical | medication | health | diagnosis | disease | illness | hiv | genetic | genetics`,
  'family or household': `familial | family | families | fam size | fam status | fam stat | fam count | hoh | no of occ | num occ
    | number of occ | num of occ | no of dep | num dep | child | children | kid | kids | dependent | dependents
    | dependants | dependant | hh | hhld | minors | infant | infants | pregnant | pregnancy | household | households | household size | family size | occupants
    | occupant count | number of occupants | num occupants | roommates | persons | adults | people | inhabitants
    | custody | custodial | foster`,
  age: `age | ages | yob | bdate | bday | date of birth | year of birth | birth year | birth date | age years | dob | birth | birthday | birthdate | birthdays | born | senior | seniors | senior citizen | elderly
    | over 40 | over 55 | over 62 | over 65 | retired | retiree`,
  'marital status': married,
  'military service': served,
  'source of income': `${assistance} | income | emp status | emp stat | source of income | income source | payer type | payor type | benefit | snap
    | payday | pay day | employer | employers | employment | occupation | job title | salary | wage | wages`,
  'criminal history': `criminal | crim | crime | crimes | conviction | convictions | convicted | arrest | arrests | arrested
    | felony | felonies | felon | misdemeanor | offender | incarcerated | parole | probation`,
  'a consumer report': `credit score | credit rating | credit tier | credit grade | credit band | credit class | credit check
    | credit risk | credit decision | tenant score | resident score | applicant score | renter score | rental score | credit report | credit history | fico | equifax | experian | transunion | vantage | vantagescore
    | bureau | screening | screened | background check | background | tradelines | eviction record | eviction history
    | prior evictions | prior eviction | past eviction | previous eviction | evictions | bankruptcy | bankruptcies`,
  'domestic violence': `domestic violence | domestic abuse | dv | vawa | protective order | restraining order | victim
    | victims | abuse`,
  'where somebody lives': `zip | zips | zip code | postal | postal code | post code | postcode | tract | census
    | block group | neighborhood | neighborhoods | neighbourhood | neighbourhoods | address | addr | street | city
    | county | latitude | lat | longitude | lon | lng | geo | geocode | geohash | fips | nbhd | nbrhd | area code | community area
    | district | ward | borough | region | regions`,
  language: `language | languages | lang | locale | interpreter | interp | translator | translation | esl | english | spanish
    | espanol | mandarin | cantonese | vietnamese | tagalog | arabic | farsi | hmong | speaks | mother tongue | spoken | english speaker
    | english proficiency | lep | bilingual`,
  'school or education': `school | schools | school district | university | college | student | students | education`,
  'voice or picture': `photo | photos | picture | pictures | headshot | avatar | selfie | face | facial | profile image
    | audio | accent | prosody | voiceprint | voice pitch | voice tone | biometric | biometrics`,
  'a device': `device | devices | user agent | browser | handset | phone model | phone type | operating system | iphone
    | android | mobile os`,
  'what somebody is called': `name | first name | last name | full name | middle name | given name | family name
    | surname | forename | nickname | initials`,
} as const;

/** What holds such a word and means a thing, a building or a sum: it is taken out before words are looked for. */
const things = `open age | ticket age | lease age | invoice age | balance age | debt age | account age | unit age
  | building age | property age | appliance age | request age | roof age | charge age | age of balance | age of invoice
  | age of ticket | age of building | paint color | paint colour | wall color | wall colour | key color | tag color
  | label color | status color | color code | black list | white list | white glove | white goods | single family
  | multi family | multifamily | family of products | rental income | operating income | other income | net income
  | income account | visa card | visa ending | email address | e mail address | ip address | mac address | web address
  | unit photo | ticket photo | photo count | ticket photos | property name | building name | unit name | file name
  | vendor name | owner name | company name | table name | column name | account name | charge name | category name
  | name of property | community name | floor plan name | floorplan name | type name | status name | smart device
  | lock device | autopay disabled | account disabled | portal disabled | login disabled | user disabled
  | vet bill | vet bills | vet record | vet records | vet fee | hours m f | open m f | school holiday | trash chute accessible | middlesex`;

const phrases = (text: string) => text.split('|').map((phrase) => phrase.trim().replace(/\s+/g, ' '));
const harmless = phrases(things).map((phrase) => ` ${phrase} `);
/** By phrase, what it stands for; the longest first, as it says most: a senior citizen is old, not foreign. */
const telling = Object.entries(classes)
  .flatMap(([what, text]) => phrases(text).map((phrase) => ({ what, phrase })))
  .sort((a, b) => b.phrase.length - a.phrase.length);
/** What stands beside such words in names that are written as one: `maritalstatus`, `monthlyincome`. */
const beside = `status stat type code flag count total num date day month year years monthly weekly annual yearly gross net
  primary preferred main home current tenant resident applicant member head desc text level group size id is has`;
/** Of these a name may be put together. Shorter ones are found in any word. */
const parts = new Set(
  [
    ...telling.flatMap(({ phrase }) => phrase.split(' ')),
    ...phrases(things).join(' ').split(' '),
    ...beside.split(/\s+/),
  ]
    .filter((word) => word.length > 2)
    .concat('hh', 'id', 'is'),
);
/** By a long word that lacks one letter within, the word. One that has another letter is often another word. */
const misspelt = new Map(
  telling.flatMap(({ phrase }) =>
    phrase.length < 8 || phrase.includes(' ')
      ? []
      : [...phrase.slice(1, -1)].map((_, at) => [phrase.slice(0, at + 1) + phrase.slice(at + 2), phrase] as const),
  ),
);
/** The same where it is written as one word: `zipcode`, `dateofbirth`. */
const glued = new Map(
  telling.flatMap(({ phrase, what }) => (phrase === 'm f' ? [] : [[phrase.replaceAll(' ', ''), what] as const])),
);

/** What tells by itself, and within a longer name is another thing: `Occ Date`, `Credit Amount`, `Emp ID`, the vet of a dog. */
const alone = new Map<string, keyof typeof classes>([
  ['credit', 'a consumer report'],
  ['eviction', 'a consumer report'],
  ['occ', 'source of income'],
  ['emp', 'source of income'],
  ['vet', 'military service'],
  ['mil', 'military service'],
]);
const aboutSomebody = /^(?:(?:tenant|resident|applicant|member|head|is) )*(\w+)(?: (?:flag|code|desc|y n|yes no|yn))?$/;

/**
 * The protected attribute, or what stands for one, that a column or a feature of that name holds; `undefined` for any
 * other. Case, `_`, `-`, digits, camelCase, words that are written as one, letters that stand each by itself (`D.O.B.`) and
 * a letter that lacks do not matter. For features and models; a column that is only shown is `unreadColumn`'s.
 */
export function protectedName(name: string): string | undefined {
  const words = wordsOf(name);
  const said = words.join(' ');
  const by = alone.get(aboutSomebody.exec(said)?.[1] ?? '');
  return by ?? told(said) ?? told(joined(words)) ?? glued.get(words.join(''));
}

function told(words: string): string | undefined {
  const text = harmless.reduce((left, thing) => left.replaceAll(thing, ' '), ` ${words} `);
  const found = telling.find(({ phrase }) => text.includes(` ${phrase} `));
  return found?.what ?? text.split(' ').flatMap((word) => glued.get(word) ?? [])[0];
}

/** Letters that stand each by itself are the word that they make: `d o b`. */
function joined(words: readonly string[]): string {
  return words.join(' ').replace(/\b[a-z](?: [a-z]\b)+/g, (letters) => letters.replaceAll(' ', ''));
}

/** Of a thing, where it is all that is said: a tenant's address is none of what a ticket is about. */
const ofThings: ReadonlySet<string> = new Set<keyof typeof classes>([
  'where somebody lives',
  'a device',
  'voice or picture',
  'what somebody is called',
  'a consumer report',
]);
const telltale = new Set([assistance, married, served].flatMap(phrases));
/** Work of the house that is called after what the law protects: a unit's `HUD inspection` tells nothing of who lives in it. */
const work = new RegExp(
  ` (?:${phrases(`${assistance} | ${served}`).join('|')})(?: (?:annual|unit|nspire|hqs|failed|re))? (?:inspections?|insp|reinspections?|checks?|offices?|forms?)(?= )`,
  'g',
);
/** Beside other words than these, `military` and `widow` are said of things: a clock, a tree, a spider. */
const ofPeople = new Set(
  phrases(`military | widow | widows | tenant | resident | applicant | member | family | spouse | household | status | stat
    | service | personnel | duty | active | order | orders | clause | transfer | relocation | deployment | leave | lease
    | break | termination | release | move | out | in | discount | rate | allowance | housing | verification | letter | notice | y | n
    | yes | no | flag | code | id | is | of | or | and | for | on`),
);
const alsoOfThings: ReadonlySet<string> = new Set(['military', 'widow', 'widows']);
const whole = new Map(telling.map(({ phrase, what }) => [phrase, what]));

/**
 * Whether what something is filed under tells it of somebody: `Section 8 voucher`, or nothing but `Hispanic`. Not where
 * it is work of the house (`HUD inspection`), or a thing (`military time clock`).
 */
export function isProtectedLabel(label: string): boolean {
  const words = wordsOf(label).join(' ');
  const is = whole.get(words);
  if (is !== undefined && !ofThings.has(is)) return true;
  const text = harmless.reduce((left, thing) => left.replaceAll(thing, ' '), ` ${words} `).replace(work, ' ');
  const ofSomebody = text.split(' ').every((word) => word === '' || ofPeople.has(word));
  return [...telltale].some((phrase) => text.includes(` ${phrase} `) && (ofSomebody || !alsoOfThings.has(phrase)));
}

/** Shown to a human, and no model is given it: what somebody and a place are called, and the language of a text. */
const shown = [
  /^(?:(?:tenant|resident|occupant|lessee|renter|customer|contact|guest|person) )?(?:first |last |full |middle |given |family )?name$/,
  /^(?:ticket|call|message|text|transcript|conversation) (?:language|lang|locale)$/,
  /^(?:property|building|site|unit) (?:street )?address$/,
];

/** What is given back or taken off, in a ledger. */
const sum = /^(?:(?:tenant|resident|customer|lessee|member) )?credit$/;

/**
 * What `protectedName` says of a column in a file, but for what a file may hold to be shown, and for `Credit` and
 * `Tenant Credit`, which in a ledger are sums.
 */
export function unreadColumn(name: string, ofLedger = false): string | undefined {
  const words = wordsOf(name).join(' ');
  return shown.some((each) => each.test(words)) || (ofLedger && sum.test(words)) ? undefined : protectedName(name);
}

function wordsOf(name: string): string[] {
  const words =
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
      .toLowerCase()
      .match(/[a-z]+|\d+/g) ?? [];
  return words.flatMap((word) => misspelt.get(word) ?? partsOf(word) ?? word);
}

/** The words that a word is put together of, where all of it is; the longest first. */
function partsOf(word: string): string[] | undefined {
  if (word === '' || word.length > LONGEST) return word === '' ? [] : undefined;
  for (let end = word.length; end > 1; end--) {
    const rest = parts.has(word.slice(0, end)) ? partsOf(word.slice(end)) : undefined;
    if (rest) return [word.slice(0, end), ...rest];
  }
  return undefined;
}

const LONGEST = 40;
