import { type Check, must } from '@asktell/core';
import { pow } from '@asktell/numerics/elementary';
import { HypergradientOptimizer } from './hypergradient-optimizer.ts';
import type { ArrayMemory, Group, ParameterArray } from './parameter-groups.ts';
import { belowOne, type RateOptions } from './rate-options.ts';

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
export const adamDefaults = {
  rate: 1e-3,
  multiplicative: 0.5,
  additive: 1e-7,
  target: -0.2,
  settling: 0.7,
  cut: 0.6,
  retreat: 1,
  restore: 0.3,
} as const;

/**
 * Adam-HD: Adam with an adaptive rate (Baydin et al. 2018, algorithm 6).
 * u = m̂ / (√v̂ + ε) with the bias-corrected moments of Kingma and Ba (2015), θ ← θ - α u. The multiplicative rule takes the
 * cosine in the metric 1 / (√v̂ + ε), in which Adam is gradient descent with momentum.
 *
 * @example new HypergradientAdam({ rate: 1e-3 })
 */
export class HypergradientAdam extends HypergradientOptimizer {
  readonly name = 'HypergradientAdam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  protected override readonly metric = (gradient: ParameterArray, { second }: ArrayMemory): number => {
    const { epsilon } = this;
    const secondScale = this.#secondScale; // of the last step
    let squares = 0;
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i] as number;
      squares += (g * g) / (Math.sqrt((second[i] as number) * secondScale) + epsilon);
    }
    return squares;
  };
  /** 1 / (1 - β1^t) and 1 / (1 - β2^t). */
  #firstScale = 1;
  #secondScale = 1;

  /**
   * Default rate 1e-3, and β 0.5 (multiplicative) or 1e-7 (additive).
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

  protected override move(x: ParameterArray, gradient: ParameterArray, memory: ArrayMemory, group: Group): void {
    const { direction, first, second } = memory;
    const { beta1, beta2, epsilon } = this;
    const firstScale = this.#firstScale;
    const secondScale = this.#secondScale;
    const { rate } = group;
    // After a restart, the corrected moment m̂ is the gradient, as in the first step.
    const kept = group.hasDirection ? beta1 : 0;
    const added = group.hasDirection ? 1 - beta1 : 1 / firstScale;
    let squares = 0;
    let slope = 0;
    for (let i = 0; i < x.length; i++) {
      const g = gradient[i] as number;
      const m = kept * (first[i] as number) + added * g;
      const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      const scale = Math.sqrt(v * secondScale) + epsilon;
      const u = (m * firstScale) / scale;
      direction[i] = u;
      squares += u * u * scale;
      slope += g * u;
      x[i] = (x[i] as number) - rate * u;
    }
    group.slope += slope;
    group.directionMetric += squares;
  }
}
