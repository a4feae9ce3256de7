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
import type { LogEntry } from '../reference/operation-log.ts';
import { OperationLogStorage as Log } from '../reference/operation-log-storage.ts';
import { expectFound, type PlantedBug, type StorageClass } from './planted-bugs.ts';

/** Checks that the laws can fail: the law listed with each planted bug must find it. */

/** A storage that changes the trials it returns. */
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
    'ignores fresh rows',
    class extends Log {
      override pull(ref: StudyRef, since: Cursor | null): Delta {
        return super.pull(ref, since);
      }
    },
    'fresh rows are always returned, each once',
  ],
  [
    'returns every row each time',
    class extends Log {
      override pull(ref: StudyRef): Delta {
        return super.pull(ref, null);
      }
    },
    'a pull from any earlier cursor returns the changes since that cursor',
  ],
  [
    'misses changes of old rows',
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
    'a finished trial is returned with all its data, no matter when it was written',
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
    'a pull from any earlier cursor returns the changes since that cursor',
  ],
  [
    'returns the cursor from before the ask',
    class extends Log {
      override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): AskResult {
        const { cursor } = super.pull(ref, null);
        return { ...super.ask(ref, since, request), cursor };
      }
    },
    'the cursor returned by an ask includes its own writes',
  ],
  [
    'reports study-not-found for a deleted study',
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
    'a deleted study stays gone when its name is used again',
  ],
  [
    'still works after close',
    class extends Log {
      override close(): void {}
    },
    'a closed storage rejects every call and can be closed again',
  ],
  [
    'lists studies in order of their names',
    class extends Log {
      override listStudies(): readonly StudyRecord[] {
        return [...super.listStudies()].sort((a, b) => (a.ref.name < b.ref.name ? -1 : 1));
      }
    },
    'studies are listed in creation order and do not share trials',
  ],
  [
    'opens with a copy of the file',
    class extends Log {
      constructor(log: LogEntry[] = []) {
        super([...log]);
      }
    },
    'each connection sees the writes of the other',
  ],
  [
    'stamps in milliseconds',
    distorting((trial) => ({ ...trial, startedAt: trial.startedAt && Math.floor(trial.startedAt / 1000) * 1000 })),
    'concurrent asks get distinct numbers without gaps and stamps that increase with them',
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
    'stores attributes with JSON.stringify',
    distorting((trial) => ({ ...trial, userAttrs: viaJson(trial.userAttrs) })),
    'added trials keep every field',
  ],
  [
    'cuts names at 255 characters',
    distorting((trial) => ({ ...trial, names: trial.names.map((name) => name.slice(0, 255)) })),
    'a trial written in several calls keeps every field',
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
    'returns minus zero',
    distorting((trial) => ({ ...trial, x: Array.from(trial.x, (x) => (x === 0 ? -0 : x)) })),
    'minus zero is stored as zero',
  ],
];

describe('planted bugs in a storage', () => {
  it.each(bugs)('%s', async (...bug) => expectFound(bug));
});
