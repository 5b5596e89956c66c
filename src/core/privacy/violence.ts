import { type Terms, words } from './sign.ts';

/** Of whom harm at home is told; a tradesman is none of them. */
const abuser =
  '(?:(?:my|her|his) (?:\\w+ )?)?(?:husband|wife|partner|boyfriend|girlfriend|ex|father|dad|brother|son|stepfather|stepdad)';

/** Said of another person's hand. Things hit people too, so somebody must do it. */
const attacker =
  `(?:he|she|they|someone|somebody|who|(?:(?:my|her|his|the|our|that|their) )?(?:\\w+ )?(?:husband|wife|partner|
  boyfriend|girlfriend|ex|fianc\\w+|father|dad|brother|stepfather|son|uncle|man|guy|roommate))`.replace(
    /\s*\n\s*/g,
    '',
  );
const attacks =
  `(?:hit|hits|hitting|beat|beats|beating|chok\\w+|strangl\\w+|slap\\w*|punch\\w*|kick\\w*|shov\\w+|push\\w*|
  grab\\w*|threaten\\w*|hurt|hurts|hurting|attack\\w*|assault\\w*|stab\\w*|harass\\w*|follow\\w*|track\\w*|
  terrori\\w+|threw|throws|throwing|raped?|touch\\w*)`.replace(/\s*\n\s*/g, '');

