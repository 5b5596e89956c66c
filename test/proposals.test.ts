import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Analysis, Portfolios } from '../src/commands/churn/analysis.ts';
import { exits } from '../src/core/errors/index.ts';
import type { Proposed } from '../src/core/ops/proposals/proposed.ts';
import { isWithheld } from '../src/core/policy/holdout.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

async function elm(config = elmConfig, files: Readonly<Record<string, string>> = {}): Promise<World> {
  const world = openWorld({ files: { ...elmHouse, ...files, 'sophia.yaml': config } });
  onTestFinished(() => world[Symbol.dispose]());
  await ask('portfolio import data --owner hill-street', world);
  return world;
}

async function proposed(world: World): Promise<{ run: string; analysis: Analysis }> {
  const analysis = await ask<Analysis>('churn analyze elm-house', world);
  return { run: analysis.proposals?.[0]?.run ?? '', analysis };
}

const out = (world: World, run: string) => join(world.dir, 'out', run);

describe('what follows from a score', () => {
  test('Ada stands above 0.7: one run waits for a human, and a second analysis opens no other', async () => {
    const world = await elm();
    const { run, analysis } = await proposed(world);
    expect(analysis.proposals).toMatchObject([
      { tenant: analysis.tenants[0]?.tenant, key: 'ada', state: 'open', run, status: 'waiting', decision: null },
    ]);
    world.clock = '2026-11-23T15:00:00.000Z';
    expect((await proposed(world)).run).toBe(run);
    expect(await ask('runs list --status waiting', world)).toMatchObject({ runs: [{ id: run }] });
    expect(await ask('churn proposals', world)).toMatchObject({
      proposals: [{ property: 'elm-house', key: 'ada', run }],
    });
  });

  test('a run that waits is listed first, however many came after it', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    for (let at = 1; at <= 21; at++) {
      world.clock = `2026-11-22T16:${String(at).padStart(2, '0')}:00.000Z`;
      await ask('churn analyze elm-house', world);
    }
    const { stdout } = await runSophia('runs list', world);
    expect(stdout.split('\n')[1]).toMatch(new RegExp(`^${run} +retention +waiting +ada`));
    expect(stdout).toContain('and 3 more: ');
  });

  test('an analysis of the past proposes nothing', async () => {
    const world = await elm();
    const { above, proposals } = await ask<Analysis>('churn analyze elm-house --as-of 2026-11-21', world);
    expect({ above: above.length, proposals }).toEqual({ above: 1, proposals: null });
    expect(await ask('churn proposals', world)).toMatchObject({ proposals: [] });
  });

  test('the demo proposes six, one of them in maple-court, and lets none be approved', async () => {
    using world = openWorld();
    const { owners } = await ask<Portfolios>('churn analyze --all', world);
    expect(owners[0]?.properties.find(({ property }) => property.key === 'maple-court')?.proposals).toHaveLength(1);
    const { proposals } = await ask<{ proposals: Proposed[] }>('churn proposals', world);
    expect(proposals).toHaveLength(6);
    expect(new Set(proposals.map(({ status }) => status))).toEqual(new Set(['waiting']));
    expect(await ask('churn analyze --all --as-of 2026-10-30', world)).toMatchObject({
      owners: [{ properties: expect.any(Array) }],
    });
    expect((await ask<{ proposals: Proposed[] }>('churn proposals', world)).proposals).toHaveLength(6);
    const { code, stderr } = await runSophia(`runs approve ${proposals[0]?.run} --yes`, world);
    expect({ code, says: stderr.includes('sophia init') }).toEqual({ code: exits.config.code, says: true });
  });

  test('over capacity and withheld are shown, without a run', async () => {
    const full = await elm(`${elmConfig}retention:\n  capacity: 0\n`);
    expect((await proposed(full)).analysis.proposals).toMatchObject([{ state: 'over_capacity', run: null }]);
    expect((await runSophia('churn proposals', full)).stdout).toContain('more than the team can see to this week');
    const held = await elm();
    // An analysis of the past proposes nothing, so that nothing is drawn yet: a salt that withholds Ada can be chosen.
    const { above } = await ask<Analysis>('churn analyze elm-house --as-of 2026-11-21', held);
    const key = { owner: 'hill-street', tenant: above[0]?.tenant ?? '', lease: above[0]?.lease ?? '', head: 'leave' };
    const salts = Array.from({ length: 60 }, (_, at) => `salt-number-${at}`);
    const salt = salts.find((each) => isWithheld(key, 0.5, each));
    writeFileSync(join(held.dir, 'sophia.yaml'), `${elmConfig}retention:\n  holdout: 0.5\n  holdout_salt: ${salt}\n`);
    expect((await proposed(held)).analysis.proposals).toMatchObject([{ key: 'ada', state: 'withheld', run: null }]);
    expect((await runSophia('churn proposals', held)).stdout).toContain('withheld at random');
  });
});

