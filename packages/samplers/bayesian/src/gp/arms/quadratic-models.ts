import { CholeskyFactor, Lbfgsb } from '@asktell/numerics';

/** Keeps the matrix regular. */
const ridge = 4e-8;
/** Rounds of the augmented Lagrangian. */
const rounds = 12;
const firstPenalty = 10;
/** Factor of the penalty after a round that has not reduced the violation enough. */
const penaltyGrowth = 4;
const enoughReduction = 0.5;

const rules = { maxIterations: 60, gradientTolerance: 1e-10, decreaseTolerance: 1e-14, firstStep: 0.5 };

/** A box that contains 0. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** A quadratic that must be at most `limit`. */
export interface QuadraticConstraint {
  readonly weights: Float64Array;
  readonly limit: number;
  /** Excess over the limit that is accepted. */
  readonly tolerance: number;
}

/**
 * Quadratics through the same points z_1 … z_m of d coordinates, one for each list of values: those whose coefficients have
 * the least norm, q(z) = Σ_i a_i (1 + z_i·z)² with (G + ridge) a = values, G_ij = (1 + z_i·z_j)².
 */
export class QuadraticModels {
  readonly #z: Float64Array;
  readonly #m: number;
  readonly #d: number;
  readonly #factor: CholeskyFactor;

  private constructor(z: Float64Array, m: number, d: number, factor: CholeskyFactor) {
    this.#z = z;
    this.#m = m;
    this.#d = d;
    this.#factor = factor;
  }

  /** @param z the points, one after the other, within [-1, 1]. `null` if the matrix is numerically singular. */
  static of(z: Float64Array, m: number, d: number): QuadraticModels | null {
    const gram = new Float64Array(m * m);
    for (let p = 0; p < m; p++) {
      for (let q = 0; q <= p; q++) {
        let dot = 1;
        for (let j = 0; j < d; j++) dot += (z[p * d + j] as number) * (z[q * d + j] as number);
        gram[p * m + q] = dot * dot + (p === q ? ridge : 0);
      }
    }
    const factor = new CholeskyFactor(m);
    return factor.factorise(gram, m) === undefined ? null : new QuadraticModels(z, m, d, factor);
  }

  /** Weights a_i of the quadratic through these values less `base`. */
  weights(values: Float64Array, base: number): Float64Array {
    const weights = values.map((value) => value - base);
    this.#factor.solve(weights);
    return weights;
  }

  /** The value of a quadratic at a point. Adds its gradient to `gradient`. */
  evaluate(weights: Float64Array, at: Float64Array, gradient: Float64Array): number {
    const d = this.#d;
    let value = 0;
    for (let k = 0; k < this.#m; k++) {
      const row = k * d;
      let dot = 1;
      for (let j = 0; j < d; j++) dot += (this.#z[row + j] as number) * (at[j] as number);
      const weight = weights[k] as number;
      value += weight * dot * dot;
      const slope = 2 * weight * dot;
      for (let j = 0; j < d; j++) gradient[j] = (gradient[j] as number) + slope * (this.#z[row + j] as number);
    }
    return value;
  }

  /** Minimises a quadratic in a box, from 0. */
  minimum(weights: Float64Array, { lower, upper }: Box): Float64Array {
    const x = new Float64Array(this.#d);
    const objective = (at: Float64Array, gradient: Float64Array): number => {
      gradient.fill(0);
      return this.evaluate(weights, at, gradient);
    };
    new Lbfgsb(this.#d).minimize(objective, x, lower, upper, rules);
    return x;
  }

  /**
   * Minimises a quadratic in a box where other quadratics are at most their limits, by an augmented Lagrangian (Nocedal and
   * Wright, Numerical optimization, 2006, algorithm 17.4). `null` if no such point was found.
   *
   * @param constraints in units in which the values of each deviate by about 1, like those of the quadratic
   */
  constrainedMinimum(
    weights: Float64Array,
    constraints: readonly QuadraticConstraint[],
    { lower, upper }: Box,
  ): Float64Array | null {
    const x = new Float64Array(this.#d);
    const multipliers = new Float64Array(constraints.length);
    const slope = new Float64Array(this.#d);
    let penalty = firstPenalty;
    const excess = (k: number, at: Float64Array): number => {
      const { weights, limit } = constraints[k] as QuadraticConstraint;
      slope.fill(0);
      return this.evaluate(weights, at, slope) - limit;
    };
    const lagrangian = (at: Float64Array, gradient: Float64Array): number => {
      gradient.fill(0);
      let value = this.evaluate(weights, at, gradient);
      for (let k = 0; k < constraints.length; k++) {
        const force = (multipliers[k] as number) + penalty * excess(k, at);
        if (force <= 0) continue;
        value += (force * force) / (2 * penalty);
        for (let j = 0; j < slope.length; j++) gradient[j] = (gradient[j] as number) + force * (slope[j] as number);
      }
      return value;
    };
    const minimizer = new Lbfgsb(this.#d);
    let last = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      minimizer.minimize(lagrangian, x, lower, upper, rules);
      let most = 0;
      let isFeasible = true;
      for (let k = 0; k < constraints.length; k++) {
        const over = excess(k, x);
        multipliers[k] = Math.max(0, (multipliers[k] as number) + penalty * over);
        most = Math.max(most, over);
        if (over > (constraints[k] as QuadraticConstraint).tolerance) isFeasible = false;
      }
      if (isFeasible && round > 0) return x;
      if (most > enoughReduction * last) penalty *= penaltyGrowth;
      last = most;
    }
    return null;
  }
}
