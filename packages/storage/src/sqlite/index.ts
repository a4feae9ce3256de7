export type { SqliteDriver, SqliteStatement, SqliteValue } from './driver.ts';
export { SqliteStorage, type SqliteStorageOptions } from './storage.ts';
