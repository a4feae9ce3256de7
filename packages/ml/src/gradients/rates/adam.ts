import { type Check, must } from '@asktell/core';
import { pow } from '@asktell/numerics/elementary';
import { HypergradientOptimizer } from './hypergradient-optimizer.ts';
import type { ArrayMemory, ParameterArray } from './parameter-groups.ts';
import { belowOne, type RateOptions } from './rate-rule.ts';

/** Options of {@link HypergradientAdam}. */
export interface AdamOptions extends RateOptions {
  /** Decay of the first moment, from 0 to below 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment, from 0 to below 1. Default 0.999. */
  readonly beta2?: number;
  /** Added to the root of the second moment, above 0. Default 1e-8. */
  readonly epsilon?: number;
}

/** @internal */
export const adamChecks: { readonly beta1: Check; readonly beta2: Check; readonly epsilon: Check } = {
  beta1: belowOne,
  beta2: belowOne,
  epsilon: must(
    'a number above 0',
    (value) => typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY,
  ),
};

/** @internal */
export const adamDefaults = { rate: 1e-3, multiplicative: 0.002, additive: 1e-7, warmup: 40, fall: 1 } as const;

/**
 * Adam-HD: Adam with an adaptive rate (Baydin et al. 2018, algorithm 6).
 * u = m̂ / (√v̂ + ε) with the bias-corrected moments of Kingma and Ba (2015), θ ← θ - α u.
 *
 * @example new HypergradientAdam({ rate: 1e-3 })
 */
export class HypergradientAdam extends HypergradientOptimizer {
  readonly name = 'HypergradientAdam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 / (1 - β1^t) and 1 / (1 - β2^t). */
  #firstScale = 1;
  #secondScale = 1;

  /**
   * Default rate 1e-3, β 0.002 (multiplicative) or 1e-7 (additive), and a warm-up of 40 steps.
   * @throws AsktellError `invalid-argument`
   */
  constructor(options: AdamOptions = {}) {
    super('HypergradientAdam', options, adamChecks, adamDefaults, 2);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
  }

  protected override beginStep(step: number): void {
    this.#firstScale = 1 / (1 - pow(this.beta1, step));
    this.#secondScale = 1 / (1 - pow(this.beta2, step));
  }

  protected override move(x: ParameterArray, gradient: ParameterArray, memory: ArrayMemory, rate: number): number {
    const { direction, first, second } = memory;
    const { beta1, beta2, epsilon } = this;
    const firstScale = this.#firstScale;
    const secondScale = this.#secondScale;
    let squares = 0;
    for (let i = 0; i < x.length; i++) {
      const g = gradient[i] as number;
      const m = beta1 * (first[i] as number) + (1 - beta1) * g;
      const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      const u = (m * firstScale) / (Math.sqrt(v * secondScale) + epsilon);
      direction[i] = u;
      squares += u * u;
      x[i] = (x[i] as number) - rate * u;
    }
    return squares;
  }
}
