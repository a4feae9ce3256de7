import type { RateRule } from '@asktell/ml';
import type { TensorLike, TensorOperations, VariableLike } from './tensor-flow.ts';

/** Sums over the variables of a group. All are scalars on the device. */
export interface TensorProducts {
  /** g · u of the gradient and the last direction. */
  readonly product: TensorLike;
  /** g · g. */
  readonly squares: TensorLike;
  /** g · g in the metric of the method. */
  readonly metric: TensorLike;
}

/** The next rate, and what happens to the variables. All are scalars on the device; conditions are booleans. */
export interface TensorMove {
  readonly rate: TensorLike;
  /** Whether the variables make a step with the new rate. Otherwise the last step is taken back, at least in part. */
  readonly isForward: TensorLike;
  /** Whether momentum starts again. */
  readonly isRestart: TensorLike;
  /** How far the variables go back along the last direction. */
  readonly back: TensorLike;
}

const memories = [
  'topRate',
  'topSquares',
  'squares',
  'slope',
  'trend',
  'turns',
  'isNoisy',
  'hasDirection',
  'directionMetric',
] as const;

type Memory = { readonly [name in (typeof memories)[number]]: VariableLike };

/** {@link RateRule} and its memory, on the device. Call the methods within `tf.tidy`. */
export class TensorRate {
  readonly #tf: TensorOperations;
  readonly #rule: RateRule;
  readonly #rate: VariableLike;
  readonly #memory: Memory;

