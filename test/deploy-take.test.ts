import { lstatSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

const file = 'deploy/production.yaml';
const plan = 'deploy plan production --offline';
const textOf = (world: World, name = file) => readFileSync(join(world.dir, name), 'utf8');
const namesIn = (world: World) => readdirSync(join(world.dir, 'deploy')).sort();

/** With the wish as it was first made, which is refused and has alternatives. */
async function wished(): Promise<World> {
  const world = openWorld();
  await ask('deploy init production', world);
  return world;
}

interface Suggested {
  readonly suggestions: readonly { readonly name: string; readonly text: string; readonly quote: unknown }[];
}

async function suggestedIn(world: World): Promise<Suggested['suggestions']> {
  const { stdout } = await runSophia(`${plan} --suggest --json`, world);
  return (JSON.parse(stdout) as Suggested).suggestions;
}

describe('sophia deploy plan --take', () => {
  test('puts what was suggested in the place of the file, keeps what stood there, and says both with the plan', async () => {
    using world = await wished();
    const former = textOf(world);
    for (const { name, text, quote } of await suggestedIn(world)) {
      writeFileSync(join(world.dir, file), former);
      const kept = namesIn(world);
      const data = await ask<{ taken: { before: string } }>(`${plan} --take ${name}`, world);
      expect(data, name).toMatchObject({ taken: { name }, quote, file });
      expect(textOf(world), name).toBe(text);
      expect(textOf(world, data.taken.before), name).toBe(former);
      // Under a name that was free.
      expect(kept).not.toContain(data.taken.before.replace('deploy/', ''));
    }
    expect(namesIn(world)).toEqual([
      'production.yaml',
      'production.yaml.before',
      ...[2, 3, 4, 5, 6].map((more) => `production.yaml.before-${more}`),
    ]);
  });

  test('is what stands below the suggestions, and says in words what was written', async () => {
    using world = await wished();
    const { stdout } = await runSophia(`${plan} --suggest`, world);
    const next = /\nNext: sophia (.+)\n$/.exec(stdout)?.[1];
    expect(next).toBe(`${plan} --take lean`);
    const { code, stdout: told } = await runSophia(next ?? '', world);
    expect(code).toBe(0);
    expect(told).toMatch(
      /^Wrote lean to deploy\/production\.yaml; what stood there is deploy\/production\.yaml\.before\.\nproduction .* can be had\n/,
    );
    expect(told).toContain('GPUs        no GPU in this one');
  });

  test('refuses a name that no suggestion has, and names those there are', async () => {
    using world = await wished();
    const former = textOf(world);
    const told = await runSophia(`${plan} --take thin`, world);
    expect(told).toMatchObject({ code: 2, stdout: '' });
    expect(told.stderr).toContain('lean, lean-spare, as-shared, as-shared-spare, few-nodes, few-nodes-spare');
    expect([textOf(world), namesIn(world)]).toEqual([former, ['production.yaml']]);
  });

  test('has nothing to put there where nothing is suggested', async () => {
    using world = await wished();
    const told = await runSophia(`${plan} --max-hourly 0.10 --take lean`, world);
    expect(told).toMatchObject({ code: 9, stdout: '', stderr: expect.stringContaining('nothing is suggested') });
    expect(namesIn(world)).toEqual(['production.yaml']);
  });

  test('writes nothing in a rehearsal, and tells the plan of what it would write', async () => {
    using world = await wished();
    const former = textOf(world);
    const { code, stdout } = await runSophia(`${plan} --take lean --dry-run`, world);
    expect({ code, text: textOf(world), names: namesIn(world) }).toEqual({
      ...{ code: 0, text: former },
      names: ['production.yaml'],
    });
    expect(stdout).toMatch(
      /^Would write lean[\s\S]*\$1\.20 an hour[\s\S]*Nothing was written: this was a dry run\.\n$/,
    );
  });

  test('leaves a file that was written to meanwhile, and one that is a link', async () => {
    using world = await wished();
    world.env.LAMBDA_API_KEY = 'a-key';
    world.meanwhile = async () => 'go on';
    const sold = { name: 'cpu_4x_general', gpu_description: 'N/A', price_cents_per_hour: 20 };
    const type = { ...sold, specs: { vcpus: 4, memory_gib: 16, gpus: 0 } };
    world.fetch = async (url) => {
      writeFileSync(join(world.dir, file), 'mine');
      const types = { [sold.name]: { instance_type: type, regions_with_capacity_available: [] } };
      return Response.json({ data: String(url).endsWith('/instance-types') ? types : [] });
    };
    const meanwhile = await runSophia('deploy plan production --take lean', world);
    expect(meanwhile).toMatchObject({ code: 10, stdout: '', stderr: expect.stringContaining('meanwhile') });
    expect([textOf(world), namesIn(world)]).toEqual(['mine', ['production.yaml']]);

    using linked = await wished();
    const path = join(linked.dir, file);
    renameSync(path, join(linked.dir, 'shared.yaml'));
    symlinkSync('../shared.yaml', path);
    expect(await runSophia(`${plan} --take lean`, linked)).toMatchObject({ code: 9, stdout: '' });
    expect([namesIn(linked), lstatSync(path).isSymbolicLink()]).toEqual([['production.yaml'], true]);
  });
});

describe('an alternative without a GPU', () => {
  test('says so at its head, and nothing of a model or a price of one', async () => {
    using world = await wished();
    for (const { name, text } of await suggestedIn(world)) {
      const isLean = name.startsWith('lean');
      expect(/no GPU in this one, and so no H100/.test(text), name).toBe(isLean);
      for (const key of [/^gpu: H100$/m, /^target_price_per_gpu_hour: /m]) expect(key.test(text), name).toBe(!isLean);
    }
  });
});

describe('a wish that says nothing', () => {
  test.each(['', '\n\n', '# later\n\n  # more'])('%j is told as empty, with what writes one', async (text) => {
    using world = openWorld({ files: { [file]: text } });
    for (const more of ['', ' --take lean'])
      expect(await runSophia(plan + more, world)).toMatchObject({
        ...{ code: 3, stdout: '' },
        stderr:
          'sophia: deploy/production.yaml is empty\n  try: rm deploy/production.yaml && sophia deploy init production --small   writes one to begin from\n',
      });
  });
});

describe('sophia deploy init --small', () => {
  test('writes one machine that is granted as it stands, with a limit close to its price', async () => {
    using world = openWorld();
    await ask('deploy init agents --small', world);
    const data = await ask<{ findings: readonly { severity: string }[] }>('deploy plan agents --offline', world);
    expect(data).toMatchObject({ quote: { centsPerHour: 329 }, maxHourlyCents: 350, unplaced: {} });
    expect(data).toMatchObject({ fleet: [{ type: { name: 'gpu_1x_h100_pcie', gpus: 1 }, nodes: 1 }] });
    expect(data.findings.filter(({ severity }) => severity === 'refused')).toEqual([]);
    expect(textOf(world, 'deploy/agents.yaml')).not.toMatch(/\{\{|production/);
  });

  test.each(['', ' --small'])('names a schema%s only where an editor finds it', async (small) => {
    const schema = 'node_modules/@sophia-aios/sophia/schemas/deploy.schema.json';
    using world = openWorld({ files: { [schema]: '{}' } });
    await ask(`deploy init production${small}`, world);
    const [, named = ''] = /^# yaml-language-server: \$schema=(.+)\n/.exec(textOf(world)) ?? [];
    expect(readFileSync(join(world.dir, 'deploy', named), 'utf8')).toBe('{}');
    using bare = openWorld();
    await ask(`deploy init production${small}`, bare);
    expect(textOf(bare)).not.toContain('schema');
  });
});
