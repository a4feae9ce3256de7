import { HypergradientOptimizer } from './hypergradient-optimizer.ts';
import type { ArrayMemory, Group, ParameterArray } from './parameter-groups.ts';
import type { RateOptions } from './rate-options.ts';

/**
 * SGD-HD: stochastic gradient descent with an adaptive rate (Baydin et al. 2018, algorithm 4).
 *
 * @example
 * const optimizer = new HypergradientSgd({ rate: 0.1 });
 * const x = Float64Array.of(3, -2);
 * const gradient = new Float64Array(2);
 * for (let step = 0; step < 200; step++) {
 *   gradient[0] = x[0];       // of (x₀² + 10 x₁²) / 2
 *   gradient[1] = 10 * x[1];
 *   optimizer.step(x, gradient);
 * }
 */
export class HypergradientSgd extends HypergradientOptimizer {
  readonly name = 'HypergradientSgd';

  /**
   * Default rate 0.1, and β 0.5 (multiplicative) or 1e-3 (additive).
   * @throws AsktellError `invalid-argument`
   */
  constructor(options: RateOptions = {}) {
    super('HypergradientSgd', options, {}, sgdDefaults, 0);
  }

  protected override move(x: ParameterArray, gradient: ParameterArray, memory: ArrayMemory, group: Group): void {
    const { direction } = memory;
    const { rate } = group;
    let squares = 0;
    for (let i = 0; i < x.length; i++) {
      const u = gradient[i] as number;
      direction[i] = u;
      squares += u * u;
      x[i] = (x[i] as number) - rate * u;
    }
    group.slope += squares;
    group.directionMetric += squares;
  }
}

/** @internal */
export const sgdDefaults = {
  rate: 0.1,
  multiplicative: 0.5,
  additive: 1e-3,
  target: 0,
  settling: 0,
  cut: 0.1,
  retreat: 10,
  restore: 1,
} as const;
