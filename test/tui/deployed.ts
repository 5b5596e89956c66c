import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type App, openApp } from '../../src/core/app.ts';
import { openContext } from '../../src/core/context/index.ts';
import { id, type RunId } from '../../src/core/domain/index.ts';
import { deploy } from '../../src/core/flows/deploy.ts';
import { acquireLease } from '../../src/core/store/index.ts';
import { openWorld as openScreens } from '../../src/tui/world.ts';
import { elmConfig } from '../elm-house.ts';
import { hostOf, openWorld, type World } from '../sophia.ts';

const TYPE = 'gpu_1x_h100_pcie';
const CENTS = 329;
export const HOME = '0123456789abcdef';

const small =
  'gpu: H100\nnodes: 2\nidle_gpus: true\nservices:\n  web: { image: example.com/web, replicas: 2, gpu: 1 }\n';
const silent = { warn() {}, alert() {}, progress() {} };

/** A workspace in which two environments are wished for: one that can be had, and one that cannot. */
export function wishing(): World {
  const files = {
    'sophia.yaml': elmConfig,
    'deploy/production.yaml': small,
    'deploy/staging.yaml': `${small}max_hourly: 1\n`,
    'deploy/notes.txt': 'no environment',
    'deploy/destroy.yaml': 'no environment either',
  };
  return openWorld({ files });
}

/** What screens are given there. */
export async function opened(world: World, { readOnly = false } = {}) {
  const context = openContext(hostOf(world), undefined, silent);
  const app = await openApp(context, { ...{ owner: undefined, rehearses: readOnly }, place: 'own' });
  const screens = await openScreens(context, app, { readOnly });
  return { ...screens, app, context, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** A machine as Pulumi's engine writes it down. */
function recorded(name: string) {
  const type = 'sophialambda:index:Instance';
  return {
    ...{ urn: `urn:pulumi:production::sophia::${type}::${name}`, custom: true, id: `id-of-${name}`, type, inputs: {} },
    outputs: { centsPerHour: CENTS, region: 'us-west-3', type: TYPE },
  };
}

/** Lays down what the engine has written of an environment, and to whom it belongs. */
export function record(
  world: World,
  names: readonly string[],
  { folder = 'deploy', environment = 'production' } = {},
): void {
  const state = join(world.dir, '.sophia', folder, 'state/.pulumi/stacks/sophia', `${environment}.json`);
  mkdirSync(dirname(state), { recursive: true, mode: 0o700 });
  const latest = { resources: names.map(recorded), pending_operations: [] };
  writeFileSync(state, JSON.stringify({ version: 3, checkpoint: { stack: environment, latest } }));
  writeFileSync(join(world.dir, '.sophia', folder, 'home-id'), `${HOME}\n`);
}

/** Lines of the journal about an environment. */
export async function tell(app: App, environment: string, rehearsed: 0 | 1 = 0) {
  const [rooms] = app.owned;
  if (!rooms) throw new Error('a workspace has an owner');
  const [store, journal] = [await app.store(), await rooms.journal()];
  const about = { environment: id('environment', environment), rehearsed };
  return {
    ordered: (machines: number) =>
      store.write((tx) =>
        journal.appendIn(tx, { kind: 'deploy.ordered', body: { ...about, machines, cents: machines * CENTS } }),
      ),
    raised: (machines: number) =>
      store.write((tx) => journal.appendIn(tx, { kind: 'deploy.raised', body: { ...about, machines } })),
    ended: (left: number) =>
      store.write((tx) => journal.appendIn(tx, { kind: 'deploy.ended', body: { ...about, ended: 1, left } })),
    async step(resource: string, stands: string, seconds?: number) {
      const body = { resource: id('resource', resource), stands: id('stands', stands), ...(seconds && { seconds }) };
      journal.note({ kind: 'deploy.step', body: { ...about, ...body } });
      await journal.flush();
    },
    /** Somebody deploys it, and is at it. */
    async run(): Promise<RunId> {
      const runs = await rooms.runs();
      const input = {
        ...{ environment, cents: 2 * CENTS, speed: rehearsed * 60, expires: 0, waits: 0, candidates: '', replace: '' },
      };
      // As the screens begin one: nobody is at it.
      const start = runs.start as (workflow: object, input: object, left: object) => Promise<{ runId: RunId }>;
      return (await start(deploy, input, { detach: true })).runId;
    },
    /** As if this process were at that run. */
    async at(run: RunId, deps: Pick<Awaited<ReturnType<typeof opened>>['context'], 'clock' | 'processes' | 'actor'>) {
      await store.write((tx) => tx.updateTable('run').set({ status: 'running' }).where('id', '=', run).execute());
      return acquireLease({ ...deps, store, owner: rooms.owner.id }, `run:${run}`, run);
    },
  };
}

const type = {
  ...{ name: TYPE, gpu_description: 'H100 (80 GB PCIe)', price_cents_per_hour: CENTS },
  specs: { vcpus: 26, memory_gib: 225, gpus: 1 },
};

/** A vendor in whose account machines of those names run, and how often it was asked for all of them. */
export function vendor(world: World, names: readonly string[]) {
  const told = { asked: 0, isDown: false };
  const machines = names.map((name) => ({
    ...{ id: `id-of-${name}`, name, status: 'active', region: { name: 'us-west-3' }, instance_type: type },
    tags: Object.entries({
      ...{ 'managed-by': 'sophia', 'sophia:stack': 'production', 'sophia:home': HOME },
      'sophia:launched-at': String(Date.parse(world.clock) / 1000 - 1800),
    }).map(([key, value]) => ({ key, value })),
  }));
  const types = { [TYPE]: { instance_type: type, regions_with_capacity_available: [{ name: 'us-west-3' }] } };
  world.env.LAMBDA_API_KEY = 'secret_test_0123456789';
  world.meanwhile = async () => 'go on';
  world.fetch = async (url) => {
    if (told.isDown)
      return Response.json({ error: { code: 'global/invalid-api-key', message: 'no' } }, { status: 401 });
    const isOfTypes = String(url).endsWith('/instance-types');
    if (!isOfTypes) told.asked += 1;
    return Response.json({ data: isOfTypes ? types : machines });
  };
  return told;
}
