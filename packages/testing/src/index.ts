export { runs } from './effort.ts';
export { type Law, runLaws, type Skip } from './law.ts';
export { type PrunerSubject, prunerResumeLaws } from './pruner/pruner-laws.ts';
export { type PrunerSuite, prunerLawsFor, testPruner } from './pruner/test-pruner.ts';
export { watchedPruner } from './pruner/watched-pruner.ts';
export { refused } from './refused.ts';
export { BranchSampler, type BranchState } from './rehearsal/branch-sampler.ts';
export { type EnumerationState, ExclusiveSampler } from './rehearsal/exclusive-sampler.ts';
export type { GrantOp, LogEntry } from './rehearsal/operation-log.ts';
export { OperationLogStorage } from './rehearsal/operation-log-storage.ts';
export { operationLog } from './rehearsal/operation-log-subject.ts';
export { PendingSampler, type SpreadState } from './rehearsal/pending-sampler.ts';
export { PopulationSampler, type PopulationState } from './rehearsal/population-sampler.ts';
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
