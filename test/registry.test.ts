import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentTwin } from '../src/commands/definition.ts';
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
    for (const { flags, typed = false } of command.options ?? [])
      expect(flat.includes(environmentTwin({ long: flags.split(' ')[0] })), flags).toBe(!typed);
  });

  test('answers each of its examples, in words and in JSON', async () => {
    const { default: command } = await load();
    for (const example of command.examples)
      for (const json of ['', ' --json']) {
        using world = openWorld({ files: ownPlace(command.place) ? { ...own(), 'sophia.yaml': elmConfig } : {} });
        const line = await spoken(example, world);
        const { stdout, stderr, code } = await runSophia(`${line}${json}`, world);
        // Who agrees unasked is shown to what.
        const draft = name === 'runs approve' && json === '' ? /^Why\n[\s\S]*What would be written\n/ : /^$/;
        expect(code, line).toBe(0);
        expect(stderr.replace(/^Demo portfolio.*\n/, ''), line).toMatch(draft);
        if (json === '') continue;
        const lines = stdout.split('\n').slice(0, -1);
        if (!('stream' in command)) expect(lines).toHaveLength(1);
        for (const each of lines) expect(JSON.parse(each)).toBeTypeOf('object');
      }
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
  const line = example.replace('sophia ', '');
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
