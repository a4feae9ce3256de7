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
} from '../distribution/convert.ts';
export type { CategoricalDist, Distribution, FloatDist, IntDist, Scalar } from '../distribution/distribution.ts';
export { drawInternal, drawUniform, fromUnit, toUnit } from '../distribution/draw.ts';
export { distributionToOptuna, type OptunaDistribution } from '../distribution/optuna-json.ts';
export {
  categorical,
  checkDistribution,
  type FloatOptions,
  float,
  type IntOptions,
  int,
} from '../distribution/validate.ts';
export { AsktellError, type ErrorCode, isAsktellError, isTrialPruned, show, TrialPruned } from '../errors.ts';
export { constraintsOf } from '../history/constraints.ts';
export type { TrialHistory, TrialReports } from '../history/history.ts';
export { readNote, type TrialNote } from '../history/note.ts';
export type { Direction, FailureReason, FinishedState, TrialRecord, TrialState } from '../history/trial-record.ts';
export type { Awaitable, Json } from '../json.ts';
export type { Signal } from '../platform.ts';
export { NopPruner } from '../pruner/nop.ts';
export type { PruneContext, PruneDecision, Pruner } from '../pruner/pruner.ts';
export { type Rng, rngFor, rngFromState } from '../rng/rng.ts';
export type { Proposal, SampleContext, Sampler, SamplerSupport } from '../sampler/sampler.ts';
export { type Field, type Group, group, type OneOf, oneOf, type SpaceFields } from '../space/builders.ts';
export { type CompiledSpace, isActive, type ParamSpec } from '../space/compiled-space.ts';
export type { DeclaredSpace } from '../space/declared-space.ts';
export type { FlatParams, InferParams, PartialParams, Space } from '../space/infer.ts';
export { keys } from '../storage/keys.ts';
export { MemoryStorage } from '../storage/memory.ts';
export {
  noStudy,
  noTrial,
  spaceConflict,
  storageClosed,
  studyExists,
  studyGone,
  trialFinished,
  trialWaiting,
} from '../storage/refusals.ts';
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
} from '../storage/storage.ts';
export type { NewTrialInput } from '../study/add-trial.ts';
export type { TrialBudget } from '../study/budget.ts';
export { type Registry, type SavedPart, savePart } from '../study/config.ts';
export { type CopyEnd, type CopyStudyOptions, copyStudy } from '../study/copy.ts';
export { type CreateStudyOptions, createStudy } from '../study/create.ts';
export type { DuplicatePolicy } from '../study/duplicates.ts';
export type { EnqueueOptions } from '../study/enqueue.ts';
export type { Output, ProcessIdentity, StudyEnvironment } from '../study/environment.ts';
export { FixedTrial } from '../study/fixed-trial.ts';
export { FrozenTrial } from '../study/frozen-trial.ts';
export type { HandleOptions } from '../study/handle.ts';
export { isTrial } from '../study/is-trial.ts';
export { deleteStudy, listStudies, type StudySummary } from '../study/list.ts';
export { type LoadStudyOptions, loadStudy } from '../study/load.ts';
export type { CatchOption, Objective, OptimizeOptions } from '../study/optimize.ts';
export type { TellOptions } from '../study/outcome.ts';
export type { OrphanPolicy, Owner } from '../study/owner.ts';
export { type ReplayOptions, replayProposal } from '../study/replay.ts';
export type { TrialRow } from '../study/rows.ts';
export { type AskOptions, Study } from '../study/study.ts';
export type { Trial } from '../study/trial.ts';
export {
  allOf,
  anyOf,
  elapsed,
  noImprovement,
  type StopCondition,
  type StudyProgress,
  targetReached,
} from '../study/until.ts';
