export type { SqliteDriver, SqliteStatement, SqliteValue } from './driver.ts';
export type { SqliteStorageOptions } from './options.ts';
export { SqliteStorage } from './storage.ts';
