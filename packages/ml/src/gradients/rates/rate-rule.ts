import { pow } from '@asktell/numerics/elementary';
import type { RateOptions, RateRuleName } from './rate-options.ts';

/** Constants of the multiplicative rule that depend on the optimizer. */
export interface RuleDefaults {
  /** β by rule. */
  readonly multiplicative: number;
  readonly additive: number;
  readonly target: number;
  /** β falls with this power of the number of turns. */
  readonly settling: number;
  /** An overshoot multiplies the rate by this number. */
  readonly cut: number;
  /** A step is taken back if the norm of the gradient has grown by more than this factor. */
  readonly retreat: number;
  /** With noisy gradients, the rate goes on from this part of the largest one. */
  readonly restore: number;
}

/** What happens to the parameters of a group in a step. */
export type Move =
  /** A step with the new rate. */
  | 'forward'
  /** The last step is shortened to the new rate. Momentum stays as it was. */
  | 'back'
  /** The last step is taken back, and momentum starts again. */
  | 'restart';

/** The rate of a group, and what the rule remembers. */
export interface RateState {
  rate: number;
  /** False before the first step, and after a restart: there is no direction to judge. */
  hasDirection: boolean;
  /** Largest rate, and largest g · g so far. */
  topRate: number;
  topSquares: number;
  /** g · g and g · u of the last step forward. */
  squares: number;
  slope: number;
  /** 1 while the rate rises, -1 while it falls. 0 at first. */
  trend: number;
  /** Number of changes of the trend. */
  turns: number;
  /** Whether the gradient has turned out to be noisy, as with mini-batches. */
  isNoisy: boolean;
}

/** The rate of the first step of a warm-up, relative to `rate`. */
const warmupStart = 0.01;
/** β and the target with noise. */
const noiseBeta = 0.005;
const noiseTarget = -0.2;

/**
 * The rule that changes learning rates (Baydin et al., Online learning rate adaptation with hypergradient descent, ICLR
 * 2018). For θ_t = θ_{t-1} - α u_{t-1} the derivative of the loss with respect to α is -g_t · u_{t-1}.
 *
 * The guard of the multiplicative rule:
 * - An overshoot is a gradient that points back (g · u < 0) and is larger than before. It cuts the rate at once, and the step is
 *   taken back (in part) if the gradient has grown a lot. If the direction was flat or led uphill, which momentum can do,
 *   momentum starts again (as in the gradient scheme of O'Donoghue and Candès, Adaptive restart for accelerated gradient schemes, 2015).
 * - β falls with the number of turns from rising to falling and back (Kesten, Accelerated stochastic approximation, 1958).
 * - Overshoots that do not end at a tiny rate mean that the gradient is noisy. From then on, only an explosion of the gradient is taken
 *   back, and β is small. The target is below 0, because the best cosine for a single step makes the rate too small in the long run
 *   (Wu et al., Understanding short-horizon bias in stochastic meta-optimization, ICLR 2018).
 */
export class RateRule {
  readonly name: RateRuleName;
  readonly beta: number;
  readonly target: number;
  readonly noiseBeta: number;
  readonly noiseTarget: number;
  readonly hasWarmup: boolean;
  readonly hasGuard: boolean;
  readonly settling: number;
  readonly cut: number;
  readonly retreat: number;
  readonly restore: number;
  /** No step of the multiplicative rule lowers a rate further than by this factor. */
  readonly lowestFactor = 0.1;
  /** Overshoots with a rate below this part of the largest one come from noise. */
  readonly noiseRate = 1e-3;
  /** A gradient whose squared norm is below this part of the largest one may consist of rounding errors. */
  readonly roundingSquares = 1e-10;
  /** The last direction was flat or led uphill if its slope was below this part of the slope at the end of the step. */
  readonly flatness = 0.01;
  /** With noise, the step is taken back only if g · g is this much larger than ever before. */
  readonly explosion = 4;
  readonly minRate: number;
  readonly maxRate: number;
  readonly maxChange: number;

  /** @param options checked options */
  constructor(options: RateOptions, defaults: RuleDefaults) {
    this.name = options.rule ?? 'multiplicative';
    this.beta = options.beta ?? defaults[this.name];
    this.target = options.target ?? defaults.target;
    this.noiseBeta = Math.min(this.beta, noiseBeta);
    this.noiseTarget = options.target ?? noiseTarget;
    const adapts = this.name === 'multiplicative' && this.beta > 0;
    this.hasWarmup = adapts && (options.warmup ?? true);
    this.hasGuard = adapts && (options.guard ?? true);
    this.settling = defaults.settling;
    this.cut = defaults.cut;
    this.retreat = defaults.retreat;
    this.restore = defaults.restore;
    this.minRate = options.minRate ?? 0;
    this.maxRate = options.maxRate ?? Number.POSITIVE_INFINITY;
    this.maxChange = options.maxChange ?? Number.POSITIVE_INFINITY;
  }

  /** The rate of the first step. */
  first(rate: number): number {
    return this.#bounded(this.hasWarmup ? rate * warmupStart : rate);
  }

  /**
   * Changes the rate and the memory of a group.
   * @param product g · u of the gradient and the previous update direction
   * @param cosine their cosine, 0 if one of them is 0
   * @param squares g · g
   */
  next(state: RateState, product: number, cosine: number, squares: number): Move {
    if (this.name === 'additive') {
      this.#set(state, state.rate + this.beta * product);
      return 'forward';
    }
    if (!this.hasGuard) {
      this.#turn(state, this.beta, cosine - this.target);
      return 'forward';
    }
    const explodes = product < 0 && squares > this.explosion * Math.max(state.topSquares, state.squares);
    state.topRate = Math.max(state.topRate, state.rate);
    state.topSquares = Math.max(state.topSquares, state.squares, squares);
    if (squares < this.roundingSquares * state.topSquares) return 'forward';
    if (state.isNoisy && explodes) {
      this.#set(state, state.rate * this.cut);
      return 'restart';
    }
    if (state.isNoisy) {
      this.#turn(state, this.noiseBeta, cosine - this.noiseTarget);
      return 'forward';
    }
    const isOvershoot = product < 0 && squares > state.squares;
    const trend = isOvershoot || cosine <= this.target ? -1 : 1;
    if (state.trend === -trend) state.turns++;
    state.trend = trend;
    if (!isOvershoot) {
      this.#turn(state, this.beta / pow(1 + state.turns, this.settling), cosine - this.target);
      return 'forward';
    }
    if (state.rate * this.cut < this.noiseRate * state.topRate) {
      state.isNoisy = true;
      this.#set(state, this.restore * state.topRate);
      return 'forward';
    }
    this.#set(state, state.rate * this.cut);
    if (state.slope <= this.flatness * -product) return 'restart';
    return squares > this.retreat * this.retreat * state.squares ? 'back' : 'forward';
  }

  #turn(state: RateState, beta: number, excess: number): void {
    this.#set(state, state.rate * Math.max(this.lowestFactor, 1 + beta * Math.max(-1, Math.min(1, excess))));
  }

  #set(state: RateState, next: number): void {
    const { rate } = state;
    const limited =
      rate > 0 ? Math.max(rate * (1 - this.maxChange), Math.min(rate * (1 + this.maxChange), next)) : next;
    state.rate = this.#bounded(limited);
  }

  #bounded(rate: number): number {
    return Math.max(this.minRate, Math.min(this.maxRate, rate));
  }
}
