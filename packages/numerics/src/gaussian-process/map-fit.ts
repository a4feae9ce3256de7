import {
  Lbfgsb,
  type LbfgsbOutcome,
  type LbfgsbReason,
  type LbfgsbRules,
  type ObjectiveWithGradient,
} from '../minimize/lbfgsb.ts';
import { PenalisedLikelihood } from './likelihood.ts';
import type { GaussianProcess } from './model.ts';
import type { Penalty } from './penalty.ts';

/** Start, bounds and stopping rules of fits. Arrays have one number per parameter of the process, raw noise last. */
export interface MapFitRules {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** The start that does not depend on earlier fits. Also the result if no fit succeeds. */
  readonly cold: Float64Array;
  /** Number of fits after which the cold start is tried in addition to the warm one; 0 = never. */
  readonly coldEvery: number;
  /** Number of curvature pairs that the optimizer stores. */
  readonly memory: number;
  readonly stop: LbfgsbRules;
}

/** Overrides for the defaults of {@link ardFitRules}. */
export interface ArdFitChanges {
  readonly logWeight?: readonly [low: number, high: number];
  readonly logScale?: readonly [low: number, high: number];
  readonly rawNoise?: readonly [low: number, high: number];
  readonly cold?: { readonly logWeight?: number; readonly logScale?: number; readonly rawNoise?: number };
  readonly coldEvery?: number;
  readonly memory?: number;
  readonly stop?: LbfgsbRules;
}

/** Bounds and cold start of the variance of an effect. */
const logEffect = [-8, 6] as const;
const coldEffect = -2;

/**
 * Rules for a process with an {@link ArdKernel}, inputs in [0, 1] and standardised targets. Bounds: log w in [-8, 10], log s in [-8, 6],
 * raw noise in [-16, 0]. Cold start: w = s = 1, raw noise -4, every tenth fit. Stop: gradient tolerance 0.01, decrease tolerance 1e-5, at
 * most 40 iterations.
 *
 * @param effects number of effects of `CategoryEffects`: log v in [-8, 6], cold start -2
 */
export function ardFitRules(columns: number, changes: ArdFitChanges = {}, effects = 0): MapFitRules {
  const { logWeight = [-8, 10], logScale = [-8, 6], rawNoise = [-16, 0], cold = {} } = changes;
  const all = (weight: number, scale: number, noise: number, effect: number): Float64Array =>
    Float64Array.from({ length: columns + effects + 2 }, (_, p) => {
      if (p < columns) return weight;
      return p === columns ? scale : p <= columns + effects ? effect : noise;
    });
  return {
    lower: all(logWeight[0], logScale[0], rawNoise[0], logEffect[0]),
    upper: all(logWeight[1], logScale[1], rawNoise[1], logEffect[1]),
    cold: all(cold.logWeight ?? 0, cold.logScale ?? 0, cold.rawNoise ?? -4, coldEffect),
    coldEvery: changes.coldEvery ?? 10,
    memory: changes.memory ?? 8,
    stop: { gradientTolerance: 1e-2, decreaseTolerance: 1e-5, maxIterations: 40, maxEvaluations: 80, ...changes.stop },
  };
}

export interface MapFitOutcome {
  /** The start that led to the parameters. 'none': no start could be evaluated, and the parameters are those of the cold start. */
  readonly start: 'warm' | 'cold' | 'none';
  /** Penalised negative log-likelihood at the parameters. */
  readonly value: number;
  /** Why the selected run stopped. */
  readonly reason: LbfgsbReason;
  /** Number of evaluations of the likelihood in all runs. */
  readonly evaluations: number;
  /** Jitter added to the diagonal of the covariance matrix. `undefined` if the process could not be conditioned. */
  readonly jitter: number | undefined;
}

/**
 * Maximum a posteriori estimates of the parameters of a Gaussian process, repeated as its data grow. Memory is reused between fits.
 *
 * @example
 * const process = new GaussianProcess(new ArdKernel({ numeric: 1, categorical: 0 }));
 * for (const x of [0, 0.2, 0.5, 0.9]) process.add(Float64Array.of(x), Math.sin(6 * x));
 * const fit = new MapFit(process, Penalty.ard(1, optunaPenalty), ardFitRules(1));
 * fit.fit(0);
 * process.parameters; // log w, log s, raw noise
 */
export class MapFit {
  readonly process: GaussianProcess;
  readonly rules: MapFitRules;
  readonly #likelihood: PenalisedLikelihood;
  readonly #minimizer: Lbfgsb;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;

  /** @throws RangeError if the arrays of `rules` or the penalty have another number of parameters */
  constructor(process: GaussianProcess, penalty: Penalty, rules: MapFitRules) {
    const { length } = process.parameters;
    for (const name of ['lower', 'upper', 'cold'] as const)
      if (rules[name].length !== length)
        throw new RangeError(
          `MapFit: rules.${name} must have ${length} numbers, one per parameter, not ${rules[name].length}.`,
        );
    this.process = process;
    this.rules = rules;
    this.#likelihood = new PenalisedLikelihood(process, penalty);
    // Fixed noise is the last parameter and is not fitted.
    const free = process.learnNoise ? length : length - 1;
    this.#minimizer = new Lbfgsb(free, rules.memory);
    this.#lower = rules.lower.slice(0, free);
    this.#upper = rules.upper.slice(0, free);
  }

  /**
   * Fits the parameters to the observations and conditions the process on them. Pending points are dropped.
   *
   * @param index number of the fit, starting at 0. It determines cold starts, so that equal data and index give equal fits.
   * @param from the warm start. Default: the current parameters.
   * @throws RangeError if a number of `from` is not finite
   */
  fit(index: number, from: Float64Array = this.process.parameters): MapFitOutcome {
    const { coldEvery, cold } = this.rules;
    const isCold = this.#lower.every((_, p) => from[p] === cold[p]);
    const warm = this.#run(isCold ? 'cold' : 'warm', from);
    const wantsCold = !isCold && (warm.reason === 'not-finite' || (coldEvery > 0 && index % coldEvery === 0));
    const second = wantsCold ? this.#run('cold', cold) : null;
    const evaluations = warm.evaluations + (second === null ? 0 : second.evaluations);
    const best = second !== null && (warm.reason === 'not-finite' || second.value < warm.value) ? second : warm;
    if (best.reason === 'not-finite') {
      const jitter = this.process.condition(cold.slice(0, this.#lower.length));
      return { start: 'none', value: best.value, reason: best.reason, evaluations, jitter };
    }
    const isCurrent = best.x.every((value, p) => value === this.process.parameters[p]) && this.process.isConditioned;
    const jitter = isCurrent ? this.process.factor.jitter : this.process.condition(best.x);
    return { start: best.start, value: best.value, reason: best.reason, evaluations, jitter };
  }

  #run(start: 'warm' | 'cold', parameters: Float64Array): LbfgsbOutcome & { start: 'warm' | 'cold'; x: Float64Array } {
    const x = parameters.slice(0, this.#lower.length);
    const outcome = this.#minimizer.minimize(this.#objective, x, this.#lower, this.#upper, this.rules.stop);
    return { ...outcome, start, x };
  }

  readonly #objective: ObjectiveWithGradient = (x, gradient) => this.#likelihood.evaluate(x, gradient);
}
