import { createRequire } from 'node:module';
import { type Samples, select } from './vega-data.ts';

export interface SvmOptions {
  readonly cost: number;
  readonly gamma: number;
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

/** The error rates of a support vector machine with a Gaussian kernel, fold by fold. */
export function svmFolds(
  samples: Samples,
  folds: readonly (readonly number[])[],
  { cost, gamma }: SvmOptions,
): number[] {
  return folds.map((fold) => {
    const held = new Set(fold);
    const rest = samples.targets.map((_, i) => i).filter((i) => !held.has(i));
    const [train, test] = [select(samples, rest), select(samples, fold)];
    const svm = new Svm({ kernel: 2, type: 0, cost, gamma, tolerance: 0.01, quiet: true });
    try {
      svm.train(train.features, train.targets);
      const wrong = svm.predict(test.features).filter((label, i) => label !== test.targets[i]).length;
      return wrong / fold.length;
    } finally {
      svm.free(); // its memory is not garbage-collected
    }
  });
}
