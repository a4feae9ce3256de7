import {
  type AskRequest,
  type AskResult,
  AsktellError,
  type Cursor,
  type Delta,
  isAsktellError,
  type StudyRecord,
  type StudyRef,
  type TrialRecord,
} from '@asktell/core';
import { describe, it } from 'vitest';
import type { LogEntry } from '../rehearsal/operation-log.ts';
import { OperationLogStorage as Log } from '../rehearsal/operation-log-storage.ts';
import { expectFound, type PlantedBug, type StorageClass } from './planted-bugs.ts';

/** The laws must be able to fail: each planted bug is found by the law named beside it. */
/** A storage whose answers are distorted on the way out. */
function distorting(distort: (trial: TrialRecord) => TrialRecord): StorageClass {
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

const bugs: readonly PlantedBug[] = [
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

describe('planted bugs in a storage', () => {
  it.each(bugs)('%s', async (...bug) => expectFound(bug));
});
