import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,test}/**/*.test.{ts,tsx}'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Files of one worker share what they load: to load it anew for each takes a fifth of the whole. No test changes a
    // module; what one does to the process it takes back.
    isolate: false,
    // One core is left alone otherwise, and that is half of a machine with two.
    maxWorkers: availableParallelism(),
    // The official validation suite of checkpoint savers uses vitest's globals and must share its copy of vitest.
    globals: true,
    server: { deps: { inline: [/@langchain\/langgraph-checkpoint-validation/] } },
  },
});
