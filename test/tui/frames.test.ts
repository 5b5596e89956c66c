import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { instant } from '../../src/core/domain/index.ts';
import { UserError } from '../../src/core/errors/index.ts';
import { destinations } from '../../src/tui/screens.ts';
import { heldClock, openInProcess } from './emulator.ts';
import { worldOf } from './world.ts';

const sizes = [
  [40, 10],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
const worlds = { empty: 0, normal: 200, huge: 10_000 };
/** A list is scrolled to its end, one of it opened, help and the palette laid over it. */
const walk = ['', 'j', 'G', '\r', 'G', '?', '\x1b', ':', '\x1b', 'G', '\r', 'a', 'y', '\x1b', '\x1b', '\x1b'];
/** Behind that: of a run that is at work its state is read. */
const onwards = ['g', 'j', '\r', '\r', 'g', 'j', 'j', 'j', '\x1b[6~', 'G'];

describe.each(sizes)('at %i columns and %i rows', (cols, rows) => {
  test.each(destinations.flatMap((key) => Object.entries(worlds).map(([name, runs]) => [key, name, runs] as const)))(
    '%s, %s: no frame is taller or wider than the terminal',
    async (key, _name, runs) => {
      const { terminal, text, press, close } = await openInProcess(key, { cols, rows }, worldOf(runs));
      for (const pressed of key === 'runs' ? [...walk, ...onwards] : walk) {
        if (pressed) await press(pressed);
        const lines = text().split('\n');
        // Ink squeezes what does not fit: with one row too many the first is gone, and with one too few the last is empty.
        expect(lines[0]).toMatch(cols < 80 ? /^\S.* ●$/ : /^sophia › .* ● live$/);
        expect(lines.at(-1)).toMatch(/\S/);
        if (key === 'runs' && runs > 0) {
          const ids = [...text().matchAll(/^[› ] run-(\d{12})/gm)].map(([, number]) => Number(number));
          if (pressed === '') expect(ids[0]).toBe(0);
          if (pressed === 'G' && ids.length > 0) expect(ids.at(-1)).toBe(runs - 1);
        }
        expect(text()).not.toContain('␛[1m');
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

test('where a model of another program ranks, both screens of it say that nobody can tell why', async () => {
  const world = worldOf(3);
  const risks: typeof world.risks = {
    ...world.risks,
    properties: async () => (await world.risks.properties()).map((row) => ({ ...row, isTold: false })),
    async property(wanted) {
      const seen = await world.risks.property(wanted);
      const tenants = seen.tenants.map((row) => ({ ...row, reasons: [], lower: [], proposal: undefined }));
      return { ...seen, isTold: false, tenants };
    },
  };
  const { text, press, close } = await openInProcess('risk', { cols: 120, rows: 24 }, { ...world, risks });
  expect(text()).toContain('no exact attribution');
  await press('\r');
  expect(text()).toContain('No exact attribution: the model cannot say why, and proposes nothing.');
  expect(text()).not.toContain('Nothing of their own raises it.');
  await close();
});

test('the wheel of a mouse, which comes as arrows, moves through a list', async () => {
  const { text, burst, close } = await openInProcess('runs', { cols: 80, rows: 24 }, worldOf(200));
  await burst('\x1b[B\x1b[B\x1b[B', 3);
  expect(text()).toContain('› run-000000000003');
  await burst('\x1bOA\x1bOA', 2);
  expect(text()).toContain('› run-000000000001');
  await close();
});

test.each([
  ['approvals', 'run-000000000018', /^sophia › Approvals {2}3 \/run-000000000018/, /No question matches/],
  ['risk', 'house-12', /^sophia › Risk {2}as known on 2026-11-22 \/house-12/, /No property matches/],
] as const)('a list of %s is filtered, and what is left is opened', async (screen, text, note, none) => {
  const screens = await openInProcess(screen, { cols: 100, rows: 24 }, worldOf(20));
  await screens.press(`/${text}`, '\r');
  expect(screens.text()).toMatch(note);
  expect(screens.text().match(/^[› ] /gm)).toHaveLength(1);
  await screens.press('\x1b', '/nowhere', '\r');
  expect(screens.text()).toMatch(none);
  await screens.press('\r', '\x1b', `/${text}`, '\r', '\r');
  expect(screens.text()).not.toMatch(note);
  if (screen === 'approvals') expect(screens.text()).toMatch(/^sophia › Approvals › بيت/);
  if (screen === 'risk') {
    await screens.press('/tenant-7 ', '\r');
    expect(screens.text()).toMatch(/20 ranked \/tenant-7/);
    expect(screens.text()).toMatch(/\ntenant-7: /);
  }
  await screens.close();
});

test('what can be done where one is stands in the palette as well, and asks as ever', async () => {
  const world = worldOf(20);
  const { text, press, close } = await openInProcess('runs', { cols: 80, rows: 24 }, world);
  await press('j', '\r', ':');
  expect(text()).toMatch(/\n {2}Risk *\n {2}Deploy *\n {2}state \(enter\) *\n {2}go on \(r\) *\n {2}cancel \(c\) *\n/);
  await press('canc', '\r');
  expect(text()).toContain('End this run?');
  expect(world.done).toEqual([]);
  await press('y');
  expect(world.done).toEqual(['cancel run-000000000001']);
  await close();
});

describe('an environment', () => {
  const chosen = async (keys: readonly string[] = []) => {
    const world = worldOf(20);
    const screens = await openInProcess('deploy', { cols: 100, rows: 24 }, world);
    await screens.press(...keys);
    return { world, ...screens };
  };

  test('is asked about when the screen is opened, and then by a key alone', async () => {
    const { world, press, close } = await chosen(['j', 'k']);
    expect(world.done).toEqual(['ask all']);
    await press('j', 'r');
    expect(world.done).toEqual(['ask all', 'ask env-1 rehearsal']);
    await close();
  });

  test('is ended when its name was typed, and then a yes given', async () => {
    const { world, text, press, close } = await chosen(['j', 'd']);
    expect(text()).toMatch(/^End all machines of the rehearsal of env-1\? /m);
    await press('env-', '\r');
    expect(text().split('\n').at(-1)).toMatch(/^that is not "env-1": nothing was ended/);
    await press('d', 'env-1', '\r', 'n', 'd', 'env-1', '\x1b', 'y');
    // The name and what follows it, in one go.
    await press('denv-1\ry');
    expect(world.done.filter((each) => each.startsWith('destroy'))).toEqual([]);
    expect(text()).toContain('y yes  n no');
    await press('y');
    expect(world.done.filter((each) => each.startsWith('destroy'))).toEqual(['destroy env-1 rehearsal']);
    expect(text().split('\n').at(-1)).toMatch(/^ended, as the vendor says: 3 machines/);
    await close();
  });

  test('that is being deployed is cancelled by its name, and one that is over is not', async () => {
    const { world, text, press, close } = await chosen(['j', 'c', 'env-1', '\r']);
    expect(text()).toMatch(/^Cancel the deployment of the rehearsal of env-1\? .* bills on/m);
    await press('y');
    expect(world.done.at(-1)).toBe('cancel run-000000000001');
    await press('j', 'j', 'j', 'j', 'j');
    expect(text()).toMatch(/succeeded, begun/);
    expect(text().split('\n').at(-1)).not.toContain('c cancel');
    await close();
  });

  test('is told what keeps it from being ended, and not ended where one only looks', async () => {
    const { world, text, press, close } = await chosen(['j', 'd', 'env-1', '\r']);
    world.failing = new UserError('billing', 'may bill on: id-0: is listed still', []);
    await press('y');
    expect(text().split('\n').at(-1)).toMatch(/^may bill on: id-0/);
    await close();

    const looking = worldOf(20);
    Object.assign(looking.environments, { refusal: 'only looked at' });
    const screens = await openInProcess('deploy', { cols: 100, rows: 24 }, looking);
    await screens.press('j', 'd', 'c');
    expect(screens.text()).not.toMatch(/^(End|Cancel) /m);
    expect(looking.done).toEqual(['ask all']);
    await screens.close();
  });

  test('of a rehearsal says so in every line, and its run is opened by enter', async () => {
    const { text, press, close } = await chosen(['j']);
    const details = text()
      .split('\n')
      .filter((line) => line.includes('rehearsal|'));
    expect(details.length).toBeGreaterThan(4);
    expect(text()).toMatch(/^› rehearsal\| env-1 +● running/m);
    expect(text()).toMatch(/^rehearsal\| node-0 {2}● booting, 120 s/m);
    await press('\r');
    expect(text()).toMatch(/^sophia › Deploy › run-000000000001 /);
    await close();
  });
});

describe('what bills', () => {
  const NOW = Date.parse('2026-11-22T15:00:00.000Z');
  /** Two of one name, the first asked about so long ago. */
  const twins = async (size = { cols: 80, rows: 24 }, agoMs = 0, isOutdated = false) => {
    const world = worldOf(1);
    const [real] = await world.environments.all();
    if (!real?.heard) throw new Error('it was asked about');
    const heard = { ...real.heard, at: instant(NOW - agoMs), isOutdated };
    const one = { ...real, environment: 'gpu', id: 'gpu', heard };
    const rows = [one, { ...one, id: 'gpu rehearsal', isRehearsal: true, heard: { ...heard, at: instant(NOW) } }];
    Object.assign(world.environments, { all: async () => [...rows] });
    const held = heldClock();
    let passed = 0;
    const time = { now: () => instant(NOW + passed), sleep: held.clock.sleep };
    /** What is asked now and then is asked. */
    const pass = () => {
      passed = 9000;
      held.pass();
    };
    return { world, rows, pass, ...(await openInProcess('deploy', size, world, time)) };
  };

  test.each([
    [0, false, 'bills $3.29/h', '1 machine, $3.29 an hour, $1.00 so far; asked just now'],
    [8 * 60_000, false, '$3.29/h, 8 min ago', '1 machine, $3.29 an hour, $1.00 until then; asked 8 min ago'],
    [0, true, 'not asked since', 'not asked since it changed, but at 11-22 15:00: r asks'],
  ])('asked %i ms ago (outdated: %s) is told with its age, or not at all', async (agoMs, isOutdated, row, detail) => {
    const { text, press, close } = await twins({ cols: 100, rows: 24 }, agoMs, isOutdated);
    expect(text()).toMatch(new RegExp(`^› real     \\| gpu .* ${row.replaceAll('$', '\\$')} *$`, 'm'));
    expect(text().replaceAll(/\s+/g, ' ')).toContain(`Bills ${detail}`);
    await press('d');
    expect(text().includes('1 machine lived, $3.29 an hour')).toBe(!isOutdated);
    if (isOutdated) expect(text()).toContain('What lives of it is not known');
    await close();
  });

  test('of what is real and of its rehearsal is told apart in front of the row and of the title', async () => {
    const { text, press, close } = await twins();
    expect(text()).toMatch(/^› real {5}\| gpu /m);
    expect(text()).toMatch(/^ {2}rehearsal\| gpu /m);
    expect(text()).toMatch(/^real {5}\| gpu {2}deploy/m);
    await press('d');
    expect(text()).toMatch(/^End all machines of gpu, for real\?/m);
    await press('\x1b', 'j');
    expect(text()).toMatch(/^rehearsal\| gpu {2}deploy/m);
    await close();
  });

  test('is asked of rehearsals while the screen is shown, and told without a key', async () => {
    const { world, rows, pass, text, close } = await twins();
    const [, rehearsal] = rows;
    Object.assign(world.environments, {
      async keepUp() {
        if (!rehearsal?.heard || rehearsal.heard.bill.machines.length === 0) return false;
        rows[1] = {
          ...rehearsal,
          heard: { ...rehearsal.heard, bill: { machines: [], centsPerHour: 0, soFarCents: 0, unread: 0 } },
        };
        world.done.push('kept up');
        return world.done.filter((each) => each === 'kept up').length === 1;
      },
    });
    for (let turn = 0; turn < 1000 && !text().includes('bills nothing'); turn += 1) {
      pass();
      await new Promise(setImmediate);
    }
    expect(text()).toMatch(/rehearsal\| gpu .* bills nothing/);
    await close();
  });

  test('of one that is gone is chosen nothing in its place, and nothing is ended, until a key chooses', async () => {
    const { world, rows, text, press, close } = await twins();
    await press('j');
    rows.pop();
    await press('r');
    expect(text()).toContain('none is chosen: j or k chooses');
    expect(text()).not.toMatch(/^› /m);
    const hints = text().split('\n').at(-1);
    expect(hints).not.toContain('destroy');
    await press('d', 'c', '\r', 'y');
    expect(text()).not.toMatch(/^(End|Cancel) /m);
    expect(world.done.filter((each) => /destroy|cancel/.test(each))).toEqual([]);
    await press('k');
    expect(text()).toMatch(/^› real {5}\| gpu /m);
    await close();
  });

  test('what came of an end stays to be read', async () => {
    const { rows, text, press, close } = await twins();
    const [, rehearsal] = rows;
    if (!rehearsal) throw new Error('there is one');
    const outcome = { at: instant(NOW), text: 'ended: 3 machines; nothing of it billed then', run: undefined };
    rows[1] = { ...rehearsal, outcome, nodes: [], resources: 0, pending: 0, run: undefined };
    await press('j', 'r', 'j');
    expect(text()).toMatch(/^› rehearsal\| gpu +– ended/m);
    expect(text()).toMatch(/^rehearsal\| End {5}11-22 15:00: ended: 3 machines; nothing of it billed then/m);
    await close();
  });

  test.each([
    [40, 20],
    [80, 24],
    [200, 60],
  ])('ids of machines stand whole at %i columns', async (cols, rows) => {
    const id = '0123456789abcdef0123456789abcdef';
    const shown = await twins({ cols, rows });
    const [one, two] = shown.rows;
    if (!one || !two) throw new Error('there are two');
    const nodes = one.nodes.map((node) => ({ ...node, recorded: node.recorded && { ...node.recorded, id } }));
    shown.rows.splice(0, 2, { ...one, nodes, outcome: undefined }, { ...two, nodes });
    await shown.press('r', 'G', '\x1b[6~');
    const told = shown.text().replaceAll(/\n(rehearsal\|)? */g, '');
    expect(told).toContain(id);
    await shown.close();
  });
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
  expect(text()).toMatch(/✗ \d s old$/m);
  expect(text().split('\n').at(-1)).toMatch(/^database is locked/);
  expect(text()).toContain('run-000000000000');
  world.failing = undefined;
  await press('s');
  expect(text()).toContain('● live');
  await close();
});

describe('a question', () => {
  const asked = async () => {
    const world = worldOf(20);
    const screens = await openInProcess('approvals', { cols: 100, rows: 24 }, world);
    await screens.press('\r');
    return { world, ...screens };
  };

  test('is filled in field by field, and looked at while one types', async () => {
    const { world, text, press, close } = await asked();
    expect(text()).toMatch(/› term +months/);
    await press('\r', '99');
    expect(text()).toMatch(/term +99▏ +✗ Too big/);
    await press('\x7f', '\r');
    expect(text()).toMatch(/term +9 *\n/);
    // Not before all fits: what nobody has touched yet is told.
    await press('a');
    expect(text()).toMatch(/tone +✗ is missing/);
    expect(text()).not.toMatch(/note +.*✗/);
    await press('j', '\r', 'j', '\r', 'toolong', '\r');
    expect(text()).toMatch(/tone +warm/);
    expect(text()).toMatch(/note +toolong +✗ Too big/);
    await press('\r', '\x7f', '\x7f', '\r', 'a', 'as agreed', '\r');
    expect(text()).toContain('Answer {"term":9,"tone":"warm","note":"toolo"}, because: as agreed?');
    await press('n', 'a', '\r', 'y');
    expect(world.given).toEqual([{ answer: { term: 9, tone: 'warm', note: 'toolo' }, reason: null }]);
    expect(text()).toMatch(/^sophia › Approvals › .* › run-/);
    await close();
  });

  test('whose answer is refused stays, and says why', async () => {
    const { world, text, press, close } = await asked();
    await press('\r', '5', '\r', 'j', '\r', 'a', '\r');
    world.failing = new UserError('refused', 'bob has answered', []);
    await press('y');
    expect(text().split('\n').at(-1)).toMatch(/^bob has answered/);
    expect(world.given).toEqual([]);
    await close();
  });

  test('longer than the screen is read to its end, and its fields come into view', async () => {
    const { text, press, close } = await openInProcess('approvals', { cols: 40, rows: 10 }, worldOf(30));
    await press('j', '\r');
    expect(text()).toMatch(/▼ \d+ more lines: pagedown/);
    expect(text()).not.toMatch(/^[› ] term/m);
    for (let page = 0; page < 80 && !text().includes('note'); page += 1) await press('\x1b[6~');
    expect(text()).toMatch(/term[\s\S]*tone[\s\S]*note/);
    expect(text()).not.toContain('▼');
    await press('\x1b[5~', '\x1b[5~', 'j');
    expect(text()).toMatch(/› tone/);
    await close();
  });

  test('that cannot be answered here is read to its end all the same', async () => {
    const world = worldOf(30);
    Object.assign(world.answers, { refusal: 'only looked at' });
    const { text, press, close } = await openInProcess('approvals', { cols: 40, rows: 10 }, world);
    await press('j', '\r');
    expect(text()).toMatch(/▼ \d+ more lines: pagedown *\nonly looked at/);
    await close();
  });

  test('is not answered by what was pasted, nor by keys that came faster than it was drawn', async () => {
    const { world, text, press, paste, burst, close } = await asked();
    await press('\r', '5', '\r', 'j', '\r', 'a');
    await paste('not now\ny really');
    expect(text()).toContain('Why? not now y really▏');
    // A terminal that does not say what is pasted.
    await press('\rye');
    expect(world.given).toEqual([]);
    // Escape and a letter in one go, and a letter behind an arrow: one read, which comes in parts.
    await burst('\x1by', 1);
    await burst('\x1b[By', 2);
    expect(world.given).toEqual([]);
    expect(text()).toContain('because: not now y really?');
    await press('y');
    expect(world.given).toEqual([{ answer: { term: 5, tone: 'warm' }, reason: 'not now y really' }]);
    await close();
  });

  test('that was answered just before one leaves is answered by then', async () => {
    const { world, terminal, press, close } = await asked();
    await press('\r', '5', '\r', 'j', '\r', 'a', '\r');
    const [order, gate] = [[] as string[], Promise.withResolvers<void>()];
    const give = async () => {
      await gate.promise;
      order.push('answered');
      return { worker: 'present' } as const;
    };
    Object.assign(world.answers, { give });
    const pressed = press('y');
    const left = close().then(() => order.push('left'));
    while (terminal.buffer.active.type !== 'normal') await new Promise(setImmediate);
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    gate.resolve();
    await Promise.all([pressed, left]);
    expect(order).toEqual(['answered', 'left']);
  });

  test('is answered by nothing but a yes', async () => {
    const { world, text, press, close } = await asked();
    await press('\r', '5', '\r', 'j', '\r', 'a', '\r');
    for (const key of ['\r', ' ', 'a', 'q', ':', '?']) await press(key);
    expect(text()).toContain('Answer {"term":5,"tone":"warm"}?');
    await press('\x1b');
    expect(text()).not.toContain('y yes');
    expect(world.given).toEqual([]);
    await close();
  });
});

test('a run is ended by a yes, gone on with by a key, and answered on its own screen', async () => {
  const world = worldOf(20);
  const { text, press, close } = await openInProcess('runs', { cols: 100, rows: 24 }, world);
  await press('/waiting', '\r', '\r', 'c');
  expect(text()).toContain('End this run?');
  await press('r', 'q', '\r', 'n', 'r');
  expect(world.done).toEqual(['goOn run-000000000002']);
  expect(text().split('\n').at(-1)).toMatch(/^a worker goes on with it/);
  await press('c', 'y');
  expect(world.done.at(-1)).toBe('cancel run-000000000002');
  expect(text()).not.toContain('End this run?');
  await close();
});

describe('the state of a run', () => {
  const stateOf = async (status: string, size = { cols: 100, rows: 24 }) => {
    const screens = await openInProcess('runs', size, worldOf(20));
    await screens.press(`/${status}`, '\r', '\r', '\r');
    return screens;
  };

  test('goes from its input by what each checkpoint changed to its output', async () => {
    const { text, press, close } = await stateOf('succeeded');
    expect(text()).toMatch(/^sophia › Runs › run-\d+ › State {2}4 checkpoints/);
    expect(text()).toMatch(/^› +output: sum *$/m);
    expect(text()).toMatch(/^\+ {3}"sum": 1$/m);
    await press('k');
    expect(text()).toMatch(/^› +2 {2}2026-11-20 00:00 {2}node-3/m);
    expect(text()).toMatch(/^- {3}"step": -1,?$/m);
    await press('k', 'k');
    expect(text()).toMatch(/^› .*items: 1000 items *$/m);
    await press('g');
    expect(text()).toMatch(/^› +input: house *$/m);
    expect(text()).toMatch(/^\+ {3}"house": "elm-house/m);
    await close();
  });

  test('tells what is written since the newest checkpoint, and that nothing came of what was ended', async () => {
    const running = await stateOf('running');
    expect(running.text()).toMatch(/^› +Written since +left: left *$/m);
    await running.close();
    const ended = await stateOf('cancelled');
    expect(ended.text()).toMatch(/^› +No output: cancelled *$/m);
    await ended.close();
    const queued = await stateOf('queued');
    expect(queued.text()).toMatch(/0 checkpoints[\s\S]*^› +input: house/m);
    await queued.close();
  });

  test('that has no room is read to its end, and from its beginning where one goes on to the next', async () => {
    const { text, press, close } = await stateOf('succeeded', { cols: 40, rows: 10 });
    await press('k');
    expect(text()).toMatch(/▼ \d+ more lines: pagedown/);
    for (let page = 0; page < 20 && text().includes('▼'); page += 1) await press('\x1b[6~');
    expect(text()).toMatch(/^\+ \}$/m);
    await press('k', 'j');
    expect(text()).toMatch(/▼ \d+ more lines: pagedown/);
    await close();
  });
});

test('a tenant is found by a part of a name, and shown among their neighbours', async () => {
  const { text, press, close } = await openInProcess('overview', { cols: 100, rows: 24 }, worldOf(200));
  await press(':', 'tenant-3');
  expect(text()).toMatch(/:tenant-3▏\n› tenant 30, House 1/);
  await press('\r');
  expect(text()).toMatch(/^sophia › House 1|^sophia › Overview › House 1/);
  expect(text()).toMatch(/tenant-30: 0-3 months/);
  await close();
});

test('a letter of what one types is a letter, whatever happens meanwhile', async () => {
  const world = worldOf(20);
  const { clock, pass } = heldClock();
  const { text, press, until, close } = await openInProcess('approvals', { cols: 100, rows: 24 }, world, clock);
  await press('\r', '\r', '5', '\r', 'j', '\r', 'a', 'be');
  const { open } = world.answers;
  Object.assign(world.answers, { open: () => Promise.reject(new UserError('held', 'the store is busy', [])) });
  pass();
  await until(/the store is busy/);
  await press('quiet:');
  expect(text()).toContain('Why? bequiet:▏');
  Object.assign(world.answers, { open });
  await close();
});

test('what ranks is named, and whether it was stopped, in 80 columns', async () => {
  const world = worldOf(20);
  const at = { cols: 80, rows: 24 };
  const first = await openInProcess('risk', at, world);
  expect(first.text()).toMatch(/^sophia › Risk {2}as known on 2026-11-22 {2}by scorecard-1\.2\.0 /);
  expect(first.text()).not.toContain('proposes nothing');
  await first.close();
  world.ranks.by = { model: 'logit-1', stopped: true };
  const { text, press, close } = await openInProcess('risk', at, world);
  expect(text()).toContain('by stopped logit-1 ');
  expect(text()).toContain('logit-1 proposes nothing: tenants have drifted away from those it learned from.');
  await press('\r');
  expect(text()).toContain('20 ranked  by stopped log');
  await close();
});

test('an analysis is begun by who means it, and by no burst of keys', async () => {
  const world = worldOf(20);
  let begun = 0;
  const { analyse } = world.risks;
  const counted: typeof analyse = (house) => {
    begun += 1;
    return analyse(house);
  };
  Object.assign(world.risks, { analyse: counted });
  const { text, burst, press, close } = await openInProcess('risk', { cols: 100, rows: 24 }, world);
  await burst('cleary', 6);
  expect({ begun, last: text().split('\n').at(-1)?.trim() }).toEqual({
    begun: 0,
    last: 'Analyse it now?  y yes  n no',
  });
  await press('n');
  expect(text()).not.toContain('Analyse it now?');
  await press('a', 'y');
  expect(begun).toBe(1);
  await close();
});

test('a slow analysis takes nobody away from where they have gone', async () => {
  const world = worldOf(20);
  const gate = Promise.withResolvers<void>();
  const { analyse } = world.risks;
  Object.assign(world.risks, { analyse: (house: string) => gate.promise.then(() => analyse(house)) });
  const { text, type, press, until, close } = await openInProcess('risk', { cols: 100, rows: 24 }, world);
  await press('a');
  type('y');
  await until(/^(?![\s\S]*Analyse it now)/);
  type(':');
  for (const letter of 'approvals') type(letter);
  type('\r');
  await until(/^sophia › Approvals/);
  gate.resolve();
  await press('j');
  expect(text()).toMatch(/^sophia › Approvals {2}\d/);
  await close();
});

test('who leaves waits for no answer to a question about what there is', async () => {
  const world = worldOf(20);
  Object.assign(world.risks, { properties: () => new Promise(() => undefined) });
  const { type, until, close } = await openInProcess('runs', { cols: 100, rows: 24 }, world);
  for (const letter of ':risk\r') type(letter);
  await until(/^sophia › Risk/);
  // Nor does anybody who goes elsewhere.
  for (const letter of ':approvals\r') type(letter);
  await until(/^sophia › Approvals/);
  expect(await close()).toBe('interrupted');
});

test('the one that was chosen stays chosen when others come before it', async () => {
  const world = worldOf(40);
  const { clock, pass } = heldClock();
  const { text, press, close } = await openInProcess('approvals', { cols: 100, rows: 24 }, world, clock);
  await press('j');
  const [, chosen = ''] = /^› (.*)$/m.exec(text()) ?? [];
  const [, first = ''] = /^ {2}(since .*)$/m.exec(text()) ?? [];
  const { pending } = world.answers;
  Object.assign(world.answers, { pending: async () => (await pending()).toReversed() });
  pass();
  while (text().indexOf(`\n  ${first}`) < text().indexOf('\n› ')) await new Promise(setImmediate);
  expect(/^› (.*)$/m.exec(text())?.[1]).toBe(chosen);
  await close();
});
