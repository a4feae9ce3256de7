import type { Rng } from '@asktell/core';
import { pow } from '@asktell/numerics/elementary';

export type RestartMode = 'none' | 'ipop' | 'bipop';

/** Parameters of the next run. */
export interface NextRun {
  readonly lambda: number;
  /** Factor of the initial σ. */
  readonly sigmaFactor: number;
  /** Maximum number of results. */
  readonly budget: number;
}

/**
 * Decides the parameters of the run after a restart.
 *
 * - IPOP (Auger & Hansen, CEC 2005): doubles the population.
 * - BIPOP (Hansen, BBOB workshop 2009): chooses the one of two regimes that has fewer results so far. The large regime doubles
 *   its population. The small regime draws a population between the default and half the large one, mostly near the default,
 *   with a smaller σ and at most half the results of the last large run.
 */
export class Restarts {
  readonly mode: RestartMode;
  readonly lambda: number;
  /** The largest population so far. */
  largeLambda: number;
  /** Number of runs before the current one. */
  count: number = 0;
  isSmall: boolean = false;
  /** Results of each regime. The first run counts for neither. */
  largeResults: number = 0;
  smallResults: number = 0;
  lastLargeResults: number = 0;

  constructor(mode: RestartMode, lambda: number) {
    this.mode = mode;
    this.lambda = lambda;
    this.largeLambda = lambda;
  }

  /**
   * Returns the parameters of the next run.
   * @param results number of results of the run that ended
   */
  next(results: number, rng: Rng): NextRun {
    if (this.isSmall) this.smallResults += results;
    else {
      if (this.count > 0) this.largeResults += results;
      this.lastLargeResults = results;
    }
    this.count++;
    this.isSmall = this.mode === 'bipop' && this.count > 1 && this.smallResults < this.largeResults;
    if (!this.isSmall) {
      this.largeLambda *= 2;
      return { lambda: this.largeLambda, sigmaFactor: 1, budget: Number.POSITIVE_INFINITY };
    }
    const u = rng.float();
    return {
      lambda: Math.floor(this.lambda * pow((0.5 * this.largeLambda) / this.lambda, u * u)),
      sigmaFactor: pow(10, -2 * rng.float()),
      budget: this.lastLargeResults / 2,
    };
  }

  clone(): Restarts {
    return Object.assign(new Restarts(this.mode, this.lambda), this);
  }
}
