import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { exits, UserError } from '../src/core/errors/index.ts';
import { serve } from '../src/core/ops/worker/serve.ts';
import { workflow } from '../src/core/runs/index.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { openBench } from './rooms.ts';
import { gate, type Input, input, runsOn } from './runs.ts';
import { ask, openDemoWorld, openWorld, runSophia, runWords, type World } from './sophia.ts';

const WORKER = ['worker', '--once', '--discreet', '--quiet', '--json', '--owner', 'hill-street', '--cwd'];

/** Elm House with a proposal that waits. */
async function elm() {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  onTestFinished(() => world[Symbol.dispose]());
  await ask('portfolio import data', world);
  const { proposals } = await ask<{ proposals: { run: string }[] }>('churn analyze elm-house', world);
  return { world, run: proposals[0]?.run ?? '' };
}

/** As if a worker of another machine were there. */
function attend({ dir }: World): void {
  const db = new DatabaseSync(join(dir, '.sophia/sophia.db'));
  db.exec(`insert into lease (name, world, process, owner, actor, token, expires_at)
    values ('worker:hill-street:1', 'elsewhere', '1@1', 'hill-street', 'os:eve', 1, '2026-11-22T15:00:20.000Z')`);
  db.close();
}

const statusOf = async (world: World, run: string) => (await ask<{ status: string }>(`runs show ${run}`, world)).status;

describe('a run that is approved and left', () => {
  test('has its answer on record, and a worker is started that carries it out', async () => {
    const { world, run } = await elm();
    const { code, stdout } = await runSophia(`runs approve ${run} --yes --detach`, world);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        `${run} was approved.\nA worker was started .*\nWhat it prints .*\nNext: sophia runs watch ${run}\n$`,
      ),
    });
    expect(await ask(`runs show ${run}`, world)).toMatchObject({
      status: 'queued',
      approvals: [{ decision: 'approved', answeredBy: 'os:ada' }],
    });
    expect(existsSync(join(world.dir, 'out'))).toBe(false);
    expect(world.launched).toEqual([[...WORKER, world.dir]]);
    expect(await runSophia(`runs approve ${run} --yes --detach`, world)).toMatchObject({ code: exits.refused.code });

    const told = JSON.parse((await runWords(world.launched[0] ?? [], world)).stdout);
    expect(told).toMatchObject({ id: run, status: 'succeeded', error: null });
    expect(readdirSync(join(world.dir, 'out', run))).toEqual(['message.md', 'task.md']);
  });

  test('is left to the worker that is there, wherever that is', async () => {
    const { world, run } = await elm();
    attend(world);
    expect(await ask(`runs approve ${run} --yes --detach`, world)).toMatchObject({
      status: 'queued',
      executed: [],
      left: { worker: 'present' },
    });
    expect(world.launched).toEqual([]);
  });

  test('and for which no worker can be started has its answer all the same, and says who goes on', async () => {
    const { world, run } = await elm();
    writeFileSync(join(world.dir, 'state-home'), 'in the way');
    expect(await runSophia(`runs approve ${run} --yes --detach`, world)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        `${run} was approved.\nNo worker could be started: .*state-home.*\nNext: sophia runs resume ${run}\n`,
      ),
    });
    expect(world.launched).toEqual([]);
    expect(await ask(`runs resume ${run}`, world)).toMatchObject({ status: 'succeeded' });
  });

  test('and cannot be carried out: the log of the worker says so, and names nobody', async () => {
    const { world, run } = await elm();
    writeFileSync(join(world.dir, 'out'), 'in the way');
    await ask(`runs approve ${run} --yes --detach`, world);
    const { stdout, stderr } = await runWords(world.launched[0] ?? [], world);
    expect({ ...JSON.parse(stdout), stderr }).toMatchObject({ id: run, error: 'config', stderr: '' });
    expect(stdout).not.toContain(world.dir);
  });
});

