const or = (list: string) =>
  `(?:${list
    .trim()
    .split(/\s*\|\s*/)
    .join('|')})`;

/** How names of houses end. */
const NAME_ENDS = or(
  `Apartments? | Apts? | Arms | Commons | Court | Crossing | Estates? | Flats | Gardens? | Green | Grove | Heights |
  Hills? | House | Landing | Lofts? | Manor | Mews | Park | Place | Plaza | Pointe? | Residences? | Ridge | Row | Square |
  Station | Suites | Terrace | Towers? | Views? | Village | Villas | Yard`,
);
const HOUSES = or(
  `buildings? | complex | complexes | landlords? | places? | property | properties | community | communities | apartments? |
  houses? | one | spots? | studios? | units?`,
);
const ACQUAINTANCE = or('co-?workers? | friends? | sisters? | brothers? | cousins? | colleagues? | boss');

const name = new RegExp(`\\b(?:[A-Z][\\w'&]{0,20} ){1,4}${NAME_ENDS}\\b`);
/** A house told from this one by where it stands, whose it is, or what it is called and takes. */
const others = [
  new RegExp(`\\b(?:another|other|different|nearby|neighbou?ring|newer|competing|rival) (?:\\w+ )?${HOUSES}\\b`, 'i'),
  new RegExp(`\\b${HOUSES} (?:just |right )?(?:down|across|over|up|around|next|near|on the other side)\\b`, 'i'),
  /\b(?:down|across|up) the (?:street|road|block|way)\b/i,
  new RegExp(
    `\\b(?:my|our|his|her) ${ACQUAINTANCE}(?:'s? \\w+)? (?:pays?|place|building|complex|apartment|landlord)`,
    'i',
  ),
  /\b[A-Z][a-z]{3,} (?:charges?|wants?|asks?|offers?|offered|quoted|rents? for|has (?:it|the same|one) for)\b/,
  /\b(?:at|to|over at) the [A-Z][a-z]+\b/,
];
const price =
  /\$ ?\d|\b\d[\d,]{2,}\b|\b(?:hundred|thousand|grand|bucks|dollars|cheaper|less|lower|(?:months?|weeks) free)\b/i;

/** Here the name that follows is the speaker's own address, or what is compared is the owner's own. */
const ownBefore =
  /\b(?:live|i'm|we're|here|calling from|calling about|renting|tenants?|unit \w+,?) (?:at|in|from) (?:the )?$/i;
const ownAfter = /^, (?:building|unit|apt)\b/i;
const ownOffer = /\byour (?:own )?(?:website|site|listings?|ad)\b/i;

/** Whether another building or landlord is spoken of with a price. Neither may leave the call: they must not reach rents. */
export function mentionsCompetitor(text: string): boolean {
  const plain = text.replaceAll('’', "'");
  if (!price.test(plain) || ownOffer.test(plain)) return false;
  if (others.some((other) => other.test(plain))) return true;
  const found = name.exec(plain);
  if (!found) return false;
  const [before, after] = [plain.slice(0, found.index), plain.slice(found.index + found[0].length)];
  return !ownBefore.test(before) && !ownAfter.test(after);
}
