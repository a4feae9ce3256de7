import { AsktellError, type Checks, check, checkOptions, must, show, type Trial, TrialPruned } from '@asktell/core';

/** The part of a `tf.LayersModel` that stops its training. */
export interface StoppableModel {
  stopTraining: boolean;
}

/** A number, or a `tf.Scalar` that holds one. */
export type Scalar = number | { data(): Promise<ArrayLike<number>> };

/** Metrics of an epoch by name, such as `loss` and `val_loss`. */
export interface EpochLogs {
  readonly [metric: string]: Scalar;
}

/** Options of {@link pruneTraining}. */
export interface PruneTrainingOptions {
  /**
   * Name of the metric to report, or a list of names to report by name. Default: `'val_loss'` if the training has validation
   * data, otherwise `'loss'`.
   */
  readonly metric?: string | readonly string[];
  /** Step of the first epoch. Default: 1. Rungs of successive halving then count epochs. */
  readonly firstStep?: number;
}

/**
 * A callback for `model.fit` and `model.fitDataset`. It is accepted alone, in a list of custom callbacks, and in a list
 * behind other callbacks such as `tf.callbacks.earlyStopping()`.
 */
export interface TrainingCallback {
  /** Whether the pruner has stopped the training. */
  readonly isPruned: boolean;
  /** @throws TrialPruned if the pruner has stopped the training */
  throwIfPruned(): void;
  /** @throws AsktellError `invalid-argument` if the logs lack the metric, and the errors of `report` and `shouldPrune` */
  onEpochEnd(epoch: number, logs?: EpochLogs): Promise<void>;
  onEpochBegin(): Promise<void>;
  onBatchBegin(): Promise<void>;
  onBatchEnd(): Promise<void>;
  onTrainBegin(): Promise<void>;
  onTrainEnd(): Promise<void>;
  setParams(params: unknown): void;
  setModel(model: unknown): void;
}

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

const optionChecks: Checks<PruneTrainingOptions> = {
  metric: must(
    'a name or a list of names',
    (value) => isName(value) || (Array.isArray(value) && value.length > 0 && value.every(isName)),
  ),
  firstStep: check.count(0),
};

/** @throws AsktellError `invalid-argument` if the logs lack the metric */
async function readMetric(epoch: number, name: string, logs: EpochLogs): Promise<number> {
  const value = logs[name];
  if (value === undefined)
    throw new AsktellError(
      'invalid-argument',
      `pruneTraining: epoch ${epoch} has no metric ${show(name)}, only ${Object.keys(logs).map(show).join(', ') || 'none'}. Set { metric: … } to one of them.`,
    );
  return typeof value === 'number' ? value : ((await value.data())[0] as number);
}

/**
 * Connects a trial with the training of a TensorFlow.js model. Each epoch is a step of `trial.steps`: the callback stores what
 * it has measured and the decision of the pruner in one write. If the trial is pruned, the training stops after this epoch. If the trial is cancelled, for example by a
 * time limit, `fit` rejects with the reason of `trial.signal`.
 *
 * The callback uses no code of TensorFlow.js, so it works with every version and backend whose models have
 * `stopTraining`.
 *
 * @throws AsktellError `invalid-argument`
 * @example
 * import { createStudy, float } from 'asktell';
 * import { pruneTraining } from 'asktell/tfjs';
 *
 * await study.optimize(async (trial) => {
 *   const model = build(trial.params);
 *   const pruning = pruneTraining(trial, model);
 *   const { history } = await model.fit(x, y, { epochs: 50, validationSplit: 0.2, callbacks: pruning });
 *   pruning.throwIfPruned();
 *   return history.val_loss.at(-1);
 * });
 *
 * // Between ask and tell:
 * await study.tell(trial, loss); // records a pruned trial as pruned
 */
export function pruneTraining(
  trial: Pick<Trial, 'steps' | 'isPruned' | 'signal'>,
  model: StoppableModel,
  options: PruneTrainingOptions = {},
): TrainingCallback {
  checkOptions('pruneTraining', options, optionChecks);
  if (typeof model !== 'object' || model === null || !('stopTraining' in model))
    throw new AsktellError(
      'invalid-argument',
      `pruneTraining: the second argument must be a model of TensorFlow.js with the member stopTraining, not ${show(model)}.`,
    );
  const { firstStep = 1 } = options;
  let { metric } = options;
  let isPruned = false;
  const nothing = async (): Promise<void> => {};
  // TensorFlow.js calls the members of custom callbacks without `this`.
  return {
    get isPruned() {
      return isPruned;
    },
    throwIfPruned() {
      if (isPruned) throw new TrialPruned();
    },
    async onEpochEnd(epoch, logs = {}) {
      metric ??= 'val_loss' in logs ? 'val_loss' : 'loss';
      const values: { [name: string]: number } = {};
      for (const name of [metric].flat()) values[name] = await readMetric(epoch, name, logs);
      const number = epoch + firstStep;
      // Not a loop: it would end by TrialPruned, and the model has to end its training first.
      const { value: step } = await trial.steps({ from: number, to: number }).next();
      if (step) await step.report(typeof metric === 'string' ? (values[metric] as number) : values);
      if (trial.isPruned) {
        isPruned = true;
        model.stopTraining = true;
      } else if (trial.signal.aborted) {
        throw trial.signal.reason;
      }
    },
    onEpochBegin: nothing,
    onBatchBegin: nothing,
    onBatchEnd: nothing,
    onTrainBegin: nothing,
    onTrainEnd: nothing,
    setParams() {},
    setModel() {},
  };
}
