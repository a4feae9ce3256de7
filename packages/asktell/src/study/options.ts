import type {
  Direction,
  DuplicatePolicy,
  FlatParams,
  InferParams,
  OrphanPolicy,
  Pruner,
  Sampler,
  Space,
  Storage,
} from '@asktell/core';

/** How a study runs, whether it is made or opened. */
export interface StudyOptions {
  /**
   * Name of this worker. Who starts again under the same name takes over the trials it had been running.
   * Default: host, process and a random part.
   */
  readonly worker?: string;
  /** What to do with trials whose worker died: go on with them (default), fail them, or leave them. */
  readonly orphans?: OrphanPolicy;
  /**
   * `avoid`: propose only points that no trial has tried (but for lost ones) and none is trying, exactly so across workers for
   * declared spaces; a finite space that has no other point left is `exhausted`. What is enqueued runs all the same.
   * Define-by-run, complete repeats are redrawn as far as the parameters are known beforehand, and nothing ends. Needs a
   * sampler that proposes synchronously. Saved with the study; default: what is saved, `allow` for a new one.
   */
  readonly duplicates?: DuplicatePolicy;
  /** Milliseconds after which a worker on another host counts as dead if it does not renew its lease. Default 60,000. */
  readonly leaseMs?: number;
}

/** Options of {@link createStudy}. */
export interface CreateStudyOptions<S extends Space | undefined = undefined> extends StudyOptions {
  /** Default `no-name-…`. */
  readonly name?: string;
  /**
   * `'study.db'`, `'sqlite:///relative.db'`, `'sqlite:////absolute.db'`, `':memory:'`, or a storage object. Default: in
   * memory. A storage opened from a string belongs to the study: `study.close()` closes it.
   */
  readonly storage?: Storage | string;
  /** Default: the saved one when the study exists, else `TpeSampler`. */
  readonly sampler?: Sampler;
  /** Default: the saved one when the study exists, else `MedianPruner`. */
  readonly pruner?: Pruner;
  /** `'minimize'` (default) or `'maximize'`. */
  readonly direction?: Direction;
  /** Several objectives: one direction each. */
  readonly directions?: readonly Direction[];
  /** One name per objective. */
  readonly metricNames?: readonly string[];
  /**
   * Whole number from 0 to 2^53 - 1. Default: random. Stored with the study, so that resuming goes on as if never
   * interrupted.
   */
  readonly seed?: number;
  /** The space that `ask()`, `take` and `optimize` propose from. Stored with the study. */
  readonly space?: S;
  /** Open the study if it exists, with a notice of what differs. Default `false`: that is an error. */
  readonly loadIfExists?: boolean;
}

/** Options of {@link loadStudy}. What is given wins over what is saved, is saved from then on, and is named in a notice. */
export interface LoadStudyOptions<S extends Space | undefined = undefined> extends StudyOptions {
  /** May be left out when the storage holds exactly one study. */
  readonly name?: string;
  /** As in {@link CreateStudyOptions}. */
  readonly storage: Storage | string;
  /** Instead of the saved one. Needed when that is a sampler of your own. */
  readonly sampler?: Sampler;
  /** Instead of the saved one. Needed when that is a pruner of your own. */
  readonly pruner?: Pruner;
  /** Instead of the saved one. */
  readonly seed?: number;
  /** Instead of the saved one. Needed again when it holds predicates, which are not stored. */
  readonly space?: S;
}

/** What a trial's `params` are: nested as declared, or flat names when no space is declared. */
export type ParamsOf<S> = S extends Space ? InferParams<S> : FlatParams;

/** A study in a storage; every string opens a storage of its own. */
export interface CopyEnd {
  readonly name?: string;
  readonly storage: Storage | string;
}

/** Options of {@link copyStudy}. */
export interface CopyStudyOptions {
  /** The study to copy. Its name may be left out when the storage holds exactly one. */
  readonly from: CopyEnd;
  /** Where it goes; a file is made when there is none. Default name: that of the original. */
  readonly to: CopyEnd;
  /** Whether sampler, seed, space, notes and the like (`asktell:…`) come along. Default `true`. */
  readonly asktellAttrs?: boolean;
}
