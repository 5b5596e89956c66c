import { globSync, readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type Command,
  commonOf,
  commonOptions,
  environmentTwin,
  longOf,
  optionsOf,
  takesValue,
} from '../src/commands/definition.ts';
import { registry } from '../src/commands/registry.ts';
import { knownVariables } from '../src/core/config/index.ts';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { openWorld, runSophia, type World } from './sophia.ts';

/** What every command keeps to. A later one is walked as well, so that none can forget a rule. */
const commands = await Promise.all(registry.map(async ({ name, load }) => ({ name, command: (await load()).default })));

/** Variables that mean something else, and so can be nobody's twin. */
const taken = [
  ...['SOPHIA_NODE', 'SOPHIA_RELAUNCHED', 'SOPHIA_REQUIRE_SERVICES'],
  ...['SOPHIA_RETENTION_CAPACITY', 'SOPHIA_CALLS_KEEP_TRANSCRIPTS'],
  ...['DATABASE_URL', 'ACTOR_KEY', 'ACTOR_TOKEN'].flatMap((name) => [`SOPHIA_${name}`, `SOPHIA_${name}_FILE`]),
];

test('every variable that means something is known, and no other', () => {
  const all = [...commonOptions, ...commands.flatMap(({ command }) => optionsOf(command))];
  const twins = all.map((option) => environmentTwin({ long: longOf(option) }));
  expect(knownVariables.toSorted()).toEqual([...new Set([...taken, ...twins])].sort());
});

test('a flag looks and means the same with every command, and its twin is its own', () => {
  const shapes = new Map<string, string>();
  for (const { flags } of [...commonOptions, ...commands.flatMap(({ command }) => optionsOf(command))]) {
    const twin = environmentTwin({ long: longOf({ flags, help: '' }) });
    expect(twin).toMatch(/^SOPHIA_[A-Z]+(_[A-Z]+)*$/);
    expect(taken).not.toContain(twin);
    expect(flags).toBe(shapes.get(twin) ?? flags);
    shapes.set(twin, flags);
  }
});

/** One folder for all: what is amiss must be said before anything is looked at, and nothing may be left in it. */
const shared = openWorld();
afterAll(() => shared[Symbol.dispose]());

/** A rule about what a command does not have is left out: what is skipped looks like something that was forgotten. */
function testIf(concerns: boolean): (name: string, body: () => Promise<void>) => void {
  return concerns ? test : () => undefined;
}

