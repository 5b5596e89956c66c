import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { Host } from '../src/core/context/index.ts';
import { packageRoot } from './sophia.ts';

async function shown(env: Host['env'], color: string, share?: number): Promise<string> {
  const said = JSON.stringify({ env, color, share });
  const { stdout } = await execa(process.execPath, ['test/progress-shown.ts', said], {
    ...{ cwd: packageRoot, extendEnv: false, env: { FORCE_COLOR: '1' } },
  });
  return JSON.parse(stdout);
}

const LOOK = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`);

describe('who waits at a terminal', () => {
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
