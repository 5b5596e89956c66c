import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exits } from '../src/core/errors/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

interface Shown {
  readonly id: string;
  readonly assurance: string;
  readonly roles: readonly string[];
  readonly refused: string | null;
}

/** A workspace that trusts a key, in which `ada` has a token of that key for thirty days. */
async function trusting(): Promise<World & { readonly token: string }> {
  const world = openWorld({ files: { 'sophia.yaml': elmConfig } });
  const { publicKey } = await ask<{ publicKey: string }>('actor key', world);
  appendFileSync(join(world.dir, 'sophia.yaml'), `approvals:\n  issuers:\n    - ${publicKey}\n`);
  const { token } = await ask<{ token: string }>('actor token ada --roles regional-manager,finance', world);
  return Object.assign(world, { token });
}

const keyFile = (world: World) => join(world.dir, 'config-home/sophia/secrets/actor-key');

describe('an actor', () => {
  test('is the user of the machine, and nothing proves it, until a token does', async () => {
    using world = await trusting();
    expect(await ask('actor show', world)).toMatchObject({ id: 'os:ada', assurance: 'os-user', roles: [] });
    world.env.SOPHIA_ACTOR_TOKEN = world.token;
    expect(await ask('actor show', world)).toMatchObject({
      ...{ id: 'token:ada', assurance: 'token', roles: ['regional-manager', 'finance'], refused: null },
      expires: '2026-12-22T15:00:00.000Z',
    });
  });

  test('is told in the audit by the token, and by what proves it', async () => {
    using world = await trusting();
    world.env.SOPHIA_ACTOR_TOKEN = world.token;
    mkdirSync(join(world.dir, 'in'));
    writeFileSync(join(world.dir, 'in/tenants.csv'), 'tenant_id,name\nt1,Ada Example\n');
    await ask('portfolio import in', world);
    const { imports } = await ask<{ imports: { actor: string }[] }>('portfolio imports', world);
    expect(imports.map(({ actor }) => actor)).toEqual(['token:ada']);
  });

  test.each<[string, (world: World & { token: string }) => void, string]>([
    ['has expired', (world) => Object.assign(world, { clock: '2026-12-22T15:00:00.001Z' }), 'has expired'],
    [
      'was changed after it was signed',
      (world) => {
        const [head, claims = '', signature] = world.token.split('.');
        const forged = JSON.parse(Buffer.from(claims, 'base64url').toString());
        const body = Buffer.from(JSON.stringify({ ...forged, sub: 'token:root' })).toString('base64url');
        world.env.SOPHIA_ACTOR_TOKEN = [head, body, signature].join('.');
      },
      'no key of this workspace signed',
    ],
    [
      'signs itself with nothing',
      (world) => {
        const head = Buffer.from('{"alg":"none","typ":"sophia-actor+jwt"}').toString('base64url');
        world.env.SOPHIA_ACTOR_TOKEN = `${head}.${world.token.split('.')[1]}.`;
      },
      'is no token of sophia',
    ],
    ['is no token at all', (world) => Object.assign(world.env, { SOPHIA_ACTOR_TOKEN: 'ada' }), 'is no token of sophia'],
    [
      'was signed by a key that the workspace names no more',
      (world) => writeFileSync(join(world.dir, 'sophia.yaml'), elmConfig),
      'no key signs for this workspace',
    ],
  ])('whose token %s is the user of the machine, and is told why', async (_, change, why) => {
    using world = await trusting();
    world.env.SOPHIA_ACTOR_TOKEN = world.token;
    change(world);
    const { id, refused } = await ask<Shown>('actor show', world);
    expect(id).toBe('os:ada');
    expect(refused).toContain(why);
    const { stderr, code } = await runSophia('runs list', world);
    expect(code).toBe(0);
    expect(stderr).toContain(why);
  });

  test('of another workspace is not known here', async () => {
    using there = await trusting();
    using here = openWorld({ files: { 'sophia.yaml': elmConfig } });
    const { publicKey } = await ask<{ publicKey: string }>('actor key', here);
    appendFileSync(join(here.dir, 'sophia.yaml'), `approvals:\n  issuers:\n    - ${publicKey}\n`);
    here.env.SOPHIA_ACTOR_TOKEN = there.token;
    expect((await ask<Shown>('actor show', here)).refused).toContain('no key of this workspace signed');
  });
});

