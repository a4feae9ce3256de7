export { type CrossValidateOptions, crossValidate } from './cross-validate/cross-validate.ts';
export type { CrossValidation, RowOptions } from './cross-validate/read-folds.ts';
export { type Features, type MatrixLike, type NumberArray, type ShapedArray, takeRows } from './data/features.ts';
export { type Label, type Labels, type Task, takeLabels } from './data/labels.ts';
export type { Estimator, EstimatorFactory, EstimatorOrPipeline, FitContext } from './estimator/estimator.ts';
export type { EstimatorLike } from './estimator/estimator-like.ts';
export { type Pipeline, pipeline, type Transformer } from './estimator/pipeline.ts';
export { StandardScaler } from './estimator/standard-scaler.ts';
export { checkFolds, type FoldRules } from './folds/check-folds.ts';
export { GroupKFold, type GroupKFoldOptions } from './folds/group-k-fold.ts';
export { KFold, type KFoldOptions, LeaveOneOut } from './folds/k-fold.ts';
export { RepeatedKFold, type RepeatedOptions, RepeatedStratifiedKFold } from './folds/repeated.ts';
export {
  HoldOutSplit,
  type HoldOutSplitOptions,
  ShuffleSplit,
  type ShuffleSplitOptions,
} from './folds/shuffle-split.ts';
export type { Fold, SplitData, Splitter } from './folds/splitter.ts';
export { StratifiedKFold } from './folds/stratified-k-fold.ts';
export { TimeSeriesSplit, type TimeSeriesSplitOptions } from './folds/time-series-split.ts';
export type { BilevelProblem } from './gradients/implicit/bilevel-problem.ts';
export { ImplicitGradient, type ImplicitGradientOptions } from './gradients/implicit/implicit-gradient.ts';
export { type LinearProblemOptions, linearProblem } from './gradients/implicit/linear-problem.ts';
export {
  minimizeHyperparameters,
  type OuterLoopOptions,
  type OuterLoopOutcome,
} from './gradients/implicit/minimize-hyperparameters.ts';
export { type AdamOptions, HypergradientAdam } from './gradients/rates/adam.ts';
export type { HypergradientOptimizer } from './gradients/rates/hypergradient-optimizer.ts';
export { HypergradientNesterov, type NesterovOptions } from './gradients/rates/nesterov.ts';
export type { GroupArrays, ParameterArray, Parameters } from './gradients/rates/parameter-groups.ts';
export type { RateHistory } from './gradients/rates/rate-history.ts';
export type { RateOptions, RateRuleName } from './gradients/rates/rate-options.ts';
export type { Move, RateRule, RateState } from './gradients/rates/rate-rule.ts';
export { HypergradientSgd } from './gradients/rates/sgd.ts';
export { learnedRates, reportRates } from './gradients/rates/trial-rates.ts';
export { ForwardGradient, type Training } from './gradients/unrolled/forward-gradient.ts';
export {
  exponentialSchedule,
  piecewiseSchedule,
  type Schedule,
  type SchedulePoint,
} from './gradients/unrolled/schedule.ts';
export { type ExpectedOptimismOptions, expectedOptimism } from './honest/expected-optimism.ts';
export { type HoldOutOptions, holdOut } from './honest/hold-out.ts';
export { type HonestRow, HonestTable, type HonestTableData, type IntervalEstimate } from './honest/honest-table.ts';
export type { Estimate, Measured } from './honest/measured.ts';
export { type NestedOptions, nestedCrossValidate } from './honest/nested-cross-validate.ts';
export type { AnyStudy, OuterFold, OuterFoldOptions, ParamsOfOutcome, SearchOutcome } from './honest/outer-folds.ts';
export { type OverfitReport, overfitReport } from './honest/overfit-report.ts';
export { type WalkForwardOptions, walkForward } from './honest/walk-forward.ts';
export { accuracy, balancedAccuracy, type F1Options, f1 } from './metrics/classification.ts';
export { logLoss, type Probabilities, type ProbabilityOptions, rocAuc } from './metrics/probabilities.ts';
export { meanAbsoluteError, meanSquaredError, r2, rootMeanSquaredError } from './metrics/regression.ts';
export type { EstimatorScorer, PredictionScorer, Scorer, ScorerName, Scoring } from './metrics/scorer.ts';
export type { ParamDistributions, ParamGrid, ParamsOfLists, ValueList } from './search/candidates.ts';
export type { CvResults } from './search/cv-results.ts';
export { GridSearchCV } from './search/grid-search-cv.ts';
export type { SearchOptions, StudyFactory } from './search/options.ts';
export { RandomizedSearchCV, type RandomizedSearchOptions } from './search/randomized-search-cv.ts';
export type { OneStandardErrorRule, Refit } from './search/refit.ts';
export { SearchCV } from './search/search-cv.ts';
export type { SearchPlan } from './search/search-plan.ts';
export { type ParamsOfSearch, StudySearchCV, type StudySearchOptions } from './search/study-search-cv.ts';
