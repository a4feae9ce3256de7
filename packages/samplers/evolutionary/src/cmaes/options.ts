import { AsktellError, type Json, type Scalar, show, type TrialState } from '@asktell/core';
import type { RestartMode } from './restarts.ts';

/** What `warmStart` needs of a trial; a `FrozenTrial` of another study has it. */
export interface SourceTrial {
  /** External values by flat name. */
  readonly flatParams: { readonly [name: string]: Scalar };
  /** Trials without a number are left out. */
  readonly value?: number | undefined;
  /** Trials that are not complete are left out. */
  readonly state?: TrialState;
  /** Trials that violate a constraint are left out. */
  readonly isFeasible?: boolean;
}

/** Options of `CmaEsSampler`; all of them are saved with the study. */
export interface CmaEsOptions {
  /**
   * Trials of a generation, λ, from 4 to 100,000. Default 4 + ⌊3 ln d⌋ for d parameters. More explores more and learns more slowly. Workers may be
   * many more than λ: with 60 workers in 10-D, 1,500 trials, 25 was better than the default 10 on an ill-conditioned quadratic, the
   * default better on a sphere and on Rastrigin's function, and 60 never the best. Restarts change it.
   */
  readonly populationSize?: number;
  /**
   * Initial step size as a fraction of every parameter's range (of its logarithm for log ranges), above 0, 1 at most. The optimum should
   * lie within two or three of it from the start. Default 1/6.
   */
  readonly sigma?: number;
  /** Where the first run begins: values by flat name, the middle of the range for those left out. Later runs begin anywhere. */
  readonly x0?: { readonly [name: string]: number };
  /**
   * What follows when a run has converged: `ipop` (default), `bipop`, or `none`. Where there are many local optima, restarts decide; `ipop`
   * finds the best one more often when the optima follow a trend, `bipop` when they do not
   * (algorithms: {@link Restarts}). Without restarts a distribution that numbers can no longer hold begins anew around the best point.
   */
  readonly restarts?: RestartMode;
  /**
   * Trials of a similar study with the same direction: the first run begins with the distribution of their best tenth, numeric,
   * categorical and conditional parameters alike. Pruned and infeasible ones and those with a value that this space does not have are
   * left out. They are saved with the study: thousands of them make it large.
   */
  readonly warmStart?: readonly SourceTrial[];
  /**
   * A diagonal covariance. Linear cost, and quicker for more than about 100 parameters with few trials each or when parameters hardly
   * interact; blind to correlations. Default `false`.
   */
  readonly separable?: boolean;
  /** Adapts the learning rate: slower, for noisy objectives and many local optima at the default population size. Default `false`. */
  readonly adaptLearningRate?: boolean;
  /** How many trials the study will have. Default: the total that `optimize` or `ask` was given (`{ trials: { total: 500 } }`). */
  readonly budget?: number;
  /**
   * Whether the last fifth of a known budget, 100 trials at most, is drawn near the best point, in steps that shrink. Default `true`; more
   * trials afterwards go on as well as without. `false`: plain CMA-ES to the end.
   */
  readonly finalPhase?: boolean;
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. */
  readonly seed?: number;
}

/** Options after the check: defaults filled in, plain data. */
export interface CheckedCmaEsOptions {
  readonly populationSize: number | null;
  readonly sigma: number | null;
  readonly x0: ReadonlyMap<string, number>;
  readonly restarts: RestartMode;
  readonly warmStart: readonly SourceTrial[];
  readonly separable: boolean;
  readonly adaptLearningRate: boolean;
  readonly budget: number | null;
  readonly finalPhase: boolean;
  readonly seed: number | undefined;
}

const known = [
  'populationSize',
  'sigma',
  'x0',
  'restarts',
  'warmStart',
  'separable',
  'adaptLearningRate',
  'budget',
  'finalPhase',
  'seed',
] as const satisfies readonly (keyof CmaEsOptions)[];

/** Memory for a whole generation is taken at once. */
const mostInPopulation = 100_000;

const modes: readonly unknown[] = ['none', 'ipop', 'bipop'] satisfies readonly RestartMode[];

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `CmaEsSampler: ${message}`);
}

/**
 * Checks everything that can be checked without a space.
 * @throws AsktellError `invalid-argument`
 */
