import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import type { WriteBuffer } from './write-buffer.ts';

/**
 * Asks the pruner about a trial at a step, and stores the attributes of its decision with what the buffer holds.
 * @param reported reports that the buffer has not stored yet
 */
export async function askPruner(
  session: Session,
  buffer: WriteBuffer,
  number: number,
  step: number,
  reported: readonly TrialOp[],
): Promise<boolean> {
  const { pruning } = session;
  if (pruning.isOff) return false;
  await session.refresh(pruning.rowsToRead);
  if (buffer.isFinished) return false;
  session.mirror(reported);
  const { prune, attrs = {} } = pruning.decide(number, step);
  const ops = Object.entries(attrs).map(
    ([key, value]): TrialOp => ({ kind: 'attr', number, scope: 'system', key, value }),
  );
  if (ops.length > 0) await buffer.push(...ops);
  return prune;
}
