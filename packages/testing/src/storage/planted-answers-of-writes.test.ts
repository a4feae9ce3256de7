import type { Cursor, StudyRef, WriteOps, WriteResult } from '@asktell/core';
import { describe, it } from 'vitest';
import { OperationLogStorage as Log } from '../rehearsal/operation-log-storage.ts';
import { expectFound, type PlantedBug } from './planted-bugs.ts';

const answers =
  'the delta of a write has what changed since the cursor and every row that the operations touched, as committed';

/** Each bug must be found by its law. */
const bugs: readonly PlantedBug[] = [
  [
    'answers with a delta that nobody asked for',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const result = super.write(ref, since, ops, fresh);
        return since === null ? { ...result, delta: super.pull(ref, null) } : result;
      }
    },
    'a write without a cursor answers without a delta',
  ],
  [
    'leaves out rows that still run',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const { created, delta } = super.write(ref, since, ops, fresh);
        const trials = delta?.trials.filter(({ state }) => state !== 'running') ?? [];
        return { created, delta: delta && { ...delta, trials } };
      }
    },
    answers,
  ],
  [
    'answers with what was stored before',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const before = since === null ? null : super.pull(ref, since);
        const { created } = super.write(ref, since, ops, fresh);
        return { created, delta: before };
      }
    },
    answers,
  ],
  [
    'answers with a cursor before its own changes',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        const { created, delta } = super.write(ref, since, ops, fresh);
        return { created, delta: delta && { ...delta, cursor: since as Cursor } };
      }
    },
    answers,
  ],
  [
    'decides twice',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        if (typeof ops === 'function' && since !== null) ops(super.pull(ref, since, fresh));
        return super.write(ref, since, ops, fresh);
      }
    },
    'operations can be decided inside the transaction, from what changed since the cursor',
  ],
  [
    'does not read the fresh rows',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps): WriteResult {
        return super.write(ref, since, ops);
      }
    },
    'a function of the delta gets the fresh rows as they are stored, with a cursor and without',
  ],
  [
    'writes decided operations one by one',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        if (typeof ops !== 'function') return super.write(ref, since, ops, fresh);
        const created = ops(super.pull(ref, since, fresh)).flatMap((op) => super.write(ref, null, [op]).created);
        return { ...super.write(ref, since, []), created };
      }
    },
    'a function that throws, or whose operations are refused, writes nothing',
  ],
];

describe('planted bugs in a storage that answers a write', () => {
  it.each(bugs)('%s', async (...bug) => expectFound(bug));
});
