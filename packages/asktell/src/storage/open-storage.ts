import { AsktellError, MemoryStorage, type Storage, show } from '@asktell/core';
import { SqliteStorage } from '#platform';
import { parseStorageUrl } from './storage-url.ts';

/** A storage, and whether who asked for it has to close it. */
export interface OpenedStorage {
  readonly storage: Storage;
  /** Opened here from a string, so that nobody else can close it. */
  readonly owned: boolean;
}

/**
 * Makes the `storage` option a storage. Every string opens one of its own; pass an object to share it.
 * @param create whether a file may be made; who only reads must not leave an empty one behind
 * @throws AsktellError `storage-url`, `invalid-argument`, and what opening throws
 */
export async function openStorage(storage: Storage | string | undefined, create: boolean): Promise<OpenedStorage> {
  if (storage === undefined) return { storage: new MemoryStorage(), owned: true };
  if (typeof storage === 'string') {
    const target = parseStorageUrl(storage);
    return {
      storage: target.kind === 'memory' ? new MemoryStorage() : new SqliteStorage(target.path, { create }),
      owned: true,
    };
  }
  if (isStorage(storage)) return { storage, owned: false };
  const message = `storage must be a path such as 'study.db', a URL such as 'sqlite:///study.db', or a storage object, not ${show(storage)}.`;
  throw new AsktellError('invalid-argument', message);
}

function isStorage(value: unknown): value is Storage {
  const storage = value as Partial<Storage> | null;
  return (
    typeof storage === 'object' &&
    storage !== null &&
    typeof storage.ask === 'function' &&
    typeof storage.pull === 'function'
  );
}

/**
 * Runs `work` on a storage that exists, and closes it when it was opened from a string.
 * @throws AsktellError what {@link openStorage} and `work` throw
 */
export async function withStorage<T>(option: Storage | string, work: (storage: Storage) => Promise<T>): Promise<T> {
  const { storage, owned } = await openStorage(option, false);
  try {
    return await work(storage);
  } finally {
    if (owned) await storage.close();
  }
}
