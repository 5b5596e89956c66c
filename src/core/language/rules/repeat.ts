import { pattern, type Rule } from '../cues.ts';

/** Things of the home that can fail. */
const THING = `(?:leaks?|drips?|drain|sink|tap|faucet|toilet|tub|shower|shower head|pipes?|ac|air con\\S*|heat|heating|heater|radiators?|boiler|furnace|fridge|refrigerator|freezer|oven|stove|burner|dishwasher|disposal|washer|dryer|machine|microwave|door|gate|lock|locks|latch|fob|buzzer|intercom|bell|doorbell|elevator|lift|light|lights|bulb|lamp|outlet|switch|breaker|power|water|hot water|pressure|window|windows|blinds|screen|screen door|closet|cabinet|cupboard|hinge|carpet|floor|ceiling|roof|wall|walls|paint|mold|mould|roaches|mice|mouse|rats|ants|bugs|bedbugs|pests|smell|noise|fan|vent|thermostat|detector|alarm|mailbox|handle|hallway|stairs|railing|fence|garage|sprinkler|wifi|internet|charge|fee|bill|billing|invoice|ledger|refund|deposit|overcharge|error|leaking|dripping|thing|issue|problem|fault|crack)`;
const FAILS = `(?:broken|dead|out|off|down|clogged|blocked|jammed|stuck|leaking|leaks|leak|dripping|drips|dribbles|running|runs|rattling|rattles|buzzing|beeping|smoking|flickering|not working|does not (?:work|close|open|lock|latch|cool|heat|come|drain|flush|stop|turn|start)|not (?:cooling|heating|draining|closing|fixed|working|repaired|done|been (?:fixed|repaired|done))|will not (?:work|close|open|lock|drain|flush|start|turn|stay)|has not been (?:fixed|repaired)|have not (?:fixed|repaired)|not (?:\\S+ )?fixed|broke|quit|cut out|failed|crooked|loose|overflow\\S*|backing up|backs up|flood\\S*|missing|wrong|worse|cold|hangs|acting up|acts up|stopped|error)`;
const AGAIN = `(?:again|agian|once more|another time|still|back|same|anymore)`;
const fault = pattern(THING, FAILS);

const SOLVED = pattern(
  'has not come back',
  '(?:now|since) (?:it |its |the \\S+ |everything |all )?(?:is |are )?(?:works?|working|purrs|fine|perfect|great|solved|gone|closes)',
  '(?<!(?:stopped|stop|not|quit|stops) )(?:works|working|on|perfect|purrs|fine|solved|good|okay|gone|closes) (?:now|since|again|fine)(?! for)',
  'fine again',
  '(?:all|finally) (?:good|fixed|solved|sorted)(?! yet)',
  'clean ever since',
  'no need to come',
);

