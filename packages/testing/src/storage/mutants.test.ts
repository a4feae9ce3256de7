import {
  type AskRequest,
  type AskResult,
  AsktellError,
  type Cursor,
  type Delta,
  isAsktellError,
  keys,
  type NewStudy,
  type Storage,
  type StudyRecord,
  type StudyRef,
  type TrialOp,
  type TrialRecord,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../rehearsal/operation-log.ts';
import { OperationLogStorage } from '../rehearsal/operation-log-storage.ts';
import type { StorageSubject } from './subject.ts';
import { storageLaws } from './test-storage.ts';

/** The laws must be able to fail: each planted bug is found by the law named beside it. */
type Maker = new (log?: LogEntry[]) => Storage;

const Log = OperationLogStorage;

/** A storage whose answers are distorted on the way out. */
function distorting(distort: (trial: TrialRecord) => TrialRecord): Maker {
  return class extends Log {
    override pull(ref: StudyRef, since: Cursor | null, fresh?: readonly number[]): Delta {
      const delta = super.pull(ref, since, fresh);
      return { ...delta, trials: delta.trials.map(distort) };
    }
    override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
      const result = super.ask(ref, since, request);
      return { ...result, trials: result.trials.map(distort) };
    }
  };
}

const entries = (map: TrialRecord['userAttrs']): [string, unknown][] => [...(map ?? [])];
const viaJson = (map: TrialRecord['userAttrs']): TrialRecord['userAttrs'] =>
  new Map(
    entries(map).map(([key, value]) => [
      key,
      JSON.parse(JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? Number(inner) : inner))),
    ]),
  );

