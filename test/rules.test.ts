import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type Command,
  type CommandContext,
  commonOf,
  commonOptions,
  defineCommand,
  environmentTwin,
  isRefusedIfSet,
  isTyped,
  longOf,
  type OptionSpec,
  optionsOf,
  takesValue,
} from '../src/commands/definition.ts';
import { chooseOwner } from '../src/commands/owner.ts';
import { registry } from '../src/commands/registry.ts';
import { knownVariables } from '../src/core/config/index.ts';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { isWhole } from './every-point.ts';
import { giveAPast, needsAPast } from './past.ts';
import { openDemoWorld, openWorld, packageRoot, runSophia, type World } from './sophia.ts';
import { own, spoken } from './spoken.ts';

/** What every command keeps to. A later one is walked as well, so that none can forget a rule. */
const commands = await Promise.all(registry.map(async ({ name, load }) => ({ name, command: (await load()).default })));

/** What is invented for a rule need not be large. */
const SMALL = { SOPHIA_PROPERTIES: '1', SOPHIA_UNITS: '2' };

/** Variables that mean something else, and so can be nobody's twin. */
const taken = [
  ...['SOPHIA_NODE', 'SOPHIA_RELAUNCHED', 'SOPHIA_IDLE', 'SOPHIA_REQUIRE_SERVICES', 'SOPHIA_TEST_ENGINE'],
  ...['SOPHIA_RETENTION_CAPACITY', 'SOPHIA_CALLS_KEEP_TRANSCRIPTS'],
  ...['DATABASE_URL', 'ACTOR_KEY', 'ACTOR_TOKEN'].flatMap((name) => [`SOPHIA_${name}`, `SOPHIA_${name}_FILE`]),
  ...['LAMBDA_API_KEY', 'LAMBDA_API_KEY_FILE', 'SOPHIA_PULUMI', 'SOPHIA_REHEARSED'],
  ...['SOPHIA_DEPLOY_PASSPHRASE', 'SOPHIA_DEPLOY_PASSPHRASE_FILE'],
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
/** A workspace in which there is nothing yet. */
const empty = openWorld({ files: { 'sophia.yaml': elmConfig } });
afterAll(() => {
  for (const world of [shared, empty]) world[Symbol.dispose]();
});

/** A rule about what a command does not have is left out: what is skipped looks like something that was forgotten. */
function testIf(concerns: boolean): (name: string, body: () => Promise<void>) => void {
  return concerns ? test : () => undefined;
}

/** Each costs a second or more: CI tries them all, and elsewhere the last stands for the others. */
function someOf<T>(options: readonly T[]): readonly T[] {
  return isWhole ? options : options.slice(-1);
}

describe.each(commands)('sophia $name', ({ name, command }) => {
  const { args = [] } = command;
  const options = optionsOf(command);

  test('says how finished it is, where it may run and what it changes', () => {
    expect(['experimental', 'beta', 'stable'], 'status').toContain(command.status);
    expect(['any', 'own', 'none'], 'place').toContain(command.place);
    expect(['nothing', 'record', 'world'], 'changes').toContain(command.changes);
  });

  testIf(/^(churn|runs|workflow|events|tui)\b/.test(name))(
    'says whether it shows scores, which not all may see',
    async () => {
      expect(['shown', 'hidden', 'served'], 'scores').toContain(command.scores);
    },
  );

  test('has no flag twice, and texts in one style', () => {
    const longs = [...options, ...commonOf(command)].map(longOf);
    expect(longs.filter((long, at) => longs.indexOf(long) !== at)).toEqual([]);
    for (const { help } of [...args, ...options])
      expect(help, 'a help begins small and ends without a full stop').toMatch(/^[^A-Z\s].*[^.\s]$/s);
    expect(command.summary, 'a summary begins with a capital and ends without a full stop').toMatch(/^[A-Z].*[^.]$/);
  });

  test('asks for what it needs before what it can do without', () => {
    const required = args.map(({ required = true }) => required);
    expect(required, 'an argument that is required stands behind one that is not').toEqual(
      required.toSorted((a, b) => Number(b) - Number(a)),
    );
  });

  test('rehearses what changes the world', () => {
    // Screens are looked at: who is to change nothing by them opens them so.
    const rehearsal = command.takesTerminal ? '--read-only' : '--dry-run';
    const says = `changes: '${command.changes}' ${command.changes === 'world' ? 'needs a' : 'has no'} ${rehearsal}`;
    expect(
      options.some((option) => longOf(option) === rehearsal),
      says,
    ).toBe(command.changes === 'world');
  });

  test('completes what has names', () => {
    const named = args.filter(({ name }) => ['property', 'run', 'import', 'workflow', 'file'].includes(name));
    const silent = named.filter(({ completes }) => completes === undefined).map(({ name }) => name);
    expect(silent, 'arguments that say nothing at the press of TAB: `completes` is missing').toEqual([]);
  });

  test.each(someOf(options.filter((option) => !isTyped(option))).map((option) => [longOf(option), option] as const))(
    'does for the variable of %s what it does for the flag',
    async (long, option) => {
      const value = takesValue(option) ? 'no-such-thing' : '';
      const twin = environmentTwin({ long });
      const without = new RegExp(` ${long}${value && '( "[^"]*"| \\S+)'}(?= |$)`);
      const told = async (flag: string, env: Record<string, string>) => {
        using world = await ready(command);
        const line = (await spoken(command.examples[0], world)).replace(without, '');
        Object.assign(world.env, env);
        const { code, stdout, stderr } = await runSophia(`${line}${flag}`, world);
        // What mends a variable is not what mends a flag, doctor counts who says what, a unit is named after its folder,
        // and no two keys sign alike.
        const same = (text: string) =>
          text
            .replaceAll(world.dir, '')
            .replaceAll(twin, long)
            .replaceAll(/(?<=sophia-worker)-[\w-]+/g, '')
            .replace(/\.[\w-]{86}$/m, '');
        return { code, stdout: same(stdout).replace(/^ok +settings.*/m, ''), said: same(stderr).split('\n')[0] };
      };
      expect(await told('', { [twin]: value || 'yes' })).toEqual(await told(` ${long} ${value}`.trimEnd(), {}));
    },
  );

  test('takes from the environment what it takes from the command line', async () => {
    for (const option of someOf([...commonOf(command), ...options].filter((option) => !isTyped(option)))) {
      const [long, value] = [longOf(option), takesValue(option) ? 'no-such-thing' : ''];
      const twin = environmentTwin({ long });
      const line = `${name} ${filler(command)}`;
      using typed = openWorld({ files: { 'sophia.yaml': elmConfig } });
      Object.assign(typed.env, SMALL);
      const flag = await runSophia(`${line} ${long} ${value}`, typed);
      using set = openWorld({ files: { 'sophia.yaml': elmConfig } });
      Object.assign(set.env, SMALL, { [twin]: value || 'yes' });
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

  test('refuses an empty value of an option, which a script may have lost, and takes an empty variable for none', async () => {
    const line = `${name} ${filler(command)}`;
    using bare = openWorld({ files: { 'sophia.yaml': elmConfig } });
    using set = openWorld({ files: { 'sophia.yaml': elmConfig } });
    for (const long of [...options, ...commonOf(command)].filter(takesValue).map(longOf)) {
      const flag = await runSophia(`${line} ${long} ''`, shared);
      expect(flag).toMatchObject({ code: exits.usage.code, stdout: '' });
      expect(flag.stderr).toMatch(new RegExp(`^sophia: ${long}: must not be empty\n`));
      set.env[environmentTwin({ long })] = '';
    }
    expect(readdirSync(shared.dir)).toEqual([]);
    const told = async (world: World) => {
      // What was said is judged before that owner is looked for, and the work is not done.
      const { code, stderr } = await runSophia(`${line} --owner nobody`, world);
      return { code, stderr: stderr.replaceAll(world.dir, '') };
    };
    expect(await told(set)).toEqual(await told(bare));
  });

  testIf(options.some(isNumeric))('takes a number for one only where it is written in digits', async () => {
    const line = `${name} ${filler(command)}`;
    for (const long of options.filter(isNumeric).map(longOf))
      for (const odd of ['0x10', '1e2', '-1', ' ', '99999999999999999999']) {
        const flag = await runSophia(`${line} ${long} '${odd}'`, shared);
        expect(flag, odd).toMatchObject({ code: exits.usage.code, stdout: '' });
        expect(flag.stderr).toContain(`${long}: must be a whole number, `);
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

  testIf(options.some(isRefusedIfSet))('refuses a variable in the place of what names a thing or a world', async () => {
    for (const option of options.filter(isRefusedIfSet)) {
      const twin = environmentTwin({ long: longOf(option) });
      using set = openWorld();
      set.env[twin] = '1';
      const told = await runSophia(`${name} ${filler(command)}`, set);
      expect(told).toMatchObject({ code: exits.usage.code, stdout: '', stderr: expect.stringContaining(twin) });
    }
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
    // Who is refused is not sent round in a circle.
    const tries = [...told.stderr.matchAll(/^ {2}try: (.*)$/gm)].map(([, each]) => each);
    for (const refused of [name, line]) expect(tries).not.toContain(`sophia ${refused}`.trimEnd());
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
    Object.assign(world.env, SMALL);
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

  const looks = command.changes === 'nothing' && (command.place as string) !== 'none';
  testIf(looks && args.length === 0)('has words also for nothing at all', async () => {
    const { code, stdout } = await runSophia(command.examples[0].replace('sophia ', ''), empty);
    if (code === 0) expect(stdout).toMatch(/^\S/);
  });

  // Who takes the terminal over shows by a line at the end that nothing came of it: test/tui/pty.test.ts.
  const rehearses = command.changes === 'world' && !command.takesTerminal;
  testIf(command.changes === 'nothing')('changes no file and no row', async () => {
    using world = await ready(command);
    if (command.examples.some(needsAPast)) await giveAPast(world);
    for (const example of command.examples)
      expect(await changedBy(await spoken(example, world), world), example).toEqual([]);
  });

  testIf(rehearses)('makes no store, and brings none up to date, when it rehearses', async () => {
    const [example] = command.examples;
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    Object.assign(world.env, SMALL);
    // Of what is not there: an example's own world would have to be made first.
    const line = `${example.replace(/^sophia | --confirm \S+| --dry-run/g, '')} --dry-run`;
    await runSophia(line, world);
    expect(existsSync(join(world.dir, '.sophia')), line).toBe(false);

    using older = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    Object.assign(older.env, SMALL);
    mkdirSync(join(older.dir, '.sophia'), { mode: 0o700 });
    const file = join(older.dir, '.sophia/sophia.db');
    copyFileSync(join(packageRoot, 'fixtures/db/0.2.0/sophia.db'), file);
    const before = readFileSync(file);
    await runSophia(line, older);
    // Who reads a file to which others may write has SQLite lay two empty ones beside it.
    const beside = readdirSync(join(older.dir, '.sophia')).filter((name) => !/-(shm|wal)$/.test(name));
    expect(beside, line).toEqual(['sophia.db']);
    expect(readFileSync(file).equals(before), line).toBe(true);
  });

  testIf(rehearses)('changes no file and no row when it rehearses', async () => {
    for (const example of someOf(command.examples)) {
      using world = await ready(command);
      if (needsAPast(example)) await giveAPast(world);
      const line = (await spoken(example, world)).replace(/ --confirm \S+| --dry-run/g, '');
      expect(await changedBy(`${line} --dry-run`, world), line).toEqual([]);
    }
  });
});

describe('a command that does in a rehearsal what it should only tell', () => {
  const planted = (run: (app: CommandContext['app'], dir: string) => Promise<unknown>) =>
    defineCommand({
      ...{ summary: 'Do harm', status: 'beta', place: 'own', changes: 'world', examples: ['sophia harm'] },
      options: [{ flags: '--dry-run', help: 'do it all the same' }],
      run: async ({ app, files }) => ({ data: { harm: await run(app, files.places.here) } }),
      render: () => 'done',
    });

  test.each<[string, Parameters<typeof planted>[0], RegExp]>([
    ['a file', async (_app, dir) => appendFileSync(join(dir, 'data/units.csv'), '\n'), /^data\/units\.csv$/],
    ['a hidden file', async (_app, dir) => writeFileSync(join(dir, '.sophia/noted'), ''), /^\.sophia\/noted$/],
    ['rows', (app) => chooseOwner(app).importFiles({ path: 'data', dryRun: false }), /^\.sophia\/sophia\.db: /],
  ])('is seen: %s', async (_what, run, seen) => {
    const harm = { name: 'harm', summary: 'Do harm', load: async () => ({ default: planted(run) }) };
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig }, registry: [...registry, harm] });
    await runSophia('portfolio list', world);
    const changed = await changedBy('harm --dry-run', world);
    expect(changed).not.toEqual([]);
    for (const each of changed) expect(each).toMatch(seen);
  });
});

/** A world in which the examples of a command can be run, and whose store is made. */
async function ready({ place }: Command): Promise<World> {
  const world = await ((place as string) === 'none'
    ? openDemoWorld()
    : openWorld({ files: { ...own(), 'sophia.yaml': elmConfig } }));
  Object.assign(world.env, SMALL);
  world.stdin = elmHouse['data/tenants.csv'] ?? '';
  await runSophia(place === 'any' ? 'portfolio import data' : 'portfolio list', world);
  return world;
}

/** Files and tables that are others after the command, which must come to its work. */
async function changedBy(line: string, world: World): Promise<string[]> {
  const before = everythingIn(world);
  const { code, stderr } = await runSophia(line, world);
  // A check that finds something has done its work.
  const worked = code === exits.ok.code || code === exits.check.code;
  expect({ worked, stderr: worked ? '' : stderr }, line).toEqual({ worked: true, stderr: '' });
  const after = everythingIn(world);
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
}

/** What every file holds, hidden ones too; of a store, whose bytes move when it is only read, the rows of each table. */
function everythingIn({ dir }: World): Map<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(dir, name)).isFile() && !/\.db-(wal|shm)$/.test(name));
  return new Map(
    files.flatMap((name): (readonly [string, string])[] =>
      name.endsWith('/sophia.db') ? rowsIn(dir, name) : [[name, readFileSync(join(dir, name), 'base64')]],
    ),
  );
}

function rowsIn(dir: string, name: string): [string, string][] {
  using db = new DatabaseSync(join(dir, name), { readOnly: true });
  const tables = db.prepare("select name from sqlite_schema where type = 'table' order by name").all();
  // Who rehearses an import waits for its turn as well: that it had one is counted.
  const told = tables.filter(({ name: table }) => table !== 'lease' && table !== 'sqlite_sequence');
  return told.map(({ name: table }) => [
    `${name}: ${table}`,
    JSON.stringify(db.prepare(`select * from "${table}"`).all()),
  ]);
}

function isNumeric({ flags }: OptionSpec): boolean {
  return /<(n|number|days|seq|seconds)>$/.test(flags);
}

/** A word for each argument that it cannot do without. */
function filler({ args = [] }: Command): string {
  return args.flatMap(({ required = true }) => (required ? ['some-name'] : [])).join(' ');
}

function errorIn(stderr: string): unknown {
  expect(stderr.split('\n')).toHaveLength(2);
  return JSON.parse(stderr).error;
}
