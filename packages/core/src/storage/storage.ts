import type { Distribution } from '../distribution/distribution.ts';
import type { Direction, FinishedState, TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';

/** A reader's position in a study's stream of changes. Opaque: only the storage that made it can read it. */
export interface Cursor {
  /** Keeps other objects from passing for a cursor. */
  readonly isCursor: true;
}

/** Which study, in this storage. `epoch` tells a study from a later one of the same id or name. */
export interface StudyRef {
  readonly id: number | string;
  readonly name: string;
  readonly epoch: string | null;
}

/** A study without its trials. */
export interface StudyRecord {
  readonly ref: StudyRef;
  readonly directions: readonly Direction[];
  readonly userAttrs: ReadonlyMap<string, Json>;
  readonly systemAttrs: ReadonlyMap<string, Json>;
}

export interface NewStudy {
  readonly name: string;
  readonly directions: readonly Direction[];
  /** Attributes stored in the same transaction. Holds `asktell:epoch`, a fresh random string. */
  readonly systemAttrs: ReadonlyMap<string, Json>;
}

/** A study attribute to set; the last write wins. */
export interface StudyAttr {
  readonly scope: 'user' | 'system';
  readonly key: string;
  readonly value: Json;
}

/** A trial to add as it is: enqueued (`waiting`), imported (finished), or copied (any state, `running` included). The storage gives it its number. */
export type NewTrial = Omit<TrialRecord, 'number'>;

/** One change to one trial. Every one but `create` is refused for a finished trial (code `trial-finished`). */
export type TrialOp =
  | { readonly kind: 'create'; readonly trial: NewTrial }
  /**
   * Set once: the same value again changes nothing. Refused with `space-conflict` for another value, and when the study
   * knows the name as another kind (log, choices included).
   */
  | {
      readonly kind: 'param';
      readonly number: number;
      readonly name: string;
      readonly dist: Distribution;
      readonly x: number;
    }
  /** An intermediate value (NaN and infinities allowed); the same step again replaces it. */
  | { readonly kind: 'report'; readonly number: number; readonly step: number; readonly value: number }
  | {
      readonly kind: 'attr';
      readonly number: number;
      readonly scope: 'user' | 'system';
      readonly key: string;
      readonly value: Json;
    }
  /** Stamps `finishedAt`. Refused with `trial-waiting` for a waiting trial. Values are never NaN. */
  | {
      readonly kind: 'finish';
      readonly number: number;
      readonly state: FinishedState;
      readonly values: readonly number[] | null;
    };

/**
 * What changed since a cursor, ascending by number: new rows, and rows whose state changed. Other changes of unfinished
 * rows (parameters, reports, attributes, a new owner) are sure to be in it only for rows asked for as `fresh`.
 */
export interface Delta {
  readonly cursor: Cursor;
  readonly trials: readonly TrialRecord[];
}

/** What an ask shall do, decided by the study inside the storage's transaction. */
export interface AskPlan {
  /** Orphans to end as `fail`, with the operations that say so (reason first, `finish` last). */
  readonly fail: readonly TrialOp[];
  /** Trials to claim, in this order: orphans (`running`, they keep number, start and parameters) and `waiting` ones. */
  readonly take: readonly number[];
  /** How many new trials to create after those. */
  readonly create: number;
}

export interface AskRequest {
  /** Rows to read again even if nothing says that they changed (their owner or parameters are of interest). */
  readonly fresh: readonly number[];
  /** Stored as `asktell:owner` of every granted trial; `null` for a plain ask (an orphan that is taken loses its old owner then). */
  readonly owner: Json | null;
  /** Called once inside the transaction, with what changed since the cursor, before anything is written. Synchronous. */
  readonly plan: (delta: Delta) => AskPlan;
  /**
   * Called inside the transaction for every granted trial in turn (exclusive samplers propose here): operations to
   * write with it. `exhausted` undoes that grant (a new trial vanishes, a taken one stays as it was) and ends the ask.
   */
  readonly fill: ((trial: TrialRecord) => readonly TrialOp[] | 'exhausted') | null;
}

export interface AskResult {
  /** Includes the effects of this ask. */
  readonly cursor: Cursor;
  /** Rows that this ask itself wrote, as committed: failed orphans and granted trials. */
  readonly trials: readonly TrialRecord[];
  /** Numbers in the order of the plan. Fewer than planned only when `exhausted`. */
  readonly granted: readonly number[];
  readonly exhausted: boolean;
}

/**
 * Operations to write, or a synchronous function that decides them inside the transaction from what changed since the
 * cursor. Without a cursor the function gets the `fresh` rows only.
 */
export type WriteOps = readonly TrialOp[] | ((delta: Delta) => readonly TrialOp[]);

export interface WriteResult {
  /** Numbers of created trials, in order. */
  readonly created: readonly number[];
  /** What changed since the cursor, and every row that the operations touched, as committed. `null` without a cursor. */
  readonly delta: Delta | null;
}

export interface StorageCapabilities {
  /** Whether other processes can open it at the same time. */
  readonly shared: boolean;
  /** Whether it outlives the process. */
  readonly durable: boolean;
  /** What a user would type to open it again, or `null`. */
  readonly url: string | null;
}

/**
 * What remembers studies. Every method is atomic: all of it is stored, or an error is thrown and nothing is.
 *
 * Numbers of a study are 0, 1, 2, … without gaps, in order of creation. Stamps (`startedAt`, `finishedAt`) are
 * microseconds taken after the write lock and strictly increasing within a study: max(now, last stamp + 1).
 * A trial that is visible as finished never changes again. `-0` is stored as `0`.
 * Waiting for a lock never blocks the event loop; `storage-busy` is no answer.
 *
 * Unknown studies are refused with `study-not-found`, a ref whose study was deleted since with `study-gone`.
 */
export interface Storage {
  readonly capabilities: StorageCapabilities;
  /** @throws AsktellError `study-exists` */
  createStudy(study: NewStudy): Awaitable<StudyRecord>;
  findStudy(name: string): Awaitable<StudyRecord | undefined>;
  /** In order of creation. */
  listStudies(): Awaitable<readonly StudyRecord[]>;
  deleteStudy(study: StudyRef): Awaitable<void>;
  setStudyAttrs(study: StudyRef, attrs: readonly StudyAttr[]): Awaitable<void>;
  /** Changes since `since` (`null`: everything), and the rows of `fresh` in any case. Never takes a write lock. */
  pull(study: StudyRef, since: Cursor | null, fresh?: readonly number[]): Awaitable<Delta>;
  /**
   * The trials `from`, `from + 1`, …, at most `count` of them, as they are now: for studies too big to be held as a
   * whole. Optional; without it they are pulled at once. Never takes a write lock.
   */
  read?(study: StudyRef, from: number, count: number): Awaitable<readonly TrialRecord[]>;
  /** Pull, plan, claim or create, stamp, fill: one transaction. A new trial starts `running`. */
  ask(study: StudyRef, since: Cursor | null, request: AskRequest): Awaitable<AskResult>;
  /**
   * Applies all operations or none.
   * @param since `null`: the answer holds no delta, and nothing is read back
   * @param fresh rows that a function of the delta needs as they are stored (their owner, say)
   */
  write(study: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): Awaitable<WriteResult>;
  /** Releases files and connections; later calls are refused with `storage-closed`. Closing twice is fine. */
  close(): Awaitable<void>;
}