export const repeat: Rule = {
  cues: [
    // A fault that is back or goes on.
    {
      says: pattern(
        `${THING} .. (?:again|agian|once more)`,
        `${FAILS} .. (?:again|agian|once more)`,
        `(?:again|agian) .. ${FAILS}`,
        `no (?:heat|water|hot water|power|electricity|ac) again`,
        `still (?:\\S+ ){0,3}?(?:${FAILS}|not|no|nothing|waiting|have not|has not|does not|here|there|only|hangs)`,
        `${THING} (?:\\S+ ){0,5}?(?:is|are) (?:\\S+ )?back`,
        `${THING} (?:is|are) still`,
        `${THING} still`,
        `(?:is|are) still (?:here|there|broken|out|down|off)`,
        `same (?:\\S+ ){0,2}?(?:${THING}|as (?:in|before|last|the last)|${FAILS}|story|excuses)`,
        `same .. (?:as|like) (?:in|before|last|previous)`,
        '(?:rattling|dripping|leaking|buzzing|making noise|broken|noise) (?:like|as) (?:before|last)',
        'back to square one',
        `${THING} .. came back`,
        `(?:is|are) back(?= ,|$| in| under| on)`,
      ),
      beside: fault,
      unless: pattern(
        'same (?:building|floor|day|price|floor plan|number|address|unit|carpet|view|amount)',
        'back (?:from|to work|home)',
        'send .. again',
        'again by accident',
        'thanks? (?:you )?again',
        'closes again',
        'still (?:loving|love|heated|open|the best|two months)',
        'still (?:\\S+ )?(?:behind|short|a good)',
        'need (?:it|the \\S+|that|them) back',
      ),
      bears: ['negation', 'question'],
    },
    {
      says: pattern(
        'it is back$',
        'it (?:\\S+ )?(?:worked|lasted|held|stayed \\S+) (?:for )?(?:a|one|two|three) (?:day|days|bit|while|week|weeks|hours?)',
      ),
    },
    // It was repaired or promised, and here it is.
    {
      says: pattern(
        '(?:since|after|minutes after|an hour after|day after|ever since|until) (?:\\S+ )?(?:you|your \\S+|the) (?:\\S+ )?(?:tech|technician|guy|man|plumber|mechanic|electrician|visit|repair|crew|exterminator|reset|fixed|repaired|came|left|was here|replaced|painted|told|telling)',
        'after (?:the|your|a|{number}|\\S+) (?:tech|technician|repair|visit|fix|plumber|treatment|treatments|guy)',
        'after (?:he|she|they) (?:left|came|reset|fixed|repaired)',
        'since the (?:visit|repair|fix)',
        '(?:you|they|he|she|your \\S+|the \\S+) (?:guys )?(?:had (?:it|this|that) (?:fixed|repaired)|(?:was|were) (?:here|out) .. for it|fixed|repaired|replaced|painted over|patched|did)(?! (?:not|everything))',
        '(?:was|were|got|been) (?:fixed|repaired|replaced|patched)',
        '(?:worked|lasted|stopped|held|stayed \\S+|good|fine) for (?:a|one|two|three|four|\\d+) (?:day|days|bit|while|week|weeks|hour|hours|minutes?|\\S+ days)',
        '(?:fix|repair|part|patch) .. lasted',
        'lasted (?:\\S+ )?(?:days?|weeks?|hours?)',
      ),
      beside: pattern(FAILS, AGAIN, 'now', 'days? later', 'square one', 'before', 'wrong', 'charged', 'billed'),
      unless: pattern('nice$', 'glad', 'thank(?:s| you) for (?:the )?(?:fix|quick)'),
      bears: ['question', 'negation'],
    },
    // Counted: visits, mails, tickets, times.
    {
      says: pattern(
        '(?:this is|that is|makes|for) (?:\\S+ )?{ordinal} (?:time|email|call|ticket|request|message|visit|letter|complaint|report|week|month)',
        '^{ordinal} (?:email|call|ticket|request|message|visit|letter|complaint|report|treatment|repair|winter|night|leak)',
        '{ordinal} (?:time|visit|call|email|ticket|treatment) (?:this (?:month|week|year)|in a row|i|we|for|since|about)',
        '{ordinal} (?:night|day|week|month|winter|time) (?:running|in a row)',
        '(?:makes|made|been|is|after|now) {times}',
        '(?:made|makes) {number} times',
        '(?:asked|called|phoned|written|wrote|emailed|reported|complained|told|texted|messaged|rung|been|sent|tried|came|begged) (?:\\S+ ){0,7}?{times}',
        '{times} (?:i|we|now|and|about|have|has|no)',
        '^{times}$',
        '{times} no (?:repair|answer|reply|fix|response)',
        '(?:ticket|tickets|request|work order) \\d+ .. (?:ticket|and|now)',
        '(?:how many|lost count of) .. (?:work orders|tickets|calls|emails|times)',
        'lost count',
        '(?:ignored|ignoring|unanswered|no reply to) .. {number} (?:\\S+ )?(?:messages|emails|calls|tickets|requests|letters)',
        'one more time',
        '(?:each|every) time (?:i|we) (?:ring|call|phone|ask|email|report|complain)',
        '(?:asked|begged|told you) twice',
      ),
      unless: pattern('visits? but', 'never had to', 'hate to ask twice'),
      bears: ['question', 'negation'],
    },
    // Reported on a day, or simply reported, and nothing since.
    {
      says: pattern(
        '{we} (?:\\S+ )?(?:reported|asked|called|wrote|written|emailed|complained|told you|filed|submitted|sent|requested|put in|opened) (?:\\S+ ){0,8}?(?:on the|in|on|since|last|back in|weeks? ago|days? ago|months? ago) ?(?:{month}|{weekday}|\\d+\\S*|week|month|year)?',
        '{we} (?:\\S+ )?(?:chased|chasing|been (?:asking|calling|waiting|chasing|emailing|telling|trying))',
        '(?:follow|following|followed) up',
        '(?:just )?(?:bumping|re opening|reopening|reopen|chasing)(?: up)?(?= this|$| ,| my| the| on)',
        '(?:was|were|been) (?:told|promised) (?:\\S+ ){0,5}?(?:would|will|was coming|by|today|yesterday)',
        '(?:you|they|he|she|the \\S+) (?:\\S+ )?(?:said|promised|told (?:me|us)) (?:\\S+ ){0,4}?(?:would|will|was|be|today|yesterday|tomorrow|by)',
        '(?:any|an) (?:update|news|progress|word|movement) on (?:my|the|that|our) (?:request|ticket|repair|work order|leak|complaint|\\S+ (?:i|we) reported)',
        'did (?:anyone|anybody|someone) ever',
        '(?:i|we) reported',
        'on the \\S+ , the \\S+ and the \\d',
        'on (?:the )?\\S+ and (?:again )?on (?:the )?\\S+',
        'been escalated',
      ),
      beside: pattern(
        '(?:still|nothing|nobody|no one|no answer|no reply|ignored|never|ever|not|no|yesterday|again|since|yet|third|twice|waiting|bumping|following|follow|bump|re opening|reopening|reopen|chased|chasing|escalated|the \\d+\\S* and the|and on|it is (?:the )?\\S+|crooked|same)',
      ),
      unless: pattern('is (?:good|great|perfect|fine|fixed)', 'summer', 'tool', 'code enforcement'),
      bears: ['question', 'negation'],
    },
    // Nobody came, called or answered.
    {
      says: pattern(
        '(?:nobody|no one|noone|none) (?:\\S+ )?(?:came|comes|has come|has been|showed|shows|called|calls|answered|answers|responded|replied|turned up|got back|has (?:called|answered|responded|replied|got|gotten|been|shown|come|fixed)|ever)',
        '(?:heard|got|hear|received) (?:nothing|no \\S+)(?= back|$| ,| since| for)',
        'no (?:response|answer|reply|callback|call back|show|repair)(?= ,|$| to my| from| since| again| yet)',
        '(?:never|not|did not|has not|have not) (?:came|come|called|call|heard back|hear back|heard|showed|show up|shown up|turned up|turn up|answered|got back|get back|responded|replied|came back|returned|arrived|happened|get \\S+ call)(?! back)',
        '(?:keep|keeps|kept) (?:getting|being) (?:ignored|told|cancelled|canceled|rescheduled)',
        '(?:ignored|ignoring) (?:my|our|me|us|{number}|all)',
        '(?:ticket|request|work order|it) (?:\\S+ ){0,2}?(?:closed|marked) .. (?:while|but|resolved|complete\\S*|done|without|quotation|and)',
        'still waiting',
        'another no show',
        'stood (?:me|us) up',
      ),
      unless: pattern('noise', 'case closed', 'parcel', 'package'),
      bears: ['negation', 'question', 'others'],
    },
    // Charged for it again.
    {
      says: pattern(
        '(?:billed|charged|charging|billing) .. (?:again|{ordinal} month|after (?:you|being|telling)|even though)',

        'day (?:{number}) without',

        'this (?:is )?(?:my )?{ordinal}',
      ),
      bears: ['negation', 'question'],
    },
  ],
  never: SOLVED,
};