describe('a proposal that a role, and another person, is to answer', () => {
  async function asked() {
    const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
    const { publicKey } = await ask<{ publicKey: string }>('actor key', world);
    const approvals = ['approvals:', `  issuers: [${publicKey}]`, '  roles: [regional-manager]', '  two_persons: true'];
    appendFileSync(join(world.dir, 'sophia.yaml'), `${approvals.join('\n')}\n`);
    const tokenOf = async (name: string, roles: string) =>
      (await ask<{ token: string }>(`actor token ${name} --roles ${roles}`, world)).token;
    const ada = await tokenOf('ada', 'regional-manager');
    const eve = await tokenOf('eve', 'leasing');
    const bob = await tokenOf('bob', 'regional-manager,leasing');
    world.env.SOPHIA_ACTOR_TOKEN = ada;
    await ask('portfolio import data', world);
    const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
    return Object.assign(world, { run: proposals[0]?.run ?? '', ada, eve, bob });
  }

  test('is answered by nobody else, and by them', async () => {
    using world = await asked();
    const answered = async (token: string) => {
      world.env.SOPHIA_ACTOR_TOKEN = token;
      return runSophia(`runs approve ${world.run} --yes`, world);
    };
    for (const [token, why] of [
      ['', 'nothing proves that os:ada is one'],
      [world.eve, 'is for regional-manager, and your token says leasing'],
      [world.ada, 'is for another than token:ada, who began or answered it'],
    ] as const) {
      const { code, stderr } = await answered(token);
      expect({ code, stderr }).toEqual({ code: exits.refused.code, stderr: expect.stringContaining(why) });
    }
    expect(existsSync(join(world.dir, 'out'))).toBe(false);
    expect((await answered(world.bob)).code).toBe(0);
    expect((await runSophia(`runs show ${world.run}`, world)).stdout).toContain('approved by token:bob');
  });

  test('is so by what was set when it was asked, whatever is set since', async () => {
    using world = await asked();
    const config = join(world.dir, 'sophia.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/ {2}roles.*\n {2}two_persons.*\n/, ''));
    world.env.SOPHIA_ACTOR_TOKEN = world.eve;
    expect(await runSophia(`runs approve ${world.run} --yes`, world)).toMatchObject({
      code: exits.refused.code,
      stderr: expect.stringContaining('is for regional-manager'),
    });
  });

  test('is so by what is set when it is answered, also where it was asked before that was', async () => {
    using world = await asked();
    const config = join(world.dir, 'sophia.yaml');
    const ruled = readFileSync(config, 'utf8');
    writeFileSync(config, ruled.replace(/ {2}roles.*\n {2}two_persons.*\n/, ''));
    world.env.SOPHIA_ACTOR_TOKEN = '';
    await runSophia(`runs cancel ${world.run}`, world);
    const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
    writeFileSync(config, ruled);
    expect(await runSophia(`runs approve ${proposals[0]?.run} --yes`, world)).toMatchObject({
      code: exits.refused.code,
      stderr: expect.stringContaining('is for regional-manager'),
    });
  });
});

describe('the key', () => {
  test('is made once, for its user alone, and never shown', async () => {
    using world = await trusting();
    expect(statSync(keyFile(world)).mode & 0o777).toBe(0o600);
    const { d } = JSON.parse(readFileSync(keyFile(world), 'utf8')) as { d: string };
    for (const line of [
      'actor key',
      'actor key --json',
      'actor token ada --debug',
      'config explain',
      'doctor --json',
    ]) {
      const { stdout, stderr } = await runSophia(line, world);
      expect(stdout + stderr, line).not.toContain(d);
    }
    const logs = join(world.dir, 'state-home/sophia/log');
    for (const log of readdirSync(logs))
      expect(readFileSync(join(logs, log), 'utf8')).not.toMatch(`${d}|${world.token}`);
    const again = await ask<{ made: boolean }>('actor key', world);
    expect(again.made).toBe(false);
  });

  test('rehearses without making one', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    expect(await ask('actor key --dry-run', world)).toMatchObject({ made: false, publicKey: null });
    expect(readdirSync(world.dir)).not.toContain('config-home');
  });

  test('that others may read signs nothing', async () => {
    using world = await trusting();
    chmodSync(keyFile(world), 0o640);
    const { code, stderr } = await runSophia('actor token ada', world);
    expect(code).toBe(exits.config.code);
    expect(stderr).toContain('is open to others (0640)');
  });

  test.each<[string, Record<string, string>, string, number]>([
    ['is not there', {}, 'there is no actor key here', exits.config.code],
    ['is in a file that is not there', { SOPHIA_ACTOR_KEY_FILE: 'nowhere' }, 'it is not there', exits.config.code],
    ['is no key', { SOPHIA_ACTOR_KEY: 'hunter2' }, 'no private key of sophia', exits.config.code],
  ])('that %s is told, without what it says', async (_, env, says, ends) => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    Object.assign(world.env, env);
    const { code, stderr, stdout } = await runSophia('actor token ada', world);
    expect({ code, stdout }).toEqual({ code: ends, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('hunter2');
  });

  test('that the workspace does not name signs nothing that would not count', async () => {
    using world = openWorld({ files: { 'sophia.yaml': elmConfig } });
    await ask('actor key', world);
    const { code, stderr } = await runSophia('actor token ada', world);
    expect(code).toBe(exits.refused.code);
    expect(stderr).toContain('sophia.yaml does not name the key');
  });
});
