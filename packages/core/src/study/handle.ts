import { AsktellError, show } from '../errors.ts';
import { printInfo, printWarning } from '../platform.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Storage } from '../storage/storage.ts';
import { checkDuration, checkKey } from './checks.ts';
import type { Registry } from './config.ts';
import type { DuplicatePolicy } from './duplicates.ts';
import type { StudyEnvironment } from './environment.ts';
import type { OrphanPolicy } from './owner.ts';

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

/** Names of the {@link HandleOptions}. */
export const handleNames: readonly string[] = [
  'worker',
  'orphans',
  'duplicates',
  'leaseMs',
  'environment',
  'defaults',
  'registry',
  'ownsStorage',
];

export const defaultLeaseMs = 60_000;

export const consoleEnvironment: StudyEnvironment = {
  process: null,
  output: { interactive: false, columns: 80, info: printInfo, warn: printWarning, status: () => undefined },
  compileExpression: null,
};

/**
 * What can be wrong with a handle, before anything is written.
 * @throws AsktellError `invalid-argument`
 */
export function checkHandle(options: HandleOptions & { readonly storage?: unknown; readonly pruner?: unknown }): void {
  const { orphans = 'reclaim', duplicates = 'allow', leaseMs = defaultLeaseMs, worker, storage, pruner } = options;
  if (!['reclaim', 'fail', 'leave'].includes(orphans))
    throw new AsktellError('invalid-argument', `orphans is 'reclaim', 'fail' or 'leave', not ${show(orphans)}.`);
  if (!['allow', 'avoid'].includes(duplicates))
    throw new AsktellError('invalid-argument', `duplicates is 'allow' or 'avoid', not ${show(duplicates)}.`);
  checkDuration('leaseMs', leaseMs);
  if (worker !== undefined) checkKey('worker', worker);
  if (storage !== undefined) checkStorage(storage);
  if (pruner !== undefined) checkPruner(pruner);
}

/** @throws AsktellError `invalid-argument` */
export function checkStorage(storage: unknown): asserts storage is Storage {
  const { capabilities, ask, write } = (storage ?? {}) as Partial<Storage>;
  if (typeof capabilities === 'object' && typeof ask === 'function' && typeof write === 'function') return;
  throw new AsktellError(
    'invalid-argument',
    `storage must be an open storage, such as new MemoryStorage(), not ${show(storage)}.`,
  );
}

function checkPruner(pruner: unknown): void {
  const { name, config, decide } = (pruner ?? {}) as Partial<Pruner>;
  if (typeof name === 'string' && typeof config === 'object' && typeof decide === 'function') return;
  throw new AsktellError('invalid-argument', `A pruner has name, config and decide; ${show(pruner)} has not.`);
}

/** @throws AsktellError `invalid-argument`, `unsupported` */
export function checkSampler(sampler: unknown, objectives: number): asserts sampler is Sampler {
  const { name, config, supports, sampleOne, propose } = (sampler ?? {}) as Partial<Sampler>;
  if (
    typeof name !== 'string' ||
    typeof config !== 'object' ||
    typeof supports !== 'object' ||
    (sampleOne === undefined && propose === undefined)
  ) {
    throw new AsktellError(
      'invalid-argument',
      `A sampler has name, config, supports, and propose or sampleOne; ${show(sampler)} has not.`,
    );
  }
  if (objectives > 1 && supports.objectives !== 'many') {
    throw new AsktellError(
      'unsupported',
      `Sampler ${show(name)} handles one objective, and the study has ${objectives}; use another sampler.`,
    );
  }
}
