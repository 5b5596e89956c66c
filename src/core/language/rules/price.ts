import { pattern, type Rule } from '../cues.ts';

/** What this landlord charges. */
const PRICE =
  '(?:rent|rents|increase|increases|renewal|renewal (?:offer|letter|rate|price)|offer|raise|hike|fee|fees|charge|charges|price|prices|rate|rates|amount|number|new rent|letter|jump|bump|deposit|pet rent|parking|laundry|surcharge|{amount})';
const TOO_MUCH =
  '(?:too (?:high|much|expensive|steep|pricey)|so (?:high|expensive)|high|steep|expensive|overpriced|pricey|ridiculous|insane|outrageous|crazy|absurd|unfair|unreasonable|excessive|obscene|greedy|greed|robbery|a joke|a rip off|ripoff|rip off|gouging|a lot|a lot of money|killing (?:me|us)|hard to (?:swallow|justify|stomach)|over the top|not fair|not worth|out of line|a scam|nuts|unacceptable|through the roof|a slap in the face|insulting|an insult|extortion|wild|brutal|a stretch|more than (?:it|this|the) .. worth|highway robbery|double)';
const LESS = '(?:less|cheaper|lower)';
/** Said of what is asked for one's own home. */
const about = pattern(
  PRICE,
  'pay',
  'paying',
  'cost',
  'costs',
  'money',
  'month',
  'percent',
  'steep',
  'pricey',
  'overpriced',
  'listed',
  'here',
);

/** Prices of others, and other meanings. */
const OTHERS_PRICE = pattern(
  '(?:concert|tickets?|electric company|phone|cable|internet|gas) .. (?:expensive|rates|raised|high)',
  'raised its',

  '(?:hike|walk) on {weekday}',

  '(?:good|great) value',
  'bargain',
  'no (?:argument|complaint|complaints|problem|issue)',
  'charged .. twice',
  '(?:increase|rent|price|raise) is (?:\\S+ )?(?:fair|fine|reasonable|okay|ok|good)',
);

