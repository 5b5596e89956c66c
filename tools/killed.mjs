// One command of the story in a process of its own, which dies by SIGKILL when it is about to give its second file a name.
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const { link } = files;
files.link = async (from, to) => {
  if (String(to).endsWith('message.md')) process.kill(process.pid, 'SIGKILL');
  await link(from, to);
};
syncBuiltinESMExports();

// After that: what is imported before it would have the old one.
const { main, processHost } = await import('../src/cli.ts');
const { staged } = await import('./picture.mjs');
const [, , folder, ...argv] = process.argv;
const stdout = { isTTY: true, columns: 80, rows: 24, write: (text) => process.stdout.write(text) };
process.exitCode = await main({ ...processHost(join(import.meta.dirname, '..')), ...staged(folder), stdout, argv });
