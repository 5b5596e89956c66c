import type { Ready } from './rows.ts';

/**
 * What became of one row that was offered. `repeated`: this import has said it before. Of a problem `column` is what it
 * is about, by our name.
 */
export type Verdict =
  | 'new'
  | 'changed'
  | 'unchanged'
  | 'repeated'
  | { readonly problem: string; readonly column?: string };

/** What a row is called and refers to: of a call not what was said in it. */
export type Offered = Pick<Ready, 'kind' | 'key' | 'tenantKey' | 'propertyKey'>;

const verdicts = { n: 'new', c: 'changed', u: 'unchanged', r: 'repeated' } as const;

const problems = {
  t: ({ tenantKey }: Offered) => ({ problem: `"${tenantKey}" is in no tenants.csv`, column: 'tenant_id' }),
  p: ({ propertyKey }: Offered) => ({ problem: `"${propertyKey}" is in no properties.csv`, column: 'property_id' }),
  w: ({ key }: Offered) => ({ problem: `"${key}" is here twice, and the two rows do not say the same` }),
} as const;

/** A verdict in one letter, which names nobody: so it is recorded while an import is under way. */
export type Mark = keyof typeof verdicts | keyof typeof problems;

export function verdictOf(mark: Mark, row: Offered): Verdict {
  return mark in verdicts ? verdicts[mark as keyof typeof verdicts] : problems[mark as keyof typeof problems](row);
}

/** Whether the row was not set aside. */
export function isTaken(mark: Mark): boolean {
  return mark in verdicts;
}

/** Many in a row are told by their number: `n5000`. */
export function packed(marks: readonly Mark[]): string {
  return marks.join('').replaceAll(/(.)\1*/g, (run) => `${run[0]}${run.length}`);
}

export function unpacked(text: string): Mark[] {
  return [...text.matchAll(/(\D)(\d+)/g)].flatMap(([, mark, times]) =>
    new Array<Mark>(Number(times)).fill(mark as Mark),
  );
}
