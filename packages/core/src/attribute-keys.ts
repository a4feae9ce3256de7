/**
 * Attribute keys as stored. Keys with the prefix `asktell:` are ours, the others are Optuna's. They never change,
 * because stored studies outlive releases.
 */
export const keys = {
  /** Study: sampler and pruner with their options. */
  config: 'asktell:config',
  /** Study: the declared space. */
  space: 'asktell:space',
  /** Study: the declared metrics, the main one first. */
  metrics: 'asktell:metrics',
  /** Trial: the metric that is stored as Optuna's intermediate value. Absent if it was reported without a name. */
  metric: 'asktell:metric',
  /** Trial: key prefix of the other metrics of a step. */
  reportPrefix: 'asktell:report:',
  /** Study: its seed. */
  seed: 'asktell:seed',
  /** Study: a random string, different for every study ever created. */
  epoch: 'asktell:epoch',
  /** Trial: data stored with its proposal. See `TrialNote`. */
  note: 'asktell:note',
  /** Trial: the worker that runs it. */
  owner: 'asktell:owner',
  /** Trial: how often its worker has died or its `take` loop was left. */
  attempts: 'asktell:attempts',
  /** Trial: when a retry may start, microseconds since 1970. */
  retryAt: 'asktell:retry_at',
  /** Study: key prefix of values that were told after their trial had finished. */
  latePrefix: 'asktell:late:',
  /** Trial: the standard error of each value. */
  sem: 'asktell:sem',
  /** Trial: derivatives of the value by parameter name. */
  gradient: 'asktell:gradient',
  /** Trial: why it failed. */
  failure: 'asktell:failure',
  /** Trial: the names of the entries of `constraints`. */
  constraintNames: 'asktell:constraint_names',
  /** Optuna, trial: list of constraint values. The trial is feasible if none is positive. */
  constraints: 'constraints',
  /** Optuna 5, trial: key prefix of single constraint values. Read, not written. */
  constraintPrefix: 'constraints:',
  /** Optuna, trial: parameters given when it was enqueued, external values by flat name. */
  fixedParams: 'fixed_params',
  /** Optuna, trial: numbers of the trials that this one repeats. */
  retryHistory: 'retry_history',
  /** Optuna, trial: number of the first trial of a retry. */
  failedTrial: 'failed_trial',
  /** Optuna, study: one name per objective. */
  metricNames: 'study:metric_names',
} as const;
