import { DatabaseSync } from 'node:sqlite';
import type { Analysis } from '../../src/commands/churn/analysis.ts';
import { seeded } from '../rooms.ts';
import { everything, importedRows, type Observation, observe, violations } from './checker.ts';
import { build, freeze, live, openFolders, type Point, store } from './life.ts';

const analyze = ['churn', 'analyze', 'elm-house', '--top', '9', '--json'];
/** Proposes nothing, so that all of it is one run under one lease. */
const past = ['churn', 'analyze', 'elm-house', '--as-of', '2026-11-20', '--json'];
const importing = ['portfolio', 'import', 'data', '--json'];
type Victim = 'imports killed' | 'analyses killed' | 'approvals killed';

/** One life is about this long; a kill may come at any moment of it. */
const LIFE_MS = 400;
const COMMITS = 30;

/**
 * Each round is one workspace from its first import to its analysis, both killed again and again at random commits and
 * random moments, now and then taken over from a sleeper; what is there after every death is held against the end.
 */
export async function soak({ seed, rounds }: { seed: number; rounds: number }) {
  build();
  const folders = openFolders();
  const bare = folders.workspace();
  const clean = folders.copyOf(bare);
  await live(clean, importing);
  const whole = importedRows(clean, 'live');
  const expected = answerOf((await live(clean, analyze)).stdout);
  const rows = {
    'imports killed': 0,
    'approvals killed': 0,
    'analyses killed': 0,
    'came to their end before the kill': 0,
    'sleepers taken over': 0,
  };
  const broken: string[] = [];

  const round = async (number: number) => {
    const random = seeded(seed * 100_003 + number);
    const whole32 = (to: number) => Math.floor(random() * to);
    const point = (): Point => {
      if (random() < 0.5) return { at: whole32(LIFE_MS), side: 'time' };
      return { at: 1 + whole32(COMMITS), side: random() < 0.5 ? 'before' : 'after' };
    };
    const dir = folders.copyOf(bare);
    const fail = (what: string) => broken.push(`round ${number}: ${what}`);
    const die = async (args: readonly string[], what: Victim) => {
      const { signal, code, stderr } = await live(dir, args, point());
      rows[signal === 'SIGKILL' ? what : 'came to their end before the kill'] += 1;
      if (signal !== 'SIGKILL' && code !== 0) fail(`ended with ${code}: ${stderr}`);
    };

    for (let deaths = whole32(4); deaths > 0; deaths--) await die(importing, 'imports killed');
    const last = await live(dir, importing);
    if (last.code !== 0) fail(`the import ended with ${last.code}: ${last.stderr}`);
    if (importedRows(dir, 'live').join() !== whole.join()) fail('the import is not whole');
    if (importedRows(dir, 'staging').length > 0) fail('staged rows were left behind');

    const seen: Observation[] = [];
    for (let deaths = 1 + whole32(4); deaths > 0; deaths--) {
      await die(analyze, 'analyses killed');
      seen.push(observe(dir));
    }
    if (random() < 0.25) await takeOver(dir, fail);
    const end = await live(dir, analyze);
    if (end.code !== 0) fail(`the analysis ended with ${end.code}: ${end.stderr}`);
    else if (answerOf(end.stdout) !== expected) fail('another answer than the undisturbed one');
    await approveToTheEnd(dir, die, seen, fail);
    const final = observe(dir);
    for (const killed of seen) for (const what of violations(killed, final)) fail(what);
  };

  /** The proposal is approved, and killed while it is carried out, as often as it takes. */
  const approveToTheEnd = async (
    dir: string,
    die: (args: readonly string[], what: Victim) => Promise<void>,
    seen: Observation[],
    fail: (what: string) => void,
  ) => {
    const run = observe(dir).runs.find(({ workflow }) => workflow === 'retention')?.id ?? 'none';
    const answer = ['runs', 'approve', run, '--yes', '--json'];
    await die(answer, 'approvals killed');
    seen.push(observe(dir));
    const again = await live(dir, answer);
    if (again.code !== 0 && again.code !== 9) fail(`the approval ended with ${again.code}: ${again.stderr}`);
    await die(['runs', 'resume', run, '--json'], 'approvals killed');
    seen.push(observe(dir));
    const end = await live(dir, ['runs', 'resume', run, '--json']);
    if (end.code !== 0) fail(`the approved run ended with ${end.code}: ${end.stderr}`);
    if (observe(dir).out.length !== 2) fail('not both files were handed out');
  };

  /** A new run falls asleep at a commit, somebody else finishes it, and it wakes. */
  const takeOver = async (dir: string, fail: (what: string) => void) => {
    rows['sleepers taken over'] += 1;
    await live(dir, analyze); // finishes what the deaths have left, so that the sleeper begins a run of its own
    const before = observe(dir).runs.length;
    const sleeper = await freeze(dir, past, 3 + (before % 8));
    const db = new DatabaseSync(store(dir));
    db.exec("update lease set expires_at = '2000-01-01T00:00:00.000Z' where name like 'run:%'");
    db.close();
    const run = observe(dir).runs.find(({ workflow, status }) => workflow === 'churn' && status !== 'succeeded');
    if (!run) {
      // Between its lease and its row: nobody can know of the run, so nobody takes it over.
      const { code } = await sleeper.thaw();
      if (code !== 0) fail(`a sleeper that nobody could follow ended with ${code}`);
      return;
    }
    const heir = await live(dir, ['runs', 'resume', run.id, '--json']);
    if (heir.code !== 0) fail(`the heir ended with ${heir.code}: ${heir.stderr}`);
    const left = JSON.stringify(everything(dir));
    const { code } = await sleeper.thaw();
    if (code !== 10) fail(`the sleeper ended with ${code}`);
    if (JSON.stringify(everything(dir)) !== left) fail('the sleeper wrote');
  };

  let next = 0;
  const lane = async () => {
    while (next < rounds) await round(next++);
  };
  await Promise.all([lane(), lane()]);
  folders.remove();
  return { rounds, rows, broken };
}

/** What was found, without ids: each import mints its own, and they break ties. */
function answerOf(stdout: string): string {
  const { asOf, coverage, property, compared, tenants, above } = JSON.parse(stdout) as Analysis;
  const found = tenants
    .map(({ tenant: _id, sinceLast: _since, reasons, ...rest }) => ({
      ...rest,
      reasons: reasons.map((reason) => ({ ...reason, evidence: reason.evidence.map(({ key, on }) => [key, on]) })),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return JSON.stringify({ asOf, coverage, index: property.index, compared, above: above.length, found });
}
