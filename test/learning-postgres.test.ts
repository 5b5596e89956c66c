import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isWhole } from './every-point.ts';
import { describePostgres } from './services.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

const owners = { 'hill-street': 22, 'bay-road': 8 };
const config = (names: readonly string[]) =>
  `version: 1\ntime_zone: America/Chicago\nowners:\n${names.map((name) => `  - id: ${name}\n    name: ${name}\n`).join('')}`;

/** Four portfolios are learned from, each in seconds. */
const LEARNS_MS = 240_000;

interface Model {
  readonly owner: string;
  readonly models: readonly { readonly state: string }[];
}

/** A portfolio each, of two years and 72 units, as their seeds have it. */
async function lived(world: World, names = Object.keys(owners) as (keyof typeof owners)[]): Promise<void> {
  for (const name of names)
    await ask(`portfolio demo --seed ${owners[name]} --properties 3 --units 24 --owner ${name}`, world);
}

/** Ids are drawn by chance, and moments are of the clock. */
function plain(answer: unknown): unknown {
  const text = JSON.stringify(answer).replaceAll(/\b[a-z]+-[0-9a-z]{12}\b/g, 'id');
  return JSON.parse(text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'moment'));
}

/** The life of a model, command by command, and what each answers. */
async function life(world: World): Promise<Record<string, unknown>> {
  await lived(world);
  const answers: Record<string, unknown> = {};
  for (const command of [
    ...['churn train --promote --yes', 'churn models list', 'churn analyze maple-court --owner bay-road'],
    ...['churn analyze maple-court --owner hill-street', 'churn drift', 'churn models rollback --yes --owner bay-road'],
    ...[
      'churn analyze maple-court --owner bay-road',
      'churn models list --owner hill-street',
      'churn card --owner hill-street',
    ],
  ]) {
    const { code, stdout, stderr } = await runSophia(`${command} --json`, world);
    answers[`${Object.keys(answers).length} ${command}`] = {
      code,
      stderr,
      answer: plain(JSON.parse(stdout || 'null')),
    };
  }
  return answers;
}

describePostgres('what is learned on a server', (server) => {
  test.runIf(isWhole)(
    'is learned, promoted, ranked by, measured and taken back as on the embedded store',
    async () => {
      const files = { 'sophia.yaml': config(Object.keys(owners)) };
      using here = openWorld({ files });
      using there = openWorld({ files });
      there.env.SOPHIA_DATABASE_URL = (await server().database()).url;
      const [embedded, served] = [await life(here), await life(there)];
      for (const [command, answer] of Object.entries(embedded)) expect(served[command], command).toEqual(answer);
      expect(existsSync(join(there.dir, '.sophia'))).toBe(false);
      const text = JSON.stringify(served);
      expect(text).toContain('"model":"logit-1"');
      expect(text).toContain('"model":"scorecard-');
    },
    LEARNS_MS,
  );

  test(
    'of several owners in one database never mixes: each model is the one of its owner alone',
    async () => {
      using both = openWorld({ files: { 'sophia.yaml': config(Object.keys(owners)) } });
      both.env.SOPHIA_DATABASE_URL = (await server().database()).url;
      await lived(both);
      await ask('churn train --promote --yes', both);
      const learned = async (world: World, name: string) => {
        const { model, ...told } = await ask<{ model: { hash: string } }>(`churn models show 1 --owner ${name}`, world);
        return {
          hash: model.hash,
          told: plain({ ...told, model: { ...model, hash: null, state: null, promotedBy: null, promotedAt: null } }),
        };
      };
      const [ours, theirs] = [await learned(both, 'hill-street'), await learned(both, 'bay-road')];
      expect(ours.hash).not.toBe(theirs.hash);
      // But for the ids that were drawn for properties, each is what its owner's past alone teaches.
      for (const [name, { told }] of [['hill-street', ours] as const, ['bay-road', theirs] as const]) {
        using alone = openWorld({ files: { 'sophia.yaml': config([name]) } });
        await lived(alone, [name]);
        await ask('churn train', alone);
        expect((await learned(alone, name)).told).toEqual(told);
      }
      // One owner's model is taken back, and the other's ranks on.
      await ask('churn models rollback --yes --owner bay-road', both);
      const { owners: after } = await ask<{ owners: Model[] }>('churn models list', both);
      expect(after.map(({ owner, models }) => [owner, models[0]?.state === 'active'])).toEqual([
        ['hill-street', true],
        ['bay-road', false],
      ]);
    },
    LEARNS_MS,
  );
});
