import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { elmConfig } from './elm-house.ts';
import { ask, openWorld, packageRoot, runSophia } from './sophia.ts';
import { opened, tell, wishing } from './tui/deployed.ts';

const KEY = 'secret_test_0123456789';
const file = 'deploy/production.yaml';
const small = 'nodes: 1\nservices:\n  web: { image: example.com/web, replicas: 1, gpu: 1 }\n';
const type = {
  ...{ name: 'gpu_1x_h100_sxm5', gpu_description: 'H100 (80 GB SXM5)', price_cents_per_hour: 429 },
  specs: { vcpus: 26, memory_gib: 225, gpus: 1 },
};
const machine = (id: string, status: string, tags?: { key: string; value: string }[]) => {
  return { id, status, region: { name: 'us-east-1' }, instance_type: type, ...(tags && { tags }) };
};

/** A vendor that sells one type, and an account in which three machines are. */
function vendor(url: Parameters<typeof fetch>[0]): Promise<Response> {
  const types = { [type.name]: { instance_type: type, regions_with_capacity_available: [] } };
  const stack = (value: string) => [
    { key: 'managed-by', value: 'sophia' },
    { key: 'sophia:stack', value },
  ];
  const machines = [
    machine('a', 'active', stack('production')),
    machine('b', 'unhealthy', stack('staging')),
    machine('c', 'active'),
    machine('d', 'terminated', stack('production')),
  ];
  return Promise.resolve(Response.json({ data: String(url).endsWith('/instance-types') ? types : machines }));
}

test.each(['status', 'destroy', 'unlock', 'diff'])(
  'deploy %s takes for a name of an environment what can be one alone',
  async (verb) => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, 'victim.json': '{}' } });
    for (const name of ['../../..', 'Production', 'plan', '..'])
      expect(await runSophia(`deploy ${verb} ${name}`, world), name).toMatchObject({ code: 2, stdout: '' });
    expect(readFileSync(join(world.dir, 'victim.json'), 'utf8')).toBe('{}');
  },
);

describe('sophia deploy init', () => {
  test('writes the wish as it stands, and never over another', async () => {
    using world = openWorld();
    expect(await runSophia('deploy init staging', world)).toMatchObject({ code: 0 });
    const text = readFileSync(join(world.dir, 'deploy/staging.yaml'), 'utf8');
    expect(text).toContain('sophia deploy plan staging');
    writeFileSync(join(world.dir, 'deploy/staging.yaml'), 'mine');
    expect(await runSophia('deploy init staging', world)).toMatchObject({ code: 9, stdout: '' });
    expect(readFileSync(join(world.dir, 'deploy/staging.yaml'), 'utf8')).toBe('mine');
  });

  test('writes it where it is looked for, from wherever in the workspace', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig, 'below/notes.txt': '' } });
    const told = await runSophia('deploy init staging --cwd below', world);
    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('deploy/staging.yaml in ') });
    expect(existsSync(join(world.dir, 'deploy/staging.yaml'))).toBe(true);
    expect(existsSync(join(world.dir, 'below/deploy'))).toBe(false);
    expect((await runSophia('deploy plan staging --offline --cwd below', world)).code).toBe(9);
  });

  test.each(['status', 'plan', 'destroy', 'everything', '../up', 'Prod', 'a b', '-x', 'a/b', '1st'])(
    'refuses the name %s',
    async (name) => {
      using world = openWorld();
      for (const verb of ['init', 'plan']) {
        const told = await runSophia(`deploy ${verb} -- '${name}'`, world);
        expect(told).toMatchObject({ code: 2, stdout: '' });
      }
    },
  );
});

