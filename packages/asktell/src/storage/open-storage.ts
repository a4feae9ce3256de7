import { AsktellError, MemoryStorage, type Storage, show } from '@asktell/core';
import { SqliteStorage } from '#platform';
import { parseStorageUrl } from './storage-url.ts';

/** A storage and its ownership. */
export interface OpenedStorage {
  readonly storage: Storage;
  /** Whether the storage was opened from the option, so that the caller must close it. */
  readonly owned: boolean;
}

/**
 * Resolves the `storage` option. Each string opens a new storage. To share a storage, pass the object.
 * @param create whether to create a missing file; functions that only read pass false
 * @throws AsktellError `storage-url`, `invalid-argument`, and the errors of opening a storage
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
 * Runs `work` on an existing storage. Closes the storage afterwards if it was opened from a string.
 * @throws AsktellError the errors of {@link openStorage} and `work`
 */
export async function withStorage<T>(option: Storage | string, work: (storage: Storage) => Promise<T>): Promise<T> {
  const { storage, owned } = await openStorage(option, false);
  try {
    return await work(storage);
  } finally {
    if (owned) await storage.close();
  }
}
