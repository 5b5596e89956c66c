import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import licences from '../tools/licences.json' with { type: 'json' };
import { packageRoot } from './sophia.ts';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const json = (name: string) => JSON.parse(readFileSync(join(packageRoot, name), 'utf8'));
const locked = Object.entries<Locked>(json('package-lock.json').packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
);

test('the lock file names no host, and tells every package by its content', () => {
  expect(locked.length).toBeGreaterThan(100);
  expect(locked.filter(([, { resolved = '' }]) => resolved.includes('//'))).toEqual([]);
  expect(locked.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
});

test('every locked package has a licence that is on the list', () => {
  const allowed = [...licences.shipped, ...licences.toolsOnly];
  const read: Record<string, { readonly says: string } | undefined> = licences.readByUs;
  const others = locked.filter(
    ([path, { license = 'none' }]) =>
      !allowed.includes(license) && read[path.replace('node_modules/', '')]?.says !== license,
  );
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

test('nothing is installed with the package: what it needs is in the bundle', () => {
  const { dependencies, optionalDependencies, peerDependencies, scripts } = json('package.json');
  expect({ dependencies, optionalDependencies, peerDependencies }).toEqual({});
  expect(Object.keys(scripts).filter((name) => /install/.test(name))).toEqual([]);
});

test('npm run sbom lists every locked package', () => {
  const text = execFileSync('npm', ['run', '-s', 'sbom'], { cwd: packageRoot, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const { bomFormat, components } = JSON.parse(text) as { bomFormat: string; components: { name: string }[] };
  expect(bomFormat).toBe('CycloneDX');
  expect(components.map(({ name }) => name)).toContain('commander');
  expect(components.length).toBeGreaterThan(locked.length / 2);
});
