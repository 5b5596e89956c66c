import { pattern, type Rule } from '../cues.ts';

/** What is left is the home: an end, a time or nothing follows, not a thing that is carried or a trip. */
const DEPART =
  `(?:head(?:ing)? (?:back|out|home)|leav(?:e|ing)|mov(?:e|ing)(?: out| away| on out)?|relocat(?:e|ing)|vacat(?:e|ing)|go(?! to)|going(?! to)|get(?:ting)? out|pack(?:ing)?(?: up)?|walk(?:ing)?|bail(?:ing)?|depart(?:ing)?)
  (?= (?:in|on|by|at|before|after|when|once|if|next|this (?:{month}|month|week|year)|at the end|end of|for good|for work|for a job|here|because|somewhere|elsewhere|out|closer|back|away|too|the (?:apartment|unit|flat|building|complex|city|state)|this (?:place|apartment|building|dump|complex|unit)|your building|our boxes|from here|to [a-z]+|,)(?: |$)|$)`.replace(
    /\n\s*/g,
    '',
  );
const PLANS = `(?:am|are|is|will(?: be)?|have to|need to|want to|going to|plan(?:s|ning)? (?:to|on)|hop(?:e|ing) to|decided (?:to|on)|intend(?:s|ing)? to|ready to|about to|might (?:be|have to)|may (?:be|have to)|could (?:be|end up)|would rather|think(?:ing)? (?:about|of)|consider(?:ing)?|talk(?:ed|ing) about|tempted to|about|better off|end up|start(?:ed)?|guess)`;

/** Things, trips and moves that leave nobody's home. */
const ELSEWHERE = pattern(
  '(?:moving|move|going|leaving|go|leave) (?:in|on|forward|along)(?= ,| to the next|$)',
  '(?:leaving|going|away|gone|out|leave|go) (?:on (?:vacation|holiday|a trip)|for (?:the weekend|vacation|{number} (?:weeks?|days?)|a (?:week|few days|trip))|of town)',
  '(?:leave|leaving|move|moving) (?:the|my|our|a|an|it|them|some|your) (?:window|windows|key|keys|door|package|packages|couch|sofa|bed|car|bike|furniture|box|boxes|trash|note|message|light|lights)',
  '(?:notice|quit|leaving|resign\\S*) .. (?:work|job|employer|boss)',
  '(?:transfer|move|moving|switch|upgrade|swap)\\S* (?:in)?to (?:a|the|another|that|one of your) .. (?:same building|here|next door|upstairs|downstairs|in this building|in the building|{ordinal} floor|lower floor|higher floor)',
);

const STAY =
  '(?:renew(?:ing|al)?|re newing|re up|resign(?:ing)?|stay(?:ing)?|extend(?:ing)?|sign(?:ing)?(?: on| up)?(?: for)? (?:another|again|a new|the (?:renewal|new|lease)|it again|that)|sticking around|continu(?:e|ing) (?:the|my|our) lease)';

