import { createRequire } from 'node:module';
import { type Samples, select } from './vega-data.ts';

export interface SvmOptions {
  readonly cost: number;
  readonly gamma: number;
  readonly epsilon: number;
  /** Weight of the two features of the season, and of those of the day before. */
  readonly season: number;
  readonly yesterday: number;
}

/** The part of libsvm-js that is used: it brings no types. */
interface Svm {
  train(features: readonly (readonly number[])[], labels: readonly number[]): void;
  predict(features: readonly (readonly number[])[]): number[];
  free(): void;
}
type SvmClass = new (options: { readonly [name: string]: number | boolean }) => Svm;

// The asm.js build needs no file at run time, which the WebAssembly build tries to fetch.
const Svm = createRequire(import.meta.url)('libsvm-js/asm') as SvmClass;

/** The mean squared errors of support vector regression with a Gaussian kernel, fold by fold. */
export function svmFolds(
  { features, targets }: Samples,
  folds: readonly (readonly number[])[],
  { cost, gamma, epsilon, season, yesterday }: SvmOptions,
): number[] {
  const weighted = features.map((row) => row.map((x, i) => x * (i < 2 ? season : yesterday)));
  const samples: Samples = { features: weighted, targets };
  return folds.map((fold) => {
    const held = new Set(fold);
    const rest = targets.map((_, i) => i).filter((i) => !held.has(i));
    const [train, test] = [select(samples, rest), select(samples, fold)];
    const svm = new Svm({ cost, gamma, epsilon, kernel: 2, type: 3, tolerance: 0.01, quiet: true });
    try {
      svm.train(train.features, train.targets);
      const predicted = svm.predict(test.features);
      return predicted.reduce((sum, y, i) => sum + (y - (test.targets[i] as number)) ** 2, 0) / fold.length;
    } finally {
      svm.free(); // its memory is not garbage-collected
    }
  });
}
