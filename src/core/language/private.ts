import type { Signs } from './features.ts';
import type { Said } from './turn.ts';

/**
 * Kinds of words that tell of somebody's life rather than of a home. They stand beside the kinds of `classes.ts`: a word
 * may be of one of each, and here too what is learned of one word of a kind holds for the others.
 */
const kinds: Readonly<Record<string, string>> = {
  I: `i me my mine myself we us our ours ourselves im`,
  HIM: `he him his himself himself's hes`,
  SHE: `she her hers herself shes`,
  THEY: `they them their theirs`,
  MATE: `husband wife partner boyfriend girlfriend fiance fiancee spouse hubby missus bf gf other-half`,
  EX: `ex exes ex-husband ex-wife ex-boyfriend ex-girlfriend ex-partner`,
  KIN: `mother mom mum mam ma father dad da papa brother sister uncle aunt aunty auntie cousin grandmother grandfather
    grandma grandpa gran granny nan nana grandad granddad parents in-law stepdad stepfather stepmother stepmom
    stepbrother family relative relatives gramps mama daddy mommy mummy elderly mother's father's`,
  SMALL: `son sons daughter daughters kid kids child children baby babies toddler toddlers infant infants newborn
    newborns boy boys girl girls twin twins triplets teen teens teenager teenagers niece nieces nephew nephews
    grandson granddaughter grandkids grandchildren grandchild stepson stepdaughter eldest wee lass lassie bairn bairns
    kiddo kiddos tot tots youngster youngsters schoolboy schoolgirl sibling siblings preschooler kindergartner
    kindergartener tween brood`,
  NURSERY: `nap naps napping stroller strollers pram buggy pushchair carseat booster diaper diapers nappy nappies cot
    crib cribs bassinet playpen highchair toy toys crayons crayon scribble scribbles lego legos tricycle trike
    training-wheels sandbox sandpit playground monkey-bars lullaby pacifier crawl crawls crawling teething cartoons
    storytime bedtime bath-time tooth-fairy santa babysitter sitter nanny childminder creche daycare nursery preschool
    kindergarten playgroup playroom playdate giggle giggles cleats lunchbox lunchboxes moses-basket outgrown
    outgrowing cosleep bunks dollhouse dolls puppets paddling wading alphabet`,
  SCHOOL: `school schools grader graders homework teacher teachers recess pta carpool pupil pupils enrollment
    enrolment enroll enrol principal headmaster headmistress term-time half-term semester camp camps soccer ballet
    recital cubs prom report-card junior-infants communion custody guardian guardianship fostering fostered adoption
    exams`,
  BODY: `arm arms leg legs hip hips knee knees shoulder shoulders wrist wrists ankle ankles toe toes finger fingers
    ear ears nose throat chest heart lung lungs liver kidney kidneys stomach belly tummy gut bowel bowels bladder
    bones joint joints spine rib ribs muscle muscles blood skull jaw tooth teeth gum gums breast breasts womb prostate
    thyroid veins artery limb limbs grip sight eyesight vision hearing memory breathing sinuses`,
  ILL: `ill sick unwell poorly ailing disease illness cancer tumor tumour lump stroke seizure seizures asthma
    asthmatic bronchitis pneumonia flu covid fever infection infected virus rash hives sores cough coughing coughs
    wheezing wheeze sneezing dizzy dizziness faint fainted fainting nausea nauseous vomiting migraine migraines pain
    pains ache aches aching swollen swelling numbness diabetes diabetic sugars epilepsy epileptic arthritis lupus
    parkinson's dementia alzheimer's depression depressed anxiety anxious ptsd bipolar breakdown insomnia relapse
    relapsed sober sobriety addiction detox overdose allergy allergic allergies injured injury injuries fractured
    fracture sprained concussion contagious quarantine shingles measles chickenpox chemo radiation transplant
    remission palliative hospice bedridden housebound frail recuperating unconscious hallucinating suicidal anorexic
    underweight overweight cholesterol anaemic anemic crohn's colitis ibs sciatica vertigo tinnitus glaucoma cataract
    cataracts hernia ulcer gout eczema psoriasis leukemia leukaemia lymphoma angina arrhythmia`,
  CURE: `doctor doctors dr gp physician surgeon nurse nurses paramedic paramedics ambulance hospital hospitals ward
    clinic a&e surgery surgeries bypass stent biopsy scan scans mri x-ray x-rays infusion dialysis therapy therapist
    physio physiotherapy counsellor counselor counselling counseling psychiatrist psychologist shrink rehab aa
    medication medications meds medicine medicines pills pill tablets tablet doses injection injections insulin
    inhaler nebulizer oxygen prescription prescriptions pharmacy pharmacist chemist stitches sling bandage bandages
    dressings crutches stretcher copay copays co-pay co-pays medicaid medicare medical discharged checkup diagnosis
    diagnosed vaccine dentist optician oncologist cardiologist midwife obstetrician pediatrician sharps catheter
    colostomy pacemaker epipen recuperate convalescing carer carers caregiver caregivers`,
  AID: `wheelchair wheelchairs walker rollator cane crutch crutches ramp ramps hoist stairlift lift-chair prosthesis
    prosthetic implants braille captions interpreter lip-read lipread vest harness therapy disability disabled
    handicap handicapped accessibility accommodation accommodations ada placard vibrating vibrates tactile magnifier
    large-print aide blind deaf autistic autism adhd dyslexic dyslexia sensory meltdown meltdowns stutter stammer
    amputee paralysed paralyzed paraplegic limp tremor tremors unsteady seizure-alert`,
  ABLE: `can't cannot unable reach climb carry bend stand walk walking grip crouch step-over heavy difficulty struggle`,
  BIRTH: `pregnant pregnancy expecting trimester belly birth contractions midwife obstetrician ob obgyn doula
    ultrasound heartbeat ivf fertility embryo miscarriage miscarried maternity paternity parental nursing
    breastfeeding breastfed pumping postpartum newborn baby nursery crib cot another heir stork expectant mother-to-be
    c-section caesarean folic surrogate`,
  STATE: `visa visas passport passports residency stamps documented undocumented citizen citizens citizenship oath
    naturalization naturalisation asylum refugee refugees humanitarian immigration immigrant immigrants immigrate
    migrant migration deported deportation detained detention consulate embassy sponsored sponsorship authorization
    authorisation uscis dhs itin ssn number daca tps dreamer f-1 h-1b h1b j-1 k-1 i-94 i-20 i-797 ead biometrics
    biometric fingerprint fingerprints lawful overstayed foreign foreigner foreigners born countries homeland
    nationality resettlement kyiv ukraine syria venezuela mexico brazil india afghanistan sudan somalia haiti settled
    vests irp gnib pps passport-sized`,
  HARM: `beats beating beaten slap slaps slapped punch punched punches choke choked chokes strangle strangled shove
    shoves shoved dragging smashes hurt hurts harmed attack attacked attacks assault assaulted stab stabbed violent
    violence abuse abused abusive fist fists knife bruise bruises bruised stalk stalking stalker tracked tracker
    drinking screamed crying begging begged sobbing sob sunglasses concealer`,
  FEAR: `afraid scared frightened terrified safety hides hiding escape escaped fled flee secret confidential refuge
    hotline advocate survivor victim protection protected protective restraining no-contact bail released jail prison
    arrested cops barred`,
  NEXT: `neighbor neighbors neighbour neighbours neighbor's neighbour's next-door woman lady man gentleman guy fella
    mr mrs ms`,
};

