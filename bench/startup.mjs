import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuOf, launcher, leastCpu } from './child.mjs';

const ROUNDS = 21;

/** What it costs to start: CPU of whole processes, the demo imported and the compile cache warm. */
export default function startup() {
  const home = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const options = { cwd: home, env: { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: home } };
  const analyze = [launcher, 'churn', 'analyze', 'maple-court'];
  const first = cpuOf(analyze, options);
  const { bare, version, help, explain, completion, flags, names, analysis, list } = leastCpu(
    {
      bare: ['-e', '0'],
      version: [launcher, '--version'],
      help: [launcher, '--help'],
      explain: [launcher, 'config', 'explain'],
      completion: [launcher, 'completion', 'bash'],
      flags: [launcher, 'completion', '--complete', '--', 'churn', 'analyze', '--'],
      names: [launcher, 'completion', '--complete', '--', 'churn', 'analyze', ''],
      analysis: analyze,
      list: [launcher, 'runs', 'list'],
    },
    ROUNDS,
    options,
  );
  rmSync(home, { recursive: true });
  const ms = (value) => `${value.toFixed(0)} ms`;
  const ratio = (value) => `${ms(value)}, ${(value / bare).toFixed(2)} x bare Node (${ms(bare)})`;
  const overHelp = (what, value) => ({
    ...{ what: `${what}, over --help`, figure: `+${ms(value - help)}` },
    ...{ target: 'at most +30 ms', met: value - help <= 30 },
  });
  return [
    { what: '--version', figure: ratio(version), target: 'at most 2.5 x', met: version <= 2.5 * bare },
    { what: '--help', figure: ratio(help), target: 'at most 2.5 x', met: help <= 2.5 * bare },
    overHelp('config explain', explain),
    overHelp('completion bash', completion),
    overHelp('TAB for flags', flags),
    { what: 'TAB for properties, over --help', figure: `+${ms(names - help)}` },
    {
      what: 'churn analyze maple-court, over --version',
      figure: `+${ms(analysis - version)}`,
      target: 'at most +280 ms, aim +200',
      met: analysis - version <= 280,
    },
    { what: 'runs list, over --version', figure: `+${ms(list - version)}` },
    { what: 'the first analysis, with import of the demo', figure: ms(first) },
  ];
}
