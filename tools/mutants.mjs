// A safety claim is worth what its test notices. Each file in mutants/ breaks one claim in a copy of the tree and
// names the test file that must go red, or with `only` those of its tests whose names match. Fails when a mutant survives, or no longer applies to the code.
// `node tools/mutants.mjs [name]` runs the mutants whose file name holds `name`. With `--share <folder>` several of them at
// work side by side do all of it once: a test is taken by whoever is free. With `--seconds` it ends after so many, and
// what was cut off is not judged: what was changed lately comes first, the rest in an order that is another with every commit.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { share: { type: 'string' }, seconds: { type: 'string' } },
});
const [wanted = ''] = positionals;
const left = new Set(['node_modules', 'dist', '.git', 'docs', 'bench']);

const mutants = globSync(join(root, 'mutants/*.yaml'))
  .filter((file) => basename(file).includes(wanted))
  .sort()
  .map((file) => ({ ...parse(readFileSync(file, 'utf8')), source: `mutants/${basename(file)}` }));
const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
// Some tests start the program as a user who may not read everything.
chmodSync(copy, 0o755);
cpSync(root, copy, { recursive: true, filter: (path) => !left.has(basename(path)) });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

/** What vitest says of the tests of one file, or of those among them whose names match. */
function run(test, only, ...more) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const names = only ? ['-t', only] : [];
  spawnSync(process.execPath, [vitest, 'run', test, ...names, ...more, '--reporter=json', `--outputFile=${report}`], {
    cwd: copy,
    // A break may show at one moment only.
    env: { ...process.env, EVERY_POINT: '1' },
    // A file of tests that is cut off has judged nothing.
    ...(values.seconds && { timeout: Math.max(1, Math.ceil(end - performance.now())), killSignal: 'SIGKILL' }),
  });
  const { testResults = [], success = false } = readReport(report);
  return { success, tests: testResults.flatMap(({ assertionResults }) => assertionResults) };
}

/**
 * `green`; `red` when a test noticed; `broken` when the runner itself failed, ran no test, or every failure is that the
 * code cannot be loaded: then nothing was judged.
 */
function colourOf({ success, tests }) {
  const failed = tests.filter(({ status }) => status === 'failed');
  if (failed.some(({ failureMessages }) => !failureMessages.every((why) => UNLOADED.test(why)))) return 'red';
  return success && tests.some(({ status }) => status === 'passed') ? 'green' : 'broken';
}

/** The first test that notices is enough. Where that one could not be loaded, all are asked. */
function colourBroken({ test, only }) {
  const first = colourOf(run(test, only, '--bail=1'));
  return first === 'broken' ? colourOf(run(test, only)) : first;
}

/** Of mutants of one test file those whose tests pass as long as nothing is broken, found in one run. */
function soundOf(mutants) {
  const names = mutants.every(({ only }) => only) ? mutants.map(({ only }) => `(?:${only})`).join('|') : undefined;
  const { tests } = run(mutants[0].test, names);
  return new Set(
    mutants.filter(({ only }) => {
      // As vitest sees a name, and as it reports it.
      const names = ({ ancestorTitles, title, fullName }) => [[...ancestorTitles, title].join(' > '), fullName];
      const of = tests.filter((each) => !only || names(each).some((name) => new RegExp(only).test(name)));
      return of.some(({ status }) => status === 'passed') && !of.some(({ status }) => status === 'failed');
    }),
  );
}

/** How a failure begins that says nothing of the claim: the break is no code. */
const UNLOADED =
  /^(SyntaxError: The requested module|ReferenceError|Error: (Transform failed|Build failed|Cannot find (module|package)))/;

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/** The text with the one place changed; `undefined` when there is none, or more than one. */
function mutated(text, { find, replace }) {
  const [before, after, ...more] = text.split(find);
  return after === undefined || more.length > 0 ? undefined : before + replace + after;
}

function isCode(text) {
  return (
    ts.transpileModule(text, { reportDiagnostics: true, compilerOptions: { target: 'esnext' } }).diagnostics.length ===
    0
  );
}

