import { createRequire } from 'node:module';

/** Options of ml-xgboost, with the names of XGBoost. */
export interface XgboostOptions {
  readonly max_depth: number;
  readonly eta: number;
  readonly subsample: number;
  readonly min_child_weight: number;
  readonly iterations: number;
}

/** The used members of a booster of ml-xgboost, which has no type declarations. */
export interface Booster {
  train(features: readonly (readonly number[])[], targets: readonly number[]): void;
  predict(features: readonly (readonly number[])[]): number[];
  free(): void;
}
type BoosterClass = new (options: XgboostOptions & { readonly [name: string]: number | string }) => Booster;

/** Loads XGBoost, compiled to WebAssembly. */
export async function loadXgboost(): Promise<(options: XgboostOptions) => Booster> {
  // With instantiateStreaming, ml-xgboost first tries to fetch its file from a server and prints an error.
  const wasm = Reflect.get(globalThis, 'WebAssembly') as { instantiateStreaming: unknown };
  const streaming = wasm.instantiateStreaming;
  wasm.instantiateStreaming = undefined;
  let Class: BoosterClass;
  try {
    Class = (await createRequire(import.meta.url)('ml-xgboost')) as BoosterClass;
  } finally {
    wasm.instantiateStreaming = streaming;
  }
  return (options) =>
    new Class({ ...options, booster: 'gbtree', objective: 'reg:linear', colsample_bytree: 1, silent: 1 });
}
