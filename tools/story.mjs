// Plays what a run lives through, and draws it: begun, approved, killed while it is carried out, finished by another process,
// and another one rejected. Fails when it does not go so.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { elmConfig, elmHouse } from '../test/elm-house.ts';
import { openStage, prompt } from './picture.mjs';

/** Ben waits for repairs as Ada does. */
const files = {
  ...elmHouse,
  'data/offers.csv': `${elmHouse['data/offers.csv']}ben-offer,ben,2026-10-15,1760.00\n`,
  'data/tickets.csv': `${elmHouse['data/tickets.csv']}4430,ben,2026-09-21,2026-10-14,1,plumbing\n4431,ben,2026-10-29,,0,heating\n`,
  'data/calls.jsonl': elmHouse['data/calls.jsonl'].replace(
    'Thank you, the door works great now.',
    'I am very unhappy. The heating is terrible and nobody came.',
  ),
  'sophia.yaml': elmConfig,
};

export async function story() {
  using stage = openStage();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(stage.folder, name)), { recursive: true });
    writeFileSync(join(stage.folder, name), text);
  }
  await stage.run('portfolio import data');
  const lines = [];
  const shown = async (line, code = 0) => {
    const ended = await stage.run(line, { errors: code !== 0 });
    if (ended.code !== code) throw new Error(`the story ended at ${line}: ${ended.text}`);
    lines.push(prompt(line), ended.text.trimEnd(), '');
    return ended.text;
  };
  const waiting = async () => {
    const { runs } = JSON.parse((await stage.run('runs list --status waiting --json')).text);
    return new Map(runs.map(({ about, id }) => [about, id]));
  };
  const handedOut = (run) => `${readdirSync(join(stage.folder, 'out', run))}`;

  await shown('churn analyze elm-house --top 1');
  const asked = await waiting();
  const [ada, ben] = [asked.get('ada'), asked.get('ben')];
  const approve = `runs approve ${ada} --yes`;
  kill(stage.folder, approve);
  // Of the second there is what has no name yet.
  if (!/^message\.md\.\w+\.part,task\.md$/.test(handedOut(ada)))
    throw new Error(`killed too early or too late: ${handedOut(ada)}`);
  lines.push(prompt(approve), `Killed${DIM}   by kill -9, with one of its two files written${PLAIN}`, '');
  await shown('runs list');
  await shown(`runs resume ${ada}`);
  if (handedOut(ada) !== 'message.md,task.md') throw new Error(`not finished: ${handedOut(ada)}`);
  await shown(`runs show ${ada}`);
  await shown(approve, 9);
  await shown(`runs reject ${ben} --yes --reason "renewed by phone"`);
  return stage.draw(
    lines.slice(0, -1),
    'A run is begun, approved, killed, finished by another process; another is rejected',
  );
}

const [DIM, PLAIN] = ['\u001b[2m', '\u001b[22m'];

function kill(folder, line) {
  const script = join(import.meta.dirname, 'killed.mjs');
  const { signal, stderr } = spawnSync(process.execPath, [script, folder, ...line.split(' ')], { encoding: 'utf8' });
  if (signal !== 'SIGKILL') throw new Error(`nothing was killed: ${stderr}`);
}
