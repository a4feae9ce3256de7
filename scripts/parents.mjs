import { readFileSync } from 'node:fs';

/**
 * Ends this process when the npm that started it is gone.
 *
 * npm starts us through a shell and `kill` reaches only npm: without this, a killed `npm start` would go on working
 * unseen beside the next one. Nothing is watched when no npm is above us.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = parents();
  const timer = setInterval(() => {
    if (parents() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 200).unref();
}

/** The shell above us and, where /proc tells, the npm above the shell. A shell that became us by `exec` leaves npm. */
function parents() {
  try {
    const [, name = '', npm] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${process.ppid}/stat`, 'latin1')) ?? [];
    return name.endsWith('sh') ? `${process.ppid} ${npm}` : `${process.ppid}`;
  } catch {
    return `${process.ppid}`;
  }
}