export const domesticViolence: Terms = {
  tells: [
    words(`abus* | domestic violence | domestic dispute | domestic abuse | protective order* | protection order* |
      order of protection | restraining order* | no contact order* | stalk* | safe house | women's shelter |
      battered | black eye | bruise | bruises | bruised | VAWA | in hiding | hiding from | hide from | violent | violence | rape* |
      sexual assault* | assaulted | ppo | tro | safety plan* | victim* | survivor* | coercive |
      perpetrator* | gaslight* | strangl* | choked me | put his hands on | laid hands on | raised his hand | knocked me |
      women's refuge | women's center | crisis line | crisis hotline | crisis center | fled | flee | fleeing | escaped from | escape from | escape him | escape her | trafficked`),
    new RegExp(
      `\\b${attacker}(?:'s| has| is| was| keeps| kept| always| just| used to| would| will)* ${attacks} (?:me|her|him|us|them|my|things|stuff|at (?:me|her|him))\\b`,
      'i',
    ),
    new RegExp(`\\b(?:him|her|them|husband|boyfriend|partner) ${attacks} (?:me|her|him|them|things|stuff|at)\\b`, 'i'),
    // A second sign stands beside each: the office and the plumber promise, wait, lock and keep their distance too.
    /\b(?:never heard of me|you don't know me|asks?\b[^.!?]{0,40}\bi don't live here|pretend i(?:'m| am) not)\b|\bdon't confirm (?:(?:it|that|anything) (?:to|i)\b|i\b|my (?:name|address|unit|number)\b|we live)|\b(?:barring|safety|non-molestation|occupation|stay-away) orders?\b|\bwomen's aid\b|\bout on bail\b/i,
    /\b(?:swore|swears|promised|said|vowed|says) (?:that )?(?:he|she)(?:'d|'ll| would| will) (?:\w+ )?(?:find (?:me|us)|come for (?:me|us|her|him|them|the (?:kids|children|baby))|(?:kill|hurt|end) (?:me|us|her|him|them|himself|herself|my|the (?:kids|children|dog|cat))|get (?:me|us)(?=\s*(?:[.,!?;]|$)| (?:if|when|one|for|back|sooner|next|some))|not let me (?:go|leave|out|see)|take the kids)\b/i,
    new RegExp(
      `\\b(?:swore|threat\\w+|${abuser})\\b[^.!?]{0,40}\\bfinish what (?:he|she) (?:started|began)\\b|\\bwhat (?:(?:he|she) (?:did|does|has done|was doing|is doing) to (?:me|us|her|him)(?! (?:for|about|with|on|in|over) (?:the|a|my|our|this|that)\\b)|${abuser} (?:did|does|has done|was doing|is doing) to (?:me|us|her|him))\\b|\\bhear what (?:he|she) does to (?:me|her|him|them)\\b`,
      'i',
    ),
    new RegExp(
      `\\b(?:he|she|${abuser})\\b[^.!?]{0,20}\\b(?:has to|must|is to|ordered to|supposed to) stay (?:at least )?(?:\\w+ )?\\S+ (?:feet|foot|metres|meters|yards|miles)\\b|\\b(?:before|when|until|till|once) (?:he|${abuser})(?:'s| is| gets) (?:released|let out|out of (?:jail|prison|custody)|out(?=\\s*(?:[.!?;]|$)| (?:on|again|in (?:jan|feb|march|april|may|june|july|aug|sep|oct|nov|dec))))`,
      'i',
    ),
    new RegExp(
      `\\b(?:he|she|${abuser}) (?:\\w+ )?(?:goes|went|going|looks|looked) through my phone\\b|\\b(?:he|she|${abuser}) (?:\\w+ )?(?:locks?|locked) (?:me|her|us|his wife) in\\b(?![^.!?]{0,60}\\b(?:mistake|accident)\\b)|\\bi gets? it (?:from him|(?:when|if|after) (?:he|${abuser})\\b)|\\b(?:i|she|we) gets? it in the (?:neck|face|ribs|stomach)\\b`,
      'i',
    ),
    /\b(?:he|him|his|husband|boyfriend|partner|home)\b[^.!?]{0,60}\bwalk(?:s|ing)? on eggshells\b|\bwalk(?:s|ing)? on eggshells\b(?:(?=[^.!?]{0,60}\b(?:him|his|he|husband|boyfriend|partner|home)\b)|(?! (?:about|over|with|around|for|because|until|since) ))|\b(?:sunglasses|dark glasses|long sleeves|concealer|makeup)\b[^.!?]{0,60}\b(?:because of|since|thanks to|after|what|when) (?:him|he|(?:my|her) (?:husband|boyfriend|partner))|\b(?:sunglasses|long sleeves) in (?:july|august|june|summer)\b/i,
    /\b(?:scared|afraid|terrified|frightened|fear\w*) (?:of|for) (?:him|her|them|my (?:life|safety)|my (?:husband|wife|partner|boyfriend|girlfriend|ex|father|dad|brother|son))\b/i,
    /\b(?:got|get|getting|run|ran|running|hide|hid|away|safe|moved|keep) (?:\w+ )?from (?:him|her|my (?:husband|wife|partner|boyfriend|girlfriend|ex\b|father|dad|abuser))/i,
    /\b(?:my|her|his) ex\b[^.!?]{0,60}\b(?:lock|locks|key|keys|code|gate|door|police|cops|threat\w*|follow\w*|show\w*|find|found|finds|waiting|address|access|break|broke|safe\w*|let in|camera)\b/i,
    /\b(?:lock|locks|key|code|police|cops|address|access|safe\w*|let|remove)\b[^.!?]{0,60}\b(?:my|her|his) ex\b/i,
    /\b(?:screaming|yelling|crying|begging|shouting|fighting)\b[^.!?]{0,40}\b(?:him|her|help|stop|hit\w*|slam\w*|thr[eo]w\w*|scared|hurt\w*|bang\w*)\b/i,
    /\b(?:he|she|they|ex|husband|boyfriend|partner|dad|father)(?:'ll| will| would| might| is going to| could) (?:find|hurt|kill|come for|come back for|follow|hit|beat) (?:me|us|her|him)\b/i,
    /\b(?:scared|afraid|terrified|worried) (?:that )?(?:he|my (?:husband|wife|partner|boyfriend|girlfriend|ex|father|dad|brother|son))\b/i,
    /\b(?:he|husband|boyfriend|partner|ex|dad|father|brother) (?:\w+ )?(?:punched|kicked|smashed|broke down|busted|put his fist)\b/i,
    /\b(?:kill(?:ed)?|strangl\w+|beaten|threatened|threatening) (?:me|her|him|us|by (?:my|her|his))\b|\b(?:unsafe|not safe|scared|afraid) (?:to (?:go|be|come|stay) (?:back )?(?:home|there|alone)|at home|in my own)\b/i,
    /\b(?:won't|wouldn't|doesn't|didn't|will not|not) let (?:me|her|him) (?:leave|go|out|see|work|use)\b|\bhid(?:e|ing)\b[^.!?]{0,40}\b(?:him|her)\b/i,
    /\bfor (?:(?:my|her|his) (?:own )?|our own )safety\b|\bnot safe (?:with|at home|around)\b/i,
    /\b(?:he|she|him|her|husband|partner|boyfriend)\b[^.!?]{0,40}\b(?:police report|arrested|in jail|pressed charges)\b/i,
    /\b(?:to|at|in|from) (?:a|the|another) (?:women's |safe |family |emergency |battered \w+ )?shelter\b/i,
    /\b(?:he|she|ex|husband|wife|boyfriend|girlfriend|partner|father|dad|brother|son)\b[^.!?]{0,40}\b(?:knows where i|found (?:me|us|out where)|finds? out where|knows (?:my|the) (?:new )?address|shows? up|won't leave me|gets? violent|when (?:he|she) drinks|temper|put (?:a|his|her) (?:hole|fist|hands?)|gun|knife|smash\w*|hits?\b|threat\w*|locked me|dragged|pinned|controls)/i,
    /\b(?:don't|do not|never|please don't|nobody|not) (?:tell|let|give|buzz|admit|show)\b[^.!?]{0,25}\b(?:him|my (?:husband|wife|partner|boyfriend|girlfriend|ex|father|brother))\b/i,
    /\b(?:leav\w+|left|separat\w+ from|get(?:ting)? away from|running from) (?:him|my (?:husband|boyfriend|abuser|ex|partner))\b|\b(?:order|case|charges?) against (?:him|my|her (?:husband|boyfriend|ex))\b/i,
    /\b(?:crying|screams?|screaming|thuds?|begging|sobbing)\b[^.!?]{0,50}\b(?:next door|through the wall|in \d\w*|he|him|man|husband|boyfriend|afraid|worried)\b/i,
    /\b(?:not allowed|not supposed|forbidden|banned|barred|ordered)\b[^.!?]{0,25}\b(?:near|within|contact|come (?:close|by)|around) (?:\w+ (?:feet|yards|meters|miles) of )?(?:me|us|her|him|my (?:kids|home|apartment|door))\b/i,
    /\b(?:keep|kept|stay|staying) (?:my |our |her )?(?:new )?(?:address|name|unit|number) (?:private|secret|confidential|hidden|off|out)\b|\baddress confidential\w*/i,
    /\b(?:beat|beats|beating|hit|hits|hitting|slap\w*|push\w*|chok\w+|hurt\w*|threaten\w*) (?:his|her|their|up his|up her) (?:wife|girlfriend|husband|boyfriend|partner|mother|sister|kids?|family)\b|\b(?:split|busted|bloody) lip\b|\b(?:police|cops|officers|sheriff)\b[^.!?]{0,30}\b(?:my (?:partner|husband|wife|boyfriend|girlfriend|ex|father|brother|son)|him (?:away|out)|took (?:him|her))\b|\b(?:somebody|someone|he|man|guy)(?:'s| is| has been| keeps) (?:looking|searching|watching) (?:outside )?for me\b|\b(?:keeps|kept|always) waiting (?:outside )?for me\b/i,
    /\b(?:woman|girl|wife|girlfriend|she|her|he|man|someone|somebody) (?:\w+ ){0,2}(?:plead\w*|begg?\w*|sobb?\w*|whimper\w*|crying for help|calling for help|screaming for help|being (?:hit|beaten|hurt|slapped|thrown))\b|\bused to (?:beat|hit|hurt|slap) (?:me|us|her|him|them|my|his|the kids)\b/i,
  ],
  means: [
    /\bhit (?:the|a|my) (?:\w+ )?(?:button|switch|key|wall|curb|kerb|gate)\b|\b(?:raccoon|dog|cat|bird|hamster|parrot|snake|rabbit|squirrel|puppy|kitten|air|gas|water|steam|heat)s?(?: has| have| is| keeps)? escap(?:ed?|es|ing) from\b|\bflee(?:ing)? (?:the|from the|from) (?:smoke|heat|noise|cold|rain|crowds?)\b|\b(?:portal|site|website|app|system|page|form|gate|door|machine|reader|fob|card|key|guard|desk|office|concierge|you|it|that|which|this)(?: \w+)? (?:won't|wouldn't|doesn't|didn't|will not|not) let (?:me|her|him)\b/gi,
    /\b(?:abuse|abuses|abusing) (?:of )?(?:the|my|your|their|our) (?:laundry|parking|pool|gym|system|rules?|policy|amenit\w+|trust)\b/gi,
    /\b(?:beat|beats|beating|beaten) (?:me|us|him|her|them) to\b|\b(?:found|finds|find) (?:us|me) (?:a|an|another|the|some) \b|\b(?:husband|wife|partner|he|she) (?:accidentally )?hit (?:the|a) (?:garage|pillar|curb|kerb|gate|car|bumper|brakes|gong|button|post|bollard)\b|\bhide[- ]and[- ]seek\b|\b(?:bus|bike|animal|pet|rain|storm|picnic) shelters?\b|\bgrab my (?:mail|packages?|parcels?|post|keys?|bag|coat|newspaper)\b/gi,
  ],
};
