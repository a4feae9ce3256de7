import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '@asktell/core';

/** The state letter and the start time (clock ticks since boot) of a Linux process. */
interface ProcessStat {
  readonly state: string;
  readonly start: string;
}

/** Reads `/proc/<pid>/stat`. Returns `null` if it cannot be read (another system, another user's process). */
function readStat(pid: number | 'self'): ProcessStat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  return parseStat(text);
}

/**
 * Parses fields 3 (state) and 22 (start time) of the stat line in proc(5). Field 2 is the program name in parentheses. It
 * may contain spaces and parentheses, so the fields are counted from the last parenthesis.
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
    // EPERM means that the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The id of the boot of this Linux host. `null` on other systems. */
function readBoot(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

/** The pid namespace of this Linux process, such as `pid:[4026531836]`. `null` on other systems. */
function readPidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

/** Identifies this process by host name, boot, pid namespace, process id and start time. */
export function processIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    boot: readBoot(),
    pidNamespace: readPidNamespace(),
    pid: process.pid,
    born: readStat('self')?.start ?? null,
    isAlive(pid, born) {
      // Zero and negative ids address process groups.
      if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) return false;
      const stat = readStat(pid);
      if (stat === null) return true;
      return stat.state !== 'Z' && stat.state !== 'X' && (born === null || born === stat.start);
    },
  };
}
