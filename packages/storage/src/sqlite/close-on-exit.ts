import type { Awaitable } from '@asktell/core';

/** A resource that is still open when its owner was not closed. */
export interface OpenResource {
  /** Closes synchronously, for the exit of the process. */
  closeNow(): unknown;
  /** Closes while the program continues. */
  close(): Awaitable<unknown>;
}

/** All open resources. The references are strong, so that a resource collected just before the exit is closed, too. */
const openResources = new Set<OpenResource>();

const owners = new FinalizationRegistry<OpenResource>((resource) => void closeQuietly(resource));

/**
 * Closes `resource` when the process exits normally or when `owner` has been garbage collected. `resource` must not
 * refer to `owner`. Returns a function that cancels this.
 */
export function closeOnExit(owner: object, resource: OpenResource): () => void {
  if (openResources.size === 0) process.on('exit', closeAll);
  openResources.add(resource);
  owners.register(owner, resource, resource);
  return () => {
    owners.unregister(resource);
    remove(resource);
  };
}

function remove(resource: OpenResource): void {
  openResources.delete(resource);
  if (openResources.size === 0) process.off('exit', closeAll);
}

// Errors have no receiver here, and everything acknowledged is in the file or its log.
async function closeQuietly(resource: OpenResource): Promise<void> {
  try {
    await resource.close();
  } catch {}
  remove(resource);
}

function closeAll(): void {
  for (const resource of openResources) {
    try {
      resource.closeNow();
    } catch {}
  }
}
