import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { House, REHEARSAL } from '../test/deploy/house.ts';
import { engine } from '../test/engine.ts';
import { cpuOf, launcher } from './child.mjs';

const ROUNDS = 7;
const MOST = 2;

/**
 * Deploying where nothing is to change, over what the engine and its SDK take for the same stack alone: same engine, same
 * plugin, same record, one after the other in turn. All that they start counts, but for the emulator, which runs already.
 */
export default async function deployAgain() {
  const path = engine();
  if (path === undefined) throw new Error("Pulumi's engine is not built: npm run engine");
  using house = new House(path);
  const { code, stderr } = await house.deploy();
  if (code !== 0) throw new Error(stderr);
  const work = mkdtempSync(join(tmpdir(), 'sophia-bench-'));
  const { url, key, speed } = JSON.parse(
    readFileSync(join(house.env.XDG_STATE_HOME, 'sophia/rehearsal/server.json'), 'utf8'),
  );
  const own = join(house.dir, '.sophia/rehearsal');
  const told = {
    ...{ root: dirname(dirname(path)), work, state: join(own, 'state'), home: join(own, 'home') },
    ...{ plugin: join(own, 'production/plugin'), checkpoint: house.checkpoint() },
    births: join(own, 'production/births.json'),
    rehearsed: JSON.stringify({ url, key, speed }),
  };
  const options = { cwd: house.dir, env: house.env };
  const words = `deploy production ${REHEARSAL} --confirm production`.split(' ');
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: cpuOf([launcher, ...words], options),
    bare: cpuOf([join(import.meta.dirname, 'bare-up.mjs'), JSON.stringify(told)], options),
  }));
  rmSync(work, { recursive: true });
  await house.left();
  const least = (of) => Math.min(...rounds.map((round) => round[of]));
  const [ours, bare] = [least('ours'), least('bare')];
  const ratios = rounds.map((round) => round.ours / round.bare).sort((a, b) => a - b);
  return [
    {
      what: 'deploy that changes nothing, over a bare up',
      figure: `${(ours / bare).toFixed(2)}: ${ours.toFixed(0)} ms over ${bare.toFixed(0)} ms`,
      ...{ target: `below ${MOST}`, met: ours / bare < MOST },
    },
    {
      what: 'the same, round by round',
      figure: `${ratios[0].toFixed(2)} to ${ratios.at(-1).toFixed(2)}, median ${ratios[ROUNDS >> 1].toFixed(2)}`,
    },
  ];
}
