import { type Check, type Checks, check, must, oneOfWords } from '../checks/checks.ts';
import type { Scalar } from '../distribution/distribution.ts';
import type { Offload, Output, ProcessIdentity } from '../environment.ts';
import { AsktellError, show } from '../errors.ts';
import type { Directions, OneDirection } from '../history/directions.ts';
import type { Direction } from '../history/trial-record.ts';
import { printInfo, printWarning } from '../platform.ts';
import type { DuplicatePolicy } from '../proposal/no-repeats.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { RepeatPolicy } from '../pruner/repeat-policy.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { FlatParams, InferParams, Space } from '../space/infer.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { isOrphanPolicy, type OrphanPolicy } from '../workers/orphan-policy.ts';
import { isLog, type Logger, type LogLevel } from './log.ts';
import type { Restorable } from './saved-config.ts';

/** Options of both `createStudy` and `loadStudy`. */
export interface StudyOptions {
  /** Default: the saved one when the study exists. */
  readonly sampler?: Sampler;
  /** Your own sampler classes, so that a saved sampler can be restored. */
  readonly samplers?: readonly Restorable<Sampler>[];
  /** Default: the saved one when the study exists. A new study with several objectives has none. */
  readonly pruner?: Pruner;
  /** Your own pruner classes, so that a saved pruner can be restored. */
  readonly pruners?: readonly Restorable<Pruner>[];
  /**
   * The metrics that trials report: `trial.report({ loss, latency }, step)`. Other names are then refused, and the compiler
   * knows them. Saved with the study. Default: the saved ones, or any.
   */
  readonly metrics?: readonly string[];
  /**
   * Parameters that keep one value in every trial, by flat name: `{ 'model.svm.c': 1 }`. Enqueued values take
   * precedence. Saved with the study.
   */
  readonly fixed?: { readonly [name: string]: Scalar };
  /**
   * Whole number from 0 to 2^53 - 1. Default: the saved one, or random. Saved with the study, so that a resumed study
   * continues as if it had never been interrupted.
   */
  readonly seed?: number;
  /**
   * `'avoid'`: propose only points that no trial has tried (lost trials do not count) or is trying. For declared spaces
   * this is exact across workers, and `ask` rejects with `exhausted` when a finite space has no untried point. Enqueued
   * points always run. In define-by-run studies repeats are redrawn as far as the parameters are known before they are
   * suggested. Requires a sampler that proposes synchronously. Saved with the study. Default: the saved policy, or
   * `'allow'`.
   */
  readonly duplicates?: DuplicatePolicy;
  /**
   * Name of this worker. A worker that starts again under the same name takes over its trials. Default: host, process
   * and a random part.
   */
  readonly worker?: string;
  /**
   * What the next ask does with trials whose worker died. `{ reclaim: 2 }` (default, also written `'reclaim'`): resumes
   * them, each at most twice, and ends them as failed with reason `crashed` after one more death. `'fail'`: ends them as
   * failed with reason `lost`. `'leave'`: leaves them running.
   */
  readonly orphans?: OrphanPolicy;
  /**
   * Milliseconds after which a running trial of another program, such as Optuna, counts as abandoned. It is then ignored:
   * it does not count in a total and is not pending. Saved with the study. Default: the saved time, or 24 hours.
   */
  readonly staleAfter?: number;
  /**
   * Which notices are printed, or what receives them. Of each kind the first is printed, and the number of others when a loop
   * ends. Default `'info'`.
   */
  readonly log?: LogLevel | Logger;
  /** Milliseconds after which a worker on another host counts as dead unless it renews its lease. Default 60,000. */
  readonly leaseMs?: number;
}

/** Options of `createStudy`. */
export interface CreateStudyOptions<
  S extends Space | undefined = undefined,
  Store = Storage,
  D extends Directions = OneDirection,
  M extends string = string,
> extends StudyOptions {
  readonly metrics?: readonly M[];
  /** Default `no-name-…`. */
  readonly name?: string;
  /** Default: in memory. */
  readonly storage?: Store;
  /** `'minimize'` (default) or `'maximize'`. */
  readonly direction?: Direction;
  /** Several objectives: one direction each. */
  readonly directions?: D;
  /** One name per objective. */
  readonly metricNames?: readonly string[];
  /** The space that `ask()`, `take` and `optimize` propose from. Saved with the study. */
  readonly space?: S;
  /**
   * Whether to open an existing study, with a warning that lists differences. Default `false`: throw `study-exists`. Pass the
   * `space` as well: without it the compiler takes `params` for flat, even if the study has a saved space.
   */
  readonly loadIfExists?: boolean;
}

