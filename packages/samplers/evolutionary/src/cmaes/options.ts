import { AsktellError, type Json, type Scalar, show, type TrialState } from '@asktell/core';
import type { RestartMode } from './restarts.ts';

/** A trial for `warmStart`, such as a `FrozenTrial` of another study. */
export interface SourceTrial {
  /** External values by flat name. */
  readonly flatParams: { readonly [name: string]: Scalar };
  /** Trials without a finite value are ignored. */
  readonly value?: number | undefined;
  /** Trials that are not complete are ignored. */
  readonly state?: TrialState;
  /** Infeasible trials are ignored. */
  readonly isFeasible?: boolean;
}

/** Options of `CmaEsSampler`. All of them are saved with the study. */
export interface CmaEsOptions {
  /**
   * Number of trials of a generation, λ, from 4 to 100,000. Default: 4 + ⌊3 ln d⌋ for d parameters. A larger population explores
   * more and learns more slowly. Restarts change it. There may be many more workers than λ. With 60 workers in 10-D and 1,500
   * trials, 25 was better than the default 10 on an ill-conditioned quadratic. The default was better on a sphere and on
   * Rastrigin's function, and 60 was never the best.
   */
  readonly populationSize?: number;
  /**
   * Initial step size as a fraction of each parameter's range (of its logarithm for log ranges), above 0 and at most 1. The
   * distance from the start to the optimum should be at most two or three times the step size. Default 1/6.
   */
  readonly sigma?: number;
  /**
   * Start of the first run: values of numeric parameters by flat name. Other parameters start in the middle of their range.
   * Later runs start at random points.
   */
  readonly x0?: { readonly [name: string]: number };
  /**
   * What happens when a run has converged: `ipop` (default), `bipop` or `none`. Restarts are important for objectives with many
   * local optima. `ipop` finds the best one more often if the optima follow a trend, `bipop` if they do not. {@link Restarts}
   * describes the algorithms. With `none`, the search restarts around the best point only if its distribution becomes
   * numerically degenerate.
   */
  readonly restarts?: RestartMode;
  /**
   * Trials of a similar study with the same direction. The first run starts from the distribution of their best tenth, for all
   * types of parameters. Pruned and infeasible trials are ignored, and so are trials that are not points of this space. The
   * trials are saved with the study, so thousands of them make it large.
   */
  readonly warmStart?: readonly SourceTrial[];
  /**
   * Uses a diagonal covariance, which takes linear time and ignores correlations. Faster for more than about 100 parameters with
   * few trials per parameter, or if parameters hardly interact. Default `false`.
   */
  readonly separable?: boolean;
  /**
   * Adapts the learning rate. Slower, for noisy objectives and many local optima at the default population size. Default
   * `false`.
   */
  readonly adaptLearningRate?: boolean;
  /**
   * Expected number of trials of the study. Default: the total of `optimize` (`{ trials: { total: 500 } }`) or `askBatch`.
   */
  readonly budget?: number;
  /**
   * Draws the last fifth of a known budget, at most 100 trials, near the best point with shrinking steps. The phase does not
   * impair trials beyond the budget. `false` disables it. Default `true`.
   */
  readonly finalPhase?: boolean;
  /** Seed of the sampler: a whole number from 0 to 2^53 - 1. Default: the study's seed. */
  readonly seed?: number;
}

/** Validated options with defaults, as plain data. */
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

/** The buffers of a generation are allocated in advance, so their size is limited. */
const maxPopulationSize = 100_000;

const modes: readonly unknown[] = ['none', 'ipop', 'bipop'] satisfies readonly RestartMode[];

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `CmaEsSampler: ${message}`);
}

/**
 * Checks the options as far as possible without a space.
 * @throws AsktellError `invalid-argument`
 */
export function checkCmaEsOptions(options: CmaEsOptions): CheckedCmaEsOptions {
  if (!isObject(options)) throw bad(`options must be an object such as { sigma: 0.1 }, not ${show(options)}.`);
  for (const key of Object.keys(options))
    if (!known.includes(key as never))
      throw bad(`there is no option ${show(key)}. The options are ${known.join(', ')}.`);
  const { populationSize, sigma, x0, restarts = 'ipop', warmStart, separable = false, seed } = options;
  const { adaptLearningRate = false, budget, finalPhase = true } = options;
  if (
    populationSize !== undefined &&
    !(Number.isSafeInteger(populationSize) && populationSize >= 4 && populationSize <= maxPopulationSize)
  )
    throw bad(`populationSize must be a whole number from 4 to ${maxPopulationSize}, not ${show(populationSize)}.`);
  if (sigma !== undefined && !(typeof sigma === 'number' && sigma > 0 && sigma <= 1))
    throw bad(`sigma must be a fraction of each range, above 0 and at most 1, not ${show(sigma)}.`);
  if (!modes.includes(restarts)) throw bad(`restarts must be 'none', 'ipop' or 'bipop', not ${show(restarts)}.`);
  for (const [name, value] of [
    ['separable', separable],
    ['adaptLearningRate', adaptLearningRate],
    ['finalPhase', finalPhase],
  ] as const)
    if (typeof value !== 'boolean') throw bad(`${name} must be true or false, not ${show(value)}.`);
  if (separable && adaptLearningRate)
    throw bad(
      'separable and adaptLearningRate must not be combined, because the learning rates need a full covariance. Remove one of them.',
    );
  if (warmStart !== undefined && (x0 !== undefined || sigma !== undefined))
    throw bad(
      'warmStart must not be combined with x0 or sigma, because it determines both. Remove x0 and sigma, or warmStart.',
    );
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
        `x0 of ${show(name)} must be a finite number, not ${show(value)}. Remove categorical parameters from x0.`,
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
      throw bad(
        `warmStart must contain trials, not ${show(trial)}. Use trials of a study, or objects { flatParams, value }.`,
      );
    const { value, flatParams, state = 'complete', isFeasible = true } = trial;
    if (typeof value === 'number' && Number.isFinite(value) && state === 'complete' && isFeasible)
      usable.push({ flatParams: { ...flatParams }, value });
  }
  if (usable.length === 0)
    throw bad('warmStart must contain a complete, feasible trial with a finite value. Add one, or remove warmStart.');
  return usable;
}

/** The options as JSON, without defaults that depend on the space. */
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
