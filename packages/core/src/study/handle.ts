import type { StudyEnvironment } from '../environment.ts';
import { printInfo, printWarning } from '../platform.ts';
import type { DuplicatePolicy } from '../proposal/duplicates.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { OrphanPolicy } from '../workers/owner.ts';
import type { Registry } from './saved-config.ts';

/** What a study handle needs besides the study. */
export interface HandleOptions {
  /** Name of this worker. Who starts again under the same name takes over the trials it had been running. Default: host, process and a random part. */
  readonly worker?: string;
  /** What to do with trials whose worker died: go on with them (default), fail them, or leave them. */
  readonly orphans?: OrphanPolicy;
  /**
   * `avoid`: propose only points that no trial has tried (but for lost ones) and none is trying, exactly so across workers for
   * declared spaces; a finite space that has no other point left is `exhausted`. What is enqueued runs all the same. Saved with
   * the study; default: what is saved, `allow` for a new one.
   */
  readonly duplicates?: DuplicatePolicy;
  /** Milliseconds after which a worker on another host counts as dead if it does not renew its lease. Default 60,000. */
  readonly leaseMs?: number;
  /** The world around: made by the package `asktell`. Default: warnings to the console, no expressions. */
  readonly environment?: StudyEnvironment;
  /** For a new study when none is given, and for one that has none saved with it because Python's Optuna made it. */
  readonly defaults?: { readonly sampler: Sampler; readonly pruner: Pruner };
  /** Restores saved samplers and pruners. Default: knows none. */
  readonly registry?: Registry;
  /** Whether `study.close()` closes the storage, too. Default `false`. */
  readonly ownsStorage?: boolean;
}

export const defaultLeaseMs = 60_000;

export const consoleEnvironment: StudyEnvironment = {
  process: null,
  output: { interactive: false, columns: 80, info: printInfo, warn: printWarning, status: () => undefined },
  compileExpression: null,
};
