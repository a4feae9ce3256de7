import { createRequire } from 'node:module';

/** The part of libsvm-js that is used: it brings no types. */
interface Svm {
  train(features: readonly (readonly number[])[], labels: readonly number[]): void;
  predict(features: readonly (readonly number[])[]): number[];
  free(): void;
}
type SvmClass = new (options: { readonly [name: string]: number | boolean }) => Svm;

// With instantiateStreaming, libsvm-js first tries to fetch its file from a server and prints an error.
const wasm = Reflect.get(globalThis, 'WebAssembly') as { instantiateStreaming: unknown };
const streaming = wasm.instantiateStreaming;
wasm.instantiateStreaming = undefined;
const Class = (await createRequire(import.meta.url)('libsvm-js')) as SvmClass;
wasm.instantiateStreaming = streaming;

/** A support vector machine with a Gaussian kernel. */
export function svm(params: { readonly C: number; readonly gamma: number; readonly epsilon?: number }): Svm {
  const { C, gamma, epsilon } = params;
  const kind = epsilon === undefined ? { type: 0 } : { type: 3, epsilon };
  return new Class({ cost: C, gamma, kernel: 2, tolerance: 0.01, quiet: true, ...kind });
}
