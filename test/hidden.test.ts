import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia } from './sophia.ts';

test('who handles evictions sees no score, in no command; who does not sees them', async () => {
  using world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  const { publicKey } = await ask<{ publicKey: string }>('actor key', world);
  const trusting = `${elmConfig}approvals:\n  issuers: [${publicKey}]\n`;
  writeFileSync(join(world.dir, 'sophia.yaml'), trusting);
  await ask('portfolio import data', world);
  const { runId } = await ask<{ runId: string }>('churn analyze elm-house', world);
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
    ...['churn report elm-house -o report.html'],
    ...[`runs show ${runId}`, `runs state ${runId}`, `runs history ${runId}`, 'runs list', 'events', 'tui'],
  ];
  for (const line of shown) {
    const refused = await told(line, evicts);
    expect({ ...refused, stderr: refused.stderr.split('\n')[0] }, line).toEqual({
      ...{ code: 9, stdout: '' },
      stderr: 'sophia: scores are hidden from evictions, and your token says so of you',
    });
  }
  for (const line of ['churn effect', 'churn audit', 'portfolio list']) expect((await told(line, evicts)).code).toBe(0);
  expect((await told('churn proposals', calls)).code).toBe(0);
  // Nothing was said of it, and so who shows no token is taken for whom the machine says.
  expect((await told('churn proposals')).code).toBe(0);
  writeFileSync(join(world.dir, 'sophia.yaml'), `${trusting}fairness:\n  hidden_from: [leasing]\n`);
  expect((await told('churn proposals', evicts)).code).toBe(0);
  const bare = await told('churn proposals');
  expect({ code: bare.code, stdout: bare.stdout }).toEqual({ code: 9, stdout: '' });
  expect(bare.stderr).toContain('nothing proves that you are none');
  // Without a key nothing can be proved, and the rule is advice.
  writeFileSync(join(world.dir, 'sophia.yaml'), `${elmConfig}fairness:\n  hidden_from: [leasing]\n`);
  expect((await told('churn proposals')).code).toBe(0);
});
