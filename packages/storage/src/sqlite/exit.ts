/** What is open now. Weak, so that a storage that is simply dropped can still be collected, file and all. */
const open = new Set<WeakRef<{ close(): unknown }>>();

/** Closes `connection` when the process ends in order and nobody has done it before. Returns how to call that off. */
export function closeAtExit(connection: { close(): unknown }): () => void {
  if (open.size === 0) process.on('exit', closeAll);
  const entry = new WeakRef(connection);
  open.add(entry);
  return () => {
    open.delete(entry);
    if (open.size === 0) process.off('exit', closeAll);
  };
}

function closeAll(): void {
  for (const entry of open) {
    try {
      entry.deref()?.close();
    } catch {
      // The process ends anyway, and everything acknowledged is in the file or its log.
    }
  }
}
