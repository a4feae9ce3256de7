import { openSync, readSync } from 'node:fs';

const buffer = Buffer.alloc(128);
let file: number | null | undefined;

/**
 * Total time in milliseconds that the main thread of this process has waited in the run queue. Returns `null` on systems
 * without `/proc/self/schedstat`.
 */
export function runQueueMs(): number | null {
  if (file === undefined) {
    try {
      file = openSync('/proc/self/schedstat', 'r');
    } catch {
      file = null;
    }
  }
  if (file === null) return null;
  const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0));
  return Number(text.split(' ')[1]) / 1e6;
}
