import type { Distribution } from '../distribution/distribution.ts';
import type { Direction, FinishedState, TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';

/**
 * A reader's position in the stream of changes of one study. Opaque: only the storage that created it can interpret it.
 */
export interface Cursor {
  /** Distinguishes the type from other objects. */
  readonly isCursor: true;
}

/** Identifies a study in one storage. */
export interface StudyRef {
  readonly id: number | string;
  readonly name: string;
  /**
   * Distinguishes the study from a later one with the same id or name. `null` for a study that another program created.
   * The first ask or other write gives it an epoch.
   */
  readonly epoch: string | null;
}

/** A study without its trials. */
export interface StudyRecord {
  readonly ref: StudyRef;
  /** One direction per objective, at least one. */
  readonly directions: readonly Direction[];
  readonly userAttrs: ReadonlyMap<string, Json>;
  readonly systemAttrs: ReadonlyMap<string, Json>;
}

/** A study to create. */
export interface NewStudy {
  /** Unique within the storage. */
  readonly name: string;
  /** One direction per objective, at least one. */
  readonly directions: readonly Direction[];
  /** Attributes stored in the same transaction. Contains `asktell:epoch`, a new random string. */
  readonly systemAttrs: ReadonlyMap<string, Json>;
}

/** A study attribute to set. It replaces an earlier value of the same scope and key. */
export interface StudyAttr {
  readonly scope: 'user' | 'system';
  readonly key: string;
  readonly value: Json;
}

/**
 * A trial to add as it is: enqueued (`waiting`), imported (finished), or copied (any state, including `running`). The
 * storage assigns the number and keeps the stamps.
 */
export type NewTrial = Omit<TrialRecord, 'number'>;

/**
 * One change to one trial. All but `create` are refused with `trial-not-found` for an unknown trial and with
 * `trial-finished` for a finished one. A waiting trial takes only `attr`. The others are refused with `trial-waiting`.
 */
export type TrialOp =
  /**
   * Adds a trial. Refused with `space-conflict` if the study knows one of its names with another kind, log or choices.
   */
  | { readonly kind: 'create'; readonly trial: NewTrial }
  /**
   * Sets a parameter to the internal value `x`. A parameter is set once: the same value again changes nothing, another
   * value is refused with `space-conflict`. So is a name that the study knows with another kind, log or choices.
   */
  | {
      readonly kind: 'param';
      readonly number: number;
      readonly name: string;
      readonly dist: Distribution;
      readonly x: number;
    }
  /**
   * Sets the intermediate value of a step. NaN and infinities are allowed. It replaces an earlier value of the step.
   */
  | { readonly kind: 'report'; readonly number: number; readonly step: number; readonly value: number }
  /** Sets an attribute. It replaces an earlier value of the same scope and key. */
  | {
      readonly kind: 'attr';
      readonly number: number;
      readonly scope: 'user' | 'system';
      readonly key: string;
      readonly value: Json;
    }
  /**
   * Ends a running trial and stamps `finishedAt`. A complete trial needs one value per objective, else it is refused
   * with `invalid-value`. Other trials may have `null`. Values are never NaN. No operation on the same trial may
   * follow.
   */
  | {
      readonly kind: 'finish';
      readonly number: number;
      readonly state: FinishedState;
      readonly values: readonly number[] | null;
    };

/**
 * The trials that changed since a cursor. New rows and rows whose state changed are always included. Other changes of
 * unfinished rows (parameters, reports, attributes, a new owner) are guaranteed to be included only for `fresh` rows.
 */
export interface Delta {
  /** The position after these changes. */
  readonly cursor: Cursor;
  /** Complete records, ascending by number, each row once. */
  readonly trials: readonly TrialRecord[];
}

/** What an ask does, as decided by the study inside the storage's transaction. */
export interface AskPlan {
  /** Operations to apply first: they end orphans, count attempts and add trials. */
  readonly write: readonly TrialOp[];
  /**
   * Trials to claim, in this order. `running` trials keep number, start and parameters. `waiting` trials become
   * `running` and get their start stamp. A finished trial is refused with `trial-finished`.
   */
  readonly take: readonly number[];
  /** Number of new trials to create after those. */
  readonly create: number;
}

/** Arguments of {@link Storage.ask}. If `plan` or `fill` throws, the transaction is rolled back. */
export interface AskRequest {
  /** Rows to include in the delta even if they did not change. Unknown rows are ignored. */
  readonly fresh: readonly number[];
  /**
   * Rows to include in the delta if their owner (`asktell:owner`) has changed since the cursor. A storage that cannot tell
   * includes them. Unknown rows are ignored.
   */
  readonly watch?: readonly number[];
  /** Stored as `asktell:owner` of every granted trial. `null`: the trials have no owner. */
  readonly owner: Json | null;
  /** Called once inside the transaction, before anything is written, with the changes since the cursor. Synchronous. */
  readonly plan: (delta: Delta) => AskPlan;
  /**
   * Called inside the transaction for every granted trial in turn. Synchronous. Returns operations to write with the
   * trial, or `exhausted`, which undoes this grant (a new trial is removed, a claimed one stays unchanged) and ends the
   * ask. Earlier grants stay. `null`: granted trials are stored without further operations.
   */
  readonly fill: ((trial: TrialRecord) => readonly TrialOp[] | 'exhausted') | null;
}

/** The result of {@link Storage.ask}. */
export interface AskResult {
  /** The position after this ask, including its own effects. */
  readonly cursor: Cursor;
  /** Rows that this ask wrote, as committed, ascending by number: those of the plan's operations and granted trials. */
  readonly trials: readonly TrialRecord[];
  /** Numbers of the granted trials in the order of the plan. Fewer than planned only if `exhausted`. */
  readonly granted: readonly number[];
  /** Whether `fill` returned `exhausted`. */
  readonly exhausted: boolean;
}

/**
 * Operations to write, or a synchronous function that decides them inside the transaction. It gets the changes since
 * the cursor, or only the `fresh` rows without a cursor. If it throws, nothing is written.
 */
export type WriteOps = readonly TrialOp[] | ((delta: Delta) => readonly TrialOp[]);

/** The result of {@link Storage.write}. */
export interface WriteResult {
  /** Numbers of the created trials, in the order of the operations. */
  readonly created: readonly number[];
  /**
   * The changes since the cursor, the `fresh` rows, and every row that the operations touched, as committed. `null`
   * without a cursor.
   */
  readonly delta: Delta | null;
}

/** Properties of a storage. */
export interface StorageCapabilities {
  /** Whether other processes can open it at the same time. If not, trials get no leases. */
  readonly shared: boolean;
  /** Whether the data outlives the process. */
  readonly durable: boolean;
  /** Path or URL that opens the same storage again. `null` if there is none. */
  readonly url: string | null;
}

/**
 * Stores studies. Every method is atomic: it stores all of its changes, or throws and stores none.
 *
 * Trial numbers of a study are 0, 1, 2, … without gaps, in order of creation. Stamps (`startedAt`, `finishedAt`) are
 * microseconds since 1970, taken while the write lock is held, and strictly increasing within a study: max(now, last
 * stamp + 1). A finished trial never changes again. `-0` is stored as `0`. Returned data does not change later, and
 * later changes to arguments are not stored.
 *
 * Waiting for a lock must not block the event loop, and must not end with `storage-busy`.
 *
 * Methods that take a `StudyRef` throw `study-not-found` for an unknown study and `study-gone` for one that was
 * deleted. All methods but `close` throw `storage-closed` after it.
 */
export interface Storage {
  readonly capabilities: StorageCapabilities;
  /**
   * Creates a study without trials.
   * @throws AsktellError `study-exists`
   */
  createStudy(study: NewStudy): Awaitable<StudyRecord>;
  /** The study of this name. `undefined` if there is none. */
  findStudy(name: string): Awaitable<StudyRecord | undefined>;
  /** All studies in order of creation. */
  listStudies(): Awaitable<readonly StudyRecord[]>;
  /** Deletes a study with all its trials. */
  deleteStudy(study: StudyRef): Awaitable<void>;
  /** Sets attributes of the study itself. Others stay. */
  setStudyAttrs(study: StudyRef, attrs: readonly StudyAttr[]): Awaitable<void>;
  /**
   * Reads the changes since a cursor. Never takes a write lock.
   * @param since a cursor of this study; `null`: all rows
   * @param fresh rows to include even if they did not change; unknown rows are ignored
   */
  pull(study: StudyRef, since: Cursor | null, fresh?: readonly number[]): Awaitable<Delta>;
  /**
   * Reads the trials `from`, `from + 1`, …, at most `count` of them, for studies too large to be read at once. Fewer
   * than `count` only at the end. Never takes a write lock. Optional: without it, callers pull all trials.
   */
  read?(study: StudyRef, from: number, count: number): Awaitable<readonly TrialRecord[]>;
  /**
   * Grants trials in one transaction: calls `plan` with the changes since the cursor, applies its operations, then for
   * each granted trial claims or creates it, stores its owner and calls `fill`. New trials are `running` and stamped.
   * @param since a cursor of this study; `null`: the delta has all rows
   * @throws AsktellError what the operations of `plan` and `fill` are refused with
   */
  ask(study: StudyRef, since: Cursor | null, request: AskRequest): Awaitable<AskResult>;
  /**
   * Applies all operations or none.
   * @param since a cursor of this study; `null`: the result has no delta
   * @param fresh rows to include in the delta even if they did not change; unknown rows are ignored
   * @throws AsktellError what the operations are refused with, see {@link TrialOp}
   */
  write(study: StudyRef, since: Cursor | null, ops: WriteOps, fresh?: readonly number[]): Awaitable<WriteResult>;
  /** Releases files and connections, after the calls already made. Closing twice has no effect. */
  close(): Awaitable<void>;
}
