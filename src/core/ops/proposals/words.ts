import type { Evidence, Proposed } from './proposed.ts';

/** Rows named of what a proposal rests on. */
const MAX_ROWS = 2;

/** As the analysis that saw them last found them: for whoever is to decide. */
export function foundIn({ index, stage, evidence }: Pick<Proposed, 'index' | 'stage' | 'evidence'>): string {
  const rows = evidence.toSorted((a, b) => ((a.on ?? '') < (b.on ?? '') ? 1 : -1)).map(dated);
  const told = rows.slice(0, MAX_ROWS).join(', ');
  const more = rows.length > MAX_ROWS ? ` and ${rows.length - MAX_ROWS} more` : '';
  return `${index.toFixed(2)}, ${stage}${told && `: ${told}${more}`}`;
}

/** `ticket of 2026-09-27`: how a row is named in words. */
export function dated({ id, on }: Evidence): string {
  const kind = id.slice(0, id.indexOf(':'));
  // Of a unit, and not of the tenant, whose file has its rows.
  if (kind === 'asking') return 'asking rent of the unit';
  if (!on) return `${kind} whose import was withdrawn since`;
  return kind === 'lease' ? `lease from ${on}` : `${kind === 'ledger' ? 'charge' : kind} of ${on}`;
}
