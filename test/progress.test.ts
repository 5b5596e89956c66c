import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openProgress } from '../src/commands/progress.ts';
import type { Host } from '../src/core/context/index.ts';

/** What a terminal is shown of a step that takes longer than anybody's patience. */
async function shown(env: Host['env'], color: string, share?: number): Promise<string> {
  let text = '';
  let tick: (() => void) | undefined;
  const still = () => true;
  const write = (chunk: string) => (text += chunk);
  const stderr = { isTTY: true, columns: 80, write, cursorTo: still, clearLine: still, moveCursor: still };
  const every = (_ms: number, work: () => void) => {
    tick = work;
    return { [Symbol.dispose]: () => undefined };
  };
  const progress = openProgress({ env, stderr, clock: { every } } as unknown as Host);
  progress.colour(color);
  progress.progress('reading the ledger', share);
  tick?.();
  // The spinner is loaded when it is first wanted.
  if (tick) await vi.waitFor(() => expect(text).toContain('reading the ledger'));
  progress.clear();
  return text;
}

const LOOK = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`);

describe('who waits at a terminal', () => {
  // What paints the spinner looks for itself, once.
  beforeAll(() => void vi.stubEnv('FORCE_COLOR', '1'));

  test('is shown what is done, in colour unless that is refused', async () => {
    expect(await shown({}, 'auto')).toMatch(LOOK);
    expect(await shown({}, 'never')).toContain('reading the ledger');
    expect(await shown({}, 'never')).not.toMatch(LOOK);
    expect(await shown({ NO_COLOR: '1' }, 'auto')).not.toMatch(LOOK);
  });

  test('is shown how far it is, where that is known', async () => {
    expect(await shown({}, 'never', 0.479)).toContain('reading the ledger, 47%');
    expect(await shown({}, 'never')).not.toContain('%');
  });

  test('in CI is nobody: what is done is written down once a minute, in a line of its own', async () => {
    expect(await shown({ CI: 'true' }, 'auto')).toBe('reading the ledger\n');
    expect(await shown({ CI: 'false' }, 'auto')).toContain('reading the ledger');
  });
});
