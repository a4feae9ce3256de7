/** A tensor of TensorFlow.js. */
export interface TensorLike {
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A variable of TensorFlow.js. */
export interface VariableLike extends TensorLike {
  assign(value: TensorLike): void;
}

/**
 * The module of TensorFlow.js: `import * as tf from '@tensorflow/tfjs'`, or tfjs-core, or tfjs-node. `O` is its class
 * Optimizer. Its functions take tensors of its own type, which this package does not know.
 */
export interface TensorFlow<O extends object> {
  readonly Optimizer: abstract new () => O;
  tidy(work: () => void): unknown;
  engine(): { readonly registeredVariables: { readonly [name: string]: VariableLike } };
  variable(initial: never, trainable: boolean): VariableLike;
  scalar(value: number): TensorLike;
  zerosLike(x: never): TensorLike;
  add(a: never, b: never): TensorLike;
  sub(a: never, b: never): TensorLike;
  mul(a: never, b: never): TensorLike;
  div(a: never, b: never): TensorLike;
  pow(a: never, b: never): TensorLike;
  sqrt(x: never): TensorLike;
  square(x: never): TensorLike;
  sum(x: never): TensorLike;
  maximum(a: never, b: never): TensorLike;
  minimum(a: never, b: never): TensorLike;
  clipByValue(x: never, low: number, high: number): TensorLike;
  isFinite(x: never): TensorLike;
  less(a: never, b: never): TensorLike;
  logicalAnd(a: never, b: never): TensorLike;
  logicalOr(a: never, b: never): TensorLike;
  logicalNot(x: never): TensorLike;
  where(condition: never, a: never, b: never): TensorLike;
}

/** The part of TensorFlow.js that the optimizers use. */
export interface TensorOperations {
  tidy(work: () => void): unknown;
  engine(): { readonly registeredVariables: { readonly [name: string]: VariableLike } };
  variable(initial: TensorLike, trainable: boolean): VariableLike;
  scalar(value: number): TensorLike;
  zerosLike(x: TensorLike): TensorLike;
  add(a: TensorLike, b: TensorLike | number): TensorLike;
  sub(a: TensorLike, b: TensorLike | number): TensorLike;
  mul(a: TensorLike, b: TensorLike | number): TensorLike;
  div(a: TensorLike, b: TensorLike | number): TensorLike;
  pow(a: TensorLike, b: TensorLike | number): TensorLike;
  sqrt(x: TensorLike): TensorLike;
  square(x: TensorLike): TensorLike;
  sum(x: TensorLike): TensorLike;
  maximum(a: TensorLike, b: TensorLike | number): TensorLike;
  minimum(a: TensorLike, b: TensorLike | number): TensorLike;
  clipByValue(x: TensorLike, low: number, high: number): TensorLike;
  isFinite(x: TensorLike): TensorLike;
  less(a: TensorLike, b: TensorLike | number): TensorLike;
  logicalAnd(a: TensorLike, b: TensorLike): TensorLike;
  logicalOr(a: TensorLike, b: TensorLike): TensorLike;
  logicalNot(x: TensorLike): TensorLike;
  where(condition: TensorLike, a: TensorLike | number, b: TensorLike | number): TensorLike;
}

/** Gradients by the name of the variable, as `Optimizer.applyGradients` gets them. */
export type NamedGradients =
  | { readonly [name: string]: TensorLike }
  | readonly { readonly name: string; readonly tensor: TensorLike }[];
