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
  /** Name of the metric to report. Default: `'val_loss'` if the training has validation data, otherwise `'loss'`. */
  readonly metric?: string;
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

const optionChecks: Checks<PruneTrainingOptions> = {
  metric: must('a name', (value) => typeof value === 'string' && value !== ''),
  firstStep: check.count(0),
};

/**
 * Connects a trial with the training of a TensorFlow.js model. After each epoch, the callback reports a metric and asks
 * the pruner. If the trial is pruned, the training stops after this epoch. If the trial is cancelled, for example by a
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
 * await study.tell(trial, pruning.isPruned ? undefined : loss, pruning.isPruned ? { state: 'pruned' } : {});
 */
export function pruneTraining(
  trial: Pick<Trial, 'report' | 'shouldPrune' | 'signal'>,
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
      const value = logs[metric];
      if (value === undefined)
        throw new AsktellError(
          'invalid-argument',
          `pruneTraining: epoch ${epoch} has no metric ${show(metric)}, only ${Object.keys(logs).map(show).join(', ') || 'none'}. Set { metric: … } to one of them.`,
        );
      const number = typeof value === 'number' ? value : ((await value.data())[0] as number);
      await trial.report(number, epoch + firstStep);
      if (await trial.shouldPrune()) {
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
