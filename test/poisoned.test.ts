import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { registry } from '../src/commands/registry.ts';
import { elmConfig, elmHouse } from './elm-house.ts';
import { ask, openWorld, runSophia, type World } from './sophia.ts';

/** Clears the screen, names the window, and says more in letters of C1, which some terminals obey too. */
const POISON = '\u001b[2J\u001b]0;pwn\u0007\u009b31mpoisoned\u007f\r';

/** What is put into each text that a command may read; ids, and what must be of a known form, are left. */
const poisoned: Readonly<Record<string, readonly string[]>> = {
  event: ['actor', 'room', 'kind', 'at'],
  run: ['actor', 'workflow', 'key', 'created_at', 'updated_at', 'failure'],
  approval: ['node', 'decision', 'reason', 'answered_by', 'answered_at'],
  portfolio_import: ['actor', 'started_at', 'finished_at', 'withdrawn_at', 'withdrawn_by'],
  proposal: ['stage', 'created_at', 'updated_at', 'trigger_version'],
  draft: ['task', 'message'],
};

interface Ids {
  readonly run: string;
  readonly asked: string;
  readonly importId: string;
}

/** A workspace with an import, a run, and one proposal of two answered. */
async function used(): Promise<World & { readonly ids: Ids }> {
  const world = openWorld({ files: { ...elmHouse, 'sophia.yaml': elmConfig } });
  const { importId } = await ask<{ importId: string }>('portfolio import data', world);
  const { runId, proposals } = await ask<{ runId: string; proposals: { run: string }[] }>(
    'churn analyze elm-house',
    world,
  );
  const [{ run: asked = '' } = {}] = proposals;
  await ask(`runs reject ${asked} --reason "not now" --yes`, world);
  await ask('store backup kept.db', world);
  return Object.assign(world, { ids: { run: runId, asked, importId } });
}

function change({ dir }: World, file: string, work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(join(dir, file));
  work(db);
  db.close();
}

const stores = {
  texts(db: DatabaseSync) {
    for (const [table, columns] of Object.entries(poisoned))
      for (const column of columns)
        db.prepare(`update ${table} set ${column} = ? where ${column} is not null`).run(POISON);
    db.prepare('update event set body = ?').run(JSON.stringify({ x: POISON, [POISON]: `${POISON}\nkpi.insight` }));
    for (const { seq, body } of db.prepare('select seq, body from portfolio_row').all()) {
      const parsed = JSON.parse(String(body)) as Record<string, unknown>;
      if ('name' in parsed) parsed.name = `${POISON}${parsed.name}`;
      db.prepare('update portfolio_row set body = ? where seq = ?').run(JSON.stringify(parsed), seq ?? null);
    }
  },
  statuses(db: DatabaseSync) {
    db.prepare('update run set status = ?').run(POISON);
    db.prepare('update approval set status = ?').run(POISON);
    db.prepare('update portfolio_import set state = ? where 0').run(POISON);
    db.prepare('update proposal set state = ?').run(POISON);
  },
  owners(db: DatabaseSync) {
    for (const table of ['event', 'run', 'audit_head'])
      db.prepare(`update or ignore ${table} set owner = ?`).run(`hill-street${POISON}`);
  },
  ids(db: DatabaseSync) {
    db.prepare('update run set id = ? || id').run(POISON);
    db.prepare('update event set run_id = ? || run_id').run(POISON);
    db.prepare('update portfolio_import set id = ? || id').run(POISON);
    db.prepare('update portfolio_row set key = ? || key').run(POISON);
  },
  body(db: DatabaseSync) {
    db.prepare('update event set body = ?').run(POISON);
  },
};

/** Letters that a terminal obeys; a line may end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

/** Say nothing of the store. */
const ELSEWHERE = /^(actor|completion|config|init|portfolio (demo|template))/;

/** As the examples of a command are typed in this workspace. */
function linesOf(examples: readonly string[], { run, asked, importId }: Ids): readonly string[] {
  const spoken = examples.map((example) =>
    example
      .replace('sophia ', '')
      .replaceAll('run-0123456789ab', run)
      .replaceAll('imp-0123456789ab', importId)
      .replaceAll('maple-court', 'elm-house')
      .replaceAll(/ --confirm \S+/g, ''),
  );
  const proposed = spoken.filter((line) => line.includes(run)).map((line) => line.replaceAll(run, asked));
  return [...new Set([...spoken, ...proposed])];
}

test.each(Object.entries(stores))(
  'nothing that a store says reaches the terminal as a command: %s',
  async (_, poison) => {
    using world = await used();
    change(world, '.sophia/sophia.db', poison);
    change(world, 'kept.db', poison);
    for (const { name, load } of registry) {
      if (ELSEWHERE.test(name)) continue;
      const { default: command } = await load();
      for (const line of linesOf(command.examples, world.ids)) {
        const { stdout, stderr } = await runSophia(line, world);
        expect.soft(JSON.stringify(OBEYED.exec(stdout + stderr)), `${name}: ${line}`).toBe('null');
      }
    }
  },
);

test('what a body says is no line of its own', async () => {
  using world = await used();
  change(world, '.sophia/sophia.db', stores.texts);
  const { stdout } = await runSophia('events', world);
  expect(stdout).toContain('poisoned');
  expect(stdout).not.toMatch(/^kpi\.insight/m);
});
