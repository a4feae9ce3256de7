export {
  hypergradientAdam,
  hypergradientNesterov,
  hypergradientSgd,
  type TensorOptimizerOptions,
  type TensorRates,
} from './hypergradient.ts';
export {
  type EpochLogs,
  type PruneTrainingOptions,
  pruneTraining,
  type Scalar,
  type StoppableModel,
  type TrainingCallback,
} from './prune-training.ts';
export type { TensorFlow, TensorLike, VariableLike } from './tensor-flow.ts';
