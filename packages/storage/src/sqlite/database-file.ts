import { statSync } from 'node:fs';
import { AsktellError, show } from '@asktell/core';

/** A look takes microseconds, as long as a statement. */
const msBetweenLooks = 100;

/**
 * The file of an open connection. SQLite goes on in a file that was deleted or replaced as if nothing had happened, and
 * what it stores there is found by nobody. (Without WAL it looks as we do, and refuses.)
 */
export class DatabaseFile {
  readonly #path: string;
  readonly #identity: string | null;
  #looked = performance.now();

  /** @param path of a file that was opened just now */
  constructor(path: string) {
    this.#path = path;
    this.#identity = identityOf(path);
  }

  /** @throws AsktellError `storage-open` when the path does not lead to the same file any more */
  check(): void {
    const now = performance.now();
    if (now - this.#looked < msBetweenLooks) return;
    if (identityOf(this.#path) !== this.#identity)
      throw new AsktellError(
        'storage-open',
        `${show(this.#path)} was deleted or replaced while it was open, so that results would be lost; open it again.`,
      );
    this.#looked = now;
  }
}

/** Only looks: opening the file, and closing it again, would drop the locks that this process has on it. */
function identityOf(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev} ${found.ino}`;
}