describe('sophia deploy plan', () => {
  test('refuses the original wish by recorded prices, and says of which day they are', async () => {
    using world = openWorld();
    await runSophia('deploy init production', world);
    const { code, stdout, stderr } = await runSophia('deploy plan production --offline --json', world);
    expect({ code, stderr }).toEqual({ code: 9, stderr: '' });
    const plan = JSON.parse(stdout);
    expect(plan).toMatchObject({
      ...{ environment: 'production', file, prices: { readOn: '2026-09-20', recorded: true }, billing: null },
      quote: { centsPerHour: 987 },
    });
    const refused = plan.findings.filter((each: { severity: string }) => each.severity === 'refused');
    expect(new Set(refused.map((each: { code: string }) => each.code))).toEqual(
      new Set([
        ...['price-above-target', 'spot-unsupported', 'demand-does-not-fit', 'cluster-type-has-no-api', 'gpu-not-used'],
      ]),
    );
    const words = await runSophia('deploy plan production --offline', world);
    expect(words.stdout).toContain('$9.87 an hour');
    expect(words.stdout).toContain('prices of 2026-09-20');
  });

  test('prints alternatives that are granted when they are put in its place', async () => {
    using world = openWorld();
    await runSophia('deploy init production', world);
    const { stdout } = await runSophia('deploy plan production --offline --suggest --json', world);
    const { suggestions } = JSON.parse(stdout) as { suggestions: { text: string; quote: unknown }[] };
    expect(suggestions.length).toBeGreaterThan(3);
    for (const { text, quote } of suggestions) {
      writeFileSync(join(world.dir, file), text);
      expect(await ask('deploy plan production --offline', world)).toMatchObject({ quote });
    }
  });

  test('asks for prices and for what bills, with the key, which nothing shows', async () => {
    using world = openWorld({ files: { [file]: small } });
    world.env.LAMBDA_API_KEY = KEY;
    world.meanwhile = async () => 'go on';
    const keys: unknown[] = [];
    world.fetch = (url, init) => {
      keys.push(new Headers(init?.headers).get('authorization'));
      return vendor(url);
    };
    const { code, stdout, stderr } = await runSophia('deploy plan production --json --debug', world);
    expect({ code, keys }).toEqual({ code: 0, keys: [`Bearer ${KEY}`, `Bearer ${KEY}`] });
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ prices: { recorded: false }, quote: { centsPerHour: 429 } },
      billing: { own: [{ id: 'a', status: 'active', centsPerHour: 429 }], others: 2, centsPerHour: 3 * 429 },
    });
    expect(stdout + stderr).not.toContain(KEY);
    const words = await runSophia('deploy plan production', world);
    expect(words.stdout).toContain('1 machine of this environment, 2 of others: $12.87 an hour in all');
  });

  test('reads the key from a file that a variable names, too', async () => {
    using world = openWorld({ files: { [file]: small, key: `${KEY}\n` } });
    world.env.LAMBDA_API_KEY_FILE = 'key';
    world.meanwhile = async () => 'go on';
    world.fetch = vendor;
    expect(await ask('deploy plan production', world)).toMatchObject({ quote: { centsPerHour: 429 } });
  });

  test('without a key names the variable, refused ends as such, and who cannot be reached is told', async () => {
    using world = openWorld({ files: { [file]: small } });
    const bare = await runSophia('deploy plan production', world);
    expect(bare).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('LAMBDA_API_KEY') });
    world.env.LAMBDA_API_KEY = KEY;
    expect(await runSophia('deploy plan production', world)).toMatchObject({ code: 5, stdout: '' });
    world.fetch = async () => Response.json({ error: { code: 'global/invalid-api-key' } }, { status: 401 });
    const refused = await runSophia('deploy plan production', world);
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).not.toContain(KEY);
  });

  test('asks nobody when it is told not to', async () => {
    using world = openWorld({ files: { [file]: small } });
    world.env.LAMBDA_API_KEY = KEY;
    let asked = 0;
    world.fetch = () => {
      asked += 1;
      return Promise.reject(new Error('asked'));
    };
    expect(await ask('deploy plan production --offline', world)).toMatchObject({ billing: null });
    expect(asked).toBe(0);
  });

  test('--max-hourly is a limit beside that of the file, whichever is less', async () => {
    using world = openWorld({ files: { [file]: `max_hourly: 3.30\n${small}` } });
    const code = async (more: string) => (await runSophia(`deploy plan production --offline ${more}`, world)).code;
    expect(await code('')).toBe(0);
    expect(await code('--max-hourly 3.29')).toBe(0);
    expect(await code('--max-hourly 3.28')).toBe(9);
    const { stdout } = await runSophia('deploy plan production --offline --max-hourly 3.28', world);
    expect(stdout).toContain('fix: --max-hourly 3.29');
    writeFileSync(join(world.dir, file), `max_hourly: 3.28\n${small}`);
    expect(await code('--max-hourly 10')).toBe(9);
    for (const odd of ['0x10', '-1', '1e3', '3.291', 'free']) expect(await code(`--max-hourly=${odd}`)).toBe(2);
  });

  test('says what is wrong with a file, and where', async () => {
    using world = openWorld();
    mkdirSync(join(world.dir, 'deploy'));
    const told = async (text: string) => {
      writeFileSync(join(world.dir, file), text);
      return runSophia('deploy plan production --offline', world);
    };
    expect(await runSophia('deploy plan production --offline', world)).toMatchObject({
      ...{ code: 3, stdout: '' },
      stderr: expect.stringContaining('sophia deploy init production'),
    });
    for (const text of ['', '[', 'nodes: 3', `nodes: many\n${small}`, `${small}${'#'.repeat(300_000)}`]) {
      const { code, stdout, stderr } = await told(text);
      expect({ code, stdout }, text.slice(0, 20)).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain(file);
    }
  });

  test('reads no device, which has no end, and no pipe, which is waited for', async () => {
    using world = openWorld();
    const path = join(world.dir, file);
    mkdirSync(path, { recursive: true });
    const told = { code: 3, stdout: '', stderr: expect.stringContaining(`${file} is no plain file`) };
    expect(await runSophia('deploy plan production --offline', world)).toMatchObject(told);
    rmSync(path, { recursive: true });
    for (const device of ['/dev/null', '/dev/zero']) {
      symlinkSync(device, path);
      expect(await runSophia('deploy plan production --offline', world), device).toMatchObject(told);
      rmSync(path);
    }
    execFileSync('mkfifo', [path]);
    expect(await runSophia('deploy plan production --offline', world)).toMatchObject(told);
  });

  test('is the same file that its schema describes', () => {
    const schema = JSON.parse(readFileSync(join(packageRoot, 'schemas/deploy.schema.json'), 'utf8'));
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['cluster_type', 'pools', 'services']));
  });
});