/** One break, or with `and` several at once: a claim that two places hold. Returns what takes them back. */
function broken({ file: name, find, replace }) {
  const file = join(copy, name);
  const text = readFileSync(file, 'utf8');
  const back = () => writeFileSync(file, text);
  const changed = mutated(text, { find, replace });
  if (changed === undefined) return { fault: 'does not apply', back };
  // Programs that a test starts would end by it as well, in whatever way.
  if (/\.[cm]?[jt]s$/.test(file) && !isCode(changed)) return { fault: 'is no code', back };
  writeFileSync(file, changed);
  return { back };
}

function verdict(mutant) {
  const breaks = [mutant, ...(mutant.and ?? [])].map(broken);
  const fault = breaks.find(({ fault }) => fault)?.fault;
  const colour = fault === undefined ? colourBroken(mutant) : undefined;
  for (const { back } of breaks.toReversed()) back();
  return fault ?? { red: 'killed', green: 'SURVIVED', broken: 'test did not run' }[colour];
}

/** Whether nobody else has taken it. */
function isMine(suite) {
  if (!values.share) return true;
  try {
    mkdirSync(join(values.share, encodeURIComponent(suite)));
    return true;
  } catch (thrown) {
    if (thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

function git(...words) {
  return spawnSync('git', words, { cwd: root, encoding: 'utf8' }).stdout ?? '';
}

/** The commit that is judged, and the files that commits of its last two days changed; none where git knows nothing. */
function lately() {
  const [commit = '', seconds = '0'] = git('log', '-1', '--format=%H %ct').trim().split(' ');
  const since = new Date((Number(seconds) - 2 * 86_400) * 1000).toISOString();
  return { commit, changed: new Set(git('log', `--since=${since}`, '--format=', '--name-only').split('\n')) };
}

/** Test files with their mutants, in the order in which they are judged. */
function inOrder() {
  const files = [...Map.groupBy(mutants, ({ test }) => test)];
  // Those with processes to kill take longest, then those with most to try: so nobody waits for the other at the end.
  const isLong = (test) => /^test\/(kill|durable)\//.test(test);
  if (!values.seconds)
    return files.toSorted(([a, ofA], [b, ofB]) => Number(isLong(b)) - Number(isLong(a)) || ofB.length - ofA.length);
  const { commit, changed } = lately();
  const isNew = (of) =>
    of.some(({ file, and = [], test, source }) =>
      [file, ...and.map((each) => each.file), test, source].some((each) => changed.has(each)),
    );
  const drawn = (test) => createHash('sha256').update(`${commit} ${test}`).digest('hex');
  return files.toSorted(
    ([a, ofA], [b, ofB]) => Number(isNew(ofB)) - Number(isNew(ofA)) || drawn(a).localeCompare(drawn(b)),
  );
}

const end = values.seconds ? performance.now() + Number(values.seconds) * 1000 : Number.POSITIVE_INFINITY;
const isOver = () => performance.now() > end;
const rows = [];
for (const [test, broken] of inOrder()) {
  if (isOver() || !isMine(test)) continue;
  const sound = soundOf(broken);
  for (const mutant of broken) {
    if (isOver()) break;
    const began = performance.now();
    const judged = sound.has(mutant) ? verdict(mutant) : 'test is red unbroken';
    if (isOver() && judged === 'test did not run') break;
    rows.push({ ...mutant, verdict: judged, seconds: (performance.now() - began) / 1000 });
  }
}
rmSync(copy, { recursive: true });

console.log(`${'killed?'.padEnd(21)}${'s'.padStart(4)}  ${'mutant'.padEnd(56)}test`);
// Those that are not killed come last: that is where one looks.
const last = ({ verdict }) => Number(verdict !== 'killed');
for (const { name, verdict, seconds, test, only, because } of rows.toSorted((a, b) => last(a) - last(b))) {
  console.log(
    `${verdict.padEnd(21)}${seconds.toFixed(0).padStart(4)}  ${name.padEnd(56)}${basename(test)}${only ? `: ${only}` : ''}`,
  );
  if (verdict === 'SURVIVED') console.log(`  nobody would notice: ${because}`);
}
const killed = rows.filter((row) => row.verdict === 'killed').length;
console.log(`${killed} of ${rows.length} killed`);
if (isOver()) console.log(`${mutants.length} are there: \`npm run mutants\` tries them all`);
if (killed < rows.length || mutants.length === 0) process.exitCode = 1;
