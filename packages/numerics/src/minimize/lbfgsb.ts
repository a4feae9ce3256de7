import { BoxModel } from './box-model.ts';
import { Curvature } from './curvature.ts';
import { MoreThuente } from './more-thuente.ts';

/**
 * Returns the value at x and writes the gradient. Must not keep references to the arrays. NaN and infinite values mark points that the
 * minimiser must avoid.
 */
export type ObjectiveWithGradient = (x: Float64Array, gradient: Float64Array) => number;

/** Stopping rules of {@link Lbfgsb.minimize}. */
export interface LbfgsbRules {
  /** Largest entry of the projected gradient, x - P(x - g). Default: 1e-5. */
  readonly gradientTolerance?: number;
  /** Decrease of one iteration, relative to max(|f|, 1). Default: 2.2e-9. */
  readonly decreaseTolerance?: number;
  /** Maximum number of iterations. Default: 200. */
  readonly maxIterations?: number;
  /** Maximum number of evaluations, including the first one. Default: 1,000. */
  readonly maxEvaluations?: number;
  /**
   * Maximum change of a coordinate in the first step, relative to the width of its bounds, or to max(1, |x|) without bounds. The length of
   * a gradient far from the minimum is not informative. Default: 0.1.
   */
  readonly firstStep?: number;
}

/**
 * Why a minimisation stopped: the gradient vanished, the last iteration gained too little, a limit was reached, the line search found no
 * lower value (because the gradient is wrong or the precision is exhausted), or the first value is not finite.
 */
export type LbfgsbReason = 'gradient' | 'decrease' | 'iterations' | 'evaluations' | 'line-search' | 'not-finite';

export interface LbfgsbOutcome {
  readonly value: number;
  /** Largest entry of the projected gradient. */
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly evaluations: number;
  readonly reason: LbfgsbReason;
}

const mostTrialsOfOneSearch = 20;

/**
 * L-BFGS-B: minimises a smooth function over a box with a limited-memory quasi-Newton method (Byrd, Lu, Nocedal & Zhu, A limited
 * memory algorithm for bound constrained optimization, 1995). An iteration finds the generalised Cauchy point, minimises the model
 * over the coordinates that are free there, and searches along that step for the strong Wolfe conditions (Moré & Thuente 1994).
 *
 * The value never increases, and no evaluated point is outside the box. Working memory is reused. A run allocates only its outcome.
 *
 * @example
 * const minimizer = new Lbfgsb(2);
 * const x = Float64Array.of(-1, 1);
 * const rosenbrock = ([a, b]: Float64Array, gradient: Float64Array): number => {
 *   gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a);
 *   gradient[1] = 200 * (b - a * a);
 *   return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
 * };
 * minimizer.minimize(rosenbrock, x, Float64Array.of(-2, -2), Float64Array.of(0.5, 2)); // x: 0.5, 0.25
 */
export class Lbfgsb {
  readonly dimensions: number;
  readonly #curvature: Curvature;
  readonly #model: BoxModel;
  readonly #search: MoreThuente = new MoreThuente();
  readonly #direction: Float64Array;
  #gradient: Float64Array;
  /** The best point of a line search and the trial point. The two arrays are swapped. */
  #bestX: Float64Array;
  #bestGradient: Float64Array;
  #trialX: Float64Array;
  #trialGradient: Float64Array;
  #evaluations = 0;

  /**
   * @param dimensions number of coordinates of x, at least 1
   * @param memory number of pairs of steps and gradient changes that are kept. Default: 8.
   * @throws RangeError if an argument is not a whole number of at least 1
   */
  constructor(dimensions: number, memory = 8) {
    requireCount('dimensions', dimensions);
    requireCount('memory', memory);
    this.dimensions = dimensions;
    this.#curvature = new Curvature(dimensions, memory);
    this.#model = new BoxModel(dimensions, memory);
    this.#direction = new Float64Array(dimensions);
    this.#gradient = new Float64Array(dimensions);
    this.#bestX = new Float64Array(dimensions);
    this.#bestGradient = new Float64Array(dimensions);
    this.#trialX = new Float64Array(dimensions);
    this.#trialGradient = new Float64Array(dimensions);
  }