const kindsOf = new Map<string, readonly string[]>();
for (const [kind, list] of Object.entries(kinds))
  for (const word of list.split(/\s+/)) kindsOf.set(word, [...(kindsOf.get(word) ?? []), kind]);

/** "She is four", "he is not even two", "the 6 year old": somebody's age. */
const aged =
  /\b(?:he|she|who|they|one|boy|girl|(?:is|are)) (?:is |are )?(?:about |only |not even |just |almost |nearly |turning |now )*(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|\d|1\d)(?= ?$| ,| and| or| year| now| in | she| he)|\b(?:turns?|turned|turning) (?:one|two|three|four|five|six|seven|eight|nine|ten|\d|1\d)\b|\b(?:\S+|\d+)[- ](?:year|month|week)s?[- ]olds?\b/;

/** Signs that somebody's life is told of, beside those of `signsIn`. */
export function privateSigns({ sentences, whole }: Said): Signs {
  const signs = new Map<string, string>();
  const note = (sign: string, words: string) => {
    if (!signs.has(sign)) signs.set(sign, words);
  };
  const age = aged.exec(whole);
  if (age) note('p:AGE', age[0]);
  const inAll = new Map<string, string>();
  for (const { words } of sentences) {
    const here = new Map<string, string>();
    for (const word of words.split(' '))
      for (const kind of kindsOf.get(word) ?? kindsOf.get(word.replace(/'s$/, '')) ?? []) {
        if (!here.has(kind)) here.set(kind, word);
        if (!inAll.has(kind)) inAll.set(kind, word);
      }
    const found = [...here];
    found.forEach(([kind, word], at) => {
      note(`p:${kind}`, word);
      for (const [other, otherWord] of found.slice(at + 1)) {
        const pair = kind < other ? `p:${kind}&${other}` : `p:${other}&${kind}`;
        note(pair, `${word} ${otherWord}`);
      }
    });
  }
  if (age) for (const [kind, word] of inAll) note(`p:AGE&${kind}`, `${age[0]} ${word}`);
  return signs;
}
