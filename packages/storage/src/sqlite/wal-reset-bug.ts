/** The first fixed patch release of each maintained branch of SQLite. */
const fixed: { readonly [branch: string]: number } = { '3.44': 6, '3.50': 7, '3.51': 3 };

/**
 * Whether a version of SQLite has the WAL-reset bug (https://sqlite.org/wal.html#walresetbug), which is in 3.7.0 to
 * 3.51.2. If one connection commits while another starts a checkpoint right after a complete one, the second checkpoint
 * can skip the new log, and its commits are lost. A version that cannot be read counts as unfixed.
 */
export function hasWalResetBug(version: unknown): boolean {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(String(version));
  if (parts === null) return true;
  const [major, minor, patch] = [1, 2, 3].map((part) => Number(parts[part] ?? 0)) as [number, number, number];
  if (major !== 3 || minor < 7 || minor > 51) return false;
  return patch < (fixed[`3.${minor}`] ?? Number.POSITIVE_INFINITY);
}

let warned = false;

/** Warns once per process with the code `sqlite-wal-reset`. */
export function warnOfWalResetBug(version: unknown): void {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `SQLite ${String(version)} can lose commits when two connections write to one file (https://sqlite.org/wal.html#walresetbug). Asktell therefore runs no checkpoint thread, and long studies are slower. Update the runtime or better-sqlite3 to one with SQLite 3.51.3 or later.`,
    { type: 'AsktellWarning', code: 'sqlite-wal-reset' },
  );
}
