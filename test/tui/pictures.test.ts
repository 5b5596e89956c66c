import type xterm from '@xterm/headless';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openApp } from '../../src/core/app.ts';
import { openContext } from '../../src/core/context/index.ts';
import type { ScreenKey } from '../../src/tui/screens.ts';
import { openWorld as openTold } from '../../src/tui/world.ts';
import { svg } from '../../tools/picture.mjs';
import { elmConfig, elmHouse } from '../elm-house.ts';
import { ask, hostOf, openWorld } from '../sophia.ts';
import { opened, record, tell, vendor, wishing } from './deployed.ts';
import { clock, openScreens } from './emulator.ts';

const silent = { warn() {}, alert() {}, progress() {} };

/** The same ids each time. */
function counted() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A house in which one is asked, and all that is known of it. */
async function elm() {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  Object.assign(world, { random: counted() });
  await ask('portfolio import data', world);
  await ask('churn analyze elm-house', world);
  return world;
}

/** What a terminal shows, with the looks of its cells as it was told them. */
function shown(terminal: xterm.Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, at) => {
    const line = active.getLine(active.baseY + at);
    let [text, before] = ['', ''];
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (!cell || cell.getWidth() === 0) continue;
      const looks = [
        cell.isBold() ? 1 : 22,
        ...(cell.isDim() ? [2] : []),
        cell.isInverse() ? 7 : 27,
        cell.isFgPalette() ? 30 + cell.getFgColor() : 39,
      ];
      const look = looks.map((code) => `\u001b[${code}m`).join('');
      text += (look === before ? '' : look) + (cell.getChars() || ' ');
      before = look;
    }
    return text.replace(/ +$/, '');
  });
}

// LangGraph asks no clock of ours when a checkpoint was made.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T15:00:00.000Z') }));
afterEach(() => void vi.useRealTimers());

/** Which keys lead there, from the overview. */
const walks: readonly (readonly [string, ScreenKey, readonly string[]])[] = [
  ['overview', 'overview', []],
  ['runs', 'runs', []],
  ['run', 'runs', ['\r']],
  ['state', 'runs', ['j', '\r', '\r', 'k']],
  ['approvals', 'approvals', []],
  ['approval', 'approvals', ['\r']],
  ['risk', 'risk', []],
  ['property', 'risk', ['\r']],
];

describe.each([
  [80, 24],
  [160, 48],
])('at %i columns and %i rows', (cols, rows) => {
  test.each(walks)('%s looks as the manual shows it', async (name, screen, keys) => {
    using world = await elm();
    const context = openContext(hostOf(world), undefined, silent);
    await using app = await openApp(context, { ...{ owner: undefined, rehearses: false }, place: 'own' });
    const told = await openTold(context, app, { readOnly: false });
    const still = { ...told, clock: { now: context.clock.now, sleep: clock.sleep } };
    const { terminal, until, press, close } = await openScreens(screen, { cols, rows }, still);
    for (const key of keys) await press(key);
    if (name === 'overview') await until(/1 to be answered[\s\S]*1 waiting[\s\S]*14 lines in the journal/);
    const drawn = svg(shown(terminal), `sophia tui: ${name}`, cols);
    await close();
    await expect(drawn).toMatchFileSnapshot(`../../docs/screens/${name}-${cols}x${rows}.svg`);
  });

  test('deploy looks as the manual shows it', async () => {
    using world = wishing();
    Object.assign(world, { random: counted() });
    vendor(world, ['node-0', 'node-1']);
    record(world, ['node-0']);
    await using screens = await opened(world);
    const { app, context, ...told } = screens;
    const production = await tell(app, 'production');
    const run = await production.run();
    await using _lease = await production.at(run, context);
    await production.ordered(2);
    await production.step('node-0', 'create:done');
    await production.step('node-1', 'booting', 120);
    const still = { ...told, clock: { now: context.clock.now, sleep: clock.sleep } };
    const { terminal, until, press, close } = await openScreens('deploy', { cols, rows }, still);
    await until(/\$6\.58 an hour, \$3\.30 so far; asked just now[\s\S]*Plan +can be had/);
    await press('?', '\x1b');
    const drawn = svg(shown(terminal), 'sophia tui: deploy', cols);
    await close();
    await expect(drawn).toMatchFileSnapshot(`../../docs/screens/deploy-${cols}x${rows}.svg`);
  });
});
