import { pattern, type Rule } from '../cues.ts';

const VERMIN =
  '(?:rats?|mice|mouse|rodents?|roach(?:es)?|cockroach(?:es)?|bedbugs?|bed bugs?|fleas|termites|maggots|vermin|infestation|infested|pests|droppings|bats|squirrels|raccoons?|wasps|hornets)';
const MOLD = '(?:mold|mould|moldy|mouldy|mildew)';
/** Taken away: the essential itself, not the device that gives it. */
const ESSENTIAL = '(?:heat|hot water|water|running water|power|electricity|electric|gas)';
const GONE =
  '(?:out|off|gone|dead|down|not (?:on|working|running|coming)|does not work|not been (?:on|working|warm)|cut off|shut off|went out|stopped|not back)';
const COLD =
  '(?:cold|freezing|frozen|freeze|snow\\S*|winter|coats?|blankets|frost|ice|below zero|\\d+ degrees|{number} degrees)';
const HEATER = '(?:heat|heating|heater|heaters|radiators?|furnace|boiler)';

export const habitability: Rule = {
  cues: [
    // Vermin that is there.
    {
      says: pattern(
        `(?:is|are|have|has|had|got|see|saw|seen|found|find|finding|reported|caught|killed|living with|hear|more|with|of|full of|by|for|about|still|the) (?:\\S+ ){0,3}?${VERMIN}`,
        `${VERMIN} (?:\\S+ ){0,3}?(?:in|behind|under|still|everywhere|again|back|all over|coming|running|came)`,
        `^${VERMIN}$`,
        'something .. (?:scratch\\S*|lives|living|crawl\\S*|scurr\\S*|nesting)',
        '(?:bites|bitten) .. (?:bed|night|mattress)',
      ),
      unless: pattern(
        '(?:computer|mouse pad|wireless) mouse',
        'computer mouse',
        'rats? is nest',

        'your app',
        'round',
        'app',
        'in general',
        'do you (?:\\S+ )?(?:treat|spray|check)',
        '(?:used to have|got rid of|no more) \\S+',
      ),
      bears: ['question'],
    },
    {
      says: pattern(
        `not (?:\\S+ )?(?:living|live|sharing|share|sleeping|sleep|putting up) (?:\\S+ ){0,4}?(?:${VERMIN}|${MOLD})`,
      ),
      bears: ['negation', 'question'],
    },
    {
      says: pattern(
        `(?:is|are|have|has|got|see|saw|seen|found|reported|reporting|with|black|green|toxic|be|the|of|smell|smells) (?:\\S+ ){0,3}?${MOLD}`,
        `${MOLD} (?:\\S+ ){0,3}?(?:in|on|over|under|behind|is|back|again|spread\\S*|grow\\S*|everywhere|all)`,
        `^${MOLD}$`,
      ),
      unless: pattern('cupcake', 'cake', 'baking', 'silicone', 'jello', 'cheese'),
      bears: ['question'],
    },
    // Heat, water, power.
    {
      says: pattern(
        `(?:no|without|lost|not (?:have|had|got)(?: any)?) (?:\\S+ )?${ESSENTIAL}(?! (?:bill|account|meter|company|park))`,
        `(?:still )?no ${ESSENTIAL}`,
        `${ESSENTIAL} (?:\\S+ ){0,4}?(?:is|are|has been|have been|been|was|went|goes|keeps|still) (?:\\S+ ){0,2}?${GONE}`,
        `${ESSENTIAL} (?:went|cut) (?:out|off)`,
        '(?:radiator|radiators|heater) (?:\\S+ ){0,3}?(?:stone cold|cold|not (?:been )?(?:warm|hot))',
        '(?:ice|stone|freezing) cold (?:shower|showers|water)',
        'only cold water',
        '(?:freezing|frozen) (?:in here|in (?:my|our|the) (?:apartment|unit|bedroom|living room)|inside)',
        'see my (?:own )?breath',
        '(?:\\d+|{number}) degrees (?:inside|in (?:here|my|our|the))',
        'water (?:\\S+ ){0,3}?(?:brown|rusty|black|yellow|smells|undrinkable)',
        '(?:power|electricity) (?:\\S+ ){0,2}?out(?= in| since|$| ,)',
      ),
      unless: pattern(
        'heat map',
        '(?:is|are) (?:\\S+ )?(?:water|heat|power|electricity|gas) included',
        'included in',
        'heated in',

        'power (?:wash|button)',
        'scheduled',
      ),
      bears: ['question', 'negation'],
    },
    // A heater is a device; without heat in the cold it is more.
    {
      says: pattern(
        `${HEATER} (?:\\S+ ){0,3}?(?:broken|broke|died|out|dead|off|fail\\S*|quit|not work\\S*|does not work|down|stopped)`,
      ),
      beside: pattern(COLD),
      bears: ['question', 'negation'],
    },
    // The only toilet, sewage, gas, fire, wiring.
    {
      says: pattern(
        '(?:only|one|single) (?:toilet|bathroom) (?:\\S+ ){0,3}?(?:not|broken|clogged|out|overflow\\S*|blocked|does|will)',
        'no (?:working |usable )?(?:toilet|bathroom)',
        'toilet (?:\\S+ ){0,3}?(?:overflow\\S*|backing up|backed up|backs up|sewage)',
        '(?:sewage|sewer|raw sewage|feces)',
        '(?:smell|smells|smelling|smelled|leaking|leak of|odor of) (?:\\S+ ){0,2}?(?:gas|burning|smoke|propane|burnt)',
        'gas (?:leak|smell|odor)',
        '(?:burning|burnt|electrical) (?:\\S+ )?smell',
        'carbon monoxide',
        '(?:co|smoke|fire) (?:alarm|alarms|detector|detectors) (?:\\S+ ){0,4}?(?:dead|not work\\S*|broken|missing|does not|out|gone|fail\\S*|went off)',
        '(?:dead|no|broken|missing) (?:\\S+ )?(?:smoke|co|fire) (?:alarm|alarms|detector|detectors)',
        '(?:outlet|outlets|socket|switch|breaker|breaker box|panel|wire|wires|wiring|light fixture) (?:\\S+ ){0,5}?(?:spark\\S*|smok\\S*|expos\\S*|hot|burn\\S*|shock\\S*|buzz\\S*|melt\\S*|live)',
        '(?:spark\\S*|smoke|flames?|shock\\S*) (?:\\S+ ){0,4}?(?:outlet|outlets|socket|switch|wire|wires|panel|breaker|stove|wall)',
        '(?:exposed|live|bare|hanging) (?:wire|wires|wiring)',
        'on (?:the|my|our) breaker(?: box)?',
        'asbestos',
        'lead paint',
      ),
      unless: pattern(
        'gas (?:grill|bill|card)',
        'fire drill',
        'new battery',
        'chirp\\S*',
        'no (?:leak|smell)',
        'cooking',
        'test',
      ),
      bears: ['question', 'negation'],
    },
    // The house lets in water or people, or gives way.
    {
      says: pattern(
        '(?:water|rain|leak|leaking|dripping|pouring|raining|flood\\S*|coming) (?:\\S+ ){0,4}?(?:through|from|down|out of|in through|into) (?:\\S+ ){0,2}?(?:ceiling|roof|wall|walls|light|window|breaker|upstairs)',
        '(?:ceiling|roof|wall|walls) (?:\\S+ ){0,3}?(?:leak\\S*|drip\\S*|collaps\\S*|caved|caving|came down|coming down|fell|falling|sagging|bulging|pouring|wet|soaked)',
        'ceiling leak is',
        '(?:plaster|drywall|tiles?|chunks?|piece) (?:\\S+ ){0,3}?(?:came down|fell|falling|fallen|coming down)',
        '(?:rain|water|snow|wind) (?:comes|coming|gets|pours) in',

        '(?:flooded|flooding|ankle deep|standing water|water (?:all over|everywhere))',
        '(?:front|apartment|unit|entry|entrance|my|our|back|patio|balcony) door (?:\\S+ )?(?:will not|does not|can not|not|never) (?:\\S+ )?(?:lock|close|latch|shut)',
        '(?:door|lock|deadbolt) (?:\\S+ ){0,7}?(?:not|never) (?:lock|latch)',
        'without a (?:\\S+ ){0,3}?lock',
        '(?:door )?lock (?:\\S+ ){0,2}?(?:broken|busted|missing|kicked|does not (?:lock|work|close|turn)|will not (?:lock|close|turn)) ?',
        'anybody can (?:walk|get) in',
        'anyone can (?:walk|get) in',
        '(?:step|steps|stairs|staircase|stair|rail|railing|handrail|banister|balcony|deck|floor) (?:\\S+ ){0,5}?(?:gave way|gives way|giving way|collaps\\S*|rotten|rotted|rotting|came off|loose|broke|snapped|caving)',
        '(?:elevator|lift) (?:\\S+ ){0,4}?(?:trapped|stranded|stuck)',
        '(?:stuck|trapped|stranded) (?:\\S+ ){0,3}?(?:elevator|lift|{ordinal} floor)',
        '(?:unsafe|uninhabitable|unlivable|unliveable|not livable|health hazard|fire hazard|dangerous)',
      ),
      unless: pattern(
        'mailbox',
        'locker',
        'closet',
        'cabinet',
        'bike',
        'storage',
        'no (?:leak|smell)',
        'window .. overnight',
      ),
      bears: ['question', 'negation'],
    },
  ],
  never: pattern(
    'clean ever since',

    '(?:is|are|has been|all) (?:\\S+ )?(?:gone|fixed|solved|perfect|fine) now',
    'nothing to report',
  ),
};
