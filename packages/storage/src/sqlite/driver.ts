/** A value that can be bound to a placeholder. */
export type SqliteValue = string | number | null;

/** A prepared statement, as better-sqlite3, `node:sqlite` and `bun:sqlite` define it. */
export interface SqliteStatement {
  run(...params: SqliteValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  get(...params: SqliteValue[]): unknown;
  all(...params: SqliteValue[]): unknown[];
}

/**
 * A synchronous SQLite connection: `Database` of better-sqlite3, `DatabaseSync` of `node:sqlite`, `Database` of
 * `bun:sqlite`, or any object of this shape.
 */
export interface SqliteDriver {
  prepare(sql: string): SqliteStatement;
  exec(sql: string): unknown;
  close(): unknown;
}

/** A row as an array of its columns. */
export type Row = readonly unknown[];

/** A statement that returns rows as arrays. Rows of drivers that only return objects are converted. */
export interface RowStatement {
  run(params: readonly SqliteValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  first(params: readonly SqliteValue[]): Row | undefined;
  all(params: readonly SqliteValue[]): readonly Row[];
}

interface ArrayRows {
  /** better-sqlite3. In Bun, `raw` does something else; the presence of `safeIntegers` distinguishes the two. */
  raw?: (on: boolean) => unknown;
  safeIntegers?: unknown;
  /** node:sqlite. */
  setReturnArrays?: (on: boolean) => unknown;
  /** better-sqlite3: whether the statement returns rows. */
  reader?: boolean;
}

/** Prepares `sql` on any driver. Columns of one statement must have different names. */
export function prepareRows(driver: SqliteDriver, sql: string): RowStatement {
  const statement = driver.prepare(sql);
  const { asRow, asRows } = rowShape(statement as SqliteStatement & ArrayRows);
  return {
    run: (params) => statement.run(...params),
    // Without a row, node:sqlite returns undefined and bun:sqlite null.
    first: (params) => asRow(statement.get(...params) ?? undefined),
    all: (params) => asRows(statement.all(...params)),
  };
}

interface RowShape {
  readonly asRow: (row: unknown) => Row | undefined;
  readonly asRows: (rows: unknown[]) => readonly Row[];
}

function rowShape(statement: ArrayRows): RowShape {
  let arrays = false;
  if (typeof statement.setReturnArrays === 'function') {
    statement.setReturnArrays(true);
    arrays = true;
  } else if (typeof statement.raw === 'function' && typeof statement.safeIntegers === 'function') {
    if (statement.reader === true) statement.raw(true);
    arrays = true;
  }
  if (arrays) return { asRow: (row) => row as Row | undefined, asRows: (rows) => rows as Row[] };
  const asRow = (row: unknown): Row | undefined => (row === undefined ? undefined : Object.values(row as object));
  return { asRow, asRows: (rows) => rows.map((row) => asRow(row) as Row) };
}