describe.each(commands)('sophia $name', ({ name, command }) => {
  const { args = [] } = command;
  const options = optionsOf(command);

  test('says how finished it is, where it may run and what it changes', () => {
    expect(['experimental', 'beta', 'stable']).toContain(command.status);
    expect(['any', 'own', 'none']).toContain(command.place);
    expect(['nothing', 'record', 'world']).toContain(command.changes);
  });

  test('has no flag twice, and texts in one style', () => {
    const longs = [...options, ...commonOf(command)].map(longOf);
    expect(longs.filter((long, at) => longs.indexOf(long) !== at)).toEqual([]);
    for (const { help } of [...args, ...options]) expect(help).toMatch(/^[^A-Z\s].*[^.\s]$/s);
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
  });

  test('asks for what it needs before what it can do without', () => {
    const required = args.map(({ required = true }) => required);
    expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
  });

  test('rehearses what changes the world', () => {
    expect(options.some((option) => longOf(option) === '--dry-run')).toBe(command.changes === 'world');
  });

  test('takes from the environment what it takes from the command line', async () => {
    for (const option of [...options, ...commonOf(command)]) {
      if (option.typed) continue;
      const [long, value] = [longOf(option), takesValue(option) ? 'no-such-thing' : ''];
      const twin = environmentTwin({ long });
      const line = `${name} ${filler(command)}`;
      using typed = openWorld({ files: { 'sophia.yaml': elmConfig } });
      const flag = await runSophia(`${line} ${long} ${value}`, typed);
      using set = openWorld({ files: { 'sophia.yaml': elmConfig } });
      set.env[twin] = value || 'yes';
      const variable = await runSophia(line, set);
      // What mends a variable is something else than what mends a flag.
      const same = (text: string) =>
        text.replaceAll(typed.dir, '').replaceAll(set.dir, '').replaceAll(twin, long).split('\n')[0];
      expect({ code: variable.code, said: same(variable.stderr) }).toEqual({
        code: flag.code,
        said: same(flag.stderr),
      });
      if (value !== '') continue;
      set.env[twin] = 'perhaps';
      const unclear = await runSophia(line, set);
      expect(unclear).toMatchObject({ code: exits.usage.code, stdout: '' });
      expect(unclear.stderr).toContain(`${twin}: "perhaps" is neither on nor off`);
    }
  });

  testIf(options.some(({ typed }) => typed))('takes no word of the environment for what must be typed', async () => {
    const line = `${name} ${filler(command)}`;
    const bare = await runSophia(line, shared);
    using set = openWorld();
    for (const option of options)
      if (option.typed)
        set.env[environmentTwin({ long: longOf(option) })] = takesValue(option) ? 'no-such-thing' : 'perhaps';
    expect((await runSophia(line, set)).code).toBe(bare.code);
  });

  test.each([
    ['an option that it does not have', '--no-such-option'],
    ['a word too many', 'one two three four'],
    ['a colour that is none', '--color mauve'],
    ['a folder that is not there', '--cwd not-there'],
  ])('refuses %s, in words and as one line of JSON, and leaves nothing', async (_what, more) => {
    const line = `${name} ${filler(command)} ${more}`;
    const told = await runSophia(line, shared);
    expect(told).toMatchObject({ code: exits.usage.code, stdout: '' });
    expect(told.stderr).toMatch(/^sophia: .+\n( {2}try: .+\n)+$/);
    const json = await runSophia(`${line} --json`, shared);
    expect(json).toMatchObject({ code: exits.usage.code, stdout: '' });
    expect(errorIn(json.stderr)).toMatchObject({ kind: 'usage', exit: 'usage', code: exits.usage.code });
    expect(readdirSync(shared.dir)).toEqual([]);
  });

  testIf(args.some(({ required = true }) => required))('refuses to go without what it needs', async () => {
    const { stderr, code } = await runSophia(name, shared);
    expect({ code, stderr }).toEqual({ code: exits.usage.code, stderr: expect.stringContaining('missing required') });
  });

  test('asks nobody where nobody sits, and paints nothing', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    // A question would read from a stdin that is not there, and wait for ever.
    const { stdout, stderr } = await runSophia(`${name} ${filler(command)}`, world);
    expect(stdout + stderr).not.toContain('\u001b');
    world.env.FORCE_COLOR = '1';
    const { stdout: json } = await runSophia(`${name} ${filler(command)} --json`, world);
    expect(json).not.toContain('\u001b');
    for (const line of json.split('\n').slice(0, -1)) expect(JSON.parse(line)).toBeTypeOf('object');
  });

  testIf(command.place === 'own')('refuses the demo, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await runSophia(`${command.examples[0].replace('sophia ', '')} --json`, shared);
    expect({ code, stdout }).toEqual({ code: exits.config.code, stdout: '' });
    expect(errorIn(stderr)).toMatchObject({ exit: 'config' });
    expect(readdirSync(shared.dir)).toEqual([]);
  });

  testIf(command.changes === 'nothing')('changes no file that a user would know', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const before = seenIn(world);
    await runSophia(`${name} ${filler(command)}`, world);
    expect(seenIn(world)).toEqual(before);
  });

  testIf(command.changes === 'world')('changes no file when it rehearses', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const before = seenIn(world);
    await runSophia(`${name} ${filler(command)} --dry-run`, world);
    expect(seenIn(world)).toEqual(before);
  });
});

/** A word for each argument that it cannot do without. */
function filler({ args = [] }: Command): string {
  return args.flatMap(({ required = true }) => (required ? ['some-name'] : [])).join(' ');
}

function errorIn(stderr: string): unknown {
  expect(stderr.split('\n')).toHaveLength(2);
  return JSON.parse(stderr).error;
}

/** All but the store, which is made when it is first looked at. */
function seenIn({ dir }: World): string[] {
  return globSync('**/*', { cwd: dir }).sort();
}
