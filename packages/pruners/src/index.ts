export { AllOfPruner } from './combine/all-of-pruner.ts';
export { AnyOfPruner } from './combine/any-of-pruner.ts';
export { type ConstraintOptions, ConstraintPruner } from './constraint/constraint-pruner.ts';
export { type HyperbandOptions, HyperbandPruner, type HyperbandState } from './halving/hyperband-pruner.ts';
export { type PashaOptions, PashaPruner, type PashaState } from './halving/pasha-pruner.ts';
export {
  type HalvingState,
  type SuccessiveHalvingOptions,
  SuccessiveHalvingPruner,
} from './halving/successive-halving-pruner.ts';
export {
  type LearningCurveOptions,
  LearningCurvePruner,
  type LearningCurveState,
} from './learning-curve/learning-curve-pruner.ts';
export { type ParetoOptions, ParetoPruner, type ParetoState } from './pareto/pareto-pruner.ts';
export { RankedFronts } from './pareto/ranked-fronts.ts';
export { type PatientOptions, PatientPruner } from './patient/patient-pruner.ts';
export { MedianPruner } from './percentile/median-pruner.ts';
export { type PercentileOptions, PercentilePruner, type PercentileState } from './percentile/percentile-pruner.ts';
export { type RacingOptions, RacingPruner, type RacingState } from './racing/racing-pruner.ts';
export { RacingRepeats, type RacingRepeatsOptions, type RacingRepeatsState } from './racing/racing-repeats.ts';
export { compareRules, type RuleRow } from './replay/compare-rules.ts';
export type { PrunerReplayOptions, RecordedTrial } from './replay/recorded-trial.ts';
export { type PrunerReplay, replayPruner, type StoppedTrial } from './replay/replay-pruner.ts';
export type { MetricOptions } from './rules/measurements.ts';
export { type ThresholdOptions, ThresholdPruner } from './threshold/threshold-pruner.ts';
export { type BestTrial, type WilcoxonOptions, WilcoxonPruner } from './wilcoxon/wilcoxon-pruner.ts';
