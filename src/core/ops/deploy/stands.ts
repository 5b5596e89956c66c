/** What the engine does to a thing, by how it calls it: while it is at it, and when it is done. */
const DEEDS: Readonly<Record<string, readonly [string, string]>> = {
  create: ['being launched', 'made'],
  update: ['being changed', 'changed'],
  same: ['looked at', 'left alone'],
  delete: ['being ended', 'ended'],
  read: ['looked at', 'looked at'],
  refresh: ['looked at', 'looked at'],
  replace: ['being replaced', 'replaced'],
  'create-replacement': ['made in the place of another', 'made in the place of another'],
  'delete-replaced': ['being ended: another is in its place', 'ended: another is in its place'],
};

/** Of a machine that was paid for and ended, for another to take its place. */
export const WASTED = 'ended-of-no-use';

/** How a thing stands, for who reads it: `create:done` is `made`. What the vendor says of a machine stays. */
export function standsInWords(stands: string): string {
  if (stands === '') return 'recorded';
  if (stands === 'of-no-use') return 'of no use: another is made';
  if (stands === WASTED) return 'ended, being of no use';
  const [op = '', kind] = stands.split(':');
  const [begun, done] = DEEDS[op] ?? [];
  if (kind === 'failed') return `could not be ${done ?? op}`;
  return (kind === 'begun' ? begun : kind === 'done' ? done : undefined) ?? stands.replaceAll(/[:-]/g, ' ');
}
