// Keeps a database of this version under fixtures/db/, with a finished analysis, an approval and an analysis that were
// killed half-way: every later version must open it and finish those runs. Run once when a version is closed; what has been kept never changes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import manifest from '../package.json' with { type: 'json' };
import { observe } from '../test/kill/checker.ts';
import { build, live, openFolders, store } from '../test/kill/life.ts';

const target = join(import.meta.dirname, '../fixtures/db', manifest.version);
if (existsSync(target)) {
  console.error(`${target} is there already: raise the version first`);
  process.exit(1);
}
build();
const folders = openFolders();
const dir = folders.workspace();
await live(dir, ['portfolio', 'import', 'data']);
await live(dir, ['churn', 'analyze', 'elm-house']);
const { id } = observe(dir).runs.find(({ workflow }) => workflow === 'retention');
await live(dir, ['runs', 'approve', id, '--yes'], { at: 6, side: 'after' });
await live(dir, ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-15'], { at: 8, side: 'after' });
const db = new DatabaseSync(store(dir));
db.exec("update lease set world = 'elsewhere'"); // the name of the machine is nobody's business
db.exec('vacuum; PRAGMA wal_checkpoint(TRUNCATE)');
db.close();
mkdirSync(target, { recursive: true });
cpSync(store(dir), join(target, 'sophia.db'));
folders.remove();
spawnSync('ls', ['-l', target], { stdio: 'inherit' });
