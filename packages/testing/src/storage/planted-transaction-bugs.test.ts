import {
  type AskRequest,
  type AskResult,
  AsktellError,
  type Cursor,
  isAsktellError,
  keys,
  type NewStudy,
  type StudyRecord,
  type StudyRef,
  type WriteOps,
  type WriteResult,
} from '@asktell/core';
import { describe, it } from 'vitest';
import { OperationLogStorage as Log } from '../reference/operation-log-storage.ts';
import { expectFound, type PlantedBug } from './planted-bugs.ts';

/** Checks that the laws can fail: the law listed with each planted bug must find it. */
const bugs: readonly PlantedBug[] = [
  [
    'applies a batch operation by operation',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): WriteResult {
        if (typeof ops === 'function') return super.write(ref, since, ops, fresh);
        const created = ops.flatMap((op) => super.write(ref, null, [op]).created);
        return { ...super.write(ref, since, [], fresh), created };
      }
    },
    'a batch with one invalid operation writes nothing',
  ],
  [
    'ignores writes to finished trials',
    class extends Log {
      override write(...args: Parameters<Log['write']>): WriteResult {
        try {
          return super.write(...args);
        } catch (error) {
          if (isAsktellError(error, 'trial-finished')) return { created: [], delta: null };
          throw error;
        }
      }
    },
    'a finished trial never changes',
  ],
  [
    'finishes waiting trials',
    class extends Log {
      override write(...args: Parameters<Log['write']>): WriteResult {
        const [ref, , ops] = args;
        const op = typeof ops === 'function' ? undefined : ops[0];
        if (op?.kind === 'finish' && super.pull(ref, null).trials[op.number]?.state === 'waiting')
          super.ask(ref, null, {
            fresh: [],
            owner: null,
            fill: null,
            plan: () => ({ write: [], take: [op.number], create: 0 }),
          });
        return super.write(...args);
      }
    },
    'a waiting trial cannot be finished',
  ],
  [
    'lets a later distribution replace an earlier one',
    class extends Log {
      override write(ref: StudyRef, since: Cursor | null, ops: WriteOps): WriteResult {
        const dist = { kind: 'float', low: 0, high: 1, log: false, step: null } as const;
        const all = typeof ops === 'function' ? ops : ops.map((op) => (op.kind === 'param' ? { ...op, dist } : op));
        return super.write(ref, since, all);
      }
    },
    'a parameter name keeps its kind, log and choices throughout the study',
  ],
  [
    'calls plan twice',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        request.plan(super.pull(ref, since, request.fresh));
        return super.ask(ref, since, request);
      }
    },
    'plan is called once, with the changes since the cursor, before anything is written',
  ],
  [
    'creates trials before the final plan',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const { create } = request.plan(super.pull(ref, since, request.fresh));
        const made = super.ask(ref, since, { ...request, plan: () => ({ write: [], take: [], create }) });
        const rest = super.ask(ref, since, {
          ...request,
          fill: null,
          plan: (delta) => ({ ...request.plan(delta), create: 0 }),
        });
        return {
          ...rest,
          granted: [...rest.granted, ...made.granted],
          trials: [...rest.trials, ...made.trials],
          exhausted: made.exhausted,
        };
      }
    },
    'plan is called once, with the changes since the cursor, before anything is written',
  ],
  [
    'keeps the grant that exhausted should undo',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const { fill } = request;
        let stopped = false;
        const result = super.ask(ref, since, {
          ...request,
          fill:
            fill &&
            ((trial) => {
              const ops = stopped ? 'exhausted' : fill(trial);
              stopped ||= ops === 'exhausted';
              return ops === 'exhausted' ? [] : ops;
            }),
        });
        return { ...result, exhausted: stopped };
      }
    },
    'exhausted undoes its own grant and keeps the earlier ones',
  ],
  [
    'commits before fill',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const result = super.ask(ref, since, { ...request, fill: null });
        for (const trial of result.trials) {
          const ops = request.fill?.(trial) ?? [];
          if (ops !== 'exhausted') super.write(ref, null, ops);
        }
        return result;
      }
    },
    'an ask is rolled back when plan or fill throws',
  ],
  [
    'wraps errors of the plan',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        try {
          return super.ask(ref, since, request);
        } catch (cause) {
          throw isAsktellError(cause)
            ? cause
            : new AsktellError('storage-error', 'The plan failed; see cause.', { cause });
        }
      }
    },
    'an ask is rolled back when plan or fill throws',
  ],
  [
    'keeps the old owner of an orphan',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const [old] = super.pull(ref, null).trials;
        return super.ask(ref, since, { ...request, owner: old?.systemAttrs?.get(keys.owner) ?? request.owner });
      }
    },
    'a taken orphan keeps its number, start and parameters and gets the new owner',
  ],
  [
    'replaces a study of the same name',
    class extends Log {
      override createStudy(study: NewStudy): StudyRecord {
        const old = super.findStudy(study.name);
        if (old !== undefined) super.deleteStudy(old.ref);
        return super.createStudy(study);
      }
    },
    'creating a study with an existing name is rejected and changes nothing',
  ],
];

describe('planted bugs in a storage', () => {
  it.each(bugs)('%s', async (...bug) => expectFound(bug));
});
