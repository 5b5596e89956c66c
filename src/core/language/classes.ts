/**
 * Kinds of words that property talk is made of; what is learned of one word of a kind holds for the others. A word
 * is of one kind, the first that names it.
 */
const kinds: Readonly<Record<string, string>> = {
  KEYS: `key keys keyring`,
  BUY: `buy buying bought purchase purchasing purchased mortgage mortgages realtor broker downpayment homeowner homeowners
    sale selling own owning owner-occupier completion conveyancing`,
  EXITS: `walkthrough walk-through forwarding checkout moveout handover hand-over buyout penalty prorate prorated
    replacement sublet sublease subletting subleasing assign assignment assignee subtenant relet re-let relist`,
  PLACE: `boston denver seattle portland chicago dallas austin houston phoenix tampa miami orlando atlanta nashville memphis
    cleveland detroit philadelphia pittsburgh baltimore charlotte raleigh richmond sacramento oakland vegas reno
    tucson albuquerque omaha minneapolis milwaukee madison indianapolis cincinnati columbus buffalo albany hartford
    providence brooklyn queens manhattan london dublin paris berlin madrid toronto vancouver montreal sydney melbourne
    auckland tokyo manchester leeds bristol glasgow edinburgh cardiff florida texas california oregon ohio michigan
    arizona nevada utah idaho montana colorado georgia alabama tennessee kentucky virginia maryland jersey
    pennsylvania vermont maine hawaii alaska carolina dakota kansas iowa missouri minnesota wisconsin illinois indiana
    oklahoma louisiana mississippi canada mexico spain france germany italy ireland scotland wales england australia
    abroad overseas countryside suburbs suburb coast upstate downtown town city country uptown`,
  RENEW: `renew renewing renewed renewal renewals extend extending extended extension resign re-sign prolong rollover sign
    signing signed`,
  ENOUGH: `enough done fed finished over through sick tired straw limit patience`,
  ANGER: `furious angry outrage outraged disgusted disgusting disgrace disgraceful shame shameful pathetic hate hated awful
    terrible horrible unacceptable appalling worst useless incompetent rude annoyed frustrated livid upset
    disappointed disappointing ridiculous`,
  THING: `sink faucet tap drain shower bathtub tub toilet fridge refrigerator freezer stove oven range burner cooktop
    microwave dishwasher washer dryer laundry disposal icemaker fan vent hood thermostat ac aircon conditioner
    airconditioner cooler blind blinds curtain shade screen window pane glass door hinge handle knob drawer cabinet
    cupboard closet shelf counter countertop tile grout carpet floorboard linoleum paint lamp light bulb fixture
    lightbulb intercom buzzer bell doorbell fob remote gate garage mailbox mailroom locker elevator lift gutter
    downspout pipe hose valve seal gasket caulk trim baseboard mirror rail rack towel bar rod track latch lock
    deadbolt keypad keycard card sticker permit tag spot pool gym sauna grill barbecue dumpster trash garbage chute
    recycling bin sprinkler fence patio deck balcony porch stairwell hallway lobby corridor landing wifi router
    internet cable machine showerhead flapper plug outlet socket switch breaker panel compressor filter belt motor
    pump unit appliance cooker hob taps kettle letterbox mailslot post peephole shutters awning bannister loo lav
    basin plughole cistern bath worktop skirting wardrobe lino doormat roller tumble spin extractor lightswitch strip
    jacuzzi hottub treadmill elliptical bike shed carport driveway kerb playground bench hedge lawn mower path
    skylight dormer attic loft coax modem antenna satellite turnstile barrier boom keyfob wristband armrest diverter
    spigot stopcock trap drainpipe pilot igniter element crisper sensor camera cameras entryphone entrycom lid rim
    hinges rails handles rollers runner bracket screws bolt bolts washers`,
  ESS: `heat heating heater radiator radiators furnace boiler hot water electricity power gas plumbing sewer lights
    electric electrics mains supply warmth hotwater tapwater utilities current voltage`,
  VERMIN: `rat rats mouse mice rodent rodents roach roaches cockroach cockroaches bedbug bedbugs bug bugs flea fleas termite
    termites maggot maggots vermin pest pests infestation infested droppings ants ant bat bats squirrel squirrels
    raccoon raccoons wasp wasps hornets bees nest snake pigeons moths lice ticks silverfish centipedes larvae
    exterminator possum gnats flies spiders critters pellets hornet yellowjackets weevils earwigs woodlice beetle
    beetles mosquito mosquitoes pigeon nests nesting gnaw gnawed gnawing chewed scurry scurrying scurries scratching
    scratches squeaking squeaks critter crawling crawlies tail tails exterminators bitten bites biting itching infest
    swarm swarming traps poison`,
  ROT: `mold mould moldy mouldy mildew fungus mushrooms mushroom spores damp musty fuzzy rotten rotting rot asbestos lead
    fumes sewage feces waste poop stench stink stinks odor rusty brown slime sludge contaminated fungal mossy slimy
    rancid putrid reek reeks reeking foul dampness clammy soggy toadstools effluent excrement turds discolored
    discoloured murky cloudy orange yellowish speckles blotches patches black`,
  FAULT: `broken broke break breaks breaking leak leaks leaking leaked drip drips dripping jam jammed stuck dead died rattle
    rattling rattles squeak squealing squeal noisy clog clogged backed flicker flickers flickering crack cracked
    cracking loose fell falls fallen busted fails failed failing failure malfunction fault faulty quit conked kaput
    trip trips tripping wobbly wobbles hums buzzing grinding beeping screeching peeling stained torn shattered smashed
    sagging bulging warped bent snapped split dripped frozen freezes acting playing defective malfunctioning bust
    bustd knackered shot duff iffy wonky dodgy gammy seized seizes sticks sticking sticky grinds clanks clanking
    clunks clunking rattled whine whines whining hisses seeps sputters sputtering flickered dims blinked pops popping
    blew blown fuse jams catches scraped scrapes falling dropped collapsed chipped leaky drained draining overflowed
    lasted`,
  WET: `flood flooded flooding pouring gushing soaked puddle waterfall raining rain wet burst overflow overflowing
    overflows seeping puddles pooling pools drenched trickle trickling trickles spewing spurting spraying streaming
    dribbling lake river swimming waterlogged`,
  HAZ: `spark sparks sparking smoke smoking burning burnt burn scorch scorched shock shocked zapped exposed bare live wire
    wires wiring fire carbon monoxide detector detectors alarm alarms unsafe dangerous hazard hazardous uninhabitable
    unlivable collapse collapsing caved caving crumbling stairs stair staircase steps railing handrail banister
    trapped stranded fizzing crackling crackles sizzling sizzle arcing arcs melted melting singed charred hum jolt
    jolts zap electrocuted exhaust co explosion explode forced kicked wrenched unlocked unlockable lockless intruder
    intruders break-in burglar burglars strangers stranger splinters splintered rickety unstable subsiding subsidence
    sinking`,
  COLD: `cold freezing freeze ice icy icebox snow snowing winter frost coats blankets blanket gloves hats shivering degrees
    breath lukewarm kettles boiling chilly shiver shivered numb bitter minus below zero arctic igloo icicles draughty
    drafty sweltering roasting stifling furnace-hot baking fahrenheit celsius coat scarf duvet hat mittens`,
  STRUCT: `ceiling roof wall walls floor basement drywall plaster bedroom kitchen bathroom livingroom hall plasterboard
    rafters joists beam beams foundation brick bricks tiles cornice lintel eaves threshold passage den nook pantry
    ensuite`,
  LAWYER: `lawyer lawyers attorney attorneys solicitor solicitors counsel barrister paralegal lawer litigator lawyering
    barristers advocate notary notarized esq firm lawfirm legalaid clinic`,
  FORUM: `court courts judge magistrate tribunal jury mediator mediation arbitration arbitrator ombudsman inspector
    inspectors inspection hud bureau council councilman councilwoman mayor regulator authorities authority county
    state department dept agency board commission union marshal hotline clerk enforcement ag commissioner association
    311 ombudsmen environmental trading standards housing bbb ftc hpd dhcr registry licensing watchdog adjudicator
    sheriff bailiff constable prosecutor senator representative congressman mp newspaper press reporter media news
    channel shelter citizens advice`,
  LAWACT: `sue suing sued lawsuit litigation litigate file filing filed claim claims complaint withhold withholding deduct
    deducting deducted escrow subpoena summons serve served hearing testify evidence proceedings prosecute charges
    damages compensation dispute contest enforce report reported reporting strike organize organizing litigating
    prosecution affidavit deposition injunction petition petitioning petitioned appeal appealing sworn witness
    witnesses exhibit documenting documented documentation records recordings lodge lodging lodged objection
    counterclaim countersue trial judgment judgement verdict settle settlement remedies remedy cease desist boycott
    picket abate offset short-pay setoff triple treble liable`,
  STATUTE: `law laws legal legally illegal illegally unlawful lawful statute statutes statutory code ordinance act section
    rights right liability violation violates violated violate breach breached obligated required retaliation
    discrimination habitability warranty regulation regulations enforceable legislation lawfully constitution entitled
    entitles entitlement prohibited forbidden allowed permitted cap caps capped bylaws clause clauses void
    noncompliant compliance noncompliance negligence negligent duty obligation contractually statutorily unfit codes
    covenant enjoyment harassment trespass trespassing`,
  HOME: `place apartment flat house home condo townhouse townhome cottage studio bungalow duplex building complex landlord
    property roommate apt digs pad tower villa mansion maisonette terraced semi detached lodgings room penthouse
    garden rental rentals tenancy address neighborhood neighbourhood abode quarters dwelling premises residence
    farmhouse cabin trailer camper van houseboat dorm`,
  LEASE: `lease leases contract term agreement notice occupancy occupy occupying occupant month-to-month fixed-term expiry
    expire expires expired expiring lapse lapses`,
  GO: `leave leaving left move moving moved movin vacate vacating relocate relocating relocated relocation go going gone
    depart departing exit pack packing packed movers boxes terminate terminating termination end ending out elsewhere
    somewhere goodbye bye transferred deployed farewell adios flit scram skedaddle bail bailing bailed bounce bouncing
    splitting ditch ditching shift shifting uproot uprooting pull-out withdraw emigrate emigrating emigrated resettle
    resettling retire retiring transfer transferring posted posting departs departure surrender surrendering handing
    returning give giving gave part parting abandon escape escaping flee quitting quits evacuate truck u-haul uhaul
    storage cartons suitcase luggage forward ahead onward chapter`,
  SEEK: `look looking searching search hunt hunting tour touring toured view viewing viewings viewed listing listings
    zillow browse browsing scrolling apply applied applying application applications agent bid offer shopping find
    finding found house-hunting flat-hunting apartment-hunting scout scouting explore exploring alternatives
    alternative options option openhouse showings showing waitlist waiting-list reference references verification
    craigslist rightmove zoopla trulia redfin apartments.com classifieds ads ad advertised eyeing consider leads`,
  PAYV: `pay paying paid cover covering afford affording spend budget manage swing settling remit remitting remittance cope
    coping meet meeting clear clearing scrape stump cough fork forking shell shelling owe owed owing`,
  RENT: `rent rents fee fees charge charged charging bill bills billed price prices priced pricing rate rates cost costs
    surcharge deposit premium amount figure number sum amenity parking tariff levy dues hoa admin processing
    convenience pet valet reletting lockout amenities technology package surcharges add-ons extras percent quote
    quoted invoice invoices statement quid euros pounds`,
  MUCH: `expensive pricey steep high overpriced outrageous absurd insane crazy excessive unfair unreasonable robbery ripoff
    rip gouging gouge greedy greed extortion exorbitant joke scandalous unjustified unjustifiable nerve nuts silly
    obscene criminal fleecing milking squeeze squeezing bleeding nickel diming bargain luxury absurdly astronomical
    inflated usury laughable shameless dear costly cheeky daft bonkers ludicrous preposterous outlandish wild mad
    madness unbelievable scandal racket swindle scam con conned fleece fleeced milked gouged ripped rinsed mugged
    stung overcharging overcharged overprice premium-priced palace shoebox cellar broom disproportionate unrealistic
    eye-watering hefty whopping brutal painful shocking gall barrel hostage stealing steal theft thieves thieving arm
    leg fortune gold golden platinum`,
  UP: `increase increases increased increasing raise raises raised raising hike hikes hiked bump bumped jump jumped climb
    climbing climbs doubled tripled double up escalating rise rises rising adjustment uplift uptick surge soar soared
    soaring skyrocket skyrocketed skyrocketing creep creeping inflate ballooned balloon added adding adds extra more
    pile tacked tack piling higher`,
  LESS: `less lower lowered lowering cheaper discount reduce reduced reduction cheap knock negotiable negotiate wiggle
    match waive drop reconsider deal value worth market justify under half slash slashed shave shaved trimmed cut
    matching matched fairer discounts deals promo promotion incentive incentives concession concessions rebate credit
    leeway flexibility flexible budge haggle soften reconsidering remove removed cancel scrap hold keep`,
  MONEY: `money cash dollars dollar bucks buck savings income funds grand hundred hundreds thousand cents penny check cheque
    checks account bank salary wages wage pension payday debt loan bankrupt bankruptcy tips commissions dime dimes
    nickels pennies coin coins fiver tenner cashflow wallet purse pocket pockets dough bread payout stipend grant
    grants benefit benefits welfare dole pensions ssi refund taxes tax irs loans lender overdraft overdrawn cards
    debtors checking earnings earn earned earning royalties allowance inheritance`,
  WORK: `job jobs work working shifts hours overtime employer boss business clients client gig gigs paycheck paychecks
    unemployment unemployed layoff layoffs factory plant restaurant warehouse store shop company position hired hiring
    fired furlough furloughed laid redundant season role trade trades site temp temping freelance freelancing
    freelancer self-employed seasonal harvest mill mine yard bakery cafe diner salon lot fleet driving deliveries
    delivery uber lyft doordash nursing teaching academy contractor-work clientless zero-hours hourly weekly biweekly
    salaried laid-off downsized downsizing restructured restructuring terminated sacked axed severance retrenched
    liquidated closure`,
  LOSS: `lost lose losing cuts halved dried stopped closed shut denied delayed short behind tight strapped tapped
    struggling struggle scraping drowning hardship rough stretch stretched maxed garnish garnishing emptied empty
    tough skint assistance relief installments instalments payments rest till until skipping meals noodles ramen
    pawned pawn borrowed borrowing borrow scrimp scrimping overstretched underwater cleaned wiped strain strained
    straits hard harder difficult difficulty difficulties hardest crisis emergency desperate desperately begging beg
    charity charities foodbank voucher vouchers aid fund program programme grace leniency lenient mercy instalment
    deferral defer deferred postpone arrears remainder balance installment hacked stolen robbed scammed touch last`,
  TIME: `day days week weeks month months hour morning afternoon yesterday today tomorrow tonight since ago ever now year
    years minute`,
  REPORT: `call calls called calling phone phoned phoning ring rang email emails emailed emailing mail message messages
    messaged text texted write writes wrote written writing ask asked asking tell told telling request requests
    requested ticket tickets submit submitted complain complained voicemail voicemails portal followup follow
    following remind reminder reminded notified mention mentioned contacted contact chase chasing chased rung ringing
    dialed dialled texting letter letters note notes form forms log logged logging flagged flag query queries inquiry
    enquiry appealed begged nagged nagging pleaded pestered pester reminding reminders contacting informed inform
    informing answerphone helpdesk queue`,
  CREW: `technician technicians tech plumber electrician maintenance guy guys repairman handyman super contractor crew
    worker workers man men fella somebody someone nobody anyone painter painters installer office desk manager
    management chap bloke lad lads fellow handymen serviceman servicemen engineer engineers fitter fitters joiner
    carpenter roofer glazier sparky electricians plumbers locksmith cleaner cleaners janitor porter caretaker
    concierge warden agents superintendent dispatcher vendor subcontractor team outfit`,
  AGAIN: `again still back yet agen agian anymore already another return returned returns same anew repeatedly persists
    persistent persisting persist continues continue continuing continued recurring recur recurs reoccurring
    reappeared resurfaced relapse relapsed unchanged identical ongoing constantly perpetual endless`,
  COUNT: `second third fourth fifth sixth seventh eighth ninth tenth twice thrice times time once every each umpteenth keeps
    kept countless several multiple seven-time numerous umpteen dozen dozens hundredth saga episode round rounds`,
  REPAIR: `fix fixed fixing fixes repair repaired repairs repairing replace replaced replacing patch patched mend mended
    install installed adjusted tightened serviced treated treatment resolve resolved resolution solved completed
    complete unfinished worked works fixer bodge bodged botch botched relit reset rewired replumbed resealed sealed
    unblocked unclogged snaked cleared greased oiled reattached glued taped painted repainted caulked regrouted bolted
    welded swapped changed sorted sort sorting looked`,
  WAIT: `wait waiting waited promise promised promises supposed meant said say says reply replied respond responded
    response answer answered answers heard hear word update updates come came coming show showed shown turn turned
    arrive arrived appear ignore ignored ignoring scheduled appointment rescheduled canceled progress happened nothing
    noshow no-show stood slot appointments eta schedule rescheduling postponed delay delays overdue outstanding
    pending unresolved unanswered unaddressed silence crickets radio ghosted ghosting forgotten forgot fobbed
    runaround brush brushed excuse excuses stall stalling stalled order backorder acknowledged acknowledgement
    assurance assured guarantee guaranteed pledged`,
  NEG: `not no never none without neither nor hardly barely zilch`,
  HH: `husband wife partner spouse fiance fiancee girlfriend boyfriend roommates flatmate flatmates housemate housemates
    hubby missus cohabitant co-tenant cotenant bf gf`,
  OTHER: `neighbor neighbors neighbour neighbours friend friends cousin sister brother mother father mom dad uncle aunt
    coworker colleague buddy guest guests he she they his her their him gran grandma nan granny grandpa mate mates pal
    pals classmate classmates teacher accountant hairdresser barber therapist everyone people folks`,
  GOOD: `thank thanks great love loved lovely wonderful perfect perfectly best happy glad nice good appreciate awesome
    fantastic terrific amazing excellent pleased grateful fair reasonable fine cheers ta brilliant splendid superb fab
    smashing delightful gem gems star stars legend treat bless kind kindly friendly helpful pleasure enjoy enjoying
    enjoyed proud impressed gorgeous beautiful tidy spotless smooth quick prompt promptly marvelous marvellous medal
    fond`,
  DAYQ: `where when how what which who whom why`,
  IF: `if unless otherwise or else`,
  MODAL: `would could might may maybe perhaps should considering thinking think wonder possibly chance leaning inclined
    tempted tempting weighing mulling pondering contemplating debating undecided unsure doubt doubtful likely unlikely
    potentially hopefully dunno guess suppose reckon`,
  PASTT: `was were had used old previous former`,
  INTEND: `will plan planning want intend decided deciding ready prefer rather determined set bound committed chosen chose
    choose opted opting settled agreed aim aiming hope hoping about`,
};