/** Options of `loadStudy`. A given option replaces the saved one, is saved in its place, and is listed in a warning. */
export interface LoadStudyOptions<S extends Space | undefined = undefined, Store = Storage, M extends string = string>
  extends StudyOptions {
  readonly metrics?: readonly M[];
  /** Optional if the storage contains exactly one study. */
  readonly name?: string;
  readonly storage: Store;
  /** Default: the saved one. Required if it contains predicates, which are not saved. */
  readonly space?: S;
}

/** The type of a trial's `params` in a new study: nested as declared, or by flat name without a declared space. */
export type ParamsOf<S> = S extends Space ? InferParams<S> : FlatParams;

/** The type of a trial's `params` in a study that was loaded. The stored space is unknown to the compiler. */
export type LoadedParamsOf<S> = S extends Space ? InferParams<S> : { readonly [key: string]: unknown };

/** The environment of a study. The package `asktell` passes the one of Node or of the browser. */
export interface StudyEnvironment {
  /** `null`: orphans are recognized by their lease only. */
  readonly process: ProcessIdentity | null;
  readonly output: Output;
  /** Compiles `'x + y <= 1'` to a predicate on vectors, or rejects with `invalid-expression`. `null`: not available. */
  readonly compileExpression: ((source: string, space: CompiledSpace) => Promise<(x: Float64Array) => boolean>) | null;
  /**
   * Registers a function that is called when the user interrupts the process, before the process ends. Returns a function
   * that removes it. Omitted: interruptions are not noticed.
   */
  readonly onInterrupt?: (interrupted: () => Promise<void>) => () => void;
  /** Runs work in other threads. Omitted: samplers compute in the calling thread. */
  readonly offload?: Offload;
}

/** What the caller of core supplies in addition to the user's options. */
export interface StudyHost {
  /** Default: warnings go to the console, and expressions are not available. */
  readonly environment?: StudyEnvironment;
  /** Used for a new study if none is given, and for a study of Optuna, which has none saved. */
  readonly defaults?: { readonly sampler: Sampler; readonly pruner: Pruner };
  /** Classes of samplers and pruners that are always known. */
  readonly builtIn?: {
    readonly samplers: readonly Restorable<Sampler>[];
    readonly pruners: readonly Restorable<Pruner>[];
  };
  /** Policies that the option `repeat` of `optimize` knows by name, in addition to `'fixed'`. */
  readonly repeatPolicies?: readonly RepeatPolicy[];
  /** Whether `study.close()` closes the storage, too. Default `false`. */
  readonly ownsStorage?: boolean;
}

export const defaultLeaseMs = 60_000;

export const consoleEnvironment: StudyEnvironment = {
  process: null,
  output: { interactive: false, columns: 80, info: printInfo, warn: printWarning, status: () => undefined },
  compileExpression: null,
};

/** Checks that an object has members of these types. The problem lists the missing ones. */
function withMembers(what: string, members: { readonly [name: string]: string }): Check {
  return (value) => {
    if (typeof value === 'function' && String(value).startsWith('class'))
      return `must be ${what}, not the class ${value.name}. Pass new ${value.name}()`;
    if (typeof value !== 'object' || value === null) return `must be ${what}, not ${show(value)}`;
    const lacking = Object.entries(members)
      .filter(([name, type]) => {
        const member = (value as { readonly [name: string]: unknown })[name];
        return type === 'object' ? typeof member !== 'object' || member === null : typeof member !== type;
      })
      .map(([name]) => name);
    return lacking.length === 0 ? null : `must be ${what}, and ${show(value)} lacks ${lacking.join(', ')}`;
  };
}

export const isStorage: Check = withMembers('an open storage, such as new MemoryStorage()', {
  capabilities: 'object',
  ask: 'function',
  write: 'function',
});

const hasPrunerMembers = withMembers('a pruner such as new MedianPruner()', {
  name: 'string',
  config: 'object',
  decide: 'function',
});
const isPruner: Check = (value) => {
  const problem = hasPrunerMembers(value);
  if (problem !== null) return problem;
  const { group } = value as Pruner;
  return group === undefined || typeof group === 'function'
    ? null
    : `must be a pruner whose group is a function, not ${show(group)}`;
};
const hasSamplerData = withMembers('a sampler', { name: 'string', config: 'object', supports: 'object' });

