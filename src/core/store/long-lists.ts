import {
  type Insertable,
  PostgresQueryCompiler,
  type PrimitiveValueListNode,
  type RawBuilder,
  SqliteQueryCompiler,
  sql,
  type ValueListNode,
  ValuesNode,
} from 'kysely';
import type { Tables } from './tables.ts';

/**
 * Values of which there are many go as one parameter, and not as one each: the statement stays the same whatever their
 * number, so that it is compiled once, and no limit on parameters is met.
 */
const MANY = 10;

type Table = readonly (readonly unknown[])[];

/** Rows that stand in a query as one value. */
class Rows {
  readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }
}

/** What is inserted into one row, in the order of `C`. */
export type RowOf<T extends keyof Tables, C extends readonly (keyof Insertable<Tables[T]>)[]> = {
  readonly [K in keyof C]: Insertable<Tables[T]>[C[K]];
};

/**
 * Rows for `insertInto(table).columns(columns).expression(...)`, without a node of the query for each of their cells: of
 * thousands of rows that takes as long as writing them. There is one at least.
 */
export function rowsToInsert<T extends keyof Tables, const C extends readonly (keyof Insertable<Tables[T]>)[]>(
  _table: T,
  _columns: C,
  rows: readonly RowOf<T, C>[],
): RawBuilder<never> {
  return sql`${sql.val(new Rows(rows as unknown as Table))}`;
}

/** A statement with it in the place of its first value is carried out once for each of these rows, in their order. */
export class EachRow {
  readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }
}

/** SQLite takes them as JSON; rows one after the other, as all of them as JSON would be written, read and taken apart. */
export class SqliteListCompiler extends SqliteQueryCompiler {
  protected override visitPrimitiveValueList(node: PrimitiveValueListNode): void {
    if (isLong(node, this.parentNode)) {
      this.append('(select value from json_each(');
      this.appendValue(JSON.stringify(node.values));
      this.append('))');
    } else super.visitPrimitiveValueList(node);
  }

  protected override visitValues(node: ValuesNode): void {
    const rows = longTable(node);
    if (rows) this.#appendTable(rows);
    else super.visitValues(node);
  }

  protected override appendValue(value: unknown): void {
    if (value instanceof Rows) this.#appendTable(value.table);
    else super.appendValue(value);
  }

  #appendTable(table: Table): void {
    const [, ...others] = table[0] ?? [];
    this.append('values (');
    super.appendValue(new EachRow(table));
    this.append(`${others.map(() => ', ?').join('')})`);
  }
}

/** PostgreSQL takes them as arrays, one a column. */
export class PostgresListCompiler extends PostgresQueryCompiler {
  protected override visitPrimitiveValueList(node: PrimitiveValueListNode): void {
    // `in ()` is no SQL here.
    if (node.values.length === 0 || isLong(node, this.parentNode)) {
      this.append('(select unnest(');
      this.#appendArray(node.values);
      this.append('))');
    } else super.visitPrimitiveValueList(node);
  }

  protected override visitValues(node: ValuesNode): void {
    const rows = longTable(node);
    if (rows) this.#appendTable(rows);
    else super.visitValues(node);
  }

  protected override appendValue(value: unknown): void {
    if (value instanceof Rows) this.#appendTable(value.table);
    else super.appendValue(value);
  }

  #appendTable(rows: Table): void {
    const columns = (rows[0] ?? []).map((_, at) => rows.map((row) => row[at]));
    // Of a column without any value the type is not known; `null` fits all.
    const names = columns.map((values, at) => (values.every((value) => value === null) ? 'null' : `c${at}`));
    const known = columns.filter((_, at) => names[at] !== 'null');
    this.append(`select ${names} from unnest(`);
    known.forEach((values, at) => {
      if (at > 0) this.append(', ');
      this.#appendArray(values);
    });
    this.append(`) as t(${names.filter((name) => name !== 'null')})`);
  }

  #appendArray(values: readonly unknown[]): void {
    this.appendValue(values);
    this.append(values.some((value) => typeof value === 'number') ? '::bigint[]' : '::text[]');
  }
}

/** A row to be inserted is a list of values as well, and never a long one in this sense. */
function isLong({ values }: PrimitiveValueListNode, parent: object | undefined): boolean {
  const isRow = parent !== undefined && 'kind' in parent && ValuesNode.is(parent as never);
  return !isRow && values.length > MANY && values.every(isPlain);
}

function longTable({ values: rows }: ValuesNode): Table | undefined {
  if (rows.length <= MANY || !rows.every(isPrimitiveList)) return undefined;
  const table = rows.map(({ values }) => values);
  return table.every((row) => row.every((value) => value === null || isPlain(value))) ? table : undefined;
}

function isPrimitiveList(node: PrimitiveValueListNode | ValueListNode): node is PrimitiveValueListNode {
  return node.kind === 'PrimitiveValueListNode';
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}
