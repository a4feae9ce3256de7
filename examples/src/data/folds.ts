import { random, shuffle } from '../support/random.ts';

/** Indices of the training and test samples. */
export interface Fold {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Splits samples into `count` stratified folds. The same seed gives the same folds. */
export function stratifiedFolds(labels: readonly number[], count: number, seed: number): readonly Fold[] {
  const order = shuffle([...labels.keys()], random(seed)).sort((a, b) => (labels[a] as number) - (labels[b] as number));
  return Array.from({ length: count }, (_, fold) => ({
    train: order.filter((_sample, place) => place % count !== fold),
    test: order.filter((_sample, place) => place % count === fold),
  }));
}