describe('a run that was stopped', () => {
  test('is left to a worker, which is started once for it', async () => {
    const { world, run } = await elm();
    await ask(`runs approve ${run} --yes --detach`, world);
    world.launched.length = 0;
    const left = await ask<{ left: { log: string } }>(`runs resume ${run} --detach`, world);
    expect(left).toMatchObject({ status: 'queued', changed: false, left: { worker: 'started' } });
    expect(world.launched).toHaveLength(1);
    expect(statSync(left.left.log).mode & 0o777).toBe(0o600);
    expect(await ask(`runs resume ${run} --detach --dry-run`, world)).not.toHaveProperty('left');
    expect(world.launched).toHaveLength(1);
  });

  test('and could not be carried out is queued to be tried again, and left to a worker', async () => {
    const { world, run } = await elm();
    writeFileSync(join(world.dir, 'out'), 'in the way');
    await runSophia(`runs approve ${run} --yes`, world);
    expect(await statusOf(world, run)).toBe('stalled');
    rmSync(join(world.dir, 'out'));
    expect(await ask(`runs retry ${run} --detach --dry-run`, world)).not.toHaveProperty('left');
    expect(world.launched).toEqual([]);
    expect(await ask(`runs retry ${run} --detach`, world)).toMatchObject({
      ...{ status: 'queued', left: { worker: 'started' } },
    });
    await runWords(world.launched[0] ?? [], world);
    expect(await statusOf(world, run)).toBe('succeeded');
  });

  test('and that waits for a human is left to nobody', async () => {
    const { world, run } = await elm();
    expect((await runSophia(`runs resume ${run} --detach`, world)).stdout).toContain(
      `there was nothing to finish.\nNext: sophia runs approve ${run}\n`,
    );
    expect(world.launched).toEqual([]);
    expect(await statusOf(world, run)).toBe('waiting');
    expect(await runSophia(`runs resume ${run} --detach --force`, world)).toMatchObject({ code: exits.usage.code });
  });

  test('of the demo is not left: no worker serves it', async () => {
    using world = await openDemoWorld();
    const { code, stderr } = await runSophia('runs resume run-0123456789ab --detach', world);
    expect({ code, stderr }).toEqual({
      code: exits.refused.code,
      stderr: expect.stringContaining('no worker serves the demo'),
    });
  });
});

describe('a worker that is stopped', () => {
  test('is seen no longer while what it is at goes on, and has no fault to tell', async () => {
    const bench = await openBench();
    const stop = new AbortController();
    const { opens, reached, pass } = gate();
    const slow = workflow<object, Input>('slow', 1, {
      input: z.object({ property: z.string(), day: z.string() }) as never,
    })
      .node('wait', async () => {
        await pass();
        return {};
      })
      .node('after', async () => ({}));
    const mine = { ...bench, signal: stop.signal, logger: { warn() {} } };
    const room = { runs: async () => runsOn(mine, slow), journal: async () => bench.journal };
    const others = runsOn(await bench.other(), slow);
    const { runId } = await others.startNamed('slow', input, { detach: true });
    const served = Array.fromAsync(serve(mine, [room], { once: false, port: undefined, discreet: false }));
    await reached;
    expect(await others.isAttended()).toBe(true);
    stop.abort('sigterm');
    await bench.tick();
    expect(await others.isAttended()).toBe(false);
    opens();
    expect(await served).toMatchObject([{ id: runId, status: 'stalled', error: null }]);
    expect(await others.next()).toMatchObject({ run: { id: runId, status: 'succeeded' } });
  });
});

describe('a worker that ends when nothing is due', () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeEach(async () => {
    bench = await openBench();
  });

  /** A room with runs that are due; one more comes when the worker is seen no longer. */
  const room = (thrown?: Error) => {
    const due = ['run-1'];
    const carried = (id: string) => ({ run: { id, workflow: 'work', status: 'failed' }, thrown });
    return {
      journal: async () => bench.journal,
      runs: async () => ({
        attend: async () => ({ [Symbol.asyncDispose]: async () => void due.push('run-2') }),
        next: async () => due.splice(0, 1).map(carried)[0],
      }),
    };
  };
  const served = (discreet: boolean, thrown?: Error) =>
    Array.fromAsync(
      serve({ ...bench, logger: { warn() {} } } as never, [room(thrown)] as never, {
        ...{ once: true, port: undefined, discreet },
      }),
    );

  test('looks once more when it is seen no longer: what was left to it meanwhile is not lost', async () => {
    expect((await served(false)).map(({ id }) => id)).toEqual(['run-1', 'run-2']);
  });

  test('tells faults in words, or, where what it prints is kept, by the name of their exit', async () => {
    const thrown = new UserError('refused', 'Ada Example has another lease');
    expect((await served(false, thrown)).map(({ error }) => error)).toContain(thrown.message);
    expect((await served(true, thrown)).map(({ error }) => error)).toEqual(['refused', 'refused']);
  });
});
