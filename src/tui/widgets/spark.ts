const blocks = '▁▂▃▄▅▆▇█';

/** A column a number, against the highest of them; nothing stands above the line where there is none. */
export function spark(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts.map((count) => (count > 0 ? blocks[Math.ceil((count / most) * blocks.length) - 1] : '·')).join('');
}
