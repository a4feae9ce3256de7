import {
  createStudy,
  isAsktellError,
  isTrialPruned,
  type PruneContext,
  type Pruner,
  type Study,
  type Trial,
} from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { describe, expect, it } from 'vitest';
import { type EpochLogs, pruneTraining, type TrainingCallback } from './prune-training.ts';

/** Prunes at a fixed step. */
function stopAt(step: number): Pruner {
  return {
    name: 'stop-at',
    config: { version: 1, options: { step } },
    decide: (_state, ctx: PruneContext) => ({ prune: ctx.step >= step }),
  };
}

/** A model that trains as tf.LayersModel does: it calls a custom callback without `this` and waits for it. */
class FakeModel {
  stopTraining = false;
  epochs = 0;

  async fit(logsOf: (epoch: number) => EpochLogs, epochs: number, callback: TrainingCallback): Promise<void> {
    this.stopTraining = false;
    const { onTrainBegin, onEpochBegin, onBatchBegin, onBatchEnd, onEpochEnd, onTrainEnd } = callback;
    await onTrainBegin();
    for (let epoch = 0; epoch < epochs && !this.stopTraining; epoch++) {
      await onEpochBegin();
      await onBatchBegin();
      await onBatchEnd();
      this.epochs++;
      await onEpochEnd(epoch, logsOf(epoch));
    }
    await onTrainEnd();
  }
}

function open(pruner: Pruner): Promise<Study> {
  return createStudy({ sampler: new RandomSampler(), pruner }) as unknown as Promise<Study>;
}

async function reportsOf(study: Study): Promise<readonly (readonly [number, number])[]> {
  const [trial] = await study.trials();
  return [...(trial?.intermediateValues ?? [])];
}

const scalar = (value: number): EpochLogs[string] => ({ data: async () => Float32Array.of(value) });

describe('pruneTraining', () => {
  it('reports each epoch and stops the training when the trial is pruned', async () => {
    const study = await open(stopAt(3));
    const model = new FakeModel();
    await study.optimize(
      async (trial) => {
        const pruning = pruneTraining(trial, model);
        await model.fit((epoch) => ({ loss: 9, val_loss: scalar(1 / 2 ** epoch) }), 10, pruning);
        expect(pruning.isPruned).toBe(true);
        pruning.throwIfPruned();
        return 0;
      },
      { trials: 1 },
    );
    expect(model.epochs).toBe(3);
    expect((await study.trials())[0]?.state).toBe('pruned');
    expect(await reportsOf(study)).toEqual([
      [1, 1],
      [2, 0.5],
      [3, 0.25],
    ]);
  });

  it('lets a good trial train to its end', async () => {
    const study = await open(stopAt(100));
    const trial = await study.ask();
    const model = new FakeModel();
    const pruning = pruneTraining(trial, model, { metric: 'acc', firstStep: 0 });
    await model.fit((epoch) => ({ loss: 5, acc: epoch }), 3, pruning);
    pruning.throwIfPruned();
    expect([pruning.isPruned, model.epochs]).toEqual([false, 3]);
    await study.tell(trial, 2);
    expect(await reportsOf(study)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  it('reports several metrics by name, and tell records the pruned trial', async () => {
    const study = await open(stopAt(2));
    const trial = await study.ask();
    const model = new FakeModel();
    const pruning = pruneTraining(trial, model, { metric: ['loss', 'acc'] });
    await model.fit((epoch) => ({ loss: scalar(epoch), acc: 1 - epoch }), 5, pruning);
    expect([pruning.isPruned, trial.isPruned, model.epochs]).toEqual([true, true, 2]);
    expect(await study.tell(trial, 7)).toMatchObject({
      state: 'pruned',
      value: 1,
      intermediateMetrics: {
        loss: new Map([
          [1, 0],
          [2, 1],
        ]),
        acc: new Map([
          [1, 1],
          [2, 0],
        ]),
      },
    });
  });

  it('reports the loss when there is no validation data', async () => {
    const study = await open(stopAt(100));
    const trial = await study.ask();
    const model = new FakeModel();
    await model.fit(() => ({ loss: 4 }), 1, pruneTraining(trial, model));
    expect(trial.number).toBe(0);
    expect(await reportsOf(study)).toEqual([[1, 4]]);
  });

  it('throws TrialPruned only when the trial is pruned', async () => {
    const study = await open(stopAt(1));
    const model = new FakeModel();
    const pruning = pruneTraining(await study.ask(), model);
    pruning.throwIfPruned();
    await model.fit(() => ({ loss: 1 }), 5, pruning);
    try {
      pruning.throwIfPruned();
      expect.unreachable();
    } catch (error) {
      expect(isTrialPruned(error)).toBe(true);
    }
  });

  it('rejects with the reason when the trial is cancelled', async () => {
    const study = await open(stopAt(100));
    const reason = new Error('no time left');
    const model = new FakeModel();
    let caught: unknown;
    await study.optimize(
      async (trial) => {
        trial.cancel('interrupted', reason.message);
        caught = await model.fit(() => ({ loss: 1 }), 5, pruneTraining(trial, model)).catch((error: unknown) => error);
        return 1;
      },
      { trials: 1 },
    );
    expect(caught).toMatchObject({ message: 'no time left' });
    expect(model.epochs).toBe(1);
  });

  it('names the metrics of the epoch when the metric is missing', async () => {
    const trial = await (await open(stopAt(9))).ask();
    const model = new FakeModel();
    const pruning = pruneTraining(trial, model, { metric: 'auc' });
    await expect(model.fit(() => ({ loss: 1, acc: 1 }), 1, pruning)).rejects.toThrow(
      'epoch 0 has no metric "auc", only "loss", "acc"',
    );
    await expect(pruning.onEpochEnd(4)).rejects.toThrow('epoch 4 has no metric "auc", only none');
  });

  it.each<readonly [string, (trial: Trial) => unknown, string]>([
    ['no model', (trial) => pruneTraining(trial, null as never), 'not null'],
    ['another object', (trial) => pruneTraining(trial, {} as never), 'stopTraining'],
    ['an empty metric', (trial) => pruneTraining(trial, new FakeModel(), { metric: '' }), 'metric must be a name'],
    ['half a step', (trial) => pruneTraining(trial, new FakeModel(), { firstStep: 0.5 }), 'firstStep'],
    ['an unknown option', (trial) => pruneTraining(trial, new FakeModel(), { monitor: 'loss' } as never), 'monitor'],
  ])('refuses %s', async (_, make, text) => {
    const trial = await (await open(stopAt(1))).ask();
    try {
      make(trial);
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument')).toBe(true);
      expect((error as Error).message).toContain(text);
    }
  });
});
