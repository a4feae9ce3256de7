/** Attribute keys on disk. Ours carry the prefix `asktell:`; the others are Optuna's. Frozen: studies outlive releases. */
export const keys = {
  /** Study: sampler and pruner with their options. */
  config: 'asktell:config',
  /** Study: the declared space. */
  space: 'asktell:space',
  /** Study: the one seed. */
  seed: 'asktell:seed',
  /** Study: a random string, new with every creation. */
  epoch: 'asktell:epoch',
  /** Trial: what its proposal must remember. */
  note: 'asktell:note',
  /** Trial: the worker that runs it. */
  owner: 'asktell:owner',
  /** Trial: why it failed. */
  failure: 'asktell:failure',
  /** Trial: the names of the entries of `constraints`. */
  constraintNames: 'asktell:constraint_names',
  /** Optuna, trial: list of constraint values, feasible when none is positive. */
  constraints: 'constraints',
  /** Optuna 5, trial: prefix of the one-key-per-constraint form, read but not written. */
  constraintPrefix: 'constraints:',
  /** Optuna, trial: parameters given when it was enqueued, external values by flat name. */
  fixedParams: 'fixed_params',
  /** Optuna, trial: numbers of the trials that this one repeats. */
  retryHistory: 'retry_history',
  /** Optuna, study: one name per objective. */
  metricNames: 'study:metric_names',
} as const;
