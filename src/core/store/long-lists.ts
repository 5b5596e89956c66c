import {
  PostgresQueryCompiler,
  type PrimitiveValueListNode,
  SqliteQueryCompiler,
  type ValueListNode,
  ValuesNode,
} from 'kysely';

/**
 * Values of which there are many go as one parameter, and not as one each: the statement stays the same whatever their
 * number, so that it is compiled once, and no limit on parameters is met.
 */
const MANY = 10;

/** SQLite takes them as JSON. */
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
    if (rows) {
      this.append(`select ${rows[0]?.map((_, at) => `value ->> ${at}`)} from json_each(`);
      this.appendValue(JSON.stringify(rows));
      this.append(') where true'); // without it an `on conflict` behind would be read as the condition of a join
    } else super.visitValues(node);
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

  #appendTable(rows: readonly (readonly unknown[])[]): void {
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

function longTable({ values: rows }: ValuesNode): readonly (readonly unknown[])[] | undefined {
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
