import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commonOf, environmentTwin, optionsOf } from '../src/commands/definition.ts';
import { registry } from '../src/commands/registry.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia } from './sophia.ts';

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
    for (const { flags, typed = false } of [...optionsOf(command), ...commonOf(command)])
      expect(flat.includes(environmentTwin({ long: flags.split(' ')[0] })), flags).toBe(!typed);
  });

  test('answers each of its examples, in words and in JSON', async () => {
    const { default: command } = await load();
    for (const example of command.examples)
      for (const json of ['', ' --json']) {
        using world = openWorld({ files: ownPlace(command.place) ? { ...own(), 'sophia.yaml': elmConfig } : {} });
        world.stdin = elmHouse['data/tenants.csv'] ?? '';
        const line = await spoken(example, world);
        const { stdout, stderr, code } = await runSophia(`${line}${json}`, world);
        // Who agrees unasked is shown to what.
        const draft =
          /^runs (approve|reject)$/.test(name) && json === '' ? /^Why\n[\s\S]*What would be written\n/ : /^$/;
        expect(code, line).toBe(0);
        expect(stderr.replace(/^Demo portfolio.*\n/, ''), line).toMatch(draft);
        if (json === '') continue;
        const lines = stdout.split('\n').slice(0, -1);
        if (!('stream' in command)) expect(lines).toHaveLength(1);
        for (const each of lines) expect(JSON.parse(each)).toBeTypeOf('object');
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
    await ask('store backup', world);
    // Now it is old enough to go.
    world.clock = '2027-11-22T15:00:00.000Z';
    const { found: before } = await ask<{ found: unknown }>('store info', world);
    for (const flags of ['', '--yes', '--no-input', '--yes --json'])
      expect(await runSophia(`${bare} ${flags}`, world), line).toMatchObject({ code: 8, stdout: '' });
    expect(await runSophia(`${bare} --confirm another-name`, world)).toMatchObject({ code: 2, stdout: '' });
    expect((await ask<{ found: unknown }>('store info', world)).found).toEqual(before);
  });
});

const ownPlace = (place: string) => place === 'own';

/** Examples speak of the demo's property; here it stands in a workspace. `exports/` has columns of another system. */
function own(): Record<string, string> {
  const maple = Object.entries(elmHouse).map(([file, text]) => [file, text.replaceAll('elm-house', 'maple-court')]);
  const rentRoll = readFileSync(join(packageRoot, 'templates/maps/samples/rent-roll.csv'), 'utf8');
  return { ...Object.fromEntries(maple), 'exports/rent-roll.csv': rentRoll };
}

/** An example as a user would type it: with the id of a run or an import that is there. */
async function spoken(example: string, world: Parameters<typeof ask>[1]): Promise<string> {
  const line = example.replace('sophia ', '').replace('--confirm hill-street', `--confirm ${basename(world.dir)}`);
  if (/^store (backup|check|migrate|purge|restore)/.test(line)) {
    await ask('portfolio import data', world);
    if (line.startsWith('store restore')) await ask('store backup kept.db', world);
  }
  if (line.includes('imp-0123456789ab')) {
    const { importId } = await ask<{ importId: string }>('portfolio import data', world);
    return line.replace('imp-0123456789ab', importId);
  }
  if (!line.includes('run-0123456789ab')) return line;
  const answers = /^runs (approve|reject)/.test(line);
  if (answers) await ask('portfolio import data', world);
  const { runId, proposals } = await ask<{ runId: string; proposals: { run: string }[] }>(
    'churn analyze maple-court',
    world,
  );
  return line.replace('run-0123456789ab', answers ? (proposals[0]?.run ?? '') : runId);
}
