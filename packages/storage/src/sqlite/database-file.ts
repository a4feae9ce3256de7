import { statSync } from 'node:fs';
import { AsktellError } from '@asktell/core';
import { placeOf } from './place.ts';

/** Milliseconds between two checks. A check takes as long as a statement, microseconds. */
const msBetweenChecks = 100;

/**
 * The file of an open connection. In WAL mode, SQLite keeps writing to a file that was deleted or replaced, and the data
 * is lost. Without WAL, SQLite detects this itself.
 */
export class DatabaseFile {
  readonly #path: string;
  readonly #identity: string | null;
  #checkedAt = performance.now();

  /** @param path path of a file that has just been opened */
  constructor(path: string) {
    this.#path = path;
    this.#identity = identityOf(path);
  }

  /** @throws AsktellError `storage-open` if the path no longer refers to the same file */
  check(): void {
    const now = performance.now();
    if (now - this.#checkedAt < msBetweenChecks) return;
    if (identityOf(this.#path) !== this.#identity)
      throw new AsktellError(
        'storage-open',
        `${placeOf(this.#path)} was deleted or replaced while it was open. Open it again; writing to it would lose results.`,
      );
    this.#checkedAt = now;
  }
}

/** The device and inode of a file, or `null` if it does not exist. Uses `stat` only, because opening and closing the file would release the locks of this process. */
export function identityOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev} ${found.ino}`;
}