export const isSampler: Check = (value) => {
  const problem = hasSamplerData(value);
  if (problem !== null) return problem;
  const { propose, sampleOne } = value as Sampler;
  return typeof propose === 'function' || typeof sampleOne === 'function'
    ? null
    : `must be a sampler, and ${show(value)} lacks propose or sampleOne`;
};

const areRestorable: Check = (value) => {
  const what = 'a list of classes with savedName and fromConfig';
  if (!Array.isArray(value)) return `must be ${what}, not ${show(value)}`;
  for (const [i, entry] of value.entries()) {
    const lacking = [
      ...(typeof entry?.savedName === 'string' ? [] : ['savedName']),
      ...(typeof entry?.fromConfig === 'function' ? [] : ['fromConfig']),
    ];
    if (lacking.length > 0) return `must be ${what}, and entry ${i} (${show(entry)}) lacks ${lacking.join(' and ')}`;
  }
  return null;
};

const isScalar = (value: unknown): boolean => value === null || ['number', 'string', 'boolean'].includes(typeof value);

const areFixed: Check = must(
  "an object of numbers, strings, booleans and null by parameter name, such as { 'model.svm.c': 1 }",
  (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isScalar),
);

const isDirection = oneOfWords('minimize', 'maximize');

const areNames: Check = must(
  'a non-empty list of distinct, non-empty strings',
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === 'string' && name !== '') &&
    new Set(value).size === value.length,
);

const studyChecks: Checks<StudyOptions> = {
  metrics: areNames,
  sampler: isSampler,
  samplers: areRestorable,
  pruner: isPruner,
  pruners: areRestorable,
  fixed: areFixed,
  seed: check.seed,
  duplicates: oneOfWords('allow', 'avoid'),
  worker: check.name,
  orphans: isOrphanPolicy,
  staleAfter: check.duration,
  log: isLog,
  leaseMs: check.duration,
};

export const createChecks: Checks<CreateStudyOptions<Space | undefined, Storage, Directions>> = {
  name: check.name,
  storage: isStorage,
  direction: (value) =>
    Array.isArray(value)
      ? `must be one word. For several objectives pass directions: ${show(value)}`
      : isDirection(value),
  directions: must(
    "a non-empty list of 'minimize' and 'maximize'",
    (value) => Array.isArray(value) && value.length > 0 && value.every((word) => isDirection(word) === null),
  ),
  metricNames: areNames,
  space: check.anything, // checked by compileSpace
  loadIfExists: check.boolean,
  ...studyChecks,
};

export const loadChecks: Checks<LoadStudyOptions> = {
  name: check.string, // Names of Optuna may be empty, or longer than ours.
  storage: isStorage,
  space: check.anything,
  ...studyChecks,
};

/**
 * The directions from the options; `undefined` if none are given.
 * @throws AsktellError `invalid-argument`
 */
export function readDirections({
  direction,
  directions,
}: Pick<CreateStudyOptions<undefined, Storage, Directions>, 'direction' | 'directions'>): Directions | undefined {
  if (direction !== undefined && directions !== undefined)
    throw new AsktellError(
      'invalid-argument',
      'createStudy: pass direction (one objective) or directions (several), not both.',
    );
  return directions ?? (direction === undefined ? undefined : [direction]);
}

/** @throws AsktellError `unsupported` */
export function requireObjectives({ name, supports }: Sampler, objectives: number): void {
  if (objectives > 1 && supports.objectives !== 'many')
    throw new AsktellError(
      'unsupported',
      `Sampler ${show(name)} handles one objective, but the study has ${objectives}. Use another sampler.`,
    );
}

/** @throws AsktellError `unsupported` in a study with several objectives */
export function requireOneObjective({ ref, directions }: StudyRecord, what: string, instead: string): void {
  if (directions.length === 1) return;
  throw new AsktellError(
    'unsupported',
    `${what} is for one objective, but study ${show(ref.name)} has ${directions.length}. Use ${instead}.`,
  );
}

/** @throws AsktellError `invalid-argument` unless there is one name per objective */
export function requireMetricNames(names: readonly string[], objectives: number): void {
  const problem = createChecks.metricNames(names);
  if (problem === null && names.length === objectives) return;
  throw new AsktellError(
    'invalid-argument',
    `metricNames must be ${objectives} distinct, non-empty string(s), one per objective, not ${show(names)}.`,
  );
}
