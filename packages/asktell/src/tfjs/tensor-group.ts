import type { RateRule } from '@asktell/ml';
import type { TensorLike, TensorOperations, VariableLike } from './tensor-flow.ts';

/**
 * The update direction u of a variable. `memory(key)` is a tensor of its shape that is kept from step to step and starts
 * with zeros. Steps count from 1.
 */
export type UpdateDirection = (
  gradient: TensorLike,
  memory: (key: string) => VariableLike,
  step: number,
  operations: TensorOperations,
) => TensorLike;

/** Variables with a common rate. Everything is on the device; call the methods within `tf.tidy`. */
export class TensorGroup {
  readonly #tf: TensorOperations;
  readonly #rule: RateRule;
  readonly #direction: UpdateDirection;
  readonly #rate: VariableLike;
  /** u · u of the last step. */
  readonly #directionSquares: VariableLike;
  readonly #memory = new Map<string, VariableLike>();
  #changes = -1;

  constructor(tf: TensorOperations, rule: RateRule, start: number, direction: UpdateDirection) {
    this.#tf = tf;
    this.#rule = rule;
    this.#direction = direction;
    this.#rate = tf.variable(tf.scalar(rule.first(start)), false);
    this.#directionSquares = tf.variable(tf.scalar(0), false);
  }

  /** Adapts the rate and moves the variables. */
  step(
    entries: readonly (readonly [name: string, variable: VariableLike, gradient: TensorLike])[],
    step: number,
  ): void {
    const tf = this.#tf;
    const rate = this.#nextRate(entries);
    this.#rate.assign(rate);
    let squares: TensorLike = tf.scalar(0);
    for (const [name, variable, gradient] of entries) {
      const u = this.#direction(gradient, (key) => this.#kept(`${key} ${name}`, variable), step, tf);
      this.#kept(name, variable).assign(u);
      squares = tf.add(squares, tf.sum(tf.square(u)));
      variable.assign(tf.sub(variable, tf.mul(u, rate)));
    }
    this.#directionSquares.assign(squares);
    this.#changes++;
  }

  async rate(): Promise<number> {
    return (await this.#rate.data())[0] as number;
  }

  dispose(): void {
    for (const variable of [this.#rate, this.#directionSquares, ...this.#memory.values()]) variable.dispose();
    this.#memory.clear();
  }

  /** The rule of {@link RateRule.next}, on tensors. */
  #nextRate(entries: readonly (readonly [name: string, variable: VariableLike, gradient: TensorLike])[]): TensorLike {
    if (this.#changes < 0) return this.#rate;
    const tf = this.#tf;
    const rule = this.#rule;
    let product: TensorLike = tf.scalar(0);
    let squares: TensorLike = tf.scalar(0);
    for (const [name, variable, gradient] of entries) {
      product = tf.add(product, tf.sum(tf.mul(gradient, this.#kept(name, variable))));
      squares = tf.add(squares, tf.sum(tf.square(gradient)));
    }
    let next: TensorLike;
    if (rule.name === 'additive') next = tf.add(this.#rate, tf.mul(product, rule.beta));
    else {
      const norms = tf.maximum(tf.mul(tf.sqrt(squares), tf.sqrt(this.#directionSquares)), 1e-30);
      const cosine = tf.clipByValue(tf.div(product, norms), -1, 1);
      next = tf.mul(this.#rate, tf.add(tf.mul(cosine, rule.betaAt(this.#changes)), 1));
    }
    next = tf.where(tf.isFinite(next), next, this.#rate);
    if (rule.maxChange < Number.POSITIVE_INFINITY) {
      const [least, most] = [tf.mul(this.#rate, 1 - rule.maxChange), tf.mul(this.#rate, 1 + rule.maxChange)];
      next = tf.maximum(least, tf.minimum(most, next));
    }
    next = tf.maximum(next, rule.minRate);
    return rule.maxRate < Number.POSITIVE_INFINITY ? tf.minimum(next, rule.maxRate) : next;
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
