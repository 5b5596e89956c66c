import type { Source } from '../domain/index.ts';

/** The allow-list of sources: what a score may rest on. Nothing about the person, and no proxy for it. */
export type FeatureSource = Source | 'lease';

/** Pieces of names that no feature may have. `protectedName` knows many more; these the compiler knows. */
type Stem =
  | ('zip' | 'postal' | 'postcode' | 'census' | 'neighbo' | 'address' | 'latitude' | 'longitude' | 'county')
  | ('race' | 'ethnic' | 'relig' | 'nationality' | 'citizen' | 'immigra' | 'gender' | 'sex' | 'pregnan' | 'disab')
  | ('medical' | 'famil' | 'child' | 'household' | 'occupant' | 'marital' | 'birth' | 'senior' | 'income' | 'voucher')
  | ('benefit' | 'criminal' | 'arrested' | 'language' | 'accent' | 'school' | 'photo' | 'device' | 'surname');

/** `List` with `never` in place of the source of each feature whose name tells of a protected attribute. */
export type NoneProtected<List extends Readonly<Record<string, FeatureSource>>> = {
  readonly [Name in keyof List]: Lowercase<Name & string> extends `${string}${Stem}${string}` ? never : List[Name];
};

/** Features with the source that each is drawn from. A name that stands for a protected attribute does not compile. */
export function allowList<const List extends Readonly<Record<string, FeatureSource>>>(
  list: List & NoneProtected<List>,
): List {
  return list;
}
