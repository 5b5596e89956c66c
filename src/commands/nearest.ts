const SUGGESTIONS = 3;

/** Those of `names` that may have been meant by `asked`: what is farther off than half of what was typed is left out. */
export async function nearest(asked: string, names: readonly string[], most = SUGGESTIONS): Promise<string[]> {
  if (asked === '') return [];
  const { distance } = await import('fastest-levenshtein');
  const word = asked.toLowerCase();
  const far = (name: string) => (name.toLowerCase().includes(word) ? 0 : distance(word, name.toLowerCase()));
  return names
    .map((name) => ({ name, off: far(name) }))
    .filter(({ off }) => off <= asked.length / 2)
    .sort((a, b) => a.off - b.off)
    .slice(0, most)
    .map(({ name }) => name);
}
