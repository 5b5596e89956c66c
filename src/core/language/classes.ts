/**
 * Kinds of words that property talk is made of; what is learned of one word of a kind holds for the others. A word
 * is of one kind, the first that names it.
 */
const kinds: Readonly<Record<string, string>> = {
  THING: `sink faucet tap drain shower bathtub tub toilet fridge refrigerator freezer stove oven range burner cooktop
    microwave dishwasher washer dryer laundry disposal icemaker fan vent hood thermostat ac aircon conditioner
    airconditioner cooler blind blinds curtain shade screen window pane glass door hinge handle knob drawer cabinet
    cupboard closet shelf counter countertop tile grout carpet floorboard linoleum paint lamp light bulb fixture
    lightbulb intercom buzzer bell doorbell fob remote gate garage mailbox mailroom locker elevator lift gutter
    downspout pipe hose valve seal gasket caulk trim baseboard mirror rail rack towel bar rod track latch lock
    deadbolt key keypad keycard card sticker permit tag spot pool gym sauna grill barbecue dumpster trash garbage
    chute recycling bin sprinkler fence patio deck balcony porch stairwell hallway lobby corridor landing wifi
    router internet cable machine showerhead flapper plug outlet socket switch breaker panel compressor filter belt
    motor pump unit appliance`,
  ESS: `heat heating heater radiator radiators furnace boiler hot water electricity power gas plumbing sewer lights`,
  VERMIN: `rat rats mouse mice rodent rodents roach roaches cockroach cockroaches bedbug bedbugs bug bugs flea fleas
    termite termites maggot maggots vermin pest pests infestation infested droppings ants ant bat bats squirrel
    squirrels raccoon raccoons wasp wasps hornets bees nest snake pigeons moths lice ticks silverfish centipedes
    larvae exterminator possum gnats flies spiders critters`,
  ROT: `mold mould moldy mouldy mildew fungus mushrooms mushroom spores damp musty fuzzy rotten rotting rot asbestos
    lead fumes sewage feces waste poop stench stink stinks odor rusty brown slime sludge contaminated`,
  FAULT: `broken broke break breaks breaking leak leaks leaking leaked drip drips dripping jam jammed stuck dead died
    rattle rattling rattles squeak squeaks squealing squeal noisy clog clogged backed flicker flickers flickering
    crack cracked cracking loose fell falls fallen busted fails failed failing failure malfunction fault faulty quit
    conked kaput trip trips tripping wobbly wobbles hums buzzing grinding beeping screeching peeling stained torn
    shattered smashed sagging bulging warped bent snapped split dripped frozen freezes acting playing defective
    malfunctioning`,
  WET: `flood flooded flooding pouring gushing soaked puddle waterfall raining rain wet burst overflow overflowing
    overflows seeping`,
  HAZ: `spark sparks sparking smoke smoking burning burnt burn scorch scorched shock shocked zapped exposed bare live
    wire wires wiring fire carbon monoxide detector detectors alarm alarms unsafe dangerous hazard hazardous
    uninhabitable unlivable collapse collapsed collapsing caved caving crumbling stairs stair staircase steps
    railing handrail banister trapped stranded`,
  COLD: `cold freezing freeze ice icy icebox snow snowing winter frost coats blankets blanket gloves hats shivering
    degrees breath lukewarm kettle kettles boiling`,
  STRUCT: `ceiling roof wall walls floor attic basement drywall plaster bedroom kitchen bathroom bath livingroom hall`,
  LAWYER: `lawyer lawyers attorney attorneys solicitor solicitors counsel barrister paralegal lawer litigator lawyering`,
  FORUM: `court courts judge magistrate tribunal jury mediator mediation arbitration arbitrator ombudsman inspector
    inspectors inspection hud bureau council councilman councilwoman mayor regulator authorities authority city
    county state department dept agency board commission union marshal hotline clerk enforcement ag commissioner
    association 311`,
  LAWACT: `sue suing sued lawsuit litigation litigate file filing filed claim claims complaint withhold withholding deduct
    deducting deducted escrow subpoena summons serve served hearing testify evidence proceedings prosecute press
    charges damages compensation dispute contest enforce report reported reporting strike organize organizing`,
  STATUTE: `law laws legal legally illegal illegally unlawful lawful statute statutes statutory code ordinance act section
    rights right liable liability violation violates violated violate breach breached obligated required retaliation
    discrimination habitability warranty regulation regulations enforceable`,
  HOME: `place apartment flat house home condo townhouse townhome cottage studio bungalow duplex loft building complex
    mortgage realtor landlord property roommate apt`,
  LEASE: `lease leases tenancy contract term agreement renewal renew renewing renewed extend extending extension resign
    notice`,
  GO: `leave leaving left move moving moved movin vacate vacating relocate relocating relocated relocation go going
    gone depart departing exit pack packing packed movers boxes terminate terminating termination end ending sublet
    sublease assign out elsewhere somewhere goodbye bye transferred deployed`,
  SEEK: `look looking searching search hunt hunting tour touring toured view viewing viewings viewed listing listings
    zillow browse browsing scrolling apply applied applying application applications agent bid offer shopping`,
  PAYV: `pay paying paid cover covering afford affording spend budget manage swing`,
  RENT: `rent rents fee fees charge charged charging bill bills billed price prices priced pricing rate rates cost costs
    surcharge deposit premium amount figure number sum utilities amenity parking`,
  MUCH: `expensive pricey steep high overpriced outrageous ridiculous absurd insane crazy excessive unfair unreasonable
    robbery ripoff rip gouging gouge greedy greed extortion exorbitant joke scandalous unjustified unjustifiable
    nerve nuts silly obscene criminal fleecing milking squeeze squeezing bleeding nickel diming bargain luxury
    absurdly astronomical inflated usury laughable shameless`,
  UP: `increase increases increased increasing raise raises raised raising hike hikes hiked bump bumped jump jumped
    climb climbing climbs doubled tripled double triple up escalating rise rises rising adjustment`,
  LESS: `less lower lowered lowering cheaper discount reduce reduced reduction cheap knock negotiable negotiate wiggle
    match waive drop reconsider deal value worth market justify`,
  MONEY: `money cash dollars dollar bucks buck savings income funds grand hundred hundreds thousand cents penny check
    cheque checks account bank salary wages wage pension payday debt credit loan bankrupt bankruptcy tips
    commissions`,
  WORK: `job jobs work working shift shifts hours overtime employer boss business clients client gig gigs paycheck
    paychecks unemployment unemployed layoff layoffs factory plant restaurant warehouse store shop company position
    hired hiring fired furlough furloughed laid redundant season`,
  LOSS: `lost lose losing cut cuts slashed halved dried stopped closed shut denied delayed short behind tight strapped
    tapped struggling struggle scraping drowning hardship rough stretch stretched maxed garnish garnishing drained
    emptied empty overdrawn tough skint assistance relief installments instalments payments half rest till until`,
  TIME: `day days week weeks month months hour morning afternoon yesterday today tomorrow tonight since ago ever now year
    years minute`,
  REPORT: `call calls called calling phone phoned phoning ring rang email emails emailed emailing mail message messages
    messaged text texted write writes wrote written writing ask asked asking tell told telling request requests
    requested ticket tickets submit submitted complain complained voicemail voicemails portal followup follow
    following remind reminder reminded notified mention mentioned contacted contact chase chasing chased`,
  CREW: `technician technicians tech plumber electrician maintenance guy guys repairman handyman super contractor crew
    worker workers man men fella somebody someone nobody anyone painter painters installer office desk manager
    management`,
  AGAIN: `again still back yet agen agian anymore already another more return returned returns same`,
  COUNT: `second third fourth fifth sixth seventh eighth ninth tenth twice thrice times time once every each umpteenth
    over keep keeps kept countless several multiple`,
  REPAIR: `fix fixed fixing fixes repair repaired repairs repairing replace replaced replacing replacement patch patched
    mend mended install installed adjusted tightened serviced treated treatment resolve resolved resolution solved
    done completed complete finished unfinished worked works`,
  WAIT: `wait waiting waited promise promised promises supposed meant said say says reply replied respond responded
    response answer answered answers heard hear news word update updates come came coming show showed shown turn
    turned arrive arrived appear ignore ignored ignoring scheduled appointment rescheduled canceled progress
    happened nothing`,
  NEG: `not no never none without neither nor hardly barely zero zilch`,
  HH: `husband wife partner spouse fiance fiancee girlfriend boyfriend roommates`,
  OTHER: `neighbor neighbors neighbour neighbours friend friends cousin sister brother mother father mom dad uncle aunt
    coworker colleague buddy guest guests he she they his her their him`,
  GOOD: `thank thanks great love loved lovely wonderful perfect perfectly best happy glad nice good appreciate awesome
    fantastic terrific amazing excellent pleased grateful fair reasonable fine`,
  DAYQ: `where when how what which who whom why`,
  IF: `if unless otherwise or else`,
  MODAL: `would could might may maybe perhaps should consider considering thinking think wonder possibly chance`,
  PASTT: `was were had used last old previous former`,
  INTEND: `will plan planning want intend decided deciding ready prefer rather`,
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