describe('sophia deploy --dry-run', () => {
  const types = Object.fromEntries(
    [
      ['gpu_1x_h100_sxm5', 429, 1, 26, 225],
      ['gpu_1x_h100_dear', 529, 1, 26, 225],
      ['gpu_1x_h100_free', 0, 1, 26, 225],
      ['cpu_4x_general', 20, 0, 4, 16],
    ].map(([name, price_cents_per_hour, gpus, vcpus, memory_gib]) => {
      const gpu_description = gpus ? 'H100 (80 GB SXM5)' : 'N/A';
      const instance_type = { name, gpu_description, price_cents_per_hour, specs: { vcpus, memory_gib, gpus } };
      return [name, { instance_type, regions_with_capacity_available: [{ name: 'us-west-3', description: '' }] }];
    }),
  );
  const opened = (text = small, machines: readonly object[] = []) => {
    const world = openWorld({ files: { 'sophia.yaml': elmConfig, [file]: text } });
    world.env.LAMBDA_API_KEY = KEY;
    world.meanwhile = async () => 'go on';
    const asked: string[] = [];
    world.fetch = async (url, init) => {
      asked.push(init?.method ?? 'GET');
      return Response.json({ data: String(url).endsWith('/instance-types') ? types : machines });
    };
    const dry = (more = '') => runSophia(`deploy production --dry-run ${more}`, world);
    return { world, asked, dry };
  };

  test('takes the cheapest that has a price, and says how long what starts bills', async () => {
    const { world, asked, dry } = opened();
    using _ = world;
    const { code, stdout } = await dry();
    expect(code).toBe(0);
    expect(stdout).toContain('start  node-0  gpu_1x_h100_sxm5 in us-west-3');
    expect(stdout).toContain('What starts bills until somebody ends it; --expires 8h has gpu reap end it');
    expect((await dry('--expires 8h')).stdout).toContain('gpu reap ends what starts after 8 hours, where that runs');
    expect((await dry('--expires 90m')).stdout).toContain('after 90 minutes');
    expect(new Set(asked)).toEqual(new Set(['GET']));
  });

  test('gives no other machines than were planned, and tells the price of the dearest', async () => {
    const { world, asked, dry } = opened();
    using _ = world;
    for (const [candidates, says] of [
      ['cpu_4x_general:us-west-3', 'will not do for any node'],
      ['gpu_1x_h100_free:us-west-3', 'without a price'],
      ['gpu_1x_h100_sxm:us-west-3', 'gpu_1x_h100_sxm5:us-west-3'],
      ['gpu_1x_h100_sxm5:us-nowhere-9', 'there is no region us-nowhere-9'],
    ])
      expect(await dry(`--candidates ${candidates}`)).toMatchObject({
        ...{ code: 2, stdout: '', stderr: expect.stringContaining(says ?? '') },
      });
    const told = await dry('--candidates gpu_1x_h100_dear:us-west-3');
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('gpu_1x_h100_dear in us-west-3, or 1 other place, some as gpu_1x_h100_sxm5');
    expect(told.stdout).toContain('$5.29 an hour, ');
    expect(told.stdout).toContain('at most $5.29 an hour');
    expect(new Set(asked)).toEqual(new Set(['GET']));
  });

  test('knows the regions in which something of the account lives, whoever started it', async () => {
    const elsewhere = { ...machine('a', 'active'), region: { name: 'mars-north-1' } };
    for (const [machines, code] of [[[], 2] as const, [[elsewhere], 0] as const]) {
      const { world, dry } = opened(small, machines);
      using _ = world;
      expect(await dry('--candidates gpu_1x_h100_sxm5:mars-north-1')).toMatchObject({ code });
    }
  });

  test('holds limits against the dearest, as deploying does', async () => {
    const { world, dry } = opened(`target_price_per_gpu_hour: 5.00\n${small}`);
    using _ = world;
    expect((await dry()).code).toBe(0);
    const dear = '--candidates gpu_1x_h100_dear:us-west-3';
    expect(await dry(dear)).toMatchObject({ code: 9, stderr: expect.stringContaining('would cost $5.29') });
    writeFileSync(join(world.dir, file), small);
    expect((await dry(`${dear} --max-hourly 5.29`)).code).toBe(0);
    const refused = await dry(`${dear} --max-hourly 5.28`);
    expect(refused).toMatchObject({ code: 9, stderr: expect.stringContaining('$5.29 an hour would bill') });
    // Nothing lives that could be ended first.
    expect(refused.stderr).not.toContain('destroy');
  });
});

