import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'fast-string-width';
import { describe, expect, test } from 'vitest';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, COLUMNS, openWorld, runSophia } from './sophia.ts';

describe('sophia init', () => {
  test('writes a workspace that commands accept, and keeps data out of version control before there is any', async () => {
    using world = openWorld();
    const { code } = await runSophia(
      'init --owner-name "Hill Street: Homes" --time-zone America/Chicago --holdout',
      world,
    );
    expect(code).toBe(0);
    const config = readFileSync(join(world.dir, 'sophia.yaml'), 'utf8');
    expect(config).toContain('holdout: 0.15');
    expect(config).toContain('name: "Hill Street: Homes"');
    expect(readFileSync(join(world.dir, '.gitignore'), 'utf8')).toMatch(/^\.sophia\/\ndata\/\nout\/\n\.env$/m);
    expect(await ask('portfolio list', world)).toEqual({ asOf: '2026-11-22', properties: [] });
  });

  test('keeps what is there: a package.json, and the lines of .gitignore', async () => {
    using world = openWorld({ files: { 'package.json': '{"name":"mine"}', '.gitignore': 'data/\nnode_modules' } });
    await ask('init --yes --no-input', world);
    expect(readFileSync(join(world.dir, 'package.json'), 'utf8')).toBe('{"name":"mine"}');
    const ignored = readFileSync(join(world.dir, '.gitignore'), 'utf8').split('\n');
    expect(ignored.slice(0, 2)).toEqual(['data/', 'node_modules']);
    expect(ignored.filter((line) => line === 'data/')).toHaveLength(1);
    expect(ignored).toEqual(expect.arrayContaining(['.sophia/', 'out/']));
  });

  test('asks nobody without a terminal, and withholds nothing unless told to', async () => {
    using world = openWorld();
    await ask('init', world);
    expect(readFileSync(join(world.dir, 'sophia.yaml'), 'utf8')).toContain('holdout: false');
  });

  test('tells first how to come into its folder, where that is another', async () => {
    using world = openWorld();
    const next = async (line: string) =>
      /^Next: (.*)$/m.exec((await runSophia(`init --yes ${line}`, world)).stdout)?.[1];
    expect(await next('kid')).toBe('cd kid');
    expect(await next('"two words"')).toBe("cd 'two words'");
    mkdirSync(join(world.dir, 'far'));
    expect(await next('--cwd far')).toBe('cd far');
    expect(await next('near --cwd far')).toBe('cd far/near');
    expect(await next(world.dir)).toMatch(/^sophia portfolio template/);
  });

  test('says that a workspace lies inside another one', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const { stdout } = await runSophia('init kid --yes', world);
    expect(stdout).toContain(`lies inside another workspace, ${world.dir}`);
    expect(await ask('init kid/kid --yes', world)).toMatchObject({ within: join(world.dir, 'kid') });
    using alone = openWorld();
    expect(await ask('init --yes', alone)).toMatchObject({ within: null, enter: null });
  });
});

test.each(['true', '0.9', 'half'])('a holdout of %s is refused in words', async (holdout) => {
  using world = openWorld({ files: { 'sophia.yaml': `${elmConfig}retention:\n  holdout: ${holdout}\n` } });
  const { stderr } = await runSophia('portfolio list', world);
  expect(stderr).toContain('retention.holdout: must be false, or a share above 0 and up to 0.5');
});

describe('the sample files', () => {
  test('import with no rejected row, and are never written over', async () => {
    using world = openWorld();
    await ask('init --yes', world);
    await ask('portfolio template samples', world);
    expect(await ask('portfolio import samples', world)).toMatchObject({ rejected: 0 });
    writeFileSync(join(world.dir, 'samples/units.csv'), 'mine');
    expect(await ask('portfolio template samples', world)).toMatchObject({ written: [] });
    expect(readFileSync(join(world.dir, 'samples/units.csv'), 'utf8')).toBe('mine');
    const { tenants } = await ask<{ tenants: { key: string }[] }>('churn analyze elm-house', world);
    expect(tenants.map(({ key }) => key).sort()).toEqual(['t-101', 't-102', 't-103']);
  });
});

