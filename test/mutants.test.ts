import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from './sophia.ts';

interface Break {
  readonly file: string;
  readonly find: string;
}

// `npm run mutants` takes half an hour to say so.
test.each(globSync(join(packageRoot, 'mutants/*.yaml')).map((file) => [basename(file), file]))(
  'mutant %s still applies to the code, at one place',
  (_name, file) => {
    const mutant = parse(readFileSync(file, 'utf8')) as Break & { readonly and?: readonly Break[]; test: string };
    const places = [mutant, ...(mutant.and ?? [])].map(
      (each) => readFileSync(join(packageRoot, each.file), 'utf8').split(each.find).length - 1,
    );
    expect(places).toEqual(places.map(() => 1));
    expect(readFileSync(join(packageRoot, mutant.test), 'utf8')).toContain('test');
  },
);
