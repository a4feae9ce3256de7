import type { Check } from '@asktell/core';
import { HypergradientOptimizer } from './hypergradient-optimizer.ts';
import type { ArrayMemory, Group, ParameterArray } from './parameter-groups.ts';
import { belowOne, type RateOptions } from './rate-options.ts';

/** Options of {@link HypergradientNesterov}. */
export interface NesterovOptions extends RateOptions {
  /** Momentum μ, from 0 to below 1. Default 0.9. */
  readonly momentum?: number;
}

/** @internal */
export const nesterovChecks: { readonly momentum: Check } = { momentum: belowOne };

/** @internal */
export const nesterovDefaults = {
  rate: 0.01,
  multiplicative: 0.5,
  additive: 1e-3,
  target: -0.2,
  settling: 0.5,
  cut: 0.5,
  retreat: 1,
  restore: 1,
} as const;

/**
 * SGDN-HD: gradient descent with Nesterov momentum and an adaptive rate (Baydin et al. 2018, algorithm 5).
 * v ← μ v + g, u = g + μ v, θ ← θ - α u. With momentum, a rate has the effect of a 1 / (1 - μ) times larger one.
 *
 * @example new HypergradientNesterov({ rate: { kernels: 0.01, biases: 0.1 }, momentum: 0.9 })
 */
export class HypergradientNesterov extends HypergradientOptimizer {
  readonly name = 'HypergradientNesterov';
  readonly momentum: number;

  /**
   * Default rate 0.01, and β 0.5 (multiplicative) or 1e-3 (additive).
   * @throws AsktellError `invalid-argument`
   */
  constructor(options: NesterovOptions = {}) {
    super('HypergradientNesterov', options, nesterovChecks, nesterovDefaults, 1);
    this.momentum = options.momentum ?? 0.9;
  }

  protected override move(x: ParameterArray, gradient: ParameterArray, memory: ArrayMemory, group: Group): void {
    const { direction, first: velocity } = memory;
    const { momentum } = this;
    const { rate } = group;
    let squares = 0;
    let slope = 0;
    for (let i = 0; i < x.length; i++) {
      const g = gradient[i] as number;
      const v = momentum * (velocity[i] as number) + g;
      velocity[i] = v;
      const u = g + momentum * v;
      direction[i] = u;
      squares += u * u;
      slope += g * u;
      x[i] = (x[i] as number) - rate * u;
    }
    group.slope += slope;
    group.directionMetric += squares;
  }
}
