import { createRequire } from 'node:module';

/** The tuned options of libsvm. */
export interface SvmOptions {
  readonly kernel: 'linear' | 'poly' | 'rbf';
  readonly cost: number;
  readonly gamma?: number;
  readonly degree?: number;
}

/** Trains on the samples `train` and predicts the classes of `test`. */
export type Classify = (
  options: SvmOptions,
  train: { readonly features: readonly (readonly number[])[]; readonly labels: readonly number[] },
  test: readonly (readonly number[])[],
) => readonly number[];

/** The used members of libsvm-js, which has no type declarations. */
export interface Svm {
  train(features: readonly (readonly number[])[], labels: readonly number[]): void;
  predict(features: readonly (readonly number[])[]): number[];
  free(): void;
}
type SvmClass = new (options: { readonly [name: string]: number | boolean }) => Svm;

const kernels = { linear: 0, poly: 1, rbf: 2 } as const;

/** Loads libsvm, compiled to WebAssembly. */
export async function loadLibsvm(): Promise<Classify> {
  const create = await loadSvm();
  return (options, train, test) => {
    const svm = create(options);
    try {
      svm.train(train.features, train.labels);
      return svm.predict(test);
    } finally {
      svm.free(); // its memory is not garbage-collected
    }
  };
}

/** Loads libsvm and returns a function that creates models, as the searches of asktell/ml expect it. */
export async function loadSvm(): Promise<(options: SvmOptions) => Svm> {
  // With instantiateStreaming, libsvm-js first tries to fetch its file from a server and prints an error.
  const wasm = Reflect.get(globalThis, 'WebAssembly') as { instantiateStreaming: unknown };
  const streaming = wasm.instantiateStreaming;
  wasm.instantiateStreaming = undefined;
  let Class: SvmClass;
  try {
    Class = (await createRequire(import.meta.url)('libsvm-js')) as SvmClass;
  } finally {
    wasm.instantiateStreaming = streaming;
  }
  return ({ kernel, ...numbers }) =>
    new Class({ ...numbers, kernel: kernels[kernel], type: 0, coef0: 1, tolerance: 0.01, quiet: true });
}
