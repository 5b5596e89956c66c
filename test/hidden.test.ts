import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registry } from '../src/commands/registry.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia } from './sophia.ts';

test('who handles evictions sees no score, in no command; who does not sees them', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  const { publicKey } = await ask<{ publicKey: string }>('actor key', world);
  const trusting = `${elmConfig}approvals:\n  issuers: [${publicKey}]\n`;
  writeFileSync(join(world.dir, 'sophia.yaml'), trusting);
  await ask('portfolio import data', world);
  const { runId } = await ask<{ runId: string }>('churn analyze elm-house', world);
  const { proposals } = await ask<{ proposals: { run: string; tenant: string }[] }>('churn proposals', world);
  const [{ run: waits, tenant } = { run: '', tenant: '' }] = proposals;
  expect([waits, tenant]).toEqual([expect.stringMatching(/^run-/), expect.stringMatching(/./)]);
  const tokenOf = async (roles: string) =>
    (await ask<{ token: string }>(`actor token eve --roles ${roles}`, world)).token;
  const told = async (line: string, token?: string) => {
    if (token) world.env.SOPHIA_ACTOR_TOKEN = token;
    const { code, stdout, stderr } = await runSophia(line, world);
    delete world.env.SOPHIA_ACTOR_TOKEN;
    return { code, stdout, stderr };
  };
  const [evicts, calls] = [await tokenOf('evictions,regional-manager'), await tokenOf('regional-manager')];
  const shown = [
    ...['churn analyze elm-house', 'churn explain ada', 'churn proposals', 'churn decisions export --tenant ada'],
    ...['churn report elm-house -o report.html', 'churn audit', 'workflow run churn --with {}'],
    ...['show', 'state', 'history', 'watch', 'approve', 'reject', 'reply'].map((verb) => `runs ${verb} ${waits}`),
    ...['cancel', 'retry', 'resume'].map((verb) => `runs ${verb} ${waits} --dry-run`),
    ...['runs list', 'events', 'tui', 'worker --once', 'worker --dry-run', 'worker --install'],
    ...['store backup kept.db', 'store restore kept.db --dry-run', 'churn train', 'churn models list'],
  ];
  for (const line of shown) {
    const refused = await told(line, evicts);
    expect({ ...refused, stderr: refused.stderr.split('\n')[0] }, line).toEqual({
      ...{ code: 9, stdout: '' },
      stderr: 'sophia: scores are hidden from evictions, and your token says so of you',
    });
  }
  expect(existsSync(join(world.dir, 'kept.db'))).toBe(false);
  const commands = await Promise.all(registry.map(async ({ name, load }) => ({ name, ...(await load()).default })));
  const unsaid = commands.filter(
    ({ scores, name }) => (scores === 'shown' || scores === 'served') && !shown.some((line) => line.startsWith(name)),
  );
  expect(unsaid.map(({ name }) => name)).toEqual([]);
  // What the others print names neither who was proposed nor the run that waits.
  const hidden = commands.filter(({ scores }) => scores === 'hidden').map(({ examples }) => examples[0].slice(7));
  const harmless = ['portfolio list', 'portfolio show elm-house', 'store info', 'doctor'];
  for (const line of [...hidden, ...harmless]) {
    const { stdout } = await told(`${line} --json`, evicts);
    expect(
      [waits, tenant, runId].filter((word) => stdout.includes(word)),
      line,
    ).toEqual([]);
  }
  for (const line of ['churn effect', 'portfolio list']) expect((await told(line, evicts)).code).toBe(0);
  for (const verb of ['show', 'approve', 'resume']) {
    expect((await told(`completion --complete -- runs ${verb} ""`, evicts)).stdout, verb).toBe('');
    const { stdout } = await told(`completion --complete -- runs ${verb} ""`, calls);
    expect(stdout.includes(waits), verb).toBe(verb !== 'resume');
  }
  // However the role is spelt.
  expect((await told('churn proposals', await tokenOf('non-renewals'))).code).toBe(9);
  const { stderr } = await told('actor token eve --roles eviction,non-renewals,leasing');
  expect(stderr).toBe('scores are shown to the role eviction; they are hidden from evictions: is that meant?\n');
  expect((await told('churn proposals', calls)).code).toBe(0);
  // Nothing was said of it, and so who shows no token is taken for whom the machine says.
  expect((await told('churn proposals')).code).toBe(0);
  writeFileSync(join(world.dir, 'sophia.yaml'), `${trusting}fairness:\n  hidden_from: [leasing]\n`);
  expect((await told('churn proposals', evicts)).code).toBe(0);
  const bare = await told('churn proposals');
  expect({ code: bare.code, stdout: bare.stdout }).toEqual({ code: 9, stdout: '' });
  expect(bare.stderr).toContain('nothing proves that you are none');
  // A service shows no token, and serves; what went wrong, which may name somebody, it tells by its exit alone.
  await told(`runs approve ${waits} --yes --detach`, calls);
  writeFileSync(join(world.dir, 'out'), 'in the way of the folder');
  const carried = JSON.parse((await told('worker --once --json')).stdout);
  expect(carried).toMatchObject({ id: waits, error: expect.stringMatching(/^[a-z]+$/) });
  expect((await told('store backup nightly.db')).code).toBe(0);
  // Without a key nothing can be proved, and the rule is advice.
  writeFileSync(join(world.dir, 'sophia.yaml'), `${elmConfig}fairness:\n  hidden_from: [leasing]\n`);
  expect((await told('churn proposals')).code).toBe(0);
});
