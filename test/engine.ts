import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { leaveOut } from './services.ts';
import { packageRoot } from './sophia.ts';

let found: { readonly path: string | undefined } | undefined;

/** Pulumi's engine, the real one: where SOPHIA_TEST_ENGINE says, or in the cache of tools/engine.mjs. */
export function engine(): string | undefined {
  found ??= { path: process.env.SOPHIA_TEST_ENGINE ? said(process.env.SOPHIA_TEST_ENGINE) : cached() };
  return found.path;
}

function said(path: string): string {
  if (!existsSync(path)) throw new Error(`SOPHIA_TEST_ENGINE: there is no ${path}`);
  return path;
}

function cached(): string | undefined {
  const tool = join(packageRoot, 'tools/engine.mjs');
  const { status, stdout } = spawnSync(process.execPath, [tool, '--check'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Tests that run the engine, of which they get the path. Where it is not built they are left out, in plain sight; with
 * SOPHIA_REQUIRE_SERVICES=1 that is a failure.
 */
export function describeEngine(name: string, tests: (engine: string) => void): void {
  const path = engine();
  if (path === undefined) leaveOut(name, "Pulumi's engine is not built (npm run engine)");
  else describe(name, () => tests(path));
}
