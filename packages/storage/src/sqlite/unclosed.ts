import type { Awaitable } from '@asktell/core';

/** What a storage leaves open when nobody closes it. */
export interface Unclosed {
  /** Closes at once, as nothing asynchronous happens any more at the end of a process. */
  close(): unknown;
  /** Closes in the middle of a program. */
  end(): Awaitable<unknown>;
}

/** What is open now. Not weak: what is collected just before the process ends would be closed by nobody. */
const open = new Set<Unclosed>();

const owners = new FinalizationRegistry<Unclosed>((left) => void endQuietly(left));

/**
 * Closes `left` when the process ends in order, or when its owner has been dropped and collected, whichever comes first
 * and unless somebody has done it before. `left` must not refer to the owner. Returns how to call that off.
 */
export function closeIfForgotten(owner: object, left: Unclosed): () => void {
  if (open.size === 0) process.on('exit', closeAll);
  open.add(left);
  owners.register(owner, left, left);
  return () => {
    owners.unregister(left);
    forget(left);
  };
}

function forget(left: Unclosed): void {
  open.delete(left);
  if (open.size === 0) process.off('exit', closeAll);
}

// Nobody is left to be told of an error, and everything acknowledged is in the file or its log.
async function endQuietly(left: Unclosed): Promise<void> {
  try {
    await left.end();
  } catch {}
  forget(left);
}

function closeAll(): void {
  for (const left of open) {
    try {
      left.close();
    } catch {}
  }
}
