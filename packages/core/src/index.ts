export type { NewTrialInput } from './ask-tell/add-trial.ts';
export type { AskBatchOptions } from './ask-tell/ask.ts';
export type { EnqueueOptions } from './ask-tell/enqueue.ts';
export type { FailRunningOptions } from './ask-tell/fail-running.ts';
export { keys } from './attribute-keys.ts';
export { type Check, type Checks, check, checkOptions, checkValue, must, oneOfWords } from './checks/checks.ts';
export { nearest } from './checks/nearest.ts';
export {
  cardinality,
  contains,
  containsInternal,
  describe,
  isCompatible,
  isSingle,
  nthInternal,
  sameDistribution,
  toExternal,
  toInternal,
} from './distribution/convert.ts';
export type { CategoricalDist, Distribution, FloatDist, IntDist, Scalar } from './distribution/distribution.ts';
export { drawInternal, drawUniform, fromUnit, isLogScaled, toUnit } from './distribution/draw.ts';
export { distributionToOptuna, type OptunaDistribution } from './distribution/optuna-json.ts';
export { distributionFromOptuna } from './distribution/optuna-reader.ts';
export {
  categorical,
  checkDistribution,
  type FloatOptions,
  float,
  type IntOptions,
  int,
} from './distribution/validate.ts';
export { type CellOrder, mostCells, seededOrder, sequentialOrder } from './enumeration/cell-order.ts';
export { CellSearch } from './enumeration/cell-search.ts';
export { type Branch, CellTree } from './enumeration/cell-tree.ts';
export { FinitePoints, indexOfInternal } from './enumeration/finite-points.ts';
export type { Offload, Output, ProcessIdentity, ThreadModule } from './environment.ts';
export { AsktellError, type ErrorCode, isAsktellError, isTrialPruned, show, TrialPruned } from './errors.ts';
export { constraintsOf } from './history/constraints.ts';
export type { Directions, ForOneObjective, Measured, OneDirection } from './history/directions.ts';
export type { RowParams, TrialHistory, TrialReports } from './history/history.ts';
export { readNote, type TrialNote } from './history/note.ts';
export { observedSpace } from './history/observed-space.ts';
export { RecordStore } from './history/record-store.ts';
export type { StateFold } from './history/state-fold.ts';
export type { Direction, FailureReason, FinishedState, TrialRecord, TrialState } from './history/trial-record.ts';
export { WrappedHistory } from './history/wrapped-history.ts';
export type { Awaitable, Json } from './json.ts';
export type { TrialBudget } from './optimize/budget.ts';
export type {
  CatchOption,
  Objective,
  OptimizeOptions,
  TakeOptions,
  TrialTimeout,
} from './optimize/options.ts';
export type { RepeatOptions } from './optimize/repeat-options.ts';
export {
  allOf,
  anyOf,
  elapsed,
  noImprovement,
  type StopCondition,
  type StudyProgress,
  targetReached,
} from './optimize/stop-conditions.ts';
export { nextTurn, type Signal } from './platform.ts';
export type { DuplicatePolicy } from './proposal/no-repeats.ts';
export { NopPruner } from './pruner/nop.ts';
export type { PruneContext, PruneDecision, Pruner, PrunerFoldContext } from './pruner/pruner.ts';
export { fixedRepeats, type RepeatContext, type RepeatPolicy } from './pruner/repeat-policy.ts';
export { type Rng, rngFor, rngFromState } from './rng/rng.ts';
export type {
  AskedTrial,
  Explanation,
  Proposal,
  SampleContext,
  Sampler,
  SamplerFoldContext,
  SamplerHost,
  SamplerSupport,
} from './sampler/sampler.ts';
export { type Field, type Group, group, type OneOf, oneOf, type SpaceFields } from './space/builders.ts';
export { compileSpace } from './space/compile.ts';
export { type CompiledSpace, isActive, type ParamSpec } from './space/compiled-space.ts';
export type { Condition, ConstrainedSpace } from './space/constrained-space.ts';
export type { DeclaredSpace } from './space/declared-space.ts';
export type { FlatParams, InferParams, PartialParams, Space } from './space/infer.ts';
export { where } from './space/where.ts';
export { isStamp, nextStamp } from './stamp.ts';
export { MemoryStorage } from './storage/memory.ts';
export {
  noStudy,
  noTrial,
  spaceConflict,
  storageClosed,
  studyExists,
  studyGone,
  trialFinished,
  trialWaiting,
} from './storage/refusals.ts';
export type {
  AskPlan,
  AskRequest,
  AskResult,
  Cursor,
  Delta,
  NewStudy,
  NewTrial,
  Storage,
  StorageCapabilities,
  StudyAttr,
  StudyRecord,
  StudyRef,
  TrialOp,
  WriteOps,
  WriteResult,
} from './storage/storage.ts';
export { type CopyEnd, type CopyStudyOptions, copyStudy } from './study/copy-study.ts';
export { createStudy } from './study/create-study.ts';
export { deleteStudy, listStudies, type StudySummary } from './study/list-studies.ts';
export { loadStudy } from './study/load-study.ts';
export type { Logger, LogLevel } from './study/log.ts';
export { type ReplayOptions, replayProposal } from './study/replay-proposal.ts';
export type { TrialRow } from './study/rows.ts';
export {
  type FixingSampler,
  type Registry,
  type Restorable,
  registryOf,
  restorePruner,
  restoreSampler,
  type SavedPart,
  savePart,
} from './study/saved-config.ts';
export { Study } from './study/study.ts';
export type {
  CreateStudyOptions,
  LoadedParamsOf,
  LoadStudyOptions,
  ParamsOf,
  StudyEnvironment,
  StudyHost,
  StudyOptions,
} from './study/study-options.ts';
export type { TrialFilter } from './study/trial-filter.ts';
export { FixedTrial } from './trial/fixed-trial.ts';
export { FrozenTrial } from './trial/frozen-trial.ts';
export { isTrial } from './trial/is-trial.ts';
export type { MetricValues, ReportOptions } from './trial/measurement-checks.ts';
export type { TellOptions } from './trial/outcome.ts';
export type { StepsOptions, TrialStep } from './trial/steps.ts';
export type { Trial } from './trial/trial.ts';
export type { Why } from './trial/why.ts';
export type { OrphanPolicy } from './workers/orphan-policy.ts';
export type { Owner } from './workers/owner.ts';
export type { RetryOptions, RetryReason } from './workers/retry.ts';
