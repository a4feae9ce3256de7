import type { Rng } from '@asktell/core';

export type RestartMode = 'none' | 'ipop' | 'bipop';

/** How the next run begins. */
export interface Run {
  readonly lambda: number;
  /** Times the initial σ. */
  readonly sigmaFactor: number;
  /** It ends after so many results at the latest. */
  readonly budget: number;
}

/**
 * What follows when a run has ended. IPOP (Auger & Hansen, CEC 2005): a population twice as large. BIPOP (Hansen, BBOB workshop 2009):
 * two regimes, that with less work so far goes next: *large* doubles the population each time, *small* takes one between the
 * default and half the large one, mostly near the default, with a smaller σ and half the last large run's results.
 */
export class Restarts {
  readonly mode: RestartMode;
  readonly lambda: number;
  /** The largest population so far. */
  largeLambda: number;
  /** Runs before the present one. */
  count: number = 0;
  isSmall: boolean = false;
  /** Results by regime; the first run counts for neither. */
  largeResults: number = 0;
  smallResults: number = 0;
  lastLargeResults: number = 0;

  constructor(mode: RestartMode, lambda: number) {
    this.mode = mode;
    this.lambda = lambda;
    this.largeLambda = lambda;
  }

  /**
   * Begins another run.
   * @param results how many the run that has ended took
   */
  next(results: number, rng: Rng): Run {
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
      lambda: Math.floor(this.lambda * ((0.5 * this.largeLambda) / this.lambda) ** (u * u)),
      sigmaFactor: 10 ** (-2 * rng.float()),
      budget: this.lastLargeResults / 2,
    };
  }

  clone(): Restarts {
    return Object.assign(new Restarts(this.mode, this.lambda), this);
  }
}
