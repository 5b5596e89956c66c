import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,test}/**/*.test.{ts,tsx}'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One core is left alone otherwise, and that is half of a machine with two.
    maxWorkers: availableParallelism(),
    // The official validation suite of checkpoint savers uses vitest's globals and must share its copy of vitest.
    globals: true,
    server: { deps: { inline: [/@langchain\/langgraph-checkpoint-validation/] } },
  },
});