const kindOf = new Map<string, string>();
for (const [kind, list] of Object.entries(kinds))
  for (const word of list.split(/\s+/)) if (!kindOf.has(word)) kindOf.set(word, kind);

/** The kind of a word, or of its shape. */
export function classOf(word: string, shape: string): string | undefined {
  return kindOf.get(word) ?? kindOf.get(shape);
}

const set = (list: string) => new Set(list.split(/\s+/));
const numbers =
  set(`one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty
  seventy eighty ninety`);
const months = set(`january february march april may june july august september october november december jan feb mar
  apr jun jul aug sept sep oct nov dec spring summer fall autumn winter christmas thanksgiving easter`);
const days = set('monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun');

/** A figure of so many digits is likelier money than a count. */
const LARGE_DIGITS = 3;

/** A word without its ending; what is a number, a day or a month is told as that alone. */
export function shapeOf(word: string): string {
  if (word.startsWith('$')) return '<$>';
  if (/^\d+(?:st|nd|rd|th)$/.test(word)) return '<nth>';
  if (/^\d/.test(word)) return word.length >= LARGE_DIGITS ? '<big>' : '<#>';
  if (numbers.has(word)) return '<#>';
  if (months.has(word)) return '<month>';
  return days.has(word) ? '<day>' : stem(word);
}

/** Each ending, the shortest word that has it as one, and what stands in its place. Only the first that fits counts. */
const endings: readonly (readonly [RegExp, number, (root: string) => string])[] = [
  [/ing$/, 6, (root) => single(root)],
  [/ied$/, 5, (root) => `${root}y`],
  [/ed$/, 5, (root) => single(root)],
  [/ies$/, 5, (root) => `${root}y`],
  [/(?<!s|u|i)s$/, 4, (root) => root],
];

function stem(word: string): string {
  const fit = endings.find(([ending, least]) => word.length >= least && ending.test(word));
  const root = fit ? fit[2](word.replace(fit[0], '')) : word;
  return root.length > 3 ? root.replace(/e$/, '') : root;
}

/** "stopp" is "stop". */
function single(root: string): string {
  return root.replace(/(.)\1$/, '$1');
}