describe('a human', () => {
  test('sees the draft and is not taken to have agreed: without a terminal nothing is done', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    const { code, stdout } = await runSophia(`runs approve ${run}`, world);
    expect(code).toBe(exits.paused.code);
    expect(stdout).toContain('Renewal call: Ada Example, unit 1A, Elm House');
    expect(stdout).toContain('Nothing was done.');
    expect(existsSync(out(world, run))).toBe(false);
    expect(await ask('runs list --status waiting', world)).toMatchObject({ runs: [{ id: run }] });
  });

  test('is not taken to have agreed by a variable that was set to take defaults', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    world.env.SOPHIA_YES = '1';
    const { code, stdout } = await runSophia(`runs approve ${run}`, world);
    expect({ code, says: stdout.includes('Nothing was done.') }).toEqual({ code: exits.paused.code, says: true });
    expect(existsSync(out(world, run))).toBe(false);
    const help = await runSophia('runs approve --help', world);
    expect(help.stdout).toMatch(/--yes +answer without being asked\n/);
    const agreed = await runSophia(`runs approve ${run} --yes`, world);
    expect(agreed).toMatchObject({ code: 0, stderr: expect.stringContaining('Renewal call: Ada Example') });
  });

  test('approves, and two files are written once, the task naming the run; nothing in them scores anybody', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    const { draft, executed } = await ask<{ draft: { task: string; message: string }; executed: string[] }>(
      `runs approve ${run} --yes`,
      world,
    );
    expect(executed).toEqual([`out/${run}/task.md`, `out/${run}/message.md`]);
    expect(readdirSync(out(world, run)).sort()).toEqual(['message.md', 'task.md']);
    for (const [name, text] of Object.entries(draft)) {
      const file = join(out(world, run), `${name}.md`);
      expect(readFileSync(file, 'utf8')).toBe(text);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(text.includes(run)).toBe(name === 'task');
      expect(text).not.toMatch(/\b0\.\d|index|score|risk|likel|churn|leav|late/i);
    }
    expect(draft.message.split('\n\n')).toEqual([
      'Subject: Your lease at Elm House',
      'Dear Ada Example,',
      expect.stringMatching(/^Your lease for unit 1A runs to January 31, 2027\. .*call\?$/),
      'We have not forgotten the repair that is open.',
      'If anything else in your home needs our attention, please tell us.',
      'Your team at Elm House\n',
    ]);
    const { status, approvals, events } = await ask<{
      status: string;
      approvals: { decision: string; answeredBy: string }[];
      events: { kind: string }[];
    }>(`runs show ${run}`, world);
    expect({ status, approvals }).toMatchObject({
      status: 'succeeded',
      approvals: [{ decision: 'approved', answeredBy: 'os:ada' }],
    });
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'action.executed')).toHaveLength(2);
    expect(kinds).toContain('approval.answered');
    expect((await ask<Analysis>('churn analyze elm-house', world)).proposals).toMatchObject([
      { run, decision: 'approved' },
    ]);
  });

  test('is told later what a run was: whom it was about, what came of it, and where that lies', async () => {
    const world = await elm();
    const { run, analysis } = await proposed(world);
    const shown = async (id: string) => (await runSophia(`runs show ${id}`, world)).stdout.split('\n').slice(0, 2);
    expect(await shown(analysis.runId)).toEqual(['Analysis of Elm House, as known on 2026-11-22', 'succeeded']);
    const head = 'Renewal call for Ada Example, unit 1A, Elm House';
    expect(await shown(run)).toEqual([head, 'waits for an answer']);
    await ask(`runs approve ${run} --yes`, world);
    expect(await shown(run)).toEqual([head, `approved by os:ada, 2026-11-22 09:00; files in out/${run}/`]);
    const { stdout } = await runSophia(`runs show ${run}`, world);
    expect(stdout.match(/\b(pro|ten|lea)-\w+/g)).toBeNull();
    expect(await ask(`runs show ${run}`, world)).toMatchObject({
      about: { property: 'Elm House', action: 'renewal_call', tenant: { key: 'ada', unit: '1A' } },
      executed: [`out/${run}/task.md`, `out/${run}/message.md`],
    });
  });

  test('answers once: a second answer, even an equal one, is refused and told who gave the first', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    await ask(`runs approve ${run} --yes`, world);
    for (const line of [`runs approve ${run} --yes`, `runs reject ${run} --reason no`]) {
      const { code, stderr } = await runSophia(line, world);
      expect(code).toBe(exits.refused.code);
      expect(stderr).toContain(`${run} was approved by os:ada at 2026-11-22 09:00; an answer stands`);
    }
  });

  test('rejects with a reason, and nothing is done', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    expect(await runSophia(`runs reject ${run}`, world)).toMatchObject({ code: exits.usage.code });
    expect(await runSophia(`runs reject ${run} --reason "  "`, world)).toMatchObject({ code: exits.usage.code });
    expect(await ask(`runs reject ${run} --reason "renewed by phone" --yes`, world)).toMatchObject({
      decision: 'rejected',
      executed: [],
    });
    expect(existsSync(out(world, run))).toBe(false);
    expect((await ask<{ runs: object[] }>('runs list', world)).runs).toContainEqual(
      expect.objectContaining({ id: run, status: 'succeeded', decision: 'rejected' }),
    );
    expect((await runSophia('runs list', world)).stdout).toMatch(new RegExp(`^${run} +retention +rejected +ada`, 'm'));
    expect((await runSophia(`runs show ${run}`, world)).stdout).toContain(
      'Renewal call for Ada Example, unit 1A, Elm House\nrejected by os:ada, 2026-11-22 09:00: renewed by phone\n',
    );
    expect(await runSophia(`runs approve ${run} --yes`, world)).toMatchObject({ code: exits.refused.code });
  });

  test('is not taken to have rejected either: without a terminal, or by a variable, nothing is kept', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    world.env.SOPHIA_YES = '1';
    const { code, stdout } = await runSophia(`runs reject ${run} --reason "no need"`, world);
    expect({ code, says: stdout.includes('Nothing was done.') }).toEqual({ code: exits.paused.code, says: true });
    expect(stdout).toContain(`sophia runs reject ${run} --yes --reason "..."`);
    expect(await ask('runs list --status waiting', world)).toMatchObject({ runs: [{ id: run }] });
  });

  test('gets what was approved, whatever became known between', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    const seen = await runSophia(`runs approve ${run} --json`, world);
    writeFileSync(join(world.dir, 'data/more-tickets.csv'), 'ticket_id,tenant_id,opened_on\nnew,ada,2026-11-21\n');
    await ask('portfolio import data/more-tickets.csv', world);
    const { draft } = await ask<{ draft: object }>(`runs approve ${run} --yes`, world);
    expect(draft).toEqual(JSON.parse(seen.stdout).draft);
  });

  test('is told of open requests that are kept out of scoring, and not what they are', async () => {
    const asked =
      '77,ada,2026-11-10,,0,wheelchair accommodation request\n78,ada,2026-10-01,2026-10-09,0,accommodation\n';
    const closed = (elmHouse['data/tickets.csv'] ?? '').replace('2026-10-30,,0', '2026-10-30,2026-11-20,0');
    const world = await elm(elmConfig, { 'data/tickets.csv': `${closed}${asked}` });
    const { run } = await proposed(world);
    const { draft } = await ask<{ draft: { task: string; message: string } }>(`runs approve ${run} --yes`, world);
    expect(draft.task).toContain('1. Finish what is open:\n   - one request that a human must see to\n2. ');
    expect(draft.task + draft.message).not.toMatch(/wheelchair|accommodation|77|repair/);
  });

  test('is not told that a lease runs to a day that has passed', async () => {
    const leases = (elmHouse['data/leases.csv'] ?? '').replaceAll('2027-01-31', '2026-10-31');
    const world = await elm(elmConfig, { 'data/leases.csv': leases });
    const { run } = await proposed(world);
    const { draft } = await ask<{ draft: { task: string; message: string } }>(`runs approve ${run} --yes`, world);
    expect(draft.task).toContain('Month to month since 2026-10-31.');
    expect(draft.message).toContain('\n\nYou live in unit 1A from month to month');
    for (const text of Object.values(draft)) expect(text).not.toMatch(/runs to|renewal is due|\{\{/);
  });

  test('of another owner does not find the run', async () => {
    const world = await elm(`${elmConfig}  - id: oak-lane\n    name: Oak Lane LLC\n`);
    const { run } = await proposed(world);
    for (const line of [`runs approve ${run} --yes`, `runs reject ${run} --reason no`])
      expect(await runSophia(`${line} --owner oak-lane`, world)).toMatchObject({ code: exits.usage.code });
    expect(await ask('runs list --status waiting', world)).toMatchObject({ runs: [{ id: run }] });
  });

  test('whose out/ cannot be written to is told so, and the run is finished later', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    writeFileSync(join(world.dir, 'out'), 'in the way');
    const { code, stderr } = await runSophia(`runs approve ${run} --yes`, world);
    expect({ code, says: stderr.includes(join(world.dir, 'out')) }).toEqual({ code: exits.config.code, says: true });
    expect(stderr).toContain(`  try: approved; nothing is lost: sophia runs resume ${run}\n`);
    expect(stderr).not.toContain('--cwd');
    rmSync(join(world.dir, 'out'));
    expect(await runSophia(`runs approve ${run} --yes`, world)).toMatchObject({ code: exits.refused.code });
    expect(await ask(`runs resume ${run}`, world)).toMatchObject({ status: 'succeeded' });
    expect(readdirSync(out(world, run)).sort()).toEqual(['message.md', 'task.md']);
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'), { readOnly: true });
    expect(
      db
        .prepare('select key, state, attempts from effect order by key')
        .all()
        .map((row) => ({ ...row })),
    ).toEqual([
      { key: 'message', state: 'done', attempts: 1 },
      { key: 'task', state: 'done', attempts: 2 },
    ]);
    db.close();
  });

  test('who cancels what was approved is told so; it stays cancelled, and is asked anew where nothing was begun', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    await runSophia(`runs approve ${run} --yes --detach`, world);
    expect((await runSophia(`runs cancel ${run}`, world)).stdout).toContain('It had been approved');
    expect((await runSophia(`runs retry ${run}`, world)).code).toBe(exits.refused.code);
    expect((await runSophia('churn proposals', world)).stdout).toContain('approved, then cancelled');
    const again = (await proposed(world)).run;
    expect(again).not.toBe(run);
    expect((await runSophia(`runs approve ${again} --yes`, world)).code).toBe(0);
    expect(readdirSync(join(world.dir, 'out'))).toEqual([again]);
  });

  test.each([
    ['rejected', (run: string) => `runs reject ${run} --yes --reason no`],
    ['approved and begun to be carried out', (run: string) => `runs approve ${run} --yes`],
  ])('what was %s before it was cancelled is not asked anew', async (_what, answer) => {
    const world = await elm();
    const { run } = await proposed(world);
    // The answer is on record, and the run was left by who gave it.
    writeFileSync(join(world.dir, 'out'), 'in the way');
    const line = answer(run);
    await runSophia(line, world);
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    db.prepare("update run set status = 'running' where id = ?").run(run);
    db.close();
    await runSophia(`runs cancel ${run}`, world);
    expect(await ask(`runs show ${run}`, world)).toMatchObject({ status: 'cancelled' });
    expect((await proposed(world)).run).toBe(run);
  });

  test('who cancels a question is told of as such', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    await runSophia(`runs cancel ${run}`, world);
    expect((await runSophia(`runs show ${run}`, world)).stdout).toContain(
      'ended before anybody had answered, by os:ada, 2026-11-22',
    );
  });

  test('whose approved run was left can try it again at once, and what it needs is not purged meanwhile', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    writeFileSync(join(world.dir, 'out'), 'in the way');
    await runSophia(`runs approve ${run} --yes`, world);
    // Nobody sat at the terminal, time and again.
    while ((await ask<{ status: string }>(`runs show ${run}`, world)).status !== 'failed') {
      world.clock = new Date(Date.parse(world.clock) + 600_000).toISOString();
      await runSophia('worker --once', world);
    }
    expect(await ask(`runs show ${run}`, world)).toMatchObject({ failure: 'config' });
    world.clock = '2027-02-22T15:00:00.000Z';
    await ask(`store purge --older-than 1 --confirm ${basename(world.dir)}`, world);
    rmSync(join(world.dir, 'out'));
    world.clock = '2026-11-23T15:00:00.000Z';
    expect((await runSophia(`runs retry ${run}`, world)).stdout).toContain('succeeded');
    expect(readdirSync(out(world, run)).sort()).toEqual(['message.md', 'task.md']);
  });

  test('keeps what was changed by hand: approved again, as from a database put back, it is not overwritten', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    cpSync(join(world.dir, '.sophia'), join(world.dir, 'kept'), { recursive: true });
    await ask(`runs approve ${run} --yes`, world);
    rmSync(join(world.dir, '.sophia'), { recursive: true });
    renameSync(join(world.dir, 'kept'), join(world.dir, '.sophia'));
    const message = join(out(world, run), 'message.md');
    writeFileSync(message, 'Dear Ada, see you on Monday');

    const { code, stderr } = await runSophia(`runs approve ${run} --yes`, world);
    expect(code).toBe(exits.refused.code);
    expect(stderr).toContain(`${message} holds something else`);
    expect(stderr).toContain(`  try: approved; nothing is lost: sophia runs resume ${run}\n`);
    expect(readFileSync(message, 'utf8')).toBe('Dear Ada, see you on Monday');
    expect(await ask('runs list --status stalled', world)).toMatchObject({ runs: [{ id: run }] });
    renameSync(message, `${message}.mine`);
    expect(await ask(`runs resume ${run}`, world)).toMatchObject({ status: 'succeeded' });
    expect(readdirSync(out(world, run)).sort()).toEqual(['message.md', 'message.md.mine', 'task.md']);
  });

  test('whose folder of the run is a link gets nothing written through it', async () => {
    const world = await elm();
    const { run } = await proposed(world);
    for (const folder of ['out', 'elsewhere']) mkdirSync(join(world.dir, folder));
    symlinkSync(join(world.dir, 'elsewhere'), out(world, run));
    const { code, stderr } = await runSophia(`runs approve ${run} --yes`, world);
    expect({ code, says: stderr.includes('is a link') }).toEqual({ code: exits.refused.code, says: true });
    expect(readdirSync(join(world.dir, 'elsewhere'))).toEqual([]);
    rmSync(out(world, run));
    expect(await ask(`runs resume ${run}`, world)).toMatchObject({ status: 'succeeded' });
  });
});