  constructor(tf: TensorOperations, rule: RateRule, start: number) {
    this.#tf = tf;
    this.#rule = rule;
    this.#rate = tf.variable(tf.scalar(rule.first(start)), false);
    this.#memory = Object.fromEntries(
      memories.map((name) => [name, tf.variable(tf.scalar(0), false)]),
    ) as unknown as Memory;
  }

  async value(): Promise<number> {
    return (await this.#rate.data())[0] as number;
  }

  /** Whether there is a direction to judge: not before the first step, and not after a restart. */
  get hasDirection(): TensorLike {
    return this.#is(this.#memory.hasDirection);
  }

  /** The rule of `RateRule.next`. {@link TensorRate.keep} stores its results. */
  next(products: TensorProducts): TensorMove {
    const tf = this.#tf;
    const memory = this.#memory;
    const rate = this.#rate;
    const { product, squares } = products;
    const never = tf.less(tf.scalar(1), 0);
    const canJudge = tf.logicalAnd(this.hasDirection, tf.isFinite(tf.add(product, squares)));
    const forward = (next: TensorLike): TensorMove => ({
      rate: tf.where(canJudge, this.#limited(next), rate),
      isForward: tf.logicalNot(never),
      isRestart: never,
      back: tf.scalar(0),
    });
    const rule = this.#rule;
    if (rule.name === 'additive') return forward(tf.add(rate, tf.mul(product, rule.beta)));
    const norms = tf.mul(tf.sqrt(products.metric), tf.sqrt(memory.directionMetric));
    const cosine = tf.div(product, tf.maximum(norms, 1e-30));
    const turned = (beta: TensorLike, target: number): TensorLike => {
      const excess = tf.clipByValue(tf.sub(cosine, target), -1, 1);
      return tf.mul(rate, tf.maximum(tf.add(tf.mul(beta, excess), 1), rule.lowestFactor));
    };
    if (!rule.hasGuard) return forward(turned(tf.scalar(rule.beta), rule.target));

    const topBefore = tf.maximum(memory.topSquares, memory.squares);
    const pointsBack = tf.less(product, 0);
    const topRate = tf.maximum(memory.topRate, rate);
    const topSquares = tf.maximum(topBefore, squares);
    const isJudged = tf.logicalAnd(canJudge, tf.logicalNot(tf.less(squares, tf.mul(topSquares, rule.roundingSquares))));
    const wasNoisy = this.#is(memory.isNoisy);
    const isGuarded = tf.logicalAnd(isJudged, tf.logicalNot(wasNoisy));
    const isLarger = tf.less(memory.squares, squares);
    const isOvershoot = tf.logicalAnd(isGuarded, tf.logicalAnd(pointsBack, isLarger));
    const isExplosion = tf.logicalAnd(
      tf.logicalAnd(isJudged, wasNoisy),
      tf.logicalAnd(pointsBack, tf.less(tf.mul(topBefore, rule.explosion), squares)),
    );
    const rises = tf.logicalAnd(tf.less(tf.scalar(rule.target), cosine), tf.logicalNot(isOvershoot));
    const trend = tf.where(rises, tf.scalar(1), tf.scalar(-1));
    const isTurn = tf.logicalAnd(isGuarded, tf.less(tf.mul(memory.trend, trend), 0));
    const turns = tf.add(memory.turns, tf.where(isTurn, tf.scalar(1), tf.scalar(0)));
    const beta = tf.div(tf.scalar(rule.beta), tf.pow(tf.add(turns, 1), tf.scalar(rule.settling)));
    const isTiny = tf.less(tf.mul(rate, rule.cut), tf.mul(topRate, rule.noiseRate));
    const becomesNoisy = tf.logicalAnd(isOvershoot, isTiny);
    const lowered = tf.where(becomesNoisy, tf.mul(topRate, rule.restore), tf.mul(rate, rule.cut));
    const guarded = tf.where(isOvershoot, lowered, turned(beta, rule.target));
    const noisy = tf.where(isExplosion, tf.mul(rate, rule.cut), turned(tf.scalar(rule.noiseBeta), rule.noiseTarget));
    const next = tf.where(isJudged, this.#limited(tf.where(wasNoisy, noisy, guarded)), rate);
    const isCut = tf.logicalAnd(isOvershoot, tf.logicalNot(isTiny));
    const isUphill = tf.logicalNot(tf.less(tf.mul(product, -rule.flatness), memory.slope));
    const isFar = tf.less(tf.mul(memory.squares, rule.retreat * rule.retreat), squares);
    const isRestart = tf.logicalOr(isExplosion, tf.logicalAnd(isCut, isUphill));
    const isBack = tf.logicalOr(isRestart, tf.logicalAnd(isCut, isFar));
    const back = tf.where(isRestart, rate, tf.sub(rate, next));
    memory.topRate.assign(tf.where(canJudge, topRate, memory.topRate));
    memory.topSquares.assign(tf.where(canJudge, topSquares, memory.topSquares));
    memory.trend.assign(tf.where(isGuarded, trend, memory.trend));
    memory.turns.assign(turns);
    memory.isNoisy.assign(this.#number(tf.logicalOr(wasNoisy, becomesNoisy)));
    return {
      rate: next,
      isForward: tf.logicalNot(isBack),
      isRestart,
      back: tf.where(isBack, back, tf.scalar(0)),
    };
  }

  /**
   * Stores the results of a step.
   * @param slope g · u of the gradient and the new direction
   * @param directionMetric u · u in the metric of the method
   */
  keep(move: TensorMove, products: TensorProducts, slope: TensorLike, directionMetric: TensorLike): void {
    const tf = this.#tf;
    const memory = this.#memory;
    const isForward = tf.logicalAnd(move.isForward, tf.isFinite(products.squares));
    this.#rate.assign(move.rate);
    memory.squares.assign(tf.where(isForward, products.squares, memory.squares));
    memory.slope.assign(tf.where(isForward, slope, memory.slope));
    memory.directionMetric.assign(tf.where(isForward, directionMetric, memory.directionMetric));
    memory.hasDirection.assign(this.#number(tf.logicalNot(move.isRestart)));
  }

  dispose(): void {
    for (const variable of [this.#rate, ...Object.values(this.#memory)]) variable.dispose();
  }

  #limited(next: TensorLike): TensorLike {
    const tf = this.#tf;
    const { maxChange, minRate, maxRate } = this.#rule;
    let limited = tf.where(tf.isFinite(next), next, this.#rate);
    if (maxChange < Number.POSITIVE_INFINITY) {
      const [least, most] = [tf.mul(this.#rate, 1 - maxChange), tf.mul(this.#rate, 1 + maxChange)];
      const capped = tf.maximum(least, tf.minimum(most, limited));
      limited = tf.where(tf.less(tf.scalar(0), this.#rate), capped, limited);
    }
    limited = tf.maximum(limited, minRate);
    return maxRate < Number.POSITIVE_INFINITY ? tf.minimum(limited, maxRate) : limited;
  }

  #is(flag: TensorLike): TensorLike {
    return this.#tf.less(this.#tf.scalar(0.5), flag);
  }

  #number(condition: TensorLike): TensorLike {
    return this.#tf.where(condition, this.#tf.scalar(1), this.#tf.scalar(0));
  }
}
