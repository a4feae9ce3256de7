import type { ErrorCode, TrialOp } from '@asktell/core';
import { expect } from 'vitest';
import { refused } from '../refused.ts';
import { type PlainRecord, plainRecord } from './plain-record.ts';
import type { StudyBench } from './subject.ts';

/** All trials of the study, for equality checks. */
export async function snapshot(bench: StudyBench): Promise<readonly PlainRecord[]> {
  return (await bench.pull()).trials.map((trial) => plainRecord(trial));
}

/** Expects each of `ops` to be rejected alone, after and before the valid operations `good`, and nothing to be written. */
export async function expectAllRefused(
  bench: StudyBench,
  code: ErrorCode,
  ops: readonly TrialOp[],
  good: readonly TrialOp[] = [],
): Promise<void> {
  const before = await snapshot(bench);
  const { cursor } = await bench.pull();
  for (const op of ops) {
    await refused(code, () => bench.write(op));
    if (good.length > 0) await refused(code, () => bench.write(...good, op));
    if (good.length > 0) await refused(code, () => bench.write(op, ...good));
  }
  expect(await snapshot(bench)).toEqual(before);
  expect((await bench.pull(cursor)).trials, 'a rejected write changes nothing').toEqual([]);
}
