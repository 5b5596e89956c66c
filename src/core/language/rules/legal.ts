import { pattern, type Rule } from '../cues.ts';

const COUNSEL =
  '(?:lawyers?|attorneys?|solicitors?|counsel|legal aid|law firm|paralegal|tenant rights \\S+|legal team|legal counsel)';
const FORUM = `(?:small claims(?: court)?|courts?|housing court|judge|magistrate|mediator|mediation|arbitration|arbitrator|tribunal|ombudsman|attorney general|ag|rent (?:board|control|commission|stabili[sz]ation)|code enforcement|building (?:department|inspector|code)|housing (?:authority|inspector|hotline|agency|board|court|department|commission|office|tribunal|code)|(?:health|city|county|state|fire|building|code|safety) (?:housing )?(?:department|inspectors?|inspection|marshal|agency|board|hotline)|inspectors?|council|hud|fair housing|civil rights|department of \\S+|consumer protection|tenants? (?:union|association|board|council|rights)|news station|311)`;
const STEP =
  '(?:call|calling|called|dial|dialing|contact|contacting|contacted|report|reporting|reported|file|files|filing|filed|go|going|goes|take|taking|took|see|write|writing|email|emailing|talk|talking|talked|speak|speaking|spoke|spoken|involve|involved|involving|get|getting|bring|bringing|hire|hiring|hired|complain|complained|complaining|send|sending|sent|ask|asking|have|has|got|turn|escalat\\S*|consult\\S*|retain\\S*|step|stop|next|ends up|end up|hear|hearing|notify|notified|inform\\S*|let|letting|meet|meeting|see you in|before|for|to)';
/** Courts to play in, professions, other people's cases. */
const OTHER = pattern(
  '(?:tennis|basketball|food|squash|pickleball|volleyball|maple|[a-z]+) court ,? ?(?:lit|open|net|booked|reservation|building|unit)',
  '(?:tennis|basketball|food|squash|pickleball|volleyball) courts?',
  'jury duty',
  'courthouse',
  '(?:am|is) (?:a|an) (?:lawyer|attorney|solicitor|paralegal|judge)',

  'not you',
  'quotation',
  'case closed',
  '(?:is it|legally) (?:legal|allowed) to',
  'neighbou?rs? (?:is )?(?:\\S+ )?(?:wind chimes|dog|music|noise)',
);

export const legal: Rule = {
  cues: [
    // Somebody of the law speaks, is spoken to, or is named as the next step.
    {
      says: pattern(
        `(?:my|our|a|an|the|your) (?:\\S+ )?${COUNSEL} (?:\\S+ )?(?:will|has|have|says|said|is|told|tells|thinks|wants|values|would|agrees|can)`,
        `^${COUNSEL} (?:tells|says|told|has|will|advis\\S+)`,
        `(?:from|to|with|by|through|involve|hire|hiring|hired|call|calling|get|getting|see|seeing|contact|consult|retain\\S*|have|got|bring in|want|need|ask|asking|asked|called) (?:\\S+ ){0,3}?${COUNSEL}`,
        `${STEP} (?:\\S+ ){0,6}?${FORUM}`,
        `${FORUM} (?:\\S+ ){0,3}?(?:will|has|have|is|would|next|hears?|about|might|may|can|office|ask)`,
        'see you in (?:court|front of)',
        '(?:take|taking|drag) (?:you|this|it|the landlord) to (?:court|the|small)',
        '(?:call|calling|report\\S*|tell|telling|contact\\S*|notify\\S*) (?:\\S+ ){0,6}?the (?:city|county|state|council|authorities|feds)',
      ),
      unless: OTHER,
      bears: ['question'],
    },
    // A step is named without who takes it.
    {
      says: pattern(
        '(?:will|going to|am|am a|might|could|may|would|to|have to|ready to|and|or|i|says?|said) (?:\\S+ )?(?:sue|suing)(?= |$)',
        'legal (?:action|steps|proceedings|options|remedies|route|recourse|advice|letter|notice|papers)',
        '(?:lawsuit|class action|litigation|litigate|subpoena)',
        '(?:in|into) escrow',
        '(?:withhold|withholding|withheld) (?:\\S+ )?(?:rent|payment)',
        '(?:deduct|deducting|taking|take|subtract\\S*) (?:\\S+ ){0,6}?(?:off|from|out of) (?:\\S+ )?(?:rent|next month)',
        'repair and deduct',
        '(?:not paying|stop paying|will not pay|hold back|holding back) (?:\\S+ )?rent (?:until|till|unless)',
        '(?:pursue|exercise|reserve) (?:all |my |our )+(?:\\S+ )?(?:remedies|rights)',
        '(?:demand|formal|certified) letter',
        'formal (?:written )?(?:notice|complaint)',
        '(?:registered agent|papers (?:get |be |are )?served|process server|serve (?:you|papers))',
        '(?:hearing|court) date',
        'disput\\S+ (?:\\S+ ){0,2}?(?:officially|formally)',
        '(?:will|going to|am) (?:file|filing)(?= |$)(?! (?:a|an|the|it|for)? ?(?:claim with|my|copy|insurance|taxes|papers))',
        'judge (?:will|would|is going|might)',
        '(?:small claims|in court|in front of a judge|before a magistrate)',
        'press charges',
      ),
      unless: OTHER,
      bears: ['question'],
    },
    // The law is invoked to demand.
    {
      says: pattern(
        '(?:by|under|against|breaking|violat\\S+|per|according to|know) (?:\\S+ )?(?:the |state |city |local |federal |tenant |landlord |housing |rental )?(?:laws?|statutes?|ordinance|code|building code|fair housing act)',
        '(?:state|federal|city|local|tenant|landlord tenant|housing) (?:law|laws|statute|ordinance)',
        '(?:statute|the law|ordinance) (?:\\S+ )?(?:lets|says|allows|requires|gives|is clear|protects)',
        '(?:is|are|was|this|that|highly|completely|you) (?:\\S+ ){0,2}?(?:illegal|unlawful|against the law|not legal|discrimination|retaliation|harassment)',
        'legal(?:ly)? (?:cap|limit|required|obligat\\S*|bound|maximum|entitled|duty)',
        '(?:code|lease|housing|safety|health) violations?',
        'breach of (?:contract|lease|the lease|quiet|warranty)',
        'warranty of habitability',
        'quiet enjoyment',
        '(?:my|our|tenant|tenants) (?:legal )?rights',
        'a court would',
        'lease is void',
        '(?:is|has to be) a matter for',
      ),
      unless: OTHER,
      bears: ['question', 'negation'],
    },
    // Politely denied, and in play.
    {
      says: pattern(
        `(?:rather not|hate to|not want|do not want to|prefer not|would not like|sorry to) (?:\\S+ ){0,5}?(?:${COUNSEL}|${FORUM}|sue|court|legal)`,
      ),
      beside: pattern('but', 'so', 'unless', 'if', 'until', 'might', 'may', 'still'),
      bears: ['question', 'negation'],
    },
  ],
  never: pattern(
    '(?:not|never) (?:going to|gonna|want to|planning to) sue(?! you)',
    'no (?:lawyers?|solicitors?|court)(?= ,| i promise| needed| necessary)',
  ),
};
