import { defineConfig } from 'tsup';

// Run by tools/build.mjs, which gives each build a folder of its own and then points dist/cli.js to it.
export default defineConfig({
  entry: { cli: 'src/cli.ts' },
  format: ['esm'],
  platform: 'node',
  target: 'node22',
  clean: false,
  minify: true,
  splitting: true, // one chunk per lazy import()
  metafile: true,
  dts: false, // a program needs no declarations
  removeNodeProtocol: false, // 'node:sqlite' exists only with its prefix
  noExternal: [/^(?!react-devtools-core$)/], // a bundled kysely loads in 11 ms of CPU, an unbundled one in 170
  env: { NODE_ENV: 'production' },
  // zod brings its messages in fifty languages, which every command that checks input would load: 10 ms of CPU.
  esbuildPlugins: [
    {
      name: 'messages in English only',
      setup: (build) =>
        build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
          contents: "export { default as en } from './en.js';",
        })),
    },
  ],
  // CommonJS dependencies inside an ESM bundle need `require`.
  external: ['pg-native', 'react-devtools-core'], // never installed, and never asked for
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
});
