import { random, shuffle } from '../support/random.ts';

/** Which samples to train on, and which to predict. */
export interface Fold {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Splits samples into `count` folds in which every class has its share; the same seed gives the same folds. */
export function stratifiedFolds(labels: readonly number[], count: number, seed: number): readonly Fold[] {
  const order = shuffle([...labels.keys()], random(seed)).sort((a, b) => (labels[a] as number) - (labels[b] as number));
  return Array.from({ length: count }, (_, fold) => ({
    train: order.filter((_sample, place) => place % count !== fold),
    test: order.filter((_sample, place) => place % count === fold),
  }));
}
