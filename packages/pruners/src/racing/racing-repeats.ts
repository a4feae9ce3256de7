import {
  type Checks,
  check,
  checkOptions,
  type Json,
  must,
  type PrunerFoldContext,
  type RepeatContext,
  type RepeatPolicy,
  type StateFold,
} from '@asktell/core';
import { normalQuantile } from '@asktell/numerics';
import { Measurements, type MetricPruner } from '../rules/measurements.ts';
import { betterRow } from './best-trial.ts';

/** Options of {@link RacingRepeats}. */
export interface RacingRepeatsOptions {
  /** How sure it has to be that a trial is worse than the best one before it is measured no more. From 0.5 to 1. Default 0.9. */
  readonly confidence?: number;
  /** Each trial is measured at least this often. Default 1. */
  readonly least?: number;
}

/** What the policy remembers of the complete trials. */
export interface RacingRepeatsState {
  /** The best complete, feasible trial; -1 = none. */
  row: number;
  /** Sum over the trials of the squared distances of their measurements from their mean. */
  scatter: number;
  /** Degrees of freedom of {@link scatter}. */
  degrees: number;
}

/** The repeats are the intermediate values. */
const measured: MetricPruner = { name: 'racing', metric: undefined, direction: undefined };

/** How much the scatter of the other trials counts at most against that of the trial itself, in degrees of freedom. */
const priorDegrees = 10;

const optionChecks: Checks<RacingRepeatsOptions> = {
  confidence: must('a number from 0.5 to 1', (value) => typeof value === 'number' && value >= 0.5 && value <= 1),
  least: check.count(1),
};

/**
 * Measures a trial again while it may be better than the best one: the policy `'racing'`. Weak trials cost one or two
 * measurements, and a trial becomes the best only with all of them, so the winner is not merely a lucky measurement.
 *
 * The difference of the means is compared with its standard error. The variance of the noise is pooled over the complete
 * trials, and over the measurements of the trial itself. As the races of irace (López-Ibáñez et al. 2016), but each trial races
 * against the best one only.
 *
 * @example await study.optimize(simulate, { trials: 200, repeat: { max: 8, policy: new RacingRepeats() } });
 */
export class RacingRepeats implements RepeatPolicy<RacingRepeatsState> {
  readonly name = 'racing';
  readonly config: { readonly version: number; readonly options: Json };
  readonly fold: StateFold<RacingRepeatsState, PrunerFoldContext> = {
    init: () => ({ row: -1, scatter: 0, degrees: 0 }),
    absorb: (state, row, { history }) => {
      const seen = new Measurements(history, measured);
      if (!seen.counts(row)) return;
      state.row = betterRow(seen, state.row, row);
      const { values } = seen.reports(row);
      const scatter = scatterOf(values);
      if (!Number.isFinite(scatter)) return;
      state.scatter += scatter;
      state.degrees += Math.max(0, values.length - 1);
    },
    clone: (state) => ({ ...state }),
  };
  readonly confidence: number;
  readonly least: number;
  readonly #bound: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: RacingRepeatsOptions = {}) {
    checkOptions('RacingRepeats', options, optionChecks);
    const { confidence = 0.9, least = 1 } = options;
    this.confidence = confidence;
    this.least = least;
    this.config = { version: 1, options: { confidence, least } };
    this.#bound = normalQuantile(confidence);
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  again(state: RacingRepeatsState, { history, number }: RepeatContext): boolean {
    const seen = new Measurements(history, measured);
    const { sign } = seen;
    const own = seen.reports(number).values;
    if (own.length < this.least || state.row < 0) return true;
    const best = seen.reports(state.row).values;
    const ownDegrees = own.length - 1;
    const weight = Math.min(state.degrees, priorDegrees);
    if (weight + ownDegrees === 0) return true;
    const pooled = state.degrees === 0 ? 0 : state.scatter / state.degrees;
    const variance = (weight * pooled + scatterOf(own)) / (weight + ownDegrees);
    const lead = sign * (meanOf(best) - meanOf(own));
    // A trial that has measured NaN is not worse with any certainty.
    return !(lead + this.#bound * Math.sqrt(variance * (1 / own.length + 1 / best.length)) < 0);
  }
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

function scatterOf(values: ArrayLike<number>): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - mean) ** 2;
  return sum;
}
