// `npm run soak [suite]`: the long proofs, too long for every build. Seeds are printed, so that a round can be run
// again: `npm run soak kill -- --seed 7 --rounds 300 --report docs/proof/kill.md`. Ends with 1 when a promise was broken.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };

const suites = ['deploy', 'durable', 'effect', 'fuzz', 'kill', 'language', 'learn'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, rounds: { type: 'string' }, report: { type: 'string' } },
});
const unknown = positionals.find((name) => !suites.includes(name));
if (unknown) {
  console.error(`no suite "${unknown}"; there are ${suites.join(', ')}`);
  process.exit(2);
}
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));

for (const name of positionals.length > 0 ? positionals : suites) {
  console.log(`${name}: seed ${seed}`);
  const { soak, usual = 300 } = await import(`../test/${name}/soak.ts`);
  const began = Date.now();
  const { rounds, rows, broken, tables = [] } = await soak({ seed, rounds: Number(values.rounds ?? usual) });
  const report = [
    `# Proof: ${name}`,
    '',
    `Version ${manifest.version}, Node ${process.version} on ${process.platform}, seed ${seed}, ${rounds} rounds in ${Math.round((Date.now() - began) / 1000)} s.`,
    `Again: \`npm run soak ${name} -- --seed ${seed} --rounds ${rounds}\`.`,
    '',
    '| what | times |',
    '|---|---|',
    ...Object.entries(rows).map(([what, times]) => `| ${what} | ${times} |`),
    `| **promises broken** | **${broken.length}** |`,
    '',
    ...broken.map((each) => `- ${each}`),
    ...tables.flatMap((table) => ['', table]),
  ]
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n');
  console.log(report);
  if (values.report) writeFileSync(join(import.meta.dirname, '..', values.report), `${report.trimEnd()}\n`);
  if (broken.length > 0) process.exitCode = 1;
}
