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
  const lacking = lackingMembers(storage);
  if (lacking.length === 0) return { storage, owned: false };
  const lacks = typeof storage === 'object' && storage !== null ? `, which lacks ${lacking.join(', ')}` : '';
  const message = `storage must be a path such as 'study.db', a URL such as 'sqlite:///study.db', or a storage object, not ${show(storage)}${lacks}.`;
  throw new AsktellError('invalid-argument', message);
}

/** The methods of a storage that a value does not have. */
function lackingMembers(value: unknown): readonly string[] {
  const storage = (typeof value === 'object' && value !== null ? value : {}) as { readonly [name: string]: unknown };
  return ['ask', 'pull', 'write'].filter((name) => typeof storage[name] !== 'function');
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
