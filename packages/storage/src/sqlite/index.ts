export type { SqliteDriver, SqliteStatement, SqliteValue } from './driver.ts';
export type { SqliteLibrary } from './library.ts';
export type { SqliteStorageOptions } from './options.ts';
export { SqliteStorage } from './storage.ts';
