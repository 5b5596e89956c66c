import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostOf, openWorld } from '../../../test/sophia.ts';
import { openContext } from '../context/index.ts';
import type { IsoDay } from '../domain/index.ts';
import { openLanguage } from '../language/index.ts';
import { writeDemo } from './demo.ts';

test('who stops a portfolio that is being invented is heard between two units, and nothing is written', async () => {
  using world = openWorld();
  const folder = join(mkdtempSync(join(tmpdir(), 'sophia-')), 'data');
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true }));
  const [stop, shares]: [AbortController, number[]] = [new AbortController(), []];
  const logger = {
    ...{ warn: () => undefined, alert: () => undefined },
    progress(_text: string, share = Number.NaN) {
      shares.push(share);
      // As a signal of the system is: it comes from outside, when there is a moment for it.
      if (shares.length === 5) setImmediate(() => stop.abort('sigint'));
    },
  };
  const deps = { ...openContext(hostOf(world), undefined, logger), signal: stop.signal };
  const request = { seed: 1, properties: 3, units: 20, mode: 'exact', dryRun: false } as const;
  const writing = writeDemo(
    { ...deps, today: '2026-11-22' as IsoDay, folder, language: await openLanguage() },
    request,
  );
  await expect(writing).rejects.toBe('sigint');
  expect(shares.length).toBeLessThan(10);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(existsSync(folder)).toBe(false);
});
