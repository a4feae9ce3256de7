import { AsktellError } from '@asktell/core';
import type { SqliteLibrary } from './library.ts';
import { placeOf } from './place.ts';

interface OpenFile {
  readonly library: SqliteLibrary;
  connections: number;
}

const registry: unique symbol = Symbol.for('asktell.sqlite.open-files') as never;

/** The open files of this process by identity. It is global, so that two copies of this package share it. */
function openFiles(): Map<string, OpenFile> {
  const global = globalThis as { [registry]?: Map<string, OpenFile> };
  global[registry] ??= new Map();
  return global[registry];
}

/**
 * The library that this process has the file open with.
 * @param identity of the file; `null` if there is no file
 */
export function libraryInUse(identity: string | null): SqliteLibrary | null {
  return (identity === null ? undefined : openFiles().get(identity)?.library) ?? null;
}

/**
 * Checks that this process does not have the file open with another library. When one of two libraries closes a file,
 * the operating system also releases the locks of the other (POSIX locks belong to the process).
 * @throws AsktellError `storage-open`
 */
export function checkLibrary(identity: string | null, library: SqliteLibrary, path: string): void {
  const used = libraryInUse(identity);
  if (used === null || used === library) return;
  throw new AsktellError(
    'storage-open',
    `${placeOf(path)} cannot be opened with ${library}, because this process has it open with ${used}. Each library would release the locks of the other. Use ${used}, or close the file first.`,
  );
}

/** Remembers that this process opened the file with a library. Returns a function for the end of the connection. */
export function rememberLibrary(identity: string, library: SqliteLibrary): () => void {
  const files = openFiles();
  const file = files.get(identity) ?? { library, connections: 0 };
  files.set(identity, file);
  file.connections++;
  return () => {
    file.connections--;
    if (file.connections === 0) files.delete(identity);
  };
}