export const price: Rule = {
  cues: [
    // The price is judged.
    {
      says: pattern(
        `${PRICE} (?:\\S+ ){0,5}?(?:is|are|was|seems?|feels?|looks?|sounds?|got|gets|has gotten|for|be|not) (?:\\S+ ){0,3}?${TOO_MUCH}`,
        `(?:seems?|feels?|looks?|sounds?|it is|that is|this is) (?:\\S+ ){0,3}?(?:too (?:high|much|expensive|steep)|steep|pricey|overpriced|robbery|a rip off|a lot of money|gouging|daylight robbery|a lot for)`,
        `^too (?:much|expensive|high|pricey)`,
        `${PRICE} (?:\\S+ ){0,3}?killing (?:me|us)`,
        'nickel and (?:dimed|diming)',
        'more than (?:it|this|the \\S+) is worth',
        '(?:not|is it|hardly) (?:\\S+ )?worth (?:{amount}|the (?:rent|money|price)|it|what|that|\\d+)',
        'do not think .. (?:is )?(?:fair|reasonable|right)',
        '(?:is|are) not (?:fair|modest|reasonable|justified|acceptable)',
        '(?:overcharging|gouging|milking|robbing|fleecing|ripping) (?:me|us|people|tenants|off)',

        '(?:hard|tough) (?:pill )?to swallow',
        'for what (?:we|i|you) get',
        `(?:that is|it is) .. (?:a lot|lot of money)`,
        'paying {amount} .. for',
        'paying \\d+ (?:\\S+ ){0,3}?for',
        'sticker shock',
        '(?:pay|paying|charging|charge|asking) (?:\\S+ ){0,2}?too much',
        '(?:increase|raise|hike|new rent) (?:\\S+ ){0,8}?(?:can not|could not) (?:\\S+ )?(?:afford|cover|pay)',
        '(?:can not|could not) (?:\\S+ )?(?:afford|cover|pay) (?:\\S+ ){0,3}?(?:increase|raise|hike|new rent)',
        '(?:seems?|feels?|looks?|sounds?) (?:\\S+ ){0,2}?(?:steep|pricey|overpriced)',
        'out of (?:my|our) (?:budget|price range)',
        'half of what (?:i|we) (?:bring|take|make|earn)',
      ),
      beside: about,
      unless: OTHERS_PRICE,
      bears: ['question', 'negation'],
    },
    // It goes up.
    {
      says: pattern(
        '(?:another|yet another|one more) (?:rent )?(?:increase|hike|raise|fee|surcharge)',
        `${PRICE} (?:\\S+ ){0,3}?(?:goes|going|went|go|gone|keeps? going|jumped|shot|climbs|climbing|rose|jumping|rising|keeps? climbing) (?:\\S+ )?(?:up|by|from|again|every)`,
        '(?:goes|go|going) up every',
        '(?:you|they|landlord) (?:\\S+ ){0,3}?(?:want|wants|wanted|asking|ask|expect|need|demand\\S*) (?:\\S+ ){0,3}?(?:more|{amount}|\\d+ percent|{number} percent)',
        '(?:you|they|landlord) (?:\\S+ ){0,4}?(?:raise|raised|raising|hike|hiked|hiking|jack\\S*|bump\\S*|increas\\S*) (?:\\S+ )?(?:my|our|the|us|me|rent|it)',
        'rais(?:e|ed|ing) (?:my|our|the) rent',
        '(?:send|sent|give|gave|giving|hit|hitting|getting|got) (?:\\S+ ){0,3}?(?:\\d+ percent |{amount} )?(?:raise|hike|increase)(?= |$)',
        '{amount} (?:more|extra|increase|raise|hike|on top)',
        '(?:another|extra|more than) {amount}',
        '(?:^|for) \\S+ percent(?= |$)',
        'why (?:did|does|is|are|am|was) (?:\\S+ ){0,5}?(?:{amount}|fee|rent|increase|charge|paying|up|from)',
        `(?:new|higher) (?:rent|price|rate|amount) (?:means|makes|is why|forces)`,
        '(?:with|because of|after|over|about|look at|dispute|disputing|contest\\S*|reconsider|reconsidering|rethink|fight|fighting) (?:the|that|this|your) (?:\\S+ )?(?:increase|raise|hike|new rent|rent increase)',
        '(?:for|at) (?:that|this|the|such a) (?:\\S+ )?(?:price|rate|rent|money|amount)',
        '(?:the|this|that|your) (?:increase|raise|hike) (?:\\S+ )?(?:is|makes|means|decides|forces|hurts|came)',
        '(?:renewal|rent) (?:went|goes|is going|jumped) up',
      ),
      unless: OTHERS_PRICE,
      bears: ['question', 'negation'],
    },
    // Less is asked for, or found.
    {
      says: pattern(
        '(?:wiggle|negotiat\\S*|haggl\\S*|leeway|flexib\\S*) ?(?:room|on|the|about|at|with|it)?(?= |$)',
        '(?:lower|reduce|cut|drop|bring down|knock|shave|come down on|waive|take off|take down|cap|freeze|match) (?:\\S+ ){0,3}?(?:rent|increase|price|rate|fee|fees|raise|{amount}|it|a little|off)',
        '(?:take|drop|remove) (?:it|that|the \\S+) off',
        '(?:best|better|lower|smaller|special) (?:\\S+ )?(?:you can (?:do|offer)|deal|rate|price|offer|increase|rent|discount)',
        '(?:any|a|an|get|give|offer|for|ask\\S*|want|need) (?:\\S+ )?(?:discount|reduction|concession|price break)',
        '(?:hold|keep|leave) (?:it|the rent|my rent|rent|that) (?:\\S+ )?(?:at|the same|where it|flat|steady)',
        '(?:could|can|would|will) you do (?:{amount}|\\d+|{number})',
        '{amount} instead of',
        '(?:raise|increase|rent|hike|it) (?:was|were|is) (?:half|less|smaller|lower)',
        `(?:for|pays?|pay|paying|listed|let|going|available|advertised|rent|rents|renting) (?:\\S+ ){0,6}?${LESS}`,
        `{amount} (?:\\S+ )?${LESS}`,
        '\\d+ cheaper',
        '(?:is|are) (?:\\S+ ){0,2}?cheaper',
        '(?:has|have|got|offers?|found|find|gets?) (?:\\S+ ){0,5}?(?:for (?:less|{amount})|cheaper)',
        '(?:month|months|weeks) free',
        '(?:reconsider|rethink) (?:the|my|our|that|this|your)',
        '(?:new|other) (?:folks|tenants|people|residents|renters) (?:\\S+ ){0,4}?(?:pay|get|getting|paying|got)',
        '(?:is|are) the (?:rent|price|increase|fee) (?:final|negotiable|firm|set in stone)',
      ),
      unless: pattern(
        'lower (?:floor|peephole|shelf|level|unit)',
        'less (?:noise|noisy|time)',
        'take off (?:work|on)',
        'cut (?:the|my) (?:grass|hours)',
        'concert',
        'electric company',
      ),
      bears: ['question', 'others', 'negation'],
    },
    // Named aloud: "Forty for a mailbox key!", "$3.75 a load??"
    {
      says: pattern(
        '^(?:a )?{amount} (?:\\S+ ){0,2}?(?:late |pet |parking |key )?(?:fee|charge|for|a (?:month|load|week|year|day)|extra|percent|increase)',
        '^\\S+ percent$',
        '^(?:{number}|{amount}) (?:dollars |bucks )?for (?:a|the|one|an)',
        'is (?:now )?{amount} a (?:load|month|week|day|year|use)',
        'is (?:now )?\\$\\d\\S* a (?:load|month|week|day|year|use)',

        'not paying (?:that|this|the|your|for) (?:\\S+ )?(?:fee|charge|increase|raise|hike)?',
        '(?:fee|charge|price) is (?:a joke|ridiculous|robbery|nonsense)',
      ),
      unless: pattern('went through', 'arrived', 'transfer\\S*', 'deposit(?:ed)?', 'short'),
      bears: ['question', 'negation'],
    },
  ],
  never: pattern(
    '(?:is|was) (?:a )?bargain',
    'no argument from me',
    'no complaints? about the (?:rent|price)',
    'good value',
  ),
};
