import { describe, expect, test } from 'vitest';
import { commonOf, defineCommand, environmentTwin, isTyped, longOf, optionsOf } from '../src/commands/definition.ts';
import { nouns, registry } from '../src/commands/registry.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { isWhole } from './every-point.ts';
import { giveAPast, needsAPast } from './past.ts';
import { ask, openDemoWorld, openWorld, runSophia } from './sophia.ts';
import { own, spoken } from './spoken.ts';

test('every noun has its line in `nouns` of registry.ts, and every line there has a command', () => {
  const noted = registry.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : []));
  const alone = registry.map(({ name }) => name);
  expect(noted.filter((noun) => !Object.hasOwn(nouns, noun) && !alone.includes(noun))).toEqual([]);
  expect(Object.keys(nouns).filter((noun) => !noted.includes(noun))).toEqual([]);
});

test('a result that is put into no words prints no blank line', async () => {
  const mute = defineCommand({
    ...{ summary: 'Say nothing', status: 'beta', place: 'none', changes: 'nothing', examples: ['sophia mute'] },
    run: async () => ({ data: {} }),
    render: () => '',
  });
  const entry = { name: 'mute', summary: mute.summary, load: async () => ({ default: mute }) };
  using world = openWorld({ registry: [...registry, entry] });
  expect(await runSophia('mute', world)).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe.each(registry)('$name', ({ name, summary, load }) => {
  test('has the summary that the registry shows', async () => {
    const { default: command } = await load();
    expect(command.summary).toBe(summary);
  });

  test('helps within 80 columns, examples first, with the twin of every option', async () => {
    using world = openWorld();
    const { stdout, code } = await runSophia(`${name} --help`, world);
    const { default: command } = await load();
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Examples:\n {2}\\$ sophia ${name}`));
    expect(stdout.split('\n').filter((line) => line.length >= 80)).toEqual([]);
    const flat = stdout.replaceAll(/\s+/g, ' ');
    for (const option of [...optionsOf(command), ...commonOf(command)])
      expect(flat.includes(environmentTwin({ long: longOf(option) })), option.flags).toBe(!isTyped(option));
  });

  test('answers each of its examples, in words and in JSON', async () => {
    const { default: command } = await load();
    const { examples } = command;
    // Those that need Pulumi's engine are run with it, in test/deploy.
    const here = examples.filter((each) => !/^sophia deploy (production|smoke) .*--confirm/.test(each));
    for (const example of isWhole ? here : here.slice(0, 1))
      for (const json of ['', ' --json']) {
        using world =
          command.place === 'any'
            ? await openDemoWorld()
            : openWorld({ files: command.place === 'own' ? { ...own(), 'sophia.yaml': elmConfig } : {} });
        world.stdin = elmHouse['data/tenants.csv'] ?? '';
        if (needsAPast(example)) await giveAPast(world);
        const line = await spoken(example, world);
        const { stdout, stderr, code } = await runSophia(`${line}${json}`, world);
        // Who agrees unasked is shown to what.
        const draft =
          /^runs (approve|reject)$/.test(name) && json === '' ? /^Why\n[\s\S]*What would be written\n/ : /^$/;
        if (command.takesTerminal) {
          expect({ code, stdout, stderr }, line).toEqual({
            code: 3,
            stdout: '',
            stderr: expect.stringContaining('sophia runs list --json'),
          });
          continue;
        }
        expect(code, line).toBe(0);
        expect(stderr.replace(/^Demo portfolio.*\n/, ''), line).toMatch(draft);
        if (json === '') continue;
        const lines = stdout.split('\n').slice(0, -1);
        if (!('stream' in command)) expect(lines).toHaveLength(1);
        for (const each of lines) expect(JSON.parse(each)).toBeTypeOf('object');
        if (/"(index|band|logOdds)":|"arrears":\d/.test(stdout)) expect(command.scores, 'shows a score').toBe('shown');
      }
  });
});

const severe = await Promise.all(registry.map(async ({ name, load }) => ({ name, command: (await load()).default })));

describe.each(severe.filter(({ command }) => command.severe))('$name, which cannot be undone', ({ command }) => {
  test('wants the name of the thing, does nothing without it, and takes no other', async () => {
    const [example] = command.examples.filter((line) => line.includes('--confirm'));
    using world = openWorld({ files: { ...own(), 'sophia.yaml': elmConfig } });
    const line = await spoken(example ?? '', world);
    const bare = line.replace(/ --confirm \S+/, '');
    if ((command.place as string) === 'none') await ask('portfolio import data', world);
    await ask('store backup', world);
    // Now it is old enough to go.
    world.clock = '2027-11-22T15:00:00.000Z';
    const { found: before } = await ask<{ found: unknown }>('store info', world);
    const rehearsed = await runSophia(`${bare} --dry-run`, world);
    for (const flags of ['', '--yes', '--no-input', '--yes --json'])
      expect(await runSophia(`${bare} ${flags}`, world), line).toMatchObject({ code: 8, stdout: '' });
    expect(await runSophia(`${bare} --confirm another-name`, world)).toMatchObject({ code: 2, stdout: '' });
    expect((await ask<{ found: unknown }>('store info', world)).found).toEqual(before);
    expect(await runSophia(`${bare} --dry-run`, world)).toEqual(rehearsed);
  });
});

describe.each(severe.filter(({ command }) => command.severe))('$name, which cannot be undone', ({ name, command }) => {
  test('is not told by a file what to do', async () => {
    for (const option of optionsOf(command)) {
      const twin = environmentTwin({ long: longOf(option) });
      using world = openWorld({ files: { 'sophia.yaml': elmConfig, '.env': `${twin}=1` } });
      const line = `${name} ${command.args ? 'kept.db' : ''}`;
      expect(await runSophia(line, world)).toEqual({
        ...{ code: 3, stdout: '' },
        stderr: expect.stringContaining(`.env:1: ${twin}: cannot be set here`),
      });
    }
  });
});

describe.each(registry.filter(({ name }) => name.includes(' ')))('$name', ({ name, load }) => {
  const [noun, verb] = name.split(' ');
  const said = async (line: string) => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const { code, stdout, stderr } = await runSophia(line, world);
    return { code, stdout: stdout.replaceAll(world.dir, ''), stderr: stderr.replaceAll(world.dir, '') };
  };

  test('takes what is typed before the verb as if it stood behind it', async () => {
    const { default: command } = await load();
    const words = (command.args ?? []).flatMap(({ required = true }) => (required ? ['some-name'] : [])).join(' ');
    for (const flag of ['--owner nobody', '--owner nobody --json', '--color mauve', '--json --cwd not-there'])
      expect(await said(`${noun} ${flag} ${verb} ${words}`), flag).toEqual(await said(`${name} ${words} ${flag}`));
  });

  test('refuses an option that its noun has, being a command too, and it has not', async () => {
    const own = await registry.find((entry) => entry.name === noun)?.load();
    const { default: command } = await load();
    const words = (command.args ?? []).flatMap(({ required = true }) => (required ? ['some-name'] : [])).join(' ');
    for (const { flags } of own?.default.options ?? []) {
      if (command.options?.some((option) => option.flags === flags)) continue;
      expect(await said(`${noun} ${flags.replace(/<.*>/, 'x')} ${verb} ${words}`)).toMatchObject({
        ...{ code: 2, stdout: '' },
        stderr: expect.stringContaining(`unknown option '${flags.split(' ')[0]}'`),
      });
    }
  });
});