export const moving: Rule = {
  cues: [
    // Notice, given or asked about as one's own.
    {
      says: pattern(
        '(?:give|giving|gave|given|send|sent|sending|hand|handing|submit\\S*|put(?:ting)?|turn\\S*|deliver\\S*|serv\\S*) (?:\\S+ ){0,3}?(?:{my}|{number}|\\S+ days?|\\S+ months?) (?:days? |months? |weeks? )?notice',
        '{my} (?:\\S+ days? |written |move out )?notice(?: to (?:vacate|leave|quit|terminate|end)| of|$| (?:in|today|now|on|for))',
        'here is (?:{my}|a|the) .. notice',
        '(?:attached|enclosed|accept|consider) .. notice (?:to vacate|of|that (?:i|we))',
        'notice is (?:coming|on its way|in the mail)',
        'notice to vacate unit',
        '(?:intent|intention|decision|decided|plan|planning) (?:to|of) (?:vacat\\S+|not renew\\S*|move out)',
      ),
      unless: pattern(
        '(?:you|they|landlord|owner|office) (?:gave|sent|served|posted) (?:me|us)',
        '(?:got|received) (?:a|your|the) .. notice',
        'notice .. (?:work|job|employer|boss)',
        '(?:do|must|should|would) (?:i|we|tenants) (?:\\S+ ){0,2}?give',
      ),
      bears: ['question', 'past'],
    },
    // No to another term.
    {
      says: pattern(
        `(?:not|no way|never|rather not|will not|do not|no intention of|no plan to) .. ${STAY}`,
        `(?:do not|can not) see (?:myself|us|me|ourselves) .. ${STAY}`,
        '(?:choosing|decided|chose|going|opted) not to(?= (?:stay|renew|sign|be)|$)',
        '(?:no|pass) (?:for|to|on) (?:the|that|this|your) (?:renewal|offer|new lease)',

        '(?:declin\\S+|refus\\S+|turn\\S* down|pass\\S* on|reject\\S*) .. (?:renewal|new lease|another (?:year|term))',
        '(?:not sure|on the fence|unsure|undecided|second thoughts|hesitat\\S+|torn|doubt) .. (?:stay\\S*|renew\\S*|sign\\S*|another year)',
        '(?:is|are|am) hesitating',
        'not going to be here',
        'not be here .. (?:next|in|on|after|by)',
      ),
      unless: pattern('you .. not renew\\S*', 'not staying (?:home|in tonight|up)', 'if (?:you|they) do not'),
      bears: ['negation', 'question'],
    },
    // Leaving said in so many words.
    {
      says: pattern(
        `{we} (?:\\S+ ){0,2}?${PLANS} (?:\\S+ ){0,3}?${DEPART}`,
        `^(?:{month} )?(?:thinking|considering|planning|hoping|looking) (?:about|of|on|to)? ?${DEPART}`,
        `{we} (?:leave|move out|vacate|go) (?:on|by|in|at the end)`,
        `(?:^|or|otherwise|then|and) {we} (?:will )?(?:leave|go|walk|move|move out)(?=$| ,| on| in)`,
        '{we} (?:am|are|will be|is) (?:\\S+ )?(?:gone|out)(?=$| ,| of here| of this| by| after| on| for good| as of| come| next| the day)',
        '^if (?:\\S+ )+{we} (?:leave|go|walk)$',
        '(?:be|want\\S* to be|been) gone (?:by|after|before|in|next)',
        '{we} (?:be|is) (?:out|gone)',
        '{we} (?:am|are) done(?=$| ,| with (?:this|the|your) (?:place|building|complex|apartment)| here)',
        '^done with this (?:place|building|apartment)',
        '(?:moving|move|relocat\\S+|heading) (?:out|away|back (?:to|in)|in with|closer|for work|for a job|to (?:be near|another (?:city|state|town)))',
        '(?:am|are|is|be) heading out',
        '(?:am|are) relocating',
        'find (?:yourself|yourselves) (?:another|a new) tenant',

        '(?:last|final) (?:winter|summer|month|months|weeks?|year|day|days) (?:here|in this|in the (?:unit|apartment))',
        'last day (?:will be|is|of (?:my|our))',
        'change of scenery',

        'before (?:i|we) (?:move|leave|go)(?= out|$| ,)',
      ),
      unless: ELSEWHERE,
      bears: ['question'],
    },
    // Another home is sought, seen or taken.
    {
      says: pattern(
        '(?:look|looking|looked|shop|shopping|search|searching|hunt|hunting|scroll\\S*|brows\\S+) (?:\\S+ ){0,3}?(?:elsewhere|around|somewhere else|other (?:options|places|apartments)|for (?:another|a new|a different|a cheaper|a bigger|new) \\S+|apartment listings|listings|{home})',
        '(?:find|found|finding|get|getting|need|needing|want) (?:\\S+ )?(?:somewhere|another|a new|a different|a cheaper|a better|a bigger|a place|someplace|something) (?:else|place|home|apartment|flat|house|building|to live|cheaper|better|bigger|near\\S*|clos\\S*)',
        '{we} .. (?:toured|touring|tour|viewed|viewing|visited|visiting|saw|seeing) (?:\\S+ ){0,2}?{home}',
        '{we} .. (?:toured|touring|viewed|viewing) (?:\\S+ ){0,3}?(?:on {weekday}|two|three|some|yesterday|today|this week|last week)',
        '{we} .. (?:appl(?:y|ied|ying)) (?:there|at|for (?:a|another|an) (?:{home}|lease)|to (?:rent|another)|elsewhere)',
        '(?:put|made|making|putting|accepted) .. offer on (?:a|the|an)',
        'clos(?:ed|ing|e) on (?:a|our|the|my) (?:new )?{home}',
        '(?:rather|going to|want to|ready to|about to|decided to|will|bought|buying|buy) (?:buy |buying )?(?:a|our|our own|my own) (?:new |first )?(?:house|condo|home|cottage)',
        'rather buy',
        'mortgage (?:was |got |is )?(?:approved|preapproved|came through)',
        'sign(?:ed|ing)? (?:a|the)? ?lease (?:at|elsewhere|somewhere|for another|on another|with another)',
        '(?:chances|luck|options) elsewhere',
        'lean(?:ing)? (?:that way|toward\\S*)',
        'taking it (?:elsewhere)',
        '(?:put|got|have) (?:a|our|my) deposit (?:down )?(?:on|at) (?:another|a)',
        'somewhere else to live',
      ),
      unless: pattern('(?:parking|gym|storage|charger|locker|key|keys|dog|cat)$'),
      bears: ['question'],
    },
    // The steps and the price of one's own exit.
    {
      says: pattern(
        '(?:move out|exit|moving out|final walk) (?:checklist|inspection|date|day|instructions|process|procedure|form|walk through|fee|cleaning)',
        '(?:turn|turning|hand|handing|drop|dropping|give|return|returning) (?:\\S+ )?(?:in|over|back|off)? ?(?:the|my|our|all)? ?keys (?:in |back |over |to )?(?:next|on|at|when|to|after|by|in)',
        '{my} (?:last|final|move out) day',
        '(?:break|breaking|end|ending|terminate|terminating|cancel|cancelling|canceling|get out of|getting out of|buy out|buying out of|exit|exiting|out of) (?:the|my|our|this) (?:lease|contract|rental agreement)',
        'early (?:termination|exit|release)',
        'lease break',
        '(?:give|giving) up (?:the|my|our|this) {home}',
        '(?:truck|movers?|van|u haul|moving company) (?:is |are |was )?(?:booked|coming|comes|come|arriv\\S+|reserved|scheduled)',
        '(?:booked|hired|reserved) .. (?:truck|movers|u haul|moving van)',
        '{my} forwarding address',
        'packing (?:our|my) boxes',
        'deposit back (?:when|once|after) (?:i|we)',
      ),
      unless: pattern('furniture', 'off the table', 'not (?:breaking|ending)', 'when (?:i|we) (?:came|moved in)'),
      bears: ['question'],
    },
    {
      says: pattern(
        '(?:offered|booked|scheduled|taking|have|got) .. (?:a|the) (?:tour|viewing)',
        '(?:sublet|sublease|reassign|take over|taking over) (?:\\S+ ){0,6}?(?:lease|apartment|unit|place)',
      ),
      bears: ['question', 'others'],
    },
    // A price or a fault that decides.
    {
      says: pattern(
        'otherwise {we} (?:go|leave|move|are gone|am gone|are out)',
        'convinced me to (?:go )?(?:find|look|leave|move)',
      ),
    },
  ],
  never: pattern(
    'no plans? (?:to|of) (?:move|leave|moving|leaving)',
    'not (?:going anywhere|moving(?! forward)|leaving(?! me)|planning to (?:move|leave)|thinking (?:of|about) (?:moving|leaving))',
    '(?:staying|stay) put',
    'glad we (?:did not|stayed)',
    '(?:renewal|lease) (?:is )?signed and sent',
  ),
};
