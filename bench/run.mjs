// `npm run bench [name...]`: side by side in one run, as ratios. Numbers of a shared machine are noisy: trust the ratios.
// Nothing here fails a build; a target that is missed is said.
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { leastCpu } from './child.mjs';

const names = [
  'startup',
  'views',
  'scoring',
  'train',
  'import',
  'durable',
  'server',
  'growth',
  'visible',
  'tui',
  'deploy',
  'deploy-baseline',
  'deploy-again',
];
const wanted = process.argv.slice(2);
for (const each of wanted.filter((each) => !names.includes(each))) {
  console.error(`no bench "${each}"; there are ${names.join(', ')}`);
  process.exit(2);
}
const chosen = names.filter((each) => wanted.length === 0 || wanted.includes(each));
const [name] = chosen;
// Each in a process of its own: what one leaves in memory is collected at the cost of the next.
if (chosen.length > 1) {
  const ends = chosen.map((each) => spawnSync(process.execPath, [import.meta.filename, each], { stdio: 'inherit' }));
  process.exit(ends.some(({ status }) => status !== 0) ? 1 : 0);
}

// One machine is twice as fast as another: seconds of two are compared by what bare Node takes on each.
const { bare } = leastCpu({ bare: ['-e', '0'] }, 9);
console.log(
  `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}, bare Node ${bare.toFixed(0)} ms of CPU`,
);
const { default: bench } = await import(`./${name}.mjs`);
console.log(`\n${name}`);
for (const { what, figure, target, met } of await bench())
  console.log(
    `  ${what.padEnd(44)} ${figure.padEnd(34)} ${target ? `${met ? 'ok    ' : 'MISSED'} ${target}` : ''}`.trimEnd(),
  );
