import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/core/errors/index.ts';
import { bindings } from '../../src/tui/keys.ts';
import { clock, heldClock, openInProcess } from './emulator.ts';
import { worldOf } from './world.ts';

const size = { cols: 100, rows: 24 };

test('a key that somebody has chosen is heard, told below and by ?, and the usual one is not', async () => {
  const keys = bindings.map((bound) =>
    `${bound.scope}.${bound.act}` === 'filter.open' ? { ...bound, keys: ['f', ' '] } : bound,
  );
  const { text, press, close } = await openInProcess('runs', size, worldOf(20), clock, { keys });
  expect(text().split('\n').at(-1)).toContain('f filter');
  await press('?');
  expect(text()).toMatch(/^f space +filter$/m);
  await press('\x1b', '/');
  expect(text()).not.toContain('▏');
  await press('f', 'failed');
  expect(text()).toMatch(/^sophia › Runs .* \/failed▏/);
  await close();
});

describe('where no UTF-8 is shown', () => {
  test('all is told in ASCII, foreign names as well', async () => {
    const { text, raw, press, until, resize, close } = await openInProcess('overview', size, worldOf(30), clock, {
      isAscii: true,
    });
    for (const screen of ['runs', 'approvals', 'risk']) await press(':', screen, '\r', '\r', '?', '\x1b', '\x1b');
    expect(text()).toMatch(/^> [\d.]+ #+/m);
    await press(':', 'runs', '\r');
    expect(text()).toMatch(/^sophia > Runs .* \* live$/m);
    expect(text()).toMatch(/^> run-0+ {2}o queued/m);
    expect(text()).toContain('???????? 2026-11-20');
    resize({ cols: 50, rows: 20 });
    await until(/^Runs .* \*$/m);
    await close();
    expect(raw()).toMatch(/^[\0-~]*$/);
  });
});

describe('where lines are heard, and not seen', () => {
  const heard = async () => {
    const world = worldOf(20);
    const { clock: time, pass } = heldClock();
    const screens = await openInProcess('runs', size, world, time, { isPlain: true });
    let told = 0;
    /** What was said since one listened last. */
    const listen = () => {
      const lines = screens.raw().slice(told).split('\n').slice(0, -1);
      told = screens.raw().length;
      return lines;
    };
    return { world, pass, listen, ...screens };
  };

  test('a screen is told when it is opened, then what is new of it', async () => {
    const { listen, press, close, raw } = await heard();
    const [title, live, chosen, second] = listen();
    expect([title, live]).toEqual(['sophia › Runs  20 by urgent', '● live']);
    expect(chosen).toMatch(/^› run-0+ {2}○ queued/);
    expect(second).toMatch(/^run-0+1 {2}● running/);
    await press('j');
    expect(listen()).toEqual([expect.stringMatching(/^› run-0+1 /)]);
    await press('/');
    expect(listen()[0]).toBe('sophia › Runs  20 by urgent /');
    await press('w');
    expect(listen()).toContainEqual(expect.stringMatching(/Runs {2}\d+ by urgent \/w$/));
    await press('\r', '\r');
    const run = listen();
    expect(run).toContainEqual(expect.stringMatching(/^sophia › Runs › run-/));
    expect(run).not.toContain('● live');
    await press('c');
    expect(listen()).toEqual(['End this run? What is not done yet will not be done.', 'y yes  n no']);
    await close();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins so
    expect(raw()).not.toMatch(/[\x1b█░▏]/);
  });

  test('that it is not fresh is said once, and once that it is again', async () => {
    const { world, pass, listen, until, raw, close } = await heard();
    listen();
    world.failing = new UserError('held', 'the store is busy', []);
    pass();
    await until(/the store is busy/);
    expect(listen()).toEqual(['✗ not fresh', 'the store is busy']);
    world.failing = undefined;
    const before = raw().length;
    while (raw().length === before) {
      pass();
      await new Promise(setImmediate);
    }
    await until(/● live[^●]*$/);
    expect(listen()[0]).toBe('● live');
    await close();
  });
});

describe('where there is little room', () => {
  test('what matters is seen: the last crumb, a sign of health, whole hints, the notices', async () => {
    const { text, press, close } = await openInProcess('overview', { cols: 40, rows: 10 }, worldOf(200));
    expect(text()).toMatch(/^Overview +●\n› ◆ \d+ to be answered *\n\d+ could go on/);
    await press(':', 'runs', '\r');
    expect(text()).toMatch(/^Runs {2}200 by urgent +●\n› run-0+ {2}○ {2}elm-house/);
    expect(text()).toMatch(/\nenter open {2}s sort {2}\/ filter {2}\? keys *$/);
    await press(':', 'risk', '\r', '\r');
    expect(text()).toMatch(/^elm-house[^\n]*●\n(?:[› ] 0\.\d\d[^\n]*\n|› 1\.00[^\n]*\n){3,}tenant-0: /);
    expect(text()).toContain('no probability.');
    await close();
  });

  test('whoever is to say yes sees to what', async () => {
    const { text, press, close } = await openInProcess('runs', { cols: 20, rows: 5 }, worldOf(20));
    await press('j', '\r', 'c');
    expect(text()).toMatch(/\nEnd this run\? What *\nis not done yet will *\n ?not be done\. *\ny yes {2}n no *$/);
    await close();
  });

  test('of a question the prompt is seen', async () => {
    const { text, press, close } = await openInProcess('approvals', { cols: 30, rows: 6 }, worldOf(30));
    await press('j', '\r', '\r', '5', '\r', 'j', '\r', 'a', '\r');
    expect(text()).toMatch(/Answer *\n\{"term":5,"tone":"warm"\}\?/);
    expect(text()).toMatch(/\ny yes {2}n no *$/);
    await close();
  });

  test('whoever cannot read all that is asked says yes to none of it', async () => {
    const world = worldOf(30);
    const { text, press, resize, until, close } = await openInProcess('approvals', { cols: 20, rows: 5 }, world);
    await press('j', '\r', '\r', '5', '\r', 'j', '\r', 'a', 'because '.repeat(9), '\r');
    expect(text()).toMatch(/▼ no room for the/);
    expect(text()).toMatch(/\nn no *$/);
    await press('y');
    expect(world.given).toEqual([]);
    resize({ cols: 80, rows: 24 });
    await until(/because\?/);
    await press('y');
    expect(world.given).toHaveLength(1);
    await close();
  });

  test.each([
    ['q', 'quit'],
    ['\x03', 'interrupted'],
  ])('who sees nothing leaves all the same: %j', async (key, ending) => {
    const { press, resize, until, isLeft, close } = await openInProcess('runs', size, worldOf(20));
    resize({ cols: 9, rows: 3 });
    await until(/^too small/);
    await press(key);
    expect(await isLeft()).toBe(true);
    expect(await close()).toBe(ending);
  });

  test('a terminal that is too small says so, answers nothing, and shows all again when it grows', async () => {
    const world = worldOf(20);
    const { text, press, paste, until, resize, close } = await openInProcess('approvals', size, world);
    await press('\r', '\r', '5', '\r', 'j', '\r', 'a', '\r');
    for (const [cols, rows, told] of [
      [19, 24, 'too small: 20x5'],
      [60, 4, 'This terminal is too small: 20x5 at least.'],
      [9, 3, 'too small'],
    ] as const) {
      resize({ cols, rows });
      await until(new RegExp(`^${told} *\\n *\\n`));
      await press('y');
      await paste('y');
    }
    expect(world.given).toEqual([]);
    resize(size);
    await until(/^sophia › Approvals/);
    expect(text()).toContain('Answer {"term":5,"tone":"warm"}?');
    await press('y');
    expect(world.given).toHaveLength(1);
    await close();
  });
});
