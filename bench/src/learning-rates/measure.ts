import { median } from '../table.ts';
import { type OptimizerName, optimizers, type Task, type Trained, train } from './train.ts';

/** Exponents of the grid of fixed rates: powers of 10 in half steps. */
const grid: { readonly [name in OptimizerName]: readonly number[] } = {
  'SGD-HD': [-1, -0.5, 0, 0.5, 1, 1.5],
  'SGDN-HD': [-1.5, -1, -0.5, 0, 0.5, 1],
  'Adam-HD': [-2.5, -2, -1.5, -1, -0.5, 0, 0.5],
};

/** A start, relative to the best fixed rate. */
export const starts = [0.01, 10] as const;

/** One optimizer on one task. */
export interface Measured {
  readonly task: Task;
  readonly optimizer: OptimizerName;
  readonly bestRate: number;
  /** The median loss of the best fixed rate. */
  readonly bestLoss: number;
  /** Loss of fixed rates a hundred times smaller and ten times larger, relative to that of the best one: the first seed. */
  readonly fixed: readonly number[];
  /** For each start: the median over the seeds of the loss relative to that of the best fixed rate with the same seed. */
  readonly ratios: readonly number[];
  /** The last rate, relative to the best fixed one: medians. */
  readonly lastRates: readonly number[];
  /** Curves of the first seed: best fixed rate, then the starts. */
  readonly curves: readonly (readonly number[])[];
}

/** Trains with every fixed rate of the grid, then with adaptive rates from bad starts. */
export function measure(task: Task, optimizer: OptimizerName, seeds: readonly number[]): Measured {
  const create = optimizers[optimizer];
  const run = (rate: number, isFixed: boolean, which: readonly number[] = seeds): Trained[] =>
    which.map((seed) => train(task, create(isFixed ? { rate, beta: 0 } : { rate }), seed));
  const losses = (runs: readonly Trained[]): number => median(runs.map(({ loss }) => loss));
  const fixed = grid[optimizer].map((exponent) => {
    const runs = run(10 ** exponent, true);
    return { rate: 10 ** exponent, runs, loss: losses(runs) };
  });
  const best = fixed.reduce((a, b) => (b.loss < a.loss ? b : a));
  const relative = (runs: readonly Trained[]): number =>
    median(runs.map(({ loss }, i) => loss / (best.runs[i] as Trained).loss));
  const adaptive = starts.map((start) => run(start * best.rate, false));
  return {
    task,
    optimizer,
    bestRate: best.rate,
    bestLoss: best.loss,
    fixed: starts.map((start) => relative(run(start * best.rate, true, seeds.slice(0, 1)))),
    ratios: adaptive.map(relative),
    lastRates: adaptive.map((runs) => median(runs.map(({ rate }) => rate / best.rate))),
    curves: [best.runs[0], ...adaptive.map(([first]) => first)].map((trained) => (trained as Trained).curve),
  };
}
