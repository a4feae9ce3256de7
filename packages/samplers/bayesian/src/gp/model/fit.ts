import {
  ArdKernel,
  ardFitRules,
  CategoryEffects,
  GaussianProcess,
  lowNoisePenalty,
  MapFit,
  matern52,
  Penalty,
} from '@asktell/numerics';

/** How the parameters of a model are fitted. */
export interface FitRules {
  /** Prior variance of the mean, see the constant of `ArdKernel`. */
  readonly meanVariance: number;
  readonly learnNoise: boolean;
  readonly noiseFloor: number;
  readonly maxIterations: number;
}

/** Input of a fit. Plain data, so that a fit can run in another thread. */
export interface FitRequest {
  /** Columns of a point: numbers first, then categories. */
  readonly numeric: number;
  readonly categorical: number;
  /** How many of the categories have an effect of their own, see `CategoryEffects`: the first ones. */
  readonly effects: number;
  /** One point after the other. */
  readonly points: Float64Array;
  /** Standardised. */
  readonly targets: Float64Array;
  /** Noise variances of the observations, in squared units of the targets; `null` if they have none of their own. */
  readonly variances: Float64Array | null;
  /** Shifts of the prior by column, see `Penalty.shifts`; `null` if the unit of each column is its range. */
  readonly shifts: Float64Array | null;
  /** Parameters of the previous fit; `null` for a cold start. */
  readonly start: Float64Array | null;
  readonly rules: FitRules;
}

/** The process of a request, before it is conditioned. */
export function processFor({
  numeric,
  categorical,
  effects,
  points,
  targets,
  variances,
  rules,
}: FitRequest): GaussianProcess {
  const columns = numeric + categorical;
  const { meanVariance, noiseFloor, learnNoise } = rules;
  const ard = new ArdKernel({ numeric, categorical }, matern52, meanVariance);
  const kernel = effects === 0 ? ard : new CategoryEffects(ard, effects);
  const process = new GaussianProcess(kernel, { noiseFloor, learnNoise, capacity: targets.length + 8 });
  for (let i = 0; i < targets.length; i++)
    process.add(points.subarray(i * columns, (i + 1) * columns), targets[i] as number, variances?.[i] ?? 0);
  return process;
}

/** Conditions a process. If the covariance matrix is numerically singular, it does so with a noise variance of 1. */
export function conditionSafely(process: GaussianProcess, parameters: Float64Array): void {
  if (process.condition(parameters) !== undefined) return;
  const noisy = new Float64Array(process.parameters.length);
  process.condition(noisy);
}

/** Maximum a posteriori parameters: log weights, log scale, log effects, raw noise. The expensive part of a proposal. */
export function fitParameters(request: FitRequest): Float64Array {
  const { shifts, start, effects, rules } = request;
  const process = processFor(request);
  const { columns } = process.kernel;
  const penalty = Penalty.ard(columns, lowNoisePenalty, effects);
  const bounds = ardFitRules(columns, { coldEvery: 0, stop: { maxIterations: rules.maxIterations } }, effects);
  if (shifts !== null) {
    penalty.shifts.set(shifts);
    for (const array of [bounds.lower, bounds.upper, bounds.cold])
      for (let j = 0; j < columns; j++) array[j] = (array[j] as number) - (shifts[j] as number);
  }
  const { jitter } = new MapFit(process, penalty, bounds).fit(0, start ?? bounds.cold);
  if (jitter === undefined) conditionSafely(process, bounds.cold);
  return process.parameters;
}
