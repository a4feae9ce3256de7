import type { Cursor, StudyRef, WriteOps, WriteResult } from '@asktell/core';
import { describe, it } from 'vitest';
import { OperationLogStorage as Log } from '../reference/operation-log-storage.ts';
import { expectFound, type PlantedBug } from './planted-bugs.ts';

const deltaLaw = 'the delta of a write has the changes since the cursor and all rows of its operations, as stored';

/** Checks that the laws can fail: the law listed with each planted bug must find it. */
const bugs: readonly PlantedBug[] = [
  [
    'returns a delta without a cursor',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const result = super.write(ref, since, ops, fresh);
        return since === null ? { ...result, delta: super.pull(ref, null) } : result;
      }
    },
    'a write without a cursor returns no delta',
  ],
  [
    'omits running rows',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const { created, delta } = super.write(ref, since, ops, fresh);
        const trials = delta?.trials.filter(({ state }) => state !== 'running') ?? [];
        return { created, delta: delta && { ...delta, trials } };
      }
    },
    deltaLaw,
  ],
  [
    'returns the delta from before the write',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const before = since === null ? null : super.pull(ref, since);
        const { created } = super.write(ref, since, ops, fresh);
        return { created, delta: before };
      }
    },
    deltaLaw,
  ],
  [
    'returns a cursor from before the write',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const { created, delta } = super.write(ref, since, ops, fresh);
        return { created, delta: delta && { ...delta, cursor: since as Cursor } };
      }
    },
    deltaLaw,
  ],
  [
    'computes the operations twice',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        if (typeof ops === 'function' && since !== null) ops(super.pull(ref, since, fresh));
        return super.write(ref, since, ops, fresh);
      }
    },
    'operations can be computed inside the transaction from the changes since the cursor',
  ],
  [
    'ignores fresh rows',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps): WriteResult {
        return super.write(ref, since, ops);
      }
    },
    'a function that computes operations gets the fresh rows as stored, with and without a cursor',
  ],
  [
    'writes computed operations one by one',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        if (typeof ops !== 'function') return super.write(ref, since, ops, fresh);
        const created = ops(super.pull(ref, since, fresh)).flatMap((op) => super.write(ref, null, [op]).created);
        return { ...super.write(ref, since, []), created };
      }
    },
    'nothing is written when the function throws or its operations are rejected',
  ],
];

describe('planted bugs in the delta of a write', () => {
  it.each(bugs)('%s', async (...bug) => expectFound(bug));
});
