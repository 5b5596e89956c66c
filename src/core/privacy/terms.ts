import { amongSmallLetters, type Terms, words } from './sign.ts';
import { domesticViolence } from './violence.ts';

const person = `(?:i|we|he|she|they|me|us|him|her|them|(?:my|our|his|her|their|the) (?:\\w+ )?(?:husband|wife|partner|
  spouse|boyfriend|girlfriend|fianc\\w+|ex|mother|mom|mum|father|dad|brother|sister|son|daughter|kids?|child|children|
  baby|roommate|neighbou?r|grand\\w+|aunt|uncle|parents?|family))`.replace(/\s*\n\s*/g, '');
const be = `(?:'m|'s|'re|'ve|'d| am| is| are| was| were| have| has| had| got| get| gets| feel| feels| fell| fall)
  (?: been| got| getting| gotten| so| very| really| too| always| both| all| pretty)*`.replace(/\s*\n\s*/g, '');

/** Somebody of whom it can be said that they are disabled, sick, or in danger. */
const personIs = (state: string) => new RegExp(`\\b${person}${be} (?:${state})\\b`, 'i');

const accommodation: Terms = {
  tells: [
    words(`wheel ?chair* | walker | walkers | walking stick | cane | crutch* | mobility | prosthe* | hearing aid* |
      hard of hearing | hearing loss | hearing impair* | deaf* | blindness | visually impair* | low vision | braille |
      sign language | guide dog* | service animal* | service dog* | assistance animal* | assistance dog* |
      support animal* | support dog* | support cat* | therapy dog* | emotional support | ESA | disabilit* | handicap* |
      ADA | accessib* | grab bar* | grab rail* | shower chair | shower seat | wheelchair ramp | access ramp | stair lift |
      stairlift | pool lift | chair lift | hoist | flashing doorbell | flashing alarm | strobe alarm | autis* |
      dyslexi* | amput* | paraly* | special needs | caregiver | live in aide | step free |
      scooter | power chair* | powerchair* | electric chair | motorized chair | rollator* | knee brace | leg brace* |
      comfort animal* | comfort dog* | assist dog* | seeing eye | large print | bigger print | screen reader* |
      lip read* | interpreter* | cochlear | closed caption* | tty | neurodiver* | adhd | sensory | wheelchairs |
      cerebral palsy | down syndrome | spina bifida | muscular dystrophy | transfer bench | bath bench | shower bench |
      bed lift | hospital bed | home health | carer | carers | personal assistant | arthrit* | tremor* | frail | lip reader* |
      raised dots | tactile | blue badge | disabled badge | home help | step stool for my | on the spectrum | non verbal | nonverbal |
      stammer | stutter* | one handed | legally blind | half blind | partially sighted | hearing dog* | walking aid* |
      transfer board | bed rail* | shower stool | commode | assistance dog | guide harness | sign for the deaf`),
    /\b(?:live|come|get about|get around|go|i'm|i am|somebody|someone|person) on wheels\b|\b(?:roll|rolls) (?:instead|rather)\b|\bfrom a (?:seated|sitting) position\b|\b(?:seated|sitting) (?:height|person|user)\b|\btalks? with (?:his|her|their|my) hands\b|\b(?:in|his|her|a) (?:\w+ )?(?:harness|vest)\b[^.!?]{0,40}\b(?:pet|working|works|animal)\b|\bisn't a pet\b|\bnot a pet\b|\bbars? (?:by|for|near|along|beside|to hold)\b[^.!?]{0,20}\b(?:tub|bath|toilet|shower|on to|onto)\b|\b(?:can't|cannot|can not|couldn't) manage the (?:tub|bath|step|steps|sill|threshold|door|hill|ramp|shower)\b|\bramp (?:i|we|he|she) (?:get|gets|need|needs|use|uses|come|comes)\b/i,
    /\b(?:with|in|from|for) my (?:power |manual |electric )?chair\b(?! (?:leg|cushion|cover)s?\b)/i,
    /\bwide enough for (?:me\b|(?:my|his|her|a|the) (?:\w+ )?(?:wheel ?chair|chair|walker|scooter|frame|rollator)\b)|\b(?:lower|level|step|stairs?|ramp|lift|elevator|door)\b[^.!?]{0,30}\bfor (?:my|his|her) (?:chair|legs?|knees?|condition)\b/i,
    /\b(?:can't|cannot|can not|couldn't|barely|hardly|don't|doesn't|trouble) (?:\w+ )?(?:hear|see|read|walk|stand|grip|lift my|bend|balance)(?:ing)? (?:well|properly|far|much|long|small|the (?:doorbell|bell|phone|alarm|print|notices?|screen|buzzer|letters?)|on the phone|without (?:help|a|my))\b/i,
    /\b(?:eyesight|vision|hearing|sight) (?:is|'s|was|has|keeps|isn't|got)(?: \w+)? (?:gone|going|bad|poor|fail\w+|weak|worse|limited|not)\b|\blos(?:t|ing) (?:my|his|her|their) (?:sight|hearing|eyesight|vision|leg|arm|balance)\b/i,
    /\b(?:can't|cannot|can not|no longer|unable to|not able to|couldn't) (?:\w+ )?(?:do|manage|climb|handle|take|use) (?:the )?(?:stairs|steps|lot of stairs|heavy door)\b/i,
    /\b(?:reasonable|disability|medical|special|an?|my|our|for) acc?omm?odations?\b|\bacc?omm?odat\w+ (?:request|letter|form)/i,
    personIs('(?:\\w+ly )?(?:disabled|blind|deaf|housebound|bedbound|bedridden)'),
    /\bdisabled (?:person|people|tenant|resident|parking|permit|placard|space|spot|toilet|access|veteran|vet|brother|sister|mom|mother|mum|dad|father|son|daughter|child|kid|husband|wife|partner|parents?|grand\w+|aunt|uncle|neighbou?r|roommate|friend)\b/i,
    /\b(?:can(?:'t|not| not)|couldn't|unable to|not able to|hard for \w+ to|struggle to) (?:\w+ )?(?:climb|do|manage|use|take|walk|stand|reach|get (?:up|down))(?: (?:up|down))?(?: (?:the|those|these|any|all those))? (?:stairs|steps)/i,
    /\b(?:need|want|ask\w*|request\w*|install|without)\b[^.!?]{0,30}\bramp\b/i,
    // From the last floor before the reason on: from each of them the rest would be read again.
    /\b(?:ground|first|lower|main|single)[- ](?:floor|level|story)\b(?:(?!\b(?:ground|first|lower|main|single)[- ](?:floor|level|story)\b)[^.!?])*\b(?:because|due|since|as|on account) (?:of )?(?:my|his|her|our|their|i|he|she)\b/i,
    /\b(?:trouble|difficulty|difficult|problems?|hard for (?:me|him|her)|can't|cannot|can not|unable to|barely) (?:to |with )?(?:walk|walking|hear|hearing|seeing|standing|stand|climbing|bending|lifting|gripping)\b/i,
    /\b(?:can't|cannot|can not|couldn't|unable to|hard to) get (?:in|into|out of|in or out of|in and out of|up from) (?:the|my|his|her|our) (?:tub|bath|shower|bed|chair|unit|apartment|building|pool)\b/i,
    /\b(?:roll|walk)-in (?:shower|tub)|\braised toilet\b|\b(?:case|social) ?worker|\brail(?:ing|s)? (?:by|near|for|in|at) the (?:toilet|tub|shower|bath)/i,
    /\b(?:home health|personal care|live-in) aides?\b|\b(?:my|his|her) (?:aide|carer|condition|impairment|limitations?)\b/i,
    /\b(?:have|has|with|got) (?:MS|ALS|CP|TBI)\b/,
    /\b(?:trouble|problems?|difficulty|hard time|struggl\w+|can't do|no good) (?:with |on )?(?:the |those )?(?:stairs|steps|heavy doors?)\b|\bno (?:stairs|steps)\b|\b(?:reach|get|turn)\b[^.!?]{0,25}\bfrom my (?:chair|bed)\b|\b(?:lever|bigger|lower|wider) (?:handles?|doors?|counters?|knobs?|switch(?:es)?)\b[^.!?]{0,30}\b(?:my|his|her)\b|\bonly (?:got )?one (?:arm|leg|hand|eye)\b|\bone[- ](?:armed|legged|handed)\b|\b(?:was|is|were|been|he|she|doctor|dr|gp|they|a|my|the) prescribed\b|\b(?:hold|holds|lean|leans|leaning|grab|something|need \w+|rail|bar)\b[^.!?]{0,20}\bfor support\b(?! with)|\b(?:van|car|vehicle)'s ramp\b/i,
    /\b(?:on|with|use|using|get about on|need) (?:a |my |her |his )(?:walking )?(?:frame|stick|cane|crutch\w*|rollator)\b|\b(?:bigger|larger|large) (?:type|typeface|font|letters)\b|\b(?:my|his|her) (?:eyes|ears|legs|hands) (?:are|aren't|is|isn't) (?:not |no longer )?what\b/i,
  ],
  means: [
    /\bramps? (?:for|on|of|from) the (?:moving|delivery|truck|van|dock|highway|freeway|garage)\b|\bno (?:further |more |other )?steps (?:were|was|have|has|are being|taken|to take|since)\b|\bcommode (?:is |keeps |won't |doesn't |has )?(?:run\w*|leak\w*|clog\w*|overflow\w*|flush\w*|back\w*|rock\w*|wobbl\w+)\b/gi,
    /\be-?scooters?\b|\bscooter (?:share|rental|company|app)s?\b|\b(?:portal|site|website|app|form|page|link|file)(?:'s| is| isn't)?(?: \w+)? accessible\b|\baccessible (?:at night|from|by|only|24)\b|\bdog walkers?\b|\b(?:can't|cannot|can not|couldn't) stand (?:the|it|this|that|him|her|them|another|how|when)\b/gi,
  ],
};

const medical: Terms = {
  tells: [
    words(`doctor | doctors | doctor's | physician* | nurse | nurses | paramedic* | surgeon* | x rays? | mri | biops* | blood (?:test|pressure|sugar|clot|work|thinner)s? |
      nausea* | vomit* | throwing up | threw up | rash | hives | infection* | infected | virus | faint(?:ed|ing|s)? | dizz* |
      passed out | overdos* | sobriety | sober | aa meeting* | detox | dementia | alzheimer* | parkinson* | cough* |
      inhaler* | nebuli* | epipen* | hospice | palliative | icu | dentist* | dental | root canal | tooth* | physio* |
      physical therapy | chiropract* | cardiolog* | oncolog* | neurolog* | psychi* | psycho* | psych ward | thyroid | lupus | hiv | hepatitis |
      immune | immuno* | autoimmune | vaccin* | insomnia | apnea | vertigo | sinus* | sciatica | fibromyalgia | crohn* |
      anemi* | eczema | nosebleed* | health (?:reasons?|issues?|problems?|scare|condition|crisis) | medically | nursing home |
      assisted living | wheez* | sprained | sick leave | medical | ill health | lung* | recovering addict* | on oxygen |
      leg cast | oxygen | heart monitor | blood poisoning | tetanus | malaria | tubercul* | arthrit* | osteo* | hernia* |
      gout | cyst | cysts | ulcer* | gallbladder | appendi* | hysterectomy | cataract* | glaucoma | surgery | surgeries | surgeon* | surgical | hospital* |
      clinic | clinics | stretcher* | bypass surgery | copay* | co pay* | district nurse | counsellor* | infusion* | injections | the ward | a ward | hospital ward | care home | nursing care | sick pay | signed off work | intravenous | iv drip | stent | shingles | measles | chickenpox | quarantin* | side effects | black dog (?:is back|again|came back|is here|visits) | methadone | relaps* | biopsies | blood test | hives | dialysis | emergency room | urgent care | ambulance | chemo* | radiation | cancer | tumor* | tumour* |
      leuk* | diagnos* | asthma* | bronchi* | COPD | pneumonia | flu | influenza | covid* | fever | allerg* | migraine* |
      headaches | stroke | heart attack | heart condition | heart failure | heart disease | heart problem* |
      pacemaker | diabet* | insulin | epilep* | seizure* | dialysis | kidney* | transplant | oxygen tank |
      oxygen machine | oxygen concentrator | cpap | medication* | meds | medicine* | prescription* | pills | painkiller* |
      therapy | therapist* | counselling | counseling | rehab* | depression | depressed | anxiety | ptsd | panic attack* |
      bipolar | schizo* | mental health | suicid* | injur* | fracture* | sprain* | concussion | stitches | bleeding |
      bandage* | illness* | disease* | disorder* | symptom* | medical* | medicare | medicaid | inhaler | nebuli* | rash |
      rashes | hives | food poisoning | carbon monoxide poisoning | lead poisoning | infection* | infected | vomit* |
      throwing up | nause* | dizzy | dizziness | faint | fainted | fainting | immune* | immuno* | autoimmune | arthritis | lupus |
      parkinson* | alzheimer* | dementia | multiple sclerosis | hiv | aids | tubercul* | pregnancy complications | sick leave |
      sick pay | sick day | sick days | sick note | home sick | out sick | sickness | hospice | nursing home |
      terminally | in a coma | intensive care | icu | sobriety | addict* | overdos* | detox | wound* | burned myself |
      hearing test | oxygen | mentally | memory loss | memory problem* | memory care | unconscious | passed out |
      blacked out | in recovery | sober | hoarder | hoarding | psychiatr* | psycholog* | obes* | frail | sciatica | vertigo |
      tremor* | cramp | cramps | cramping | physio* | hurt myself | hurt himself | hurt herself | my doc | the doc | a doc | out cold | scabies | lice | bite marks | biopsy | mri | ct scan | blood pressure | cholesterol | hernia | ulcer* | eczema | sinus* | lungs |
      coughing | wheez* | trouble breathing | breathing problem* | can't breathe | cannot breathe | insomnia | adhd | caretaker`),
    personIs(
      '(?:\\w+ly )?(?:ill|sick|unwell|contagious|poorly|hurt|in (?:so much )?pain|recovering(?! (?:my|the|a|it|files?))|bedridden|laid up)(?! of\\b)',
    ),
    /\b(?:ma(?:de|ke|kes|king)|getting|got|gets) (?:me|us|him|her|them|everyone|everybody|my \w+|our \w+|the \w+|\w+ \w+) (?:sick|ill|cough|wheeze)\b/i,
    /\b(?:broke|broken|breaks?|twisted|hurt|cut|burn(?:ed|t)|injured) (?:my|his|her|their|our|a) (?:arm|leg|hip|ankle|wrist|foot|toe|finger|hand|back|neck|knee|shoulder|nose|rib|head|collarbone)s?\b/i,
    /\b(?:my|his|her|our|their) (?:health|condition|illness|recovery|treatments?|specialist|dr|heart(?! set| is set)|bad (?:back|knee|hip))\b(?! inspector)/i,
    /\b(?:back|knee|chest|joint|chronic|nerve|constant|severe) pains?\b/i,
    // A part of the body that somebody speaks of as their own.
    /\b(?:my|his|her|their|our|mom's|dad's|wife's|husband's|bad|weak) (?:\w+ )?(?:knees?|hips?|spine|shoulders?|joints?|lungs?|liver|stomach|chest|throat|legs?|ankles?|wrists?|eyesight|vision|hearing|memory|blood|skin|bones?|nerves?|balance problems)\b/i,
    /\b(?:bad|hurt|weak|sore|injured|artificial) (?:\w+ )?(?:heart|back|hand|eye|foot|neck|arm|head)\b(?! door)/i,
    /\b(?:had|taken|took|has|another) a (?:bad |nasty )?fall\b|\b(?:i|he|she|husband|wife|mom|dad|mother|father|grand\w+) (?:slipped|tripped|fell|collapsed)\b(?! (?:behind|asleep|for|in love|short|out with|the (?:\w+ )?(?:breaker|alarm|fuse|sensor)))|\bblood on (?:her|his|my|their)\b/i,
    /\b(?:knee|hip|joint|heart valve) replacement/i,
    /\b(?:from|after|had|having|needs?|for) (?:a |an |his |her |my )?(?:\w+ )?(?:bypass|transplant|biopsy|endoscopy|colonoscopy|angioplasty)\b|\b(?:my|his|her|mother's|father's|mum's|mom's|dad's|mam's|gran's) (?:tablets|pills|drip|drops|jabs?|injections?|dose|bloods?|results|scans?|tests|surgery|op|sugars?|blood sugar|levels|nurse|consultant|surgeon|gp)\b|\b(?:i'm|i am|i was|he's|she's|he is|she is|him|her|dad|mum|mom|mother|father|husband|wife|gran|brother|sister)(?: \w+){0,2} (?:hooked up to|plugged into|attached to) (?:the|a|that|my) (?:machine|monitor|drip|pump)\b|\b(?:signed|been|i'm|he's|she's) off (?:work )?with (?:my|his|her|stress|a)\b|\b(?:found|have|has|had|got) (?:a|another) (?:\w+ )?(?:lump|tumou?r|clot|seizure|relapse|operation|miscarriage)\b|\b(?:i|he|she|who|dad|mum|mom|mother|father|husband|wife|partner|brother|sister|son|daughter) (?:just )?(?:have|has|had) (?:a|another) (?:\w+ )?(?:breakdown|turn on)\b|\b(?:got|had|needed|took|getting|with) (?:\w+ )?stitches\b(?<!us in stitches)|\bfound (?:him|her|dad|mum|mom|mother|father) on the floor\b|\b(?:months|weeks) to live\b(?! (?:with|in|here|like)\b)/i,
    /\b(?:a|as a|am a|the) patient\b|\bpatients\b/i,
    /\bin treatment\b|\bundergoing\b|\bcheck-?up\b|\bdr\.? (?!pepper)[A-Z]/i,
    /\b(?:had|have|has|having|my|his|her|an?|after|the|getting) (?:\w+ )?(?:operation|procedure)s?\b(?! (?:manual|hours|for (?:rent|paying|moving)))|\boperated on\b/i,
    /\b(?:in|my|his|her|long) recovery\b|\b(?:hurt|burn(?:ed|t)|cut|scald(?:ed)?|injured) (?:myself|himself|herself|ourselves)\b|\bmakes? it hard to breathe\b|\b(?:trouble|difficulty|hard time) breathing\b/i,
    /\b(?:stopped|saved|ended up|landed|stuck|been|was|is|'s|went) (?:up )?in (?:the )?(?:er|ward|rehab)\b/i,
    /\b(?:threw|thrown|put|pulled|blew) (?:out )?(?:my|his|her) (?:back|hip|knee|shoulder|neck)(?: out)?\b|\b(?:my|his|her) (?:hands?|feet|fingers|arms?|teeth|gums|ears?|eyes?|mind) (?:hurt|ache|swell|swoll\w*|shake|shaking|is|are|won't|don't|get|got|went)\b|\bbecause of (?:my|his|her) (?:hands?|feet|back|arms?|eyes?|neck|weight|age)\b|\b(?:collapsed|unconscious|unresponsive)\b(?! (?:on|onto|into) (?:the|my) (?:floor|ceiling|roof|shelf))(?<!(?:ceiling|roof|floor|shelf|wall|stairs?|deck|balcony|porch|fence|drywall) (?:has |had |just )?collapsed)|\b(?:breathing|sleep|feeding|medical|dialysis) (?:machine|equipment|device|tube)s?\b|\b(?:ache[sd]?|aching|swollen|sores?|blisters?)\b|\b(?:split|busted) lip\b/i,
    /\b(?:\w+'s|my|his|her|their) (?:\w+ )?(?:memory|mind|sight|hearing|heart|health|eyesight) (?:is|was|has|'s|isn't) (?:\w+ )?(?:going|gone|failing|bad|weak|worse|slipping)\b/i,
  ],
  means: [
    /\bchests? of drawers\b|\b(?:table|chair|couch|sofa|bed|desk|stool|cabinet) legs?\b|\bcough drops?\b|\bmy (?:tests|results) of\b/gi,
    /\b(?:sav\w+|by) (?:my|his|her|our) skin\b|\bskin of (?:my|our) teeth\b|\b(?:legal|law|tenants?|tenant rights|rights|housing|bike|tax|golf|tennis) clinics?\b|\bbleed(?:ing|s)? (?:us|me|people|tenants|residents|everyone|\w+) (?:dry|white)\b/gi,
    /\bfaint(?:ly|er)? (?:\w+ )?(?:hum|smell|noise|line|sound|light|stain|glow|buzz\w*|beep\w*|odou?r|click\w*|tap\w*|hiss|crack|leak|music|voices)\b|\b(?:power|price|voltage|electric\w*) surges?\b/gi,
    /\bsick (?:of|and tired|to death)\b|\b(?:boiler|faucet|sink|tap|drain|pipes?|plaster|wallet|radiators?|fridge|engine|machine|heater|dryer|washer|elevator|lift|toilet|building|account)(?:'s| is| has| was)? (?:\w+ )?(?:coughing|coughs?|threw up|throws up|throwing up|bleeding|sick|dizzy|wheez\w+)\b|\b(?:computer|pc|portal|email) virus\b|\bvirus (?:warning|scan|scanner)\b|\brash of\b|\bmy hands are (?:tied|full)\b|\bmy heart (?:sink|sank|skipped|isn't in|melt\w*)\b|\b(?:allergic|addicted) to (?:hidden|late|extra|paying|fees|that|the|your)\b|\brecovering from (?:your|the|that) (?:\w+ )?(?:increase|invoice|bill|raise|party)\b|\b(?:had|have|has|having|got|in) (?:us |me |everyone |everybody |the (?:whole )?\w+ )?in stitches\b|\bin stitches\b|\b(?:the|a|any|what(?:'s| is) the) procedures? (?:to|for|of)\b|\b(?:bay|space|shed|body|bike|copy|coffee) ward\b|\btablets? (?:computer|screen|for the dishwasher)\b/gi,
    /\b(?:nearly|almost|about|practically|half|gave (?:me|us)|give (?:me|us)|like to) (?:had|have|having )?\s?(?:a |an )?(?:heart attack|stroke|seizure|fit)\b/gi,
    /\bstroke of (?:luck|genius)\b/gi,
    /\b(?:anxiety|depression|fever|therapy)(?: of)? (?:dream|pitch)\b/gi,
    /\bretail therapy\b|\bcabin fever\b|\bband-?aids?\b|\bfirst aid\b|\bhearing aids?\b|\bvisual aids?\b/gi,
    /\ba dose of (?:their|his|her|your) own medicine\b|\b(?:own|best) medicine\b/gi,
    /\b(?:allergic|allergy) to (?:paperwork|work|mornings|forms)\b/gi,
    /\bdoctored\b|\bspin doctors?\b|\bvet(?:erinary)? (?:clinic|hospital)\b/gi,
  ],
};

const pregnancy: Terms = {
  tells: [
    words(`pregnan* | maternity | paternity | parental leave | unborn | ultrasound | trimester | midwife | obstetric* |
      miscarr* | stillb* | c section | morning sickness | breastfe* | postpartum | ivf | fertility | prenatal |
      antenatal | gave birth | giving birth | give birth | baby shower | due date | twins | triplets | crib | cribs |
      baby bump | in labor | in labour | into labor | into labour | went into labor | labor pains | labor and delivery | maternal | new arrival`),
    /\b(?:'m|'re|'s|am|are|is|was|were|been) expecting(?=\s*(?:[.,!?;:)]|$)|\s(?:and|in|so|this|next|now|again|soon|our (?:first|second|third|baby)|a (?:baby|child|boy|girl|little)|another (?:baby|child)|twins|any (?:day|week)))/i,
    /\b(?:baby|babies|child|little one|newborn)\b[^.!?]{0,20}\b(?:due|on the way|coming|arriv\w+|is here|any day)\b/i,
    /\b(?:have|having|had|expecting) (?:a|another|our|my|the) (?:\w+ )?(?:baby|newborn)\b|\bbirth of\b|\bthe birth\b|\b(?:home|after|before|since) (?:the )?birth\b/i,
    /\b(?:weeks|months) (?:along|pregnant)\b|\b(?:her|my|wife's|girlfriend's|partner's|daughter's) water (?:just )?broke\b/i,
    /\b(?:be|become|becoming) (?:parents|a (?:mom|mother|dad|father|parent))\b|\bparents-to-be\b|\bnew (?:mom|mother|dad|father|parents?)\b|\b(?:am|'m|is|'s) nursing\b/i,
    words(`doula* | obgyn | ob gyn | ob appointment* | bassinet* | bun in the oven | eating for two | family way |
      growing family | family is growing | family's growing | growing our family | mother to be | mom to be | dad to be |
      father to be | my bump | her bump | wife's bump | bump the size | sonogram* | lamaze | stork | fetus | gestation* | contractions | newborns?`),
    /\b(?:i'm|i am|we're|we are|she's|she is|(?:wife|partner|girlfriend|sister|daughter|roommate|fianc\w+)(?:'s| is)) (?:\w+ )?due (?:in|on|next|this|any|soon|at|around|to)\b(?! (?:pay|renew|sign|start|move|leave|back|speak))/i,
    /\b(?:three|four|five|six|one more|another one|more) of us\b[^.!?]{0,25}\b(?:come (?!to|in|from|by)\w+|by|soon|next (?:spring|summer|fall|autumn|winter|month|year)|from (?:may|june|july|march|april|august|the spring))\b(?! (?:the|door|to)\b)|\b(?:there'll|there will|we'll|we will|soon)(?: \w+){0,3} (?:three|four|five|one more) of us\b/i,
    /\b(?:trying|hoping|planning) (?:for|to have) (?:a|another|our)? ?(?:baby|child|kid)\b|\b(?:on|after|from|back from) (?:my |her |his )?(?:family|baby|parental) leave\b|\b(?:start|starting|start a|have a|having a) family\b|\badd(?:ing|ition)? to (?:the|our) family\b|\blittle one (?:on|in|due)\b/i,
    /\b(?:my|her|wife's|girlfriend's|partner's) waters?\b[^.!?]{0,20}\b(?:broke|break|go|went|gone)\b(?! (?:through|in the|out|off|brown|cold))|\b(?:wife|partner|girlfriend|sister|daughter|neighbou?r|fianc\w+|missus|roommate)(?:'s| is) (?:\w+ )?due\b(?! (?:pay|renew|sign|start|move|leave|back|home|for|speak|a |an ))|\bin (?:her|my) (?:\w+ )?(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|last|first) (?:month|trimester)\b(?! (?:here|of|as|at|on|with|in)\b)|(?:\bi'm|\bi am|'s|\bis|\bsome(?:body|one)) (?:\w+ )?(?:five|six|seven|eight|nine) months (?:gone|in|on|along)\b(?! (?:the|this|my|a)\b)|\blost (?:it|him|her) at (?:\w+ )?(?:weeks?|months?)\b|\b(?:lost the baby|miscarried)\b|\b(?:belly|tummy) (?:out|is out|like|the size)\b|\bthe (?:big )?belly\b|\bnew (?:dad|mum)\b|\b(?:birth|birthing) (?:plan|class|centre|center|partner|pool)\b|\bhospital bag\b/i,
    /\bfamily(?:'s| is| will be)?(?: \w+){0,3} (?:bigger|larger|grow(?:ing|s)?)\b|\b(?:bed ?rest|bedrest)\b/i,
  ],
  means: [
    /\bnew arrivals? (?:of|list|shelf|board|desk)\b/gi,
    /\b(?:rent|bill|payment|invoice|fee|rental|library|the|next|whose|what(?:'s| is) (?:the|my)) due dates?\b/gi,
    /\b(?:speed|rent|price|percent|smaller|small|big|bigger|another|the|an?|this|that) bumps?\b(?! the size)|\bpregnant pause\b|\bnursing (?:a|an|my|the|this) (?:\w+ )?(?:coffee|tea|beer|drink|grudge|hangover|plant|basil|cactus|fern|orchid|houseplants?)\b/gi,
    /\bdue date (?:for|of|on) (?:the|my|our|this|next)? ?(?:rent|bill|payment|invoice|fee|parking|month|quarter)\w*/gi,
    /\btwin (?:bed|size|mattress)\w*|\bcrib sheet\b/gi,
  ],
};

const children: Terms = {
  tells: [
    words(`child | child's | children | children's | childcare | child care | kid | kids | kid's | kids' | kiddo* | toddler* |
      infant* | newborn* | stroller* | pushchair* | pram | diaper* | nappy | nappies | crib | daycare | day care |
      nursery school | school* | preschool* | kindergarten* | teenager* | teens | grandkid* | grandchild* | grandson* |
      granddaughter* | stepson* | stepdaughter* | nephew* | niece* | babysit* | nanny | tween* | bunk beds | playpen | pta | oldest | custody | child support |
      foster care | single mom | single mother | single dad | single father | single parent | little one | little ones |
      high chair | car seat | baby monitor | baby gate | baby formula | homework | schoolwork | playdate* | youngest |
      eldest | familial status | buggy | buggies | bassinet* | pacifier* | sippy | nap time | naptime | bedtime | soccer practice |
      second grade | first grade | third grade | fourth grade | fifth grade | sixth grade | at recess | tutor | tutors | tutoring | sitter |
      stepkid* | foster* | childproof* | child proof* | baby proof* | babyproof* | kid proof* | juvenile* | toddling |
      sleepover* | little league | summer camp | scout* | tiny tots | tots | teenage* | our eldest | wee one* | wee ones | wee man | small fella | kindergartn* | kindergarden* | cot | cots | creche | crèche | childmind* | playgroup* | playpen* | cleats | report card | bus stop for the | training wheels | tricycle | trike | paddling pool | kiddie pool | wading pool | toy box | booster seat | guardianship | school run | school bus | half term | schoolbag* | lunchbox* | bairn* | young ones | youngsters | schoolchild* | primary school | secondary school | sandbox | sandpit | monkey bars | after school | crayon* | tooth fairy | adopt* | pediatric* | family of (?:three|four|five|six|seven|eight|us) | minors | graders?`),
    /\b(?:my|our|his|her|their|your|a|the|two|three|four|neighbou?r's|whose|'s) (?:\w+ )?(?:sons?|daughters?)\b/i,
    /\b(?:my|our|his|her|their|two|three|four|little|young) (?:\w+ )?(?:boys?|girls?)\b|\blittle (?:guy|man|fella|fellow)s?\b/i,
    /\b(?:my|our|his|her|their|the|a|neighbou?r's|'s) (?:\w+ )?(?:baby|babies)\b|\bbab(?:y|ies) (?:cries|crying|sleeps?|sleeping|screams?|wakes?)/i,
    /\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[- ]?(?:(?:year|yr|month|mo|week)s?[- ]olds?|y\/?o\b)\b(?! (?:fridge|carpet|building|stove|oven|boiler|paint|unit|lease|lock|appliance)\b)/i,
    /\b(?:mom|mum|mother|dad|father|parents?) of (?:\w+)\b/i,
    /\b(?:learn\w*|start\w*|begun) to (?:walk|crawl)\b|\bjust (?:started|began) (?:walking|crawling)\b|\bplayground\b[^.!?]{0,40}\b(?:my|our|his|her|their)\b|\b(?:my|our) (?:two|three|four|five) (?:are|were|play|sleep|share)\b/i,
    /\b(?:he|she|who)(?:'s| is| was)? (?:about|only|just|not even|barely|nearly|almost|turning|turns|turned) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|[1-9]|1[0-7])(?=\s*(?:[.,!?;)]|$)|\s(?:and|now|so|but|next|this|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|in (?:may|june|july|march|april|august|a month)|years?|months?|or)\b(?! (?:late|early|behind|ago)))|\b(?:she|he)'s (?:three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:and|now|in (?:may|june|july|march|april|august))\b|\bthey're about (?:six|seven|eight|nine|ten|eleven|twelve)\b/i,
    /\bmine (?:fights?|naps?|sleeps?|plays?(?! (?:up|back)))\b|\bmine (?:is|are) (?:two|three|four|five|six|seven|eight|nine|ten)(?: and (?:a half|two|three|four|five|six|seven|eight|nine|ten)\b| years?\b| now\b|(?=\s*(?:[.,!?;]|$)))|\bmine (?:go|goes) to (?:school|camp|bed|class|daycare|kindergarten|the (?:same|local|public|primary) )|\bmine (?:learn|learns|is learning|are learning)\b|\b(?:camp|braces|cleats|uniforms?|tuition|lunches) (?:and \w+ )?for (?:all )?(?:two|three|four|five|both)\b(?! (?:more |whole |straight )?(?:weeks?|days?|nights?|months?|hours?|doors?|walls?|shelves|units?))|\bteething\b(?! (?:problems?|troubles?|issues?|pains?))|\bjunior\b(?! (?:one|suite|bed|engineer|associate|loft|tech\w*|manager|staff|agent|plumber))|\bthe (?:little |young |small )?(?:boys|girls) (?:in|at|on|from|upstairs|downstairs|next|above|below|keep|play|throw|run|are)\b(?! (?:the |your )?(?:maintenance|office|desk|front|leasing|shop|crew|reception|management|truck|landscap\w+))|\b(?:our|my) (?:\w+ )?(?:first|second|third|fourth|fifth|[1-9]th)[- ]grader\b/i,
  ],
  means: [
    /\b(?:boys|girls) from the (?:moving|delivery|cleaning|gas|cable|tow\w*|pizza)\b|\badopt(?:ed|ing|s)? (?:the|your|our|a|this) (?:new )?(?:lease|rules?|policy|policies|terms|plan|system|app)\b|\b(?:the|your|our) oldest (?:complaint|item|notice|invoice|charge|issue)s?\b|\b(?:first|second|third) grade of\b/gi,
    /\b(?:'re|are|'m|am|is|'s|not|no|just|only|be|you|must be)? ?kidding\b|\bkid you not\b|\bkid yourself\b|\bnew kid\b|\bkid gloves\b|\bchild'?s play\b/gi,
    /\b(?:grad|graduate|law|med|business|night|trade|beauty|driving|dog|obedience|culinary|cooking|nursing|art|film|flight) school\b/gi,
    /\b(?:daughter|son|daughters|sons)[- ]in[- ]law\b/gi,
    /\bold[- ]school\b|\bschool of (?:fish|thought)\b|\b(?:oldest|youngest) (?:building|unit|part|appliance|fridge|elevator)\w*/gi,
    /\b(?:big|such a|giant) bab(?:y|ies)\b|\b(?:fridge|carpet|building|stove|oven|boiler|furnace|roof|washer|dryer|dishwasher|elevator|house|paint|lease|dog|puppy|cat|kitten)(?:'s| is| are) (?:\w+ )?\S+ (?:years?|months?|weeks?) old\b|\b(?:did|do|done|doing) (?:my|our|your) homework\b(?! (?:with|at))|\bguests'? (?:kids|children)\b|\bcrib sheet\b|\bbaby (?:steps|grand|blue|pink|wipes?|powder)\b|\bcry ?baby\b/gi,
    /\b(?:dog|dogs|cat|cats|puppy|pup|kitten|bike|car|truck|motorcycle|guitar|plants?)\b[^.!?]{0,30}\b(?:bab(?:y|ies)|kids?|child|children|boy|girl|daughter|son)\b/gi,
    /\b(?:fur|furry|cat|dog|plant) (?:bab(?:y|ies)|kids?|children)\b|\b(?:dog|pet|cat|house|plant)[- ]?sitters?\b|\b(?:is|was|are|very|so|really|too|still|app|portal|site|website|a) buggy\b(?! (?:and|for|with|in|by|on) (?:the|my|our|a)\b)|\bbuggy (?:app|portal|site|website|software|update)\b|\bfoster (?:street|avenue|road|dog|cat|kitten|puppy|parent of a (?:dog|cat))s?\b|\b(?:the|your|our) (?:oldest|youngest) (?:tickets?|requests?|tenants?|residents?|emails?|trees?|pipes?|machines?|cars?)\b/gi,
    /\b(?:bab(?:y|ies)|kids?|boy|girl) (?:is|are|,|the) (?:a |my |our |the )?(?:dog|dogs|cat|cats|puppy|kitten)\b/gi,
    /\badopt(?:ed|ing)? (?:a|an|the|another|our|two) (?:\w+ )?(?:dog|cat|puppy|kitten|pet|policy|rule)s?\b/gi,
    /\b(?:you|atta|good|old|oh) boys?\b|\bboy,/gi,
  ],
};

const immigration: Terms = {
  tells: [
    words(`immigra* | migrant* | green card* | asyl* | refugee* | undocumented | deport* | citizen* | noncitizen* |
      work permit* | work authorization | work authorisation | residence permit* | residency permit* |
      permanent residen* | residency status | legal status | DACA | naturali* | USCIS | homeland security |
      passport* | embassy | consulate | visas | H 1B | H1B | H1 B | I 94 | I 797 | ITIN | EAD |
      border patrol | lawful presence | overstay* | foreign national* | sponsorship | residency papers | residence papers | travel papers |
      work papers | country of origin | home country | my country | our country | without papers |
      no papers | employment authorization | employment authorisation | humanitarian | oath ceremony | take the oath | took the oath | taking the oath | swear in | stamp 4 | stamp four | leave to remain | settled status | pre settled | right to rent | home office (?:letter|decision|interview|case|application)s? | has no documents | have no documents | not legal yet | papers to stay | a share code | my share code | his share code | her share code | our share code | no recourse | barred from working | ukrainian scheme | resettle* | naturaliz* | my papers | our papers | his papers | her papers | their papers | illegal alien* | illegals | TPS`),
    // The agency writes itself in capitals; what lies in the freezer does not, unless everything does.
    amongSmallLetters(/\bICE\b(?! (?:MAKER|MACHINE|maker|machine))/),
    /\b(?:my|our|his|her|their) (?:legal |visa )?status\b(?! (?:as|in|on|of) (?:the|a|my))/i,
    /\b(?:no|not|don't|doesn't|haven't|without|waiting|yet|get|apply\w*)\b[^.!?]{0,25}\b(?:social security|ssn|social(?! (?:events?|hours?|media|rooms?|space|club|nights?|lounge|areas?|committee|distanc\w+)))\b/i,
    /\bvisa\b/i,
    /\bgot (?:his|her|their|my|our) papers\b/i,
    words(`a raid | another raid | the raid | immigration raid* | raids (?:at|in|on|here|by) | deportation | dreamer | dreamers | opt extension | expat* | stateless | oath ceremony | sponsor* |
      new to this country | came to this country | leave the country | left the country | back home to my | foreign born |
      entry stamp | port of entry | biometrics* | alien | immigration* | residency | notario | on (?:a|an|my) [fjl] 1 | my [fjl] 1 | (?:f|j|l) 1 (?:visa|status|student|holder|renewal|extension)s? | h 2a | h 2b |
      advance parole | cross the border | crossed the border | the border | removal proceedings`),
    /\b(?:work|working|job|employ\w+|stay|live)\b[^.!?]{0,40}\b(?:my|his|her|our|their|a) permit\b|\bpermit\b[^.!?]{0,40}\b(?:to work|to stay|job|country)\b|\b(?:my|his|her) permit (?:to|expire[sd]|runs out|ran out)\b/i,
    /\b(?:sent|send|go|went|fly) back to (?:my|his|her|our|their) (?:country|homeland)\b|\b(?:i|we|he|she|they|you|parents?|wife|husband|family)(?:'m|'re|'s| am| are| is)? (?:not|aren't|isn't) from here\b|\b(?:not|aren't|isn't|wasn't|weren't) (?:from this country|born here)\b/i,
  ],
  means: [
    /\bproof of residency\b|\bmy papers are (?:all over|on the|in the|soaked|wet|everywhere)\b|\bno (?:documents?|papers) (?:from|in|on|for|about|were|was|attached|came)\b|\bvisa (?:logo|sign|sticker)\b/gi,
    /\b(?:parking|guest|building|moving|street|city|bike|pool|visitor|construction) permits?\b|\bpassport photos?\b/gi,
    /\b(?:my|our|the) papers (?:were|was|got|are|is) (?:delivered|stolen|wet|late|left)\b/gi,
    // The card, not the permit.
    /\bpassport (?:to|for) (?:the )?(?!id\b|the (?:embassy|consulate|office)|my|our|his|her|identification|an? )\w+\b|\balien(?: |-)(?:film|films|movie|movies|looking|green|marathon|poster|costume|invasion|mask)s?\b|\b(?:the |of the )alien films?\b|\bsponsor\w* (?:the|of the|by the|a|this|our) (?:\w+ )?(?:pizza|event|party|bbq|barbecue|night|team|raffle|prize|breakfast|league|run)\b|\b(?:the|paper|wallpaper|flower|hedge|garden) border\b(?! (?:patrol|agent|guard|control|crossing|officer|people|police))/gi,
    /\b(?:my|the|a|your|our|this|new)? ?visa (?:card|debit|credit|ending|gift|was declined|got declined|is declined|declined|expired? card|or master\w*|and master\w*|payments?|number|fee)\b/gi,
    /\b(?:by|with|via|take|takes|accept|accepts|use|using|on my|master ?card (?:or|and)|amex (?:or|and)|pay\w* (?:by|with|using)) visa\b(?! (?:status|renewal|application))/gi,
    /\bcitizens? (?:bank|app)\b|\bsenior citizens?\b/gi,
  ],
};

/** By class, in the order in which classes are told. */
export const terms = {
  accommodation,
  medical,
  pregnancy,
  children,
  immigration,
  domestic_violence: domesticViolence,
} as const;