const mutants: readonly (readonly [string, Maker, string])[] = [
  [
    'applies a batch operation by operation',
    class extends Log {
      override write(ref: StudyRef, ops: readonly TrialOp[]): readonly number[] {
        return ops.flatMap((op) => super.write(ref, [op]));
      }
    },
    'a batch with one bad operation writes nothing',
  ],
  [
    'ignores writes to finished trials',
    class extends Log {
      override write(ref: StudyRef, ops: readonly TrialOp[]): readonly number[] {
        try {
          return super.write(ref, ops);
        } catch (error) {
          if (isAsktellError(error, 'trial-finished')) return [];
          throw error;
        }
      }
    },
    'a finished trial never changes again',
  ],
  [
    'finishes waiting trials',
    class extends Log {
      override write(ref: StudyRef, ops: readonly TrialOp[]): readonly number[] {
        const [op] = ops;
        if (op?.kind === 'finish' && super.pull(ref, null).trials[op.number]?.state === 'waiting')
          super.ask(ref, null, {
            fresh: [],
            owner: null,
            fill: null,
            plan: () => ({ fail: [], take: [op.number], create: 0 }),
          });
        return super.write(ref, ops);
      }
    },
    'a waiting trial cannot be finished',
  ],
  [
    'lets a later distribution replace an earlier one',
    class extends Log {
      override write(ref: StudyRef, ops: readonly TrialOp[]): readonly number[] {
        return super.write(
          ref,
          ops.map((op) =>
            op.kind === 'param' ? { ...op, dist: { kind: 'float', low: 0, high: 1, log: false, step: null } } : op,
          ),
        );
      }
    },
    'a name keeps its kind, log and choices throughout the study',
  ],
  [
    'forgets fresh rows',
    class extends Log {
      override pull(ref: StudyRef, since: Cursor | null): Delta {
        return super.pull(ref, since);
      }
    },
    'fresh rows are read again in any case, once',
  ],
  [
    'sends every row each time',
    class extends Log {
      override pull(ref: StudyRef): Delta {
        return super.pull(ref, null);
      }
    },
    'a pull since a cursor gives what changed since, from any earlier cursor',
  ],
  [
    'misses what became of old rows',
    class extends Log {
      override pull(ref: StudyRef, since: Cursor | null, fresh: readonly number[] = []): Delta {
        const delta = super.pull(ref, since, fresh);
        return {
          ...delta,
          trials: delta.trials.filter(
            ({ number, state }) => since === null || state === 'running' || fresh.includes(number),
          ),
        };
      }
    },
    'a finished trial arrives with all of it, whenever it was written',
  ],
  [
    'keeps one cursor for all readers',
    class extends Log {
      #last: Cursor | null = null;
      override pull(ref: StudyRef, since: Cursor | null, fresh?: readonly number[]): Delta {
        const delta = super.pull(ref, since === null ? null : this.#last, fresh);
        this.#last = delta.cursor;
        return delta;
      }
    },
    'a pull since a cursor gives what changed since, from any earlier cursor',
  ],
  [
    'returns the cursor from before the ask',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const { cursor } = super.pull(ref, null);
        return { ...super.ask(ref, since, request), cursor };
      }
    },
    'the cursor of an ask includes its own effects',
  ],
  [
    'plans twice',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        request.plan(super.pull(ref, since, request.fresh));
        return super.ask(ref, since, request);
      }
    },
    'the plan is made once, from what changed, before anything is written',
  ],
  [
    'creates before it plans',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const { create } = request.plan(super.pull(ref, since, request.fresh));
        const made = super.ask(ref, since, { ...request, plan: () => ({ fail: [], take: [], create }) });
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
    'the plan is made once, from what changed, before anything is written',
  ],
  [
    'keeps what exhausted should undo',
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
    'exhausted undoes its grant and keeps those before',
  ],
  [
    'commits before fill',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const result = super.ask(ref, since, { ...request, fill: null });
        for (const trial of result.trials) {
          const ops = request.fill?.(trial) ?? [];
          if (ops !== 'exhausted') super.write(ref, ops);
        }
        return result;
      }
    },
    'a plan or fill that throws rolls everything back',
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
    'a plan or fill that throws rolls everything back',
  ],
  [
    'keeps the old owner of an orphan',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const [old] = super.pull(ref, null).trials;
        return super.ask(ref, since, { ...request, owner: old?.systemAttrs?.get(keys.owner) ?? request.owner });
      }
    },
    'an orphan is taken with number, start and parameters, and changes its owner',
  ],
  [
    'says study-not-found for a deleted one',
    class extends Log {
      override pull(ref: StudyRef, since: Cursor | null, fresh?: readonly number[]): Delta {
        try {
          return super.pull(ref, since, fresh);
        } catch (error) {
          throw isAsktellError(error, 'study-gone')
            ? new AsktellError('study-not-found', 'There is no such study.')
            : error;
        }
      }
    },
    'a deleted study is gone, also when its name is used again',
  ],
  [
    'works on after close',
    class extends Log {
      override close(): void {}
    },
    'a closed storage refuses everything, and may be closed twice',
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
    'a name that is taken is refused and changes nothing',
  ],
  [
    'lists studies by name',
    class extends Log {
      override listStudies(): readonly StudyRecord[] {
        return [...super.listStudies()].sort((a, b) => (a.ref.name < b.ref.name ? -1 : 1));
      }
    },
    'studies are listed in order of creation and do not mix',
  ],
  [
    'opens with a copy of the file',
    class extends Log {
      constructor(log: LogEntry[] = []) {
        super([...log]);
      }
    },
    'each sees what the other wrote',
  ],
  [
    'stamps in milliseconds',
    distorting((trial) => ({ ...trial, startedAt: trial.startedAt && Math.floor(trial.startedAt / 1000) * 1000 })),
    'concurrent asks get distinct numbers without gaps, and their stamps increase with them',
  ],
  [
    'sorts parameters by name',
    distorting((trial) => {
      const order = trial.names
        .map((_, i) => i)
        .sort((a, b) => ((trial.names[a] as string) < (trial.names[b] as string) ? -1 : 1));
      return {
        ...trial,
        names: order.map((i) => trial.names[i] as string),
        dists: order.map((i) => trial.dists[i] as never),
        x: order.map((i) => trial.x[i] as number),
      };
    }),
    'added trials keep every field',
  ],
  [
    'stores attributes as JavaScript JSON',
    distorting((trial) => ({ ...trial, userAttrs: viaJson(trial.userAttrs) })),
    'added trials keep every field',
  ],
  [
    'cuts names at 255',
    distorting((trial) => ({ ...trial, names: trial.names.map((name) => name.slice(0, 255)) })),
    'a trial written piece by piece keeps every field',
  ],
  [
    'loses NaN reports',
    distorting((trial) => ({
      ...trial,
      reports: trial.reports && {
        steps: trial.reports.steps,
        values: trial.reports.values.map((value) => (Number.isNaN(value) ? 0 : value)),
      },
    })),
    'added trials keep every field',
  ],
  [
    'gives minus zero back',
    distorting((trial) => ({ ...trial, x: Array.from(trial.x, (x) => (x === 0 ? -0 : x)) })),
    'minus zero is stored as zero',
  ],
];

function subjectOf(Maker: Maker): StorageSubject {
  const logOf = (storage: Storage): LogEntry[] => (storage as OperationLogStorage).log;
  return {
    open: () => new Maker(),
    second: (first) => new Maker(logOf(first)),
    reopen: (closed) => new Maker(logOf(closed)),
  };
}

async function breaks(lawName: string, subject: StorageSubject): Promise<boolean> {
  const law = storageLaws.find(({ name }) => name === lawName);
  if (law === undefined) throw new Error(`no law ${lawName}`);
  try {
    await law.run(subject);
    return false;
  } catch {
    return true;
  }
}

describe('planted bugs in a storage', () => {
  it.each(mutants)('%s', async (_, Maker, lawName) => {
    expect(await breaks(lawName, subjectOf(Log)), 'the law holds without the bug').toBe(false);
    expect(await breaks(lawName, subjectOf(Maker)), lawName).toBe(true);
  });
});
