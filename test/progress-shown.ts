import { openProgress } from '../src/commands/progress.ts';
import type { Host } from '../src/core/context/index.ts';

/**
 * What a terminal is shown of a step that takes longer than anybody's patience: run with `{ env, color, share }` as JSON,
 * a process of its own, because what paints the spinner looks only once whether there are colours.
 */
const { env, color, share } = JSON.parse(process.argv[2] ?? '{}');
let text = '';
let tick: (() => void) | undefined;
const told = Promise.withResolvers<void>();
const still = () => true;
const write = (chunk: string) => {
  text += chunk;
  if (text.includes('reading the ledger')) told.resolve();
};
const stderr = { isTTY: true, columns: 80, write, cursorTo: still, clearLine: still, moveCursor: still };
const every = (_ms: number, work: () => void) => {
  tick = work;
  return { [Symbol.dispose]: () => undefined };
};
const progress = openProgress({ env, stderr, clock: { every } } as unknown as Host);
progress.colour(color);
progress.progress('reading the ledger', share);
tick?.();
// The spinner is loaded when it is first wanted.
await told.promise;
progress.clear();
console.log(JSON.stringify(text));