export function checkCmaEsOptions(options: CmaEsOptions): CheckedCmaEsOptions {
  if (!isObject(options)) throw bad(`options must be an object such as { sigma: 0.1 }, not ${show(options)}.`);
  for (const key of Object.keys(options))
    if (!known.includes(key as never)) throw bad(`there is no option ${show(key)}; it has ${known.join(', ')}.`);
  const { populationSize, sigma, x0, restarts = 'ipop', warmStart, separable = false, seed } = options;
  const { adaptLearningRate = false, budget, finalPhase = true } = options;
  if (
    populationSize !== undefined &&
    !(Number.isSafeInteger(populationSize) && populationSize >= 4 && populationSize <= mostInPopulation)
  )
    throw bad(`populationSize must be a whole number from 4 to ${mostInPopulation}, not ${show(populationSize)}.`);
  if (sigma !== undefined && !(typeof sigma === 'number' && sigma > 0 && sigma <= 1))
    throw bad(`sigma is a fraction of each range, above 0 and at most 1, not ${show(sigma)}.`);
  if (!modes.includes(restarts)) throw bad(`restarts must be 'none', 'ipop' or 'bipop', not ${show(restarts)}.`);
  for (const [name, value] of [
    ['separable', separable],
    ['adaptLearningRate', adaptLearningRate],
    ['finalPhase', finalPhase],
  ] as const)
    if (typeof value !== 'boolean') throw bad(`${name} must be true or false, not ${show(value)}.`);
  if (separable && adaptLearningRate)
    throw bad('separable and adaptLearningRate do not go together; the learning rates are those of a full covariance.');
  if (warmStart !== undefined && (x0 !== undefined || sigma !== undefined))
    throw bad('warmStart decides where and how wide the first run begins; drop x0 and sigma, or warmStart.');
  if (budget !== undefined && !(Number.isSafeInteger(budget) && budget >= 1))
    throw bad(`budget must be a whole number of trials, 1 or more, not ${show(budget)}.`);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0))
    throw bad(`seed must be a whole number from 0 to 2^53 - 1, not ${show(seed)}.`);
  return {
    populationSize: populationSize ?? null,
    sigma: sigma ?? null,
    x0: checkStart(x0 ?? {}),
    restarts,
    warmStart: warmStart === undefined ? [] : checkTrials(warmStart),
    separable,
    adaptLearningRate,
    budget: budget ?? null,
    finalPhase,
    seed,
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkStart(x0: unknown): ReadonlyMap<string, number> {
  if (!isObject(x0)) throw bad(`x0 must be an object such as { lr: 0.01 }, not ${show(x0)}.`);
  const start = new Map<string, number>();
  for (const [name, value] of Object.entries(x0) as [string, unknown][]) {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw bad(
        `x0 of ${show(name)} must be a finite number, not ${show(value)}; categorical parameters have no start.`,
      );
    start.set(name, value + 0);
  }
  return start;
}

function checkTrials(trials: unknown): readonly SourceTrial[] {
  if (!Array.isArray(trials)) throw bad(`warmStart must be an array of trials, not ${show(trials)}.`);
  const usable: { flatParams: { [name: string]: Scalar }; value: number }[] = [];
  for (const trial of trials as readonly Partial<SourceTrial>[]) {
    if (!isObject(trial) || !isObject(trial.flatParams))
      throw bad(`warmStart: ${show(trial)} is no trial; give trials of a study, or { flatParams, value } objects.`);
    const { value, flatParams, state = 'complete', isFeasible = true } = trial;
    if (typeof value === 'number' && Number.isFinite(value) && state === 'complete' && isFeasible)
      usable.push({ flatParams: { ...flatParams }, value });
  }
  if (usable.length === 0)
    throw bad('warmStart: none of the trials has a value; give complete, feasible trials, or leave it out.');
  return usable;
}

/** The options as plain JSON, defaults left out where they depend on the space. */
export function configOf(options: CheckedCmaEsOptions): Json {
  const { populationSize, sigma, x0, restarts, warmStart, separable, adaptLearningRate, budget, finalPhase, seed } =
    options;
  return {
    ...(populationSize === null ? {} : { populationSize }),
    ...(sigma === null ? {} : { sigma }),
    ...(x0.size === 0 ? {} : { x0: Object.fromEntries(x0) }),
    restarts,
    ...(warmStart.length === 0 ? {} : { warmStart: warmStart as unknown as Json }),
    separable,
    adaptLearningRate,
    ...(budget === null ? {} : { budget }),
    finalPhase,
    ...(seed === undefined ? {} : { seed }),
  };
}