describe('sophia gpu ls', () => {
  test('lists what bills, the dearest first, ours and others, without a file or a workspace', async () => {
    using world = openWorld();
    world.env.LAMBDA_API_KEY = KEY;
    const dear = { ...type, name: 'gpu_8x_h100_sxm5', price_cents_per_hour: 3192 };
    const born = [
      ...[
        { key: 'managed-by', value: 'sophia' },
        { key: 'sophia:stack', value: 'production' },
        { key: 'sophia:launched-at', value: '1795338000' },
      ],
      { key: 'sophia:expires-at', value: 'never' },
    ];
    world.fetch = async () =>
      Response.json({
        data: [
          machine('a', 'terminated'),
          machine('b', 'unhealthy'),
          { ...machine('c', 'booting', born), instance_type: dear },
        ],
      });
    expect(await ask('gpu ls', world)).toMatchObject({
      machines: [
        {
          ...{ id: 'c', status: 'booting', centsPerHour: 3192, environment: 'production' },
          ...{ launchedAt: '2026-11-22T09:00:00.000Z', expiresAt: null },
        },
        { id: 'b', status: 'unhealthy', centsPerHour: 429, environment: null },
      ],
      ...{ centsPerHour: 3621, others: 0 },
    });
    const { stdout } = await runSophia('gpu ls', world);
    expect(stdout).toContain('2 machines: $36.21 an hour, $869.04 a day.');
    expect(stdout).toContain('not started by sophia');
    expect(await ask('gpu ls --stack production', world)).toMatchObject({ centsPerHour: 3192, others: 1 });
    const none = await runSophia('gpu ls --stack staging', world);
    expect(none).toMatchObject({
      code: 0,
      stdout: 'Nothing bills here; 2 other machines of the account are not listed.\n',
    });
  });

  test('says so where nothing bills, and that it was not told without a key', async () => {
    using world = openWorld();
    expect(await runSophia('gpu ls', world)).toMatchObject({ code: 4, stdout: '' });
    world.env.LAMBDA_API_KEY = KEY;
    world.fetch = async () => Response.json({ data: [] });
    expect((await runSophia('gpu ls', world)).stdout).toBe('Nothing bills in this account.\n');
    world.fetch = async () => Response.json({ error: { code: 'global/account-inactive' } }, { status: 403 });
    expect(await runSophia('gpu ls', world)).toMatchObject({ code: 4, stdout: '' });
  });
});

test('what is told of rehearsals alone holds no line of what was real', async () => {
  using world = wishing();
  await using screens = await opened(world);
  await (await tell(screens.app, 'production')).ordered(1);
  await (await tell(screens.app, 'production', 1)).ordered(2);
  const [all, rehearsed] = [
    await runSophia('deploy logs production', world),
    await runSophia('deploy logs production --rehearse', world),
  ];
  expect(all.stdout).toMatch(/^[^\n|]*deploy\.ordered[^\n]*machines=1[\s\S]*\nrehearsal\| [^\n]*machines=2/);
  expect(rehearsed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^rehearsal\| [^\n]*machines=2[^\n]*\n$/) });
});

test.each(['deploy production', 'deploy smoke'])(
  'sophia %s without a key says how it is practised without one',
  async (words) => {
    using world = wishing();
    const { code, stderr } = await runSophia(words, world);
    expect(code).toBe(4);
    expect(stderr).toMatch(/LAMBDA_API_KEY is not set[\s\S]*--rehearse +does the same against an emulator/);
  },
);

test('who ends machines without a key is not told to practise it', async () => {
  using world = wishing();
  const { stderr } = await runSophia('deploy destroy production --confirm production', world);
  expect(stderr).toContain('LAMBDA_API_KEY is not set');
  expect(stderr).not.toContain('--rehearse');
});
