import type { TrialOp, TrialRecord } from '@asktell/core';
import type { TrialReader } from './trial-reader.ts';
import type { WriteBatch } from './write-batch.ts';

/** Applies operations inside their transaction and returns the numbers of the created trials. */
export function applyAll(batch: WriteBatch, ops: readonly TrialOp[]): readonly number[] {
  const created: number[] = [];
  for (const op of ops) {
    const number = batch.apply(op);
    if (op.kind === 'create') created.push(number);
  }
  return created;
}

/** `before` with the current records of all rows that the batch touched, ascending by number. */
export function asCommitted(
  batch: WriteBatch,
  reader: TrialReader,
  before: readonly TrialRecord[],
): readonly TrialRecord[] {
  const { touched } = batch;
  const trials = before.filter(({ number }) => !touched.has(number));
  for (const number of touched) trials.push(reader.one(batch.row(number)));
  return trials.length > 1 ? trials.sort((a, b) => a.number - b.number) : trials;
}