  /**
   * @param x the start, which is moved into the box first; receives the minimum
   * @param lower lower bounds, -Infinity for none
   * @param upper upper bounds, Infinity for none; a coordinate with equal bounds is fixed
   * @throws RangeError if a length differs from {@link dimensions}, a bound is NaN, bounds cross or x is not finite
   */
  minimize(
    objective: ObjectiveWithGradient,
    x: Float64Array,
    lower: Float64Array,
    upper: Float64Array,
    rules: LbfgsbRules = {},
  ): LbfgsbOutcome {
    const { gradientTolerance = 1e-5, decreaseTolerance = 2.2e-9, firstStep = 0.1 } = rules;
    const { maxIterations = 200, maxEvaluations = 1_000 } = rules;
    const curvature = this.#curvature;
    enterBox(this.dimensions, x, lower, upper);
    let value = objective(x, this.#gradient);
    let norm = projectedGradient(x, this.#gradient, lower, upper);
    let iterations = 0;
    this.#evaluations = 1;
    let reason: LbfgsbReason | null = Number.isFinite(value) && Number.isFinite(norm) ? null : 'not-finite';
    curvature.clear(this.#firstTheta(x, lower, upper, firstStep));
    while (reason === null) {
      if (norm <= gradientTolerance) reason = 'gradient';
      else if (iterations >= maxIterations) reason = 'iterations';
      else if (this.#evaluations >= maxEvaluations) reason = 'evaluations';
      else {
        const before = value;
        value = this.#searchAlongModel(objective, x, value, lower, upper, maxEvaluations);
        if (value < before) {
          this.#accept(x);
          iterations++;
          norm = projectedGradient(x, this.#gradient, lower, upper);
          const gain = before - value;
          if (norm > gradientTolerance && gain <= decreaseTolerance * Math.max(Math.abs(before), Math.abs(value), 1))
            reason = 'decrease';
        } else if (this.#evaluations >= maxEvaluations) reason = 'evaluations';
        else if (curvature.pairs === 0) reason = 'line-search';
        else curvature.clear(this.#firstTheta(x, lower, upper, firstStep));
      }
    }
    return { value, gradientNorm: norm, iterations, evaluations: this.#evaluations, reason };
  }

  /** θ of the first model: 1, or larger if the unconstrained minimum of the model would exceed the limit of the first step. */
  #firstTheta(x: Float64Array, lower: Float64Array, upper: Float64Array, firstStep: number): number {
    let theta = 1;
    for (let i = 0; i < this.dimensions; i++) {
      const width = (upper[i] as number) - (lower[i] as number);
      if (width === 0) continue;
      const reach = firstStep * (width < Number.POSITIVE_INFINITY ? width : Math.max(1, Math.abs(x[i] as number)));
      theta = Math.max(theta, Math.abs(this.#gradient[i] as number) / reach);
    }
    return theta;
  }

  /** Searches along the step of the model. Returns the lowest value. If it is lower than the value at x, its point is in `#bestX`. */
  #searchAlongModel(
    objective: ObjectiveWithGradient,
    x: Float64Array,
    value: number,
    lower: Float64Array,
    upper: Float64Array,
    maxEvaluations: number,
  ): number {
    const search = this.#search;
    const direction = this.#direction;
    if (!this.#model.step(x, this.#gradient, lower, upper, this.#curvature, direction)) return value;
    const slope = product(direction, this.#gradient);
    if (!(slope < 0)) return value;
    search.start(value, slope, 1, longestStep(x, direction, lower, upper));
    let best = value;
    const end = Math.min(maxEvaluations, this.#evaluations + mostTrialsOfOneSearch);
    while (this.#evaluations < end) {
      const { step } = search;
      const trial = this.#trialX;
      for (let i = 0; i < this.dimensions; i++) {
        const moved = (x[i] as number) + step * (direction[i] as number);
        trial[i] = Math.min(upper[i] as number, Math.max(lower[i] as number, moved));
      }
      const trialValue = objective(trial, this.#trialGradient);
      this.#evaluations++;
      const progress = search.next(trialValue, product(direction, this.#trialGradient));
      if (search.best === step && trialValue < best) {
        best = trialValue;
        this.#keepTrial();
      }
      if (progress !== 'more') break;
    }
    return best;
  }

  #keepTrial(): void {
    const x = this.#bestX;
    const gradient = this.#bestGradient;
    this.#bestX = this.#trialX;
    this.#bestGradient = this.#trialGradient;
    this.#trialX = x;
    this.#trialGradient = gradient;
  }

  /** Moves x to the best point of the search and stores the curvature pair. */
  #accept(x: Float64Array): void {
    const step = this.#trialX;
    const change = this.#trialGradient;
    for (let i = 0; i < this.dimensions; i++) {
      step[i] = (this.#bestX[i] as number) - (x[i] as number);
      change[i] = (this.#bestGradient[i] as number) - (this.#gradient[i] as number);
      x[i] = this.#bestX[i] as number;
      this.#gradient[i] = this.#bestGradient[i] as number;
    }
    this.#curvature.add(step, change);
  }
}

function requireCount(name: string, value: number): void {
  if (!(Number.isInteger(value) && value >= 1))
    throw new RangeError(`Lbfgsb: ${name} must be a whole number of at least 1, not ${value}.`);
}

/** Checks the start and the bounds, and moves the start into the box. */
function enterBox(n: number, x: Float64Array, lower: Float64Array, upper: Float64Array): void {
  if (x.length !== n || lower.length !== n || upper.length !== n)
    throw new RangeError(
      `Lbfgsb: x, lower and upper must have ${n} numbers, not ${x.length}, ${lower.length} and ${upper.length}.`,
    );
  for (let i = 0; i < n; i++) {
    if (!((lower[i] as number) <= (upper[i] as number)))
      throw new RangeError(`Lbfgsb: the bounds of coordinate ${i} must be ascending, not ${lower[i]} and ${upper[i]}.`);
    if (!Number.isFinite(x[i])) throw new RangeError(`Lbfgsb: x[${i}] must be finite, not ${x[i]}.`);
  }
  for (let i = 0; i < n; i++) x[i] = Math.min(upper[i] as number, Math.max(lower[i] as number, x[i] as number));
}

/** Largest absolute entry of x - P(x - g), where P is the projection onto the box. NaN if an entry of g is not finite. */
function projectedGradient(x: Float64Array, g: Float64Array, lower: Float64Array, upper: Float64Array): number {
  let norm = 0;
  for (let i = 0; i < x.length; i++) {
    const gi = g[i] as number;
    const xi = x[i] as number;
    if (!Number.isFinite(gi)) return Number.NaN;
    const inside = gi < 0 ? Math.max(xi - (upper[i] as number), gi) : Math.min(xi - (lower[i] as number), gi);
    norm = Math.max(norm, Math.abs(inside));
  }
  return norm;
}

/** The largest t for which x + t · direction is in the box. At least 1, because t = 1 is inside up to rounding. */
function longestStep(x: Float64Array, direction: Float64Array, lower: Float64Array, upper: Float64Array): number {
  let longest = 1e10;
  for (let i = 0; i < x.length; i++) {
    const d = direction[i] as number;
    if (d !== 0) longest = Math.min(longest, (((d < 0 ? lower[i] : upper[i]) as number) - (x[i] as number)) / d);
  }
  return Math.max(1, longest);
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
