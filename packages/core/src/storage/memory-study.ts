import type { Distribution } from '../distribution/distribution.ts';
import type { Direction } from '../history/trial-record.ts';
import type { TrialTable } from '../history/trial-table.ts';
import type { Json } from '../json.ts';
import type { StudyRef } from './storage.ts';

/** A study of the in-memory storage. */
export interface MemoryStudy {
  readonly ref: StudyRef;
  readonly directions: readonly Direction[];
  readonly userAttrs: Map<string, Json>;
  readonly systemAttrs: Map<string, Json>;
  readonly table: TrialTable;
  /** First distribution of every name. Later ones must be compatible. */
  readonly dists: Map<string, Distribution>;
  /** Rows in order of change. Only the first `changed` entries are used. */
  changes: Int32Array;
  changed: number;
  /** The last stamp, microseconds since 1970. */
  clock: number;
}
