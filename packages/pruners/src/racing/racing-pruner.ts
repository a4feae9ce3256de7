import {
  type Checks,
  check,
  checkOptions,
  type Direction,
  type Json,
  must,
  type PruneContext,
  type PruneDecision,
  type Pruner,
  type PrunerFoldContext,
  type StateFold,
  type TrialReports,
} from '@asktell/core';
import { normalQuantile } from '@asktell/numerics';
import { givenMetric, Measurements, type MetricOptions, metricChecks, readMetric } from '../rules/measurements.ts';
import { betterRow } from './best-trial.ts';

/** Options of {@link RacingPruner}. */
export interface RacingOptions extends MetricOptions {
  /** How sure it has to be that a trial will not become the best one. From 0.5 to 1. Default 0.95. */
  readonly confidence?: number;
  /** No pruning until this many trials are complete, two at least. Default 2. */
  readonly startupTrials?: number;
}

/** What the pruner remembers of the complete trials. It does not depend on their order. */
export interface RacingState {
  /**
   * Complete, feasible trials: those with the most reports, of these the best ones, the best first; the smaller number first
   * among equals. A trial that was stopped and then told with its mean so far has fewer reports.
   */
  readonly rows: number[];
}

/** How many of the best trials say how large the noise is. */
const keptTrials = 32;

/** How much the scatter of the other trials counts at most against that of the trial itself, in degrees of freedom. */
const priorDegrees = 6;

const optionChecks: Checks<RacingOptions> = {
  confidence: must('a number from 0.5 to 1', (value) => typeof value === 'number' && value >= 0.5 && value <= 1),
  startupTrials: check.count(0),
  ...metricChecks,
};

/**
 * Stops a trial that will hardly become the best one, when trials are measured on the same instances: folds of a
 * cross-validation, problems, games. Report the plain value of each instance under the same step in each trial.
 *
 * At each step the trial is compared with the best one on the instances that both have seen. The mean of the remaining
 * differences is predicted from the mean so far, with the variance of paired differences in a two-way layout (trials by
 * instances), of the best trials and of the trial itself. A race as in Maron and Moore, The racing algorithm (1997), with a
 * normal bound instead of Hoeffding's, and with the finite number of instances taken into account.
 *
 * Unlike {@link WilcoxonPruner} it can decide after one instance, because it knows the noise from earlier trials.
 *
 * @example
 * const study = await createStudy({ pruner: new RacingPruner({ confidence: 0.99 }) });
 */
export class RacingPruner implements Pruner<RacingState> {
  static readonly savedName = 'racing';
  readonly name = 'racing';
  readonly config: { readonly version: number; readonly options: Json };
  readonly fold: StateFold<RacingState, PrunerFoldContext> = {
    init: () => ({ rows: [] }),
    absorb: ({ rows }, row, { history }) => {
      const seen = new Measurements(history, this);
      if (!seen.counts(row)) return;
      let place = rows.length;
      while (place > 0 && isAhead(seen, row, rows[place - 1] as number)) place--;
      rows.splice(place, 0, row);
      if (rows.length > keptTrials) rows.pop();
    },
    clone: ({ rows }) => ({ rows: [...rows] }),
  };
  readonly confidence: number;
  readonly startupTrials: number;
  readonly metric: string | undefined;
  readonly direction: Direction | undefined;
  readonly #bound: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: RacingOptions = {}) {
    checkOptions('RacingPruner', options, optionChecks);
    const { confidence = 0.95, startupTrials = 2 } = options;
    this.confidence = confidence;
    this.startupTrials = startupTrials;
    const { metric, direction } = readMetric('RacingPruner', options);
    this.metric = metric;
    this.direction = direction;
    this.config = { version: 1, options: { confidence, startupTrials, ...givenMetric(this) } };
    this.#bound = normalQuantile(confidence);
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): RacingPruner {
    return new RacingPruner(options as RacingOptions);
  }

  /** @throws AsktellError `unsupported` in a study with several objectives */
  decide({ rows }: RacingState, { history, number }: PruneContext): PruneDecision {
    const seen = new Measurements(history, this);
    const { sign } = seen;
    if (rows.length < Math.max(2, this.startupTrials)) return { prune: false };
    const best = seen.reports(rows[0] as number);
    const leads = pairedLeads(seen.reports(number), best, -sign);
    const left = best.steps.length - leads.length;
    if (leads.length === 0 || left < 0) return { prune: false };
    let mean = 0;
    for (const lead of leads) mean += lead / leads.length;
    if (!(mean < 0)) return { prune: false };
    let own = 0;
    for (const lead of leads) own += (lead - mean) ** 2;
    const ownDegrees = leads.length - 1;
    const others = pairedVariance(rows, best.steps.length, seen);
    const weight = Math.min(priorDegrees, others.degrees);
    if (weight === 0) return { prune: false };
    const variance = (weight * others.variance + own) / (weight + ownDegrees);
    // The mean over all instances differs from the mean so far by the instances that are left.
    const error = Math.sqrt(variance * (1 / leads.length - 1 / best.steps.length));
    return { prune: mean + this.#bound * error < 0 };
  }
}

/** Whether a row belongs before another one in the state. */
function isAhead(seen: Measurements, row: number, other: number): boolean {
  const [own, others] = [seen.reports(row).steps.length, seen.reports(other).steps.length];
  return own === others ? betterRow(seen, other, row) === row : own > others;
}

/**
 * The variance of the difference of two trials on one instance: twice the residual variance of the two-way layout of the trials
 * with this number of steps. It has no degrees of freedom if there are not two of them.
 */
function pairedVariance(
  rows: readonly number[],
  steps: number,
  seen: Measurements,
): { readonly variance: number; readonly degrees: number } {
  const deviations = new Float64Array(steps);
  let trials = 0;
  let scatter = 0;
  for (const row of rows) {
    const { values } = seen.reports(row);
    if (values.length !== steps) continue;
    let mean = 0;
    for (let i = 0; i < steps; i++) mean += (values[i] as number) / steps;
    if (!Number.isFinite(mean)) continue;
    trials++;
    for (let i = 0; i < steps; i++) {
      const deviation = (values[i] as number) - mean;
      (deviations[i] as number) += deviation;
      scatter += deviation * deviation;
    }
  }
  const degrees = Math.max(0, trials - 1) * Math.max(0, steps - 1);
  if (degrees === 0) return { variance: 0, degrees };
  let common = 0;
  for (const deviation of deviations) common += deviation ** 2 / trials;
  return { variance: (2 * Math.max(0, scatter - common)) / degrees, degrees };
}

/** How much better the first trial is than the second at each step that both have reported. */
function pairedLeads(mine: TrialReports, best: TrialReports, sign: number): number[] {
  const leads: number[] = [];
  for (let i = 0, j = 0; i < mine.steps.length && j < best.steps.length; ) {
    const apart = (mine.steps[i] as number) - (best.steps[j] as number);
    if (apart === 0) leads.push(sign * ((mine.values[i] as number) - (best.values[j] as number)));
    if (apart <= 0) i++;
    if (apart >= 0) j++;
  }
  return leads;
}
