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
  /** Releases the statement. With bun:sqlite, an unreleased statement keeps a closed connection open. */
  release(): void;
}

/** What the statements of one library have and the others do not. */
interface StatementDialect {
  /** node:sqlite, except in Node.js before 22.16. */
  setReturnArrays?: (on: boolean) => unknown;
  /** bun:sqlite. */
  values?: (...params: SqliteValue[]) => unknown;
  finalize?: () => unknown;
  /** better-sqlite3: whether the statement returns rows. */
  reader?: boolean;
  /** better-sqlite3. In Bun, `raw` returns bytes. */
  raw?: (on: boolean) => unknown;
}

/** Prepares `sql` on any driver. Columns of one statement must have different names. */
export function prepareRows(driver: SqliteDriver, sql: string): RowStatement {
  const statement = driver.prepare(sql) as SqliteStatement & StatementDialect;
  return {
    run: (params) => statement.run(...params),
    release: () => statement.finalize?.(),
    ...rowReaders(statement),
  };
}

function rowReaders(statement: SqliteStatement & StatementDialect): Pick<RowStatement, 'first' | 'all'> {
  if (statement.values !== undefined) {
    const all = (params: readonly SqliteValue[]): readonly Row[] => statement.values?.(...params) as Row[];
    return { all, first: (params) => all(params)[0] };
  }
  if (statement.setReturnArrays !== undefined) statement.setReturnArrays(true);
  else if (statement.reader === true && statement.raw !== undefined) statement.raw(true);
  // A statement of better-sqlite3 that returns no rows has no `raw` mode, and no rows to convert.
  else if (statement.reader === undefined) return objectReaders(statement);
  return {
    first: (params) => statement.get(...params) as Row | undefined,
    all: (params) => statement.all(...params) as Row[],
  };
}

function objectReaders(statement: SqliteStatement): Pick<RowStatement, 'first' | 'all'> {
  return {
    first(params) {
      const row = statement.get(...params) as object | null | undefined;
      return row === undefined || row === null ? undefined : Object.values(row);
    },
    all: (params) => statement.all(...params).map((row) => Object.values(row as object)),
  };
}