describe('a run that was begun, and whose process was gone before it asked', () => {
  /** As the transaction that proposes leaves it, when nothing comes after. */
  async function queued(world: World): Promise<string> {
    const { run } = await proposed(world);
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'));
    for (const table of ['approval', 'draft']) db.prepare(`delete from ${table} where run_id = ?`).run(run);
    for (const table of ['checkpoint', 'checkpoint_value', 'checkpoint_write'])
      db.prepare(`delete from ${table} where thread_id = ?`).run(run);
    db.prepare("update run set status = 'queued' where id = ?").run(run);
    db.close();
    return run;
  }

  const rowsOf = (world: World) => {
    const db = new DatabaseSync(join(world.dir, '.sophia/sophia.db'), { readOnly: true });
    const tables = db.prepare("select name from sqlite_schema where type = 'table'").all();
    const rows = tables.map(({ name }) => [name, db.prepare(`select * from ${name}`).all()]);
    db.close();
    return rows;
  };

  test.each(['runs approve RUN', 'runs approve RUN --yes', 'runs reject RUN --reason no'])(
    'is left there by a rehearsal, which says how it goes on: %s',
    async (line) => {
      const world = await elm();
      const run = await queued(world);
      const before = rowsOf(world);
      expect(await runSophia(`${line.replace('RUN', run)} --dry-run`, world)).toEqual({
        ...{ code: exits.refused.code, stdout: '' },
        stderr: `sophia: ${run} is queued, and asks nothing yet\n  try: sophia runs approve ${run}   brings it to its question\n`,
      });
      expect(rowsOf(world)).toEqual(before);
      expect(existsSync(out(world, run))).toBe(false);

      // What was advised does what was said.
      expect(await runSophia(`runs approve ${run}`, world)).toMatchObject({ code: exits.paused.code });
      expect((await runSophia(`${line.replace('RUN', run)} --dry-run`, world)).stdout).toContain('Nothing was done.');
      expect(existsSync(out(world, run))).toBe(false);
      expect(await ask(`runs approve ${run} --yes`, world)).toMatchObject({
        decision: 'approved',
        status: 'succeeded',
      });
    },
  );
});
