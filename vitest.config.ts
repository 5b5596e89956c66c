import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{src,test}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The official validation suite of checkpoint savers uses vitest's globals and must share its copy of vitest.
    globals: true,
    server: { deps: { inline: [/@langchain\/langgraph-checkpoint-validation/] } },
  },
});
