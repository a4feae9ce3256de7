export {
  type EpochLogs,
  type PruneTrainingOptions,
  pruneTraining,
  type Scalar,
  type StoppableModel,
  type TrainingCallback,
} from './prune-training.ts';
