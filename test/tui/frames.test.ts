import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors/index.ts';
import { destinations } from '../../src/tui/screens.ts';
import { openInProcess } from './emulator.ts';
import { worldOf } from './world.ts';

const sizes = [
  [40, 10],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
const worlds = { empty: 0, normal: 200, huge: 10_000 };
/** A list is scrolled to its end, one of it opened, help and the palette laid over it. */
const walk = ['', 'j', 'G', '\r', 'G', '?', '\x1b', ':', '\x1b', '\x1b'];

describe.each(sizes)('at %i columns and %i rows', (cols, rows) => {
  test.each(destinations.flatMap((key) => Object.entries(worlds).map(([name, runs]) => [key, name, runs] as const)))(
    '%s, %s: no frame is taller or wider than the terminal',
    async (key, _name, runs) => {
      const { terminal, text, press, close } = await openInProcess(key, { cols, rows }, worldOf(runs));
      for (const pressed of walk) {
        if (pressed) await press(pressed);
        const lines = text().split('\n');
        // Ink squeezes what does not fit: with one row too many the first is gone, and with one too few the last is empty.
        expect(lines[0]).toMatch(/^sophia › /);
        expect(lines.at(-1)).toMatch(/\S/);
        if (key === 'runs' && runs > 0) {
          const ids = [...text().matchAll(/^run-(\d{12})/gm)].map(([, number]) => Number(number));
          if (pressed === '') expect(ids[0]).toBe(0);
          if (pressed === 'G' && ids.length > 0) expect(ids.at(-1)).toBe(runs - 1);
        }
        expect(terminal.buffer.active.baseY).toBe(0);
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(cols);
        for (let at = 0; at < rows; at += 1) expect(terminal.buffer.active.getLine(at)?.isWrapped).toBe(false);
      }
      expect(await close()).toBe('interrupted');
    },
  );
});

test('what is known of another filter is not opened', async () => {
  const { text, press, close } = await openInProcess('runs', { cols: 80, rows: 24 }, worldOf(200));
  // In one read: the second Enter comes before there is an answer.
  await press('/000000000150\r\r');
  expect(text()).not.toContain('› run-000000000000');
  await press('\r');
  expect(text()).toContain('› run-000000000150');
  await close();
});

test('what no version knows is drawn all the same', async () => {
  const world = worldOf(3);
  const runs: typeof world.runs = async (query) => {
    const page = await world.runs(query);
    return { ...page, runs: page.runs.map((run) => ({ ...run, status: 'paused' as never })) };
  };
  const { text, close } = await openInProcess('runs', { cols: 80, rows: 24 }, { ...world, runs });
  expect(text()).toContain('? paused');
  await close();
});

test('foreign text stays text', async () => {
  const { text, close } = await openInProcess('runs', { cols: 80, rows: 24 }, worldOf(20));
  expect(text()).toContain('evil␛[2J�txt.exe');
  await close();
});

test('what fails keeps what was good, and says so', async () => {
  const world = worldOf(20);
  const { text, press, close } = await openInProcess('runs', { cols: 80, rows: 24 }, world);
  world.failing = new UserError('held', 'database is locked', []);
  await press('s');
  expect(text()).toMatch(/✗ \d s old: database/);
  expect(text()).toContain('run-000000000000');
  world.failing = undefined;
  await press('s');
  expect(text()).toContain('● live');
  await close();
});
