export { runs } from './effort.ts';
export { type Law, runLaws, type Skip } from './law.ts';
export type { LifeSubject } from './life/subject.ts';
export { cellLaws, type LifeSuite, lifeLaws, testTrialLife } from './life/test-trial-life.ts';
export { type PrunerSubject, prunerResumeLaws } from './pruner/pruner-laws.ts';
export { type PrunerSuite, prunerLawsFor, testPruner } from './pruner/test-pruner.ts';
export { watchedPruner } from './pruner/watched-pruner.ts';
export { BranchSampler, type BranchState } from './reference/branch-sampler.ts';
export { type EnumerationState, ExclusiveSampler } from './reference/exclusive-sampler.ts';
export type { GrantOp, LogEntry } from './reference/operation-log.ts';
export { OperationLogStorage } from './reference/operation-log-storage.ts';
export { operationLog } from './reference/operation-log-subject.ts';
export { PendingSampler, type SpreadState } from './reference/pending-sampler.ts';
export { PopulationSampler, type PopulationState } from './reference/population-sampler.ts';
export { refused } from './refused.ts';
export { type ArbitrarySpaceOptions, arbitrarySpace } from './sampler/arbitrary-space.ts';
export {
  finiteSpace,
  memory,
  mixedSpace,
  type NamedStorage,
  type SamplerSubject,
  type SamplerTarget,
  type SuggestedParam,
} from './sampler/subject.ts';
export { type SamplerSuite, samplerLaws, samplerLawsOn, testSampler } from './sampler/test-sampler.ts';
export { watched } from './sampler/watched-sampler.ts';
export type { StorageSubject } from './storage/subject.ts';
export { type StorageSuite, storageLaws, testStorage } from './storage/test-storage.ts';