describe('the store of a workspace', () => {
  test('is for this user alone', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await ask('runs list', world);
    const mode = (path: string) => (statSync(join(world.dir, path)).mode & 0o777).toString(8);
    expect([mode('.sophia'), mode('.sophia/sophia.db')]).toEqual(['700', '600']);
  });

  test('is made so where it was open to others', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await ask('runs list', world);
    chmodSync(join(world.dir, '.sophia'), 0o755);
    chmodSync(join(world.dir, '.sophia/sophia.db'), 0o644);
    await ask('runs list', world);
    const mode = (path: string) => (statSync(join(world.dir, path)).mode & 0o777).toString(8);
    expect([mode('.sophia'), mode('.sophia/sophia.db')]).toEqual(['700', '600']);
  });

  test('is found from the folders below the workspace', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    await ask('portfolio import data', world);
    expect(await ask('portfolio list --cwd data', world)).toMatchObject({ properties: [{ key: 'elm-house' }] });
  });

  test('keeps no word of a call, unless the workspace says so', async () => {
    for (const [kept, config] of [
      [false, elmConfig],
      [true, `${elmConfig}calls:\n  keep_transcripts: true\n`],
    ] as const) {
      using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': config } });
      await ask('portfolio import data', world);
      const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'), { readOnly: true });
      const bodies = db.prepare("select body from portfolio_row where kind = 'call'").all();
      db.close();
      expect(bodies).toHaveLength(2);
      expect(JSON.stringify(bodies).includes('heating is terrible')).toBe(kept);
      expect(JSON.stringify(bodies)).toMatch(/sentiment/);
    }
  });

  test('with an invented portfolio in it says so in JSON', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await ask('portfolio demo --seed 3 --properties 1 --units 6', world);
    expect(await ask('portfolio list', world)).toMatchObject({ synthetic: true, properties: [{ key: 'maple-court' }] });
    expect(await ask('churn analyze maple-court', world)).toMatchObject({ synthetic: true });
    expect((await runSophia('churn analyze maple-court', world)).stdout).toContain('Invented data.');
  });

  test('takes a realistic portfolio in whole, but for the call without consent', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const line = 'portfolio demo --mode realistic --seed 3 --properties 6 --units 12';
    expect(await ask(line, world)).toMatchObject({ rejected: 1, rejections: [{ file: 'calls.jsonl' }] });
    const found = await ask('portfolio list', world);
    expect(found).toMatchObject({ synthetic: true });
    expect(found.properties).toHaveLength(6);
  });

  test('tells real properties from invented ones', async () => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    await ask('portfolio import data', world);
    await ask('portfolio demo --seed 3 --properties 1 --units 6', world);
    expect(await ask('churn analyze elm-house', world)).not.toHaveProperty('synthetic');
    const told = (await runSophia('portfolio list', world)).stdout.split('\n');
    expect(told.find((line) => line.includes('elm-house'))).not.toContain('invented');
    expect(told.find((line) => line.includes('maple-court'))).toContain('invented');
  });
});

describe('today', () => {
  test('is the day in the time zone of the workspace', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig }, clock: '2026-11-22T03:00:00.000Z' });
    expect(await ask('portfolio list', world)).toMatchObject({ asOf: '2026-11-21' });
  });
});

describe('what is shown', () => {
  const odd = '\u6f22'.repeat(60);

  test('fits the terminal, whatever customers call things, and is whole in a pipe', async () => {
    const longer = (text: string) =>
      text
        .replaceAll('elm-house', `elm-house-${'x'.repeat(150)}`)
        .replaceAll('Elm House', odd)
        .replaceAll('1A', `${'long '.repeat(30)}1A`)
        .replaceAll(/\bada\b/g, `ada-${'y'.repeat(90)}`);
    const files = Object.fromEntries(Object.entries(elmHouse).map(([name, text]) => [name, longer(text)]));
    using world = openWorld({ files: { ...files, 'sophia.yaml': elmConfig } });
    await ask('portfolio import data', world);
    const { properties } = await ask<{ properties: { id: string }[] }>('portfolio list', world);
    const id = properties[0]?.id;
    const draft = async () => {
      const { runs } = await ask<{ runs: { id: string }[] }>('runs list --status waiting', world);
      return `runs approve ${runs[0]?.id} --no-input`;
    };
    const shown = ['portfolio list', `churn analyze ${id}`, 'churn analyze --all', 'runs list', draft];
    for (const each of shown) {
      const line = typeof each === 'string' ? each : await draft();
      world.isTTY = true;
      const { stdout, code } = await runSophia(line, world);
      expect(code).toBe(each === draft ? 8 : 0);
      const lines = stripVTControlCharacters(stdout).split('\n');
      expect(
        lines.filter((each) => stringWidth(each) > COLUMNS),
        line,
      ).toEqual([]);
      world.isTTY = false;
      const piped = (await runSophia(line, world)).stdout;
      expect(piped).not.toContain('…');
      // A letter is one line a paragraph, and stays so for whoever takes it up.
      if (each === draft) expect(piped.split('\n').some((text) => text.length > COLUMNS)).toBe(true);
    }
  });

  test.each(['portfolio list', 'runs list', 'churn analyze elm-house', 'churn analyze --all', 'portfolio import data'])(
    '%s says the same in colour and without',
    async (line) => {
      using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
      await ask('portfolio import data', world);
      // The first of them has nothing to compare with.
      await runSophia(line, world);
      const plain = await runSophia(`${line} --color never`, world);
      const coloured = await runSophia(`${line} --color always`, world);
      const settled = (text: string) => text.replaceAll(/run-\w+|\d{4}-\d\d-\d\dT\S+/g, 'X');
      expect(settled(stripVTControlCharacters(coloured.stdout))).toBe(settled(plain.stdout));
    },
  );
});

describe('colour', () => {
  test.each<[string, Record<string, string>, boolean, boolean]>([
    ['runs list', {}, false, false],
    ['runs list', {}, true, true],
    ['runs list', { NO_COLOR: '1' }, true, false],
    ['runs list', { TERM: 'dumb' }, true, false],
    ['runs list', { FORCE_COLOR: '1' }, false, true],
    ['runs list --color always', { NO_COLOR: '1' }, false, true],
    ['runs list --color never', {}, true, false],
    ['runs list --json', {}, true, false],
  ])('%s with %o at a terminal: %s', async (line, env, isTTY, coloured) => {
    using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    await ask('portfolio import data', world);
    await ask('churn analyze elm-house', world);
    Object.assign(world.env, env);
    world.isTTY = isTTY;
    expect((await runSophia(line, world)).stdout.includes('\u001b[')).toBe(coloured);
  });
});
