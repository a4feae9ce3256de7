import { type Checks, check, checkOptions, checkValue } from '../checks/checks.ts';
import type { Session } from '../session/session.ts';
import { failureOps } from '../workers/ending.ts';

/** Options of `study.failRunning`. */
export interface FailRunningOptions {
  /** Milliseconds since the start of a trial. A trial with a recent heartbeat of Optuna is not ended. */
  readonly olderThan: number;
}

const failRunningChecks: Checks<FailRunningOptions> = { olderThan: check.duration };

/**
 * Ends running trials that no worker holds as `fail` with reason `lost`: those of other programs and of plain asks. Resolves
 * to their numbers.
 */
export async function failRunning(session: Session, options: FailRunningOptions): Promise<readonly number[]> {
  checkOptions('failRunning', options, failRunningChecks);
  checkValue('failRunning: olderThan', options.olderThan, check.duration);
  const ended: number[] = [];
  await session.commitPlanned(
    () => {
      const { history, workers } = session;
      const latest = workers.now - options.olderThan * 1000;
      ended.length = 0;
      for (const row of history.running) {
        const holding = workers.holding(history.owner(row), row);
        const isUnheld = holding === 'foreign' || holding === 'plain';
        const isOld = (history.startedAt[row] as number) <= latest && !history.isAlive(row, workers.now);
        if (isUnheld && isOld) ended.push(row);
      }
      return ended.flatMap((row) =>
        failureOps(row, 'lost', 'Ended by failRunning: no worker held it.', history.owner(row) !== null),
      );
    },
    () => Array.from(session.history.running),
  );
  return ended;
}
