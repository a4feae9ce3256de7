import { openSync, readSync } from 'node:fs';

const buffer = Buffer.alloc(128);
let file: number | null | undefined;

/**
 * Milliseconds that this process's main thread has been ready to run while the operating system gave the processor to
 * others, since it started. `null` where the kernel does not tell (anything but Linux).
 */
export function waitedMs(): number | null {
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
