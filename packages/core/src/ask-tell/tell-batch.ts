import { checkOptions } from '../checks/checks.ts';
import { AsktellError, isAsktellError, show } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';
import { type TellOptions, tellChecks } from '../trial/outcome.ts';
import { finishOps, type Outcome } from '../workers/ending.ts';
import { readTold, type TellTarget, type Told, tell, warnTold } from './tell.ts';

/** One entry of `study.tellBatch`: the arguments of `study.tell`. */
export interface TellEntry extends TellOptions {
  readonly trial: TellTarget;
  readonly value?: number | readonly number[] | null;
}

/**
 * The implementation of `study.tellBatch`. Resolves to the numbers of the trials.
 * @throws AsktellError as `tell`; then nothing is stored
 */
export async function tellBatch(session: Session, entries: readonly TellEntry[]): Promise<readonly number[]> {
  if (!Array.isArray(entries))
    throw new AsktellError(
      'invalid-argument',
      `tellBatch: pass a list such as [{ trial, value: 1 }], not ${show(entries)}.`,
    );
  const told: Told[] = [];
  for (const { trial, value, ...options } of entries) {
    checkOptions('tellBatch', options, tellChecks);
    told.push(await readTold(session, trial, value, options));
  }
  const repeated = told.find(({ number }, i) => told.findIndex((other) => other.number === number) < i);
  if (repeated !== undefined)
    throw new AsktellError('invalid-argument', `tellBatch: trial ${repeated.number} is told twice. Tell it once.`);
  try {
    await finishAll(session, told);
  } catch (error) {
    // Another worker has finished one of them since it was read.
    if (!isAsktellError(error, 'trial-finished') || !entries.some(({ skipIfFinished }) => skipIfFinished)) throw error;
    for (const { trial, value, ...options } of entries) await tell(session, trial, value, options);
  }
  return told.map(({ number }) => number);
}

async function finishAll(session: Session, told: readonly Told[]): Promise<void> {
  const ending = told.filter((each): each is Told & { outcome: Outcome } => each.outcome !== null);
  for (const { trial } of ending) await trial?.buffer.settle();
  const pending = ending.map(({ trial }) => trial?.buffer.takeOps() ?? []);
  const ops = ending.flatMap(({ number, trial, outcome }, i): readonly TrialOp[] => [
    ...(pending[i] as readonly TrialOp[]),
    ...finishOps(number, outcome, trial !== null || session.history.owner(number) !== null),
  ]);
  try {
    if (ops.length > 0) await session.commit(ops);
  } catch (error) {
    for (const [i, { trial }] of ending.entries()) trial?.buffer.restoreOps(pending[i] as readonly TrialOp[]);
    throw error;
  }
  for (const { number, trial, outcome } of ending) {
    if (trial === null) session.workers.drop(number);
    else trial.buffer.finish();
    warnTold(session, number, outcome);
  }
}
