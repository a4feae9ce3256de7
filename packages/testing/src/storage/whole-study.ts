import type { ErrorCode, TrialOp } from '@asktell/core';
import { expect } from 'vitest';
import { refused } from '../refused.ts';
import { type PlainRecord, plainRecord } from './plain-record.ts';
import type { StudyBench } from './subject.ts';

/** All trials of the study in a form to compare. */
export async function everything(bench: StudyBench): Promise<readonly PlainRecord[]> {
  return (await bench.pull()).trials.map((trial) => plainRecord(trial));
}

/** Expects every one of `ops` to be refused, alone, behind and before good operations, and nothing to be written. */
export async function allRefused(
  bench: StudyBench,
  code: ErrorCode,
  ops: readonly TrialOp[],
  good: readonly TrialOp[] = [],
): Promise<void> {
  const before = await everything(bench);
  const { cursor } = await bench.pull();
  for (const op of ops) {
    await refused(code, () => bench.write(op));
    if (good.length > 0) await refused(code, () => bench.write(...good, op));
    if (good.length > 0) await refused(code, () => bench.write(op, ...good));
  }
  expect(await everything(bench)).toEqual(before);
  expect((await bench.pull(cursor)).trials, 'a refused write is no change').toEqual([]);
}
