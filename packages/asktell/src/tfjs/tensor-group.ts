import type { RateRule } from '@asktell/ml';
import type { TensorLike, TensorOperations, VariableLike } from './tensor-flow.ts';
import { TensorRate } from './tensor-rate.ts';

/** What a method remembers of a variable, by name. Each tensor has the shape of the variable and starts with zeros. */
export type TensorMemory = (key: string) => TensorLike;

/** A gradient method, on tensors. */
export interface TensorMethod {
  /**
   * The update direction u of a variable, and the new values of its memory. Steps count from 1. If `hasDirection` is false,
   * momentum starts with this gradient.
   */
  direction(
    gradient: TensorLike,
    memory: TensorMemory,
    hasDirection: TensorLike,
    step: number,
  ): {
    readonly direction: TensorLike;
    readonly memory: { readonly [key: string]: TensorLike };
    /** u² = direction² · scale in the metric of the method. Default: the Euclidean one. */
    readonly scale?: TensorLike;
  };
  /** g · g in the metric of the method, after `steps` steps. Default: the Euclidean one. */
  metric?(gradient: TensorLike, memory: TensorMemory, steps: number): TensorLike;
  /** Memory that a restart clears. */
  readonly momentum: string | null;
}

/** A variable with its gradient. */
export type TensorEntry = readonly [name: string, variable: VariableLike, gradient: TensorLike];

/** Variables with a common rate. Everything is on the device; call the methods within `tf.tidy`. */
export class TensorGroup {
  readonly #tf: TensorOperations;
  readonly #rate: TensorRate;
  readonly #method: TensorMethod;
  readonly #memory = new Map<string, VariableLike>();

  constructor(tf: TensorOperations, rule: RateRule, start: number, method: TensorMethod) {
    this.#tf = tf;
    this.#rate = new TensorRate(tf, rule, start);
    this.#method = method;
  }

  /** Adapts the rate and moves the variables. */
  step(entries: readonly TensorEntry[], step: number): void {
    const tf = this.#tf;
    let product: TensorLike = tf.scalar(0);
    let squares: TensorLike = tf.scalar(0);
    let metric: TensorLike = tf.scalar(0);
    for (const [name, variable, gradient] of entries) {
      const own = tf.sum(tf.square(gradient));
      product = tf.add(product, tf.sum(tf.mul(gradient, this.#kept(name, variable))));
      squares = tf.add(squares, own);
      const memory: TensorMemory = (key) => this.#kept(`${key} ${name}`, variable);
      metric = tf.add(metric, this.#method.metric?.(gradient, memory, step - 1) ?? own);
    }
    const products = { product, squares, metric };
    const { hasDirection } = this.#rate;
    const move = this.#rate.next(products);
    let slope: TensorLike = tf.scalar(0);
    let directionMetric: TensorLike = tf.scalar(0);
    for (const [name, variable, gradient] of entries) {
      const last = this.#kept(name, variable);
      const memory: TensorMemory = (key) => this.#kept(`${key} ${name}`, variable);
      const { direction, memory: next, scale } = this.#method.direction(gradient, memory, hasDirection, step);
      const u2 = tf.square(direction);
      slope = tf.add(slope, tf.sum(tf.mul(gradient, direction)));
      directionMetric = tf.add(directionMetric, tf.sum(scale === undefined ? u2 : tf.mul(u2, scale)));
      const forward = tf.sub(variable, tf.mul(direction, move.rate));
      variable.assign(tf.where(move.isForward, forward, tf.add(variable, tf.mul(last, move.back))));
      for (const [key, value] of Object.entries(next)) {
        const kept = this.#kept(`${key} ${name}`, variable);
        const old = key === this.#method.momentum ? tf.where(move.isRestart, tf.zerosLike(kept), kept) : kept;
        kept.assign(tf.where(move.isForward, value, old));
      }
      last.assign(tf.where(move.isForward, direction, last));
    }
    this.#rate.keep(move, products, slope, directionMetric);
  }

  rate(): Promise<number> {
    return this.#rate.value();
  }

  dispose(): void {
    this.#rate.dispose();
    for (const variable of this.#memory.values()) variable.dispose();
    this.#memory.clear();
  }

  /** A tensor that is kept between steps. Its shape is that of the variable. */
  #kept(key: string, variable: VariableLike): VariableLike {
    const known = this.#memory.get(key);
    if (known !== undefined) return known;
    const created = this.#tf.variable(this.#tf.zerosLike(variable), false);
    this.#memory.set(key, created);
    return created;
  }
}
