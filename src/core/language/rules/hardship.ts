import { pattern, type Rule } from '../cues.ts';

const CAN_NOT = `(?:can not|could not|can hardly|can barely|unable to|not able to|not be able to|no way (?:of|to|i can|we can)|struggl\\S+ to|(?:do not|no idea|not sure) (?:know )?how (?:i|we|to|i am|we are)(?: will| can| am going to| are going to| going to)?|having (?:a hard time|trouble)|hard to|without means to)`;
const DUE = `(?:rent|{month}|the (?:\\S+ )?(?:balance|amount|rent|payment|bill|whole|first|increase|raise)|this month|next month|it all|full|half|payments?|bills|another|that|it|this|{amount}|the (?:new|full|whole) \\S+|any more|more|to (?:stay|live|pay)|all of it)`;

export const hardship: Rule = {
  cues: [
    // The money is not there.
    {
      says: pattern(
        `${CAN_NOT} (?:\\S+ ){0,2}?(?:afford|afforded)`,
        `${CAN_NOT} (?:\\S+ ){0,2}?(?:pay|paying|cover|covering|make|making|carry|carrying|manage|swing|swinging|handle|meet|come up with|catch up|keep up|stretch)(?: (?:with|on|to|for))?(?: ${DUE}|$)`,
        '(?:will|might|going to|may|could) (?:not )?(?:be|come up|come|fall|run) (?:\\S+ ){0,2}?(?:short|behind|late)(?: on| with| for|$)',
        'come up (?:\\S+ ){0,2}?short',
        '(?:am|are|is|still|getting|slipping|falling|fallen|got|be|running|month|months|{amount}) (?:\\S+ ){0,3}?(?:behind|short)(?= on (?:rent|the rent|my rent|payments?|bills|the first)|$| ,| and| this month| with)',
        '(?:am|are|is|flat|dead|totally|both) broke',
        '^broke (?:till|until)',
        '(?:money|cash|savings|funds|income|paycheck|paychecks|checks?|tips|hours|commission\\S*|unemployment|benefits) (?:\\S+ ){0,2}?(?:gone|(?:is|are) not there|ran out|run out|dried up|stopped|cut|got cut|were cut|been cut|late|tight|stuck|bounced|garnished|dry|used up|isn there)',
        'money is (?:\\S+ )?(?:tight|short|gone|not there)',
        '(?:no|out of|without|short on|low on|not (?:got )?(?:the|enough)) (?:money|cash|funds|savings|income|paycheck|pay)(?: (?:left|to|until|till|for|coming|this|right)|$)',
        'nothing left',
        '(?:things|it|everything|money|we) (?:\\S+ )?(?:is|are) (?:\\S+ ){0,2}?tight',
        '(?:rent|food|groceries|medicine|gas|heat|eat) (?:and|or) (?:the |pay )?(?:rent|food|groceries|balance|eating)',

        '(?:living|live|getting by|surviving) (?:off|on) (?:credit|my credit|our credit|savings|noodles|ramen|my savings)',
        '(?:scraping|barely getting|barely scraping) by',
        '(?:make|making) ends meet',
        'paycheck to paycheck',
        'garnish\\S* (?:my|our)',
        '(?:ate|eats|took|wiped out|emptied|drained) (?:\\S+ )?(?:rent money|savings|account|rent)',
        '(?:half|part|a third) (?:of )?(?:the|my|our) (?:income|pay|salary|wages)',
        'i have (?:\\S+ )?{amount} (?:until|till|left|to my name)',
        '(?:sold|selling|pawned) .. (?:to (?:make|pay|cover)|for (?:rent|the rent))',
        'financial (?:hardship|trouble|difficult\\S+|problems?)',
        '(?:rent|payment) (?:\\S+ ){0,3}?(?:is a problem|going to be late|will be late)',
        '(?:drowning in|buried in) (?:debt|bills)',
        'job pays (?:half|less)',
        'no (?:pay|paycheck|income|work|job)(?= until| till| since| and| ,|$| right now| this)',
      ),
      unless: pattern(
        '(?:pay|paid|log in|send) (?:\\S+ ){0,2}?(?:on|with|through|in|by) (?:my |the |your )?(?:phone|app|portal|website|online|card|laptop)',
        'afford to (?:miss|lose|wait|skip)',
        'behind on (?:my )?(?:emails|laundry|reading|sleep|news|shows|work|paperwork)',
        'hours (?:are )?posted',
        'button',
        'not the problem',
      ),
      bears: ['question', 'negation'],
    },
    // Income was lost.
    {
      says: pattern(
        '{we} (?:\\S+ ){0,2}?(?:lost|losing|loses) (?:my|our|his|her|the|a) (?:job|jobs|work|business|shifts?|income|main client|biggest client|second job|position)',
        '(?:laid of|laid off|furloughed|let go|made redundant|out of work|unemployed|out of a job|between jobs)',
        '(?:my|our|his|her|the) (?:\\S+ )?(?:hours|shifts|pay|wages|salary|overtime|income|tips|benefits|check|checks) (?:\\S+ )?(?:cut|slashed|halved|reduced|stopped|dried up|do not come|does not come|did not come)',
        '(?:my|our|a|the) pay cut',

        '{my} unemployment',
        '(?:shop|restaurant|business|plant|store|factory|company|hotel|cafe) (?:\\S+ ){0,2}?(?:closed|shut|burned|went under|went bankrupt|is closing)',
        '{we} got fired',
        '(?:on|the) strike (?:is|since|in|for)',
        '(?:on|went on|unpaid) (?:unpaid )?leave',
      ),
      beside: pattern('{we}', 'my', 'our', 'got', 'rent', 'payment plan'),
      unless: pattern('not my job', 'my (?:boss|teacher)', 'retired', 'laundry', 'door|doors'),
      bears: ['question'],
    },
    // Time, parts or aid are asked for.
    {
      says: pattern(
        'payment (?:plan|arrangement|agreement|extension)',
        '(?:split|splitting|spread|spreading|divide|break up) (?:\\S+ ){0,3}?(?:rent|payment|payments|balance|it|amount|this|month)(?: \\S+)? (?:in|into|out|over|across|between)',
        '(?:pay|send|give you|do|bring|manage) (?:\\S+ )?(?:half|part|some|{amount}|what i can|a bit|a portion) (?:\\S+ ){0,2}?(?:now|today|this week|on|and the rest|by)',
        '(?:the )?rest (?:\\S+ ){0,3}?(?:when|next|on the|later|after|once|by)',
        'partial (?:payment|payments|rent|pay)',
        '(?:pay|send|paying) (?:\\S+ ){0,2}?in (?:\\S+ )?(?:two|three|four|parts|bits|halves|installments|instalments|pieces|chunks)',
        'install?ments',
        '(?:need|needs|have|get|want|give me|give us|ask for|use|some|little|bit) (?:\\S+ ){0,2}?(?:more|extra|additional|few extra|few more) (?:time|days?|weeks?)(?= |$)',
        '(?:few|couple of|couple|some) (?:extra|more) (?:days|weeks)',
        'more time (?:for|to pay|on)',
        '(?:rent|payment) extension',
        '(?:waive|hold off on|forgive) (?:the )?late fee .. (?:until|till|paycheck|paid)',
        '(?:rental|rent|emergency|housing) assistance',
        '(?:charity|charities|program|programs|fund|funds|aid|help|agency) .. (?:with|for|pays?) (?:the |my |our )?rent',
        'when (?:i|we) get paid',
        'until (?:i|we) get paid',
        'until payday',
        'section 8',
        '(?:food bank|food stamps)',
      ),
      unless: pattern(
        'furniture',
        'ignore',
        'delivery',
        'technician',
        'extra (?:day|days) (?:of|for) (?:parking|guest)',
        'to (?:pack|read|decide|think)',
      ),
      bears: ['question', 'negation'],
    },
    { says: pattern('can not make the (?:full )?amount', 'choosing between'), bears: ['question', 'negation'] },
  ],
  never: pattern('money is not the problem', 'not (?:my|our) job', 'asking for a friend', 'paid it off'),
};
