import { defineConfig } from 'tsup';

/** Modules of dependencies that no command needs, and what stands in their place. */
const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  // Messages in fifty languages, which every command that checks input would load: 10 ms of CPU.
  [/[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/, "export { default as en } from './en.js';"],
  // Pulumi can write functions down, for dynamic providers and lambdas, by a TypeScript and an npm of its own: 10 MB, and
  // a hundred packages. A program of custom resources has none.
  [/[\\/]@pulumi[\\/]pulumi[\\/]runtime[\\/]closure[\\/](serializeClosure|codePaths)\.js$/, ''],
  [/[\\/]@pulumi[\\/]pulumi[\\/]typescript-shim\.js$/, ''],
  // gRPC asks for it when it is to describe its own channels.
  [/[\\/]@grpc[\\/]proto-loader[\\/]build[\\/]src[\\/]index\.js$/, ''],
];

// Run by tools/build.mjs, which gives each build a folder of its own and then points dist/cli.js to it.
export default defineConfig({
  entry: {
    cli: 'src/cli.ts',
    emulator: 'src/emulator/main.ts',
    policy: 'src/policy/main.ts',
    provider: 'src/provider/main.ts',
    rehearsal: 'src/provider/rehearsal.ts',
  },
  format: ['esm'],
  platform: 'node',
  target: 'node22',
  clean: false,
  minify: true,
  splitting: true, // one chunk per lazy import()
  metafile: true,
  dts: false, // a program needs no declarations
  removeNodeProtocol: false, // 'node:sqlite' exists only with its prefix
  // A bundled kysely loads in 11 ms of CPU, an unbundled one in 170.
  noExternal: [/^(?!(react-devtools-core|cpu-features|.*\/sshcrypto\.node)$)/],
  env: { NODE_ENV: 'production' },
  define: { __dirname: 'import.meta.dirname' }, // ssh2 asks for it as it begins
  esbuildPlugins: [
    {
      name: 'what is left out',
      setup: (build) => {
        for (const [filter, contents] of LEFT_OUT) build.onLoad({ filter }, () => ({ contents }));
      },
    },
  ],
  // Never installed, and never asked for; the last two are what ssh2 would compile, and does without.
  external: ['pg-native', 'react-devtools-core', 'cpu-features', /\/sshcrypto\.node$/],
  // CommonJS dependencies inside an ESM bundle need `require`.
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
});
