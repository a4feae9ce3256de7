import { rngFor } from '@asktell/core';
import {
  HypergradientAdam,
  HypergradientNesterov,
  type HypergradientOptimizer,
  HypergradientSgd,
  type RateOptions,
} from '@asktell/ml';
import { Network } from './network.ts';
import type { Table } from './tables.ts';

/** A model on a table. */
export interface Task {
  readonly name: string;
  readonly table: Table;
  readonly hidden: number;
  /** Rows of a batch; 0 for all rows. */
  readonly batch: number;
  readonly steps: number;
}

/** What a training gave. */
export interface Trained {
  /** The loss on all rows after the last step. Infinity if the training diverged. */
  readonly loss: number;
  /** The loss at some steps, at equal distances. */
  readonly curve: readonly number[];
  /** The last rate. */
  readonly rate: number;
}

export const optimizers = {
  'SGD-HD': (options: RateOptions): HypergradientOptimizer => new HypergradientSgd(options),
  'SGDN-HD': (options: RateOptions): HypergradientOptimizer => new HypergradientNesterov(options),
  'Adam-HD': (options: RateOptions): HypergradientOptimizer => new HypergradientAdam(options),
} as const;

export type OptimizerName = keyof typeof optimizers;

/** Points of a curve. */
export const curvePoints = 60;

/** Trains from the start of a seed. Equal seeds have equal starts and batches. */
export function train(task: Task, optimizer: HypergradientOptimizer, seed: number): Trained {
  const { table, batch, steps } = task;
  const network = new Network(table, task.hidden);
  const parameters = network.start(rngFor(seed, 0, 'start'));
  const gradient = parameters.map((array) => new Float64Array(array.length));
  const rng = rngFor(seed, 0, 'batches');
  const order = Array.from({ length: table.rows }, (_, i) => i);
  const rows = new Int32Array(batch);
  const curve: number[] = [];
  let next = table.rows;
  try {
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < batch; i++) {
        if (next === table.rows) {
          rng.shuffle(order);
          next = 0;
        }
        rows[i] = order[next++] as number;
      }
      if (step % Math.ceil(steps / curvePoints) === 0) curve.push(network.loss(parameters, null, null));
      network.loss(parameters, batch === 0 ? null : rows, gradient);
      optimizer.step(parameters, gradient);
    }
  } catch {
    return { loss: Number.POSITIVE_INFINITY, curve, rate: Number.NaN }; // a gradient that is not finite
  }
  const loss = network.loss(parameters, null, null);
  return {
    loss: Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY,
    curve,
    rate: Object.values(optimizer.rates)[0] as number,
  };
}
