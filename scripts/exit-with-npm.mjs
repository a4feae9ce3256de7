import { readFileSync } from 'node:fs';

/**
 * Terminates this process when the npm that started it has exited.
 *
 * npm starts this process through a shell, and `kill` reaches only npm. Without this function, the process of a killed
 * `npm start` would continue in the background. Without npm, the function does nothing.
 */
export function exitWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = parents();
  const timer = setInterval(() => {
    if (parents() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 200).unref();
}

/** The ids of the parent shell and, if /proc is available, of npm. If the shell used `exec`, npm is the parent. */
function parents() {
  try {
    const [, name = '', npm] = /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${process.ppid}/stat`, 'latin1')) ?? [];
    return name.endsWith('sh') ? `${process.ppid} ${npm}` : `${process.ppid}`;
  } catch {
    return `${process.ppid}`;
  }
}
