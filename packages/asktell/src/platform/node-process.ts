import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '@asktell/core';

/** What Linux tells about a process: its state letter, and its start in clock ticks since boot. */
interface ProcessStat {
  readonly state: string;
  readonly start: string;
}

/** Reads `/proc/<pid>/stat`; `null` where it cannot be read (another system, another user's process). */
function readStat(pid: number | 'self'): ProcessStat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  return parseStat(text);
}

/**
 * Fields 3 (state) and 22 (start) of proc(5)'s stat line. Field 2 is the program's name in parentheses and may hold
 * spaces and parentheses itself, so that counting begins after the last of them.
 */
export function parseStat(text: string): ProcessStat | null {
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/);
  const [state] = fields;
  const start = fields[19];
  return state === undefined || start === undefined || !/^\d+$/.test(start) ? null : { state, start };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** This process, by host name, process id and start time. */
export function processIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    pid: process.pid,
    born: readStat('self')?.start ?? null,
    isAlive(pid, born) {
      // Zero and negative ids mean groups of processes.
      if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return false;
      const stat = readStat(pid);
      if (stat === null) return true;
      return stat.state !== 'Z' && stat.state !== 'X' && (born === null || born === stat.start);
    },
  };
}
